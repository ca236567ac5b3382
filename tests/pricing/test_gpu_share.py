"""What part of a machine's price its accelerators take, over every machine of the book that has some."""

from decimal import Decimal

import pytest

from pricing.catalogue import places
from pricing.fits.gpu_share import by_model, gpu_shares

LEAST_HOST = 8
"""vCPUs for each GPU: a smaller host is worth next to nothing beside it."""


@pytest.fixture(scope="module")
def shares(book):
    return gpu_shares(book, places(book))


def share_of(shares, machine, region):
    return next(each.share for each in shares if (each.machine.type, each.machine.location.region) == (machine, region))


def test_every_accelerator_machine_with_a_price_and_a_shape_has_a_share(shares):
    assert len(shares) > 6000
    assert all(0 <= each.share <= 1 for each in shares)


@pytest.mark.parametrize("model", ["H100", "H200"])
def test_h100_and_h200_take_60_to_95_percent_of_their_machines_on_every_cloud(shares, model):
    found = [each for each in shares if each.machine.gpu_model == model]
    assert {"aws", "azure", "gcp", "coreweave", "nebius"} <= {each.machine.location.cloud for each in found}
    for each in found:
        if each.machine.cpu >= LEAST_HOST * each.machine.gpu_count:
            assert Decimal("0.60") <= each.share <= Decimal("0.95"), each


def test_a_host_of_few_vcpus_leaves_nearly_all_to_its_gpus(shares):
    small = [
        each
        for each in shares
        if each.machine.gpu_model in {"H100", "H200"} and each.machine.cpu < LEAST_HOST * each.machine.gpu_count
    ]
    assert {each.machine.location.cloud for each in small} == {"cudo", "vast"}
    assert all(Decimal("0.90") < each.share < 1 for each in small)


@pytest.mark.parametrize(
    ("machine", "region", "percent"),
    [
        # 8 x 5.061136 of 192 x 0.037924 + 2048 x 0.004142 + 8 x 5.061136
        ("p5.48xlarge", "us-east-1", "72.0"),
        # 8 x 12.090549 of 96 x 0.030806 + 1900 x 0.003808 + 8 x 12.090549
        ("Standard_ND96isr_H100_v5", "eastus", "90.5"),
        # 8 x 10.173225 of 96 x 0.030806 + 1850 x 0.003808 + 8 x 10.173225
        ("Standard_ND96isr_H200_v5", "eastus2", "89.1"),
        # 8 x 9.541645 of 208 x 0.029305 + 1872 x 0.003719 + 8 x 9.541645
        ("a3-highgpu-8g", "us-central1", "85.4"),
    ],
)
def test_the_accelerators_part_of_well_known_machines(shares, machine, region, percent):
    assert abs(share_of(shares, machine, region) * 100 - Decimal(percent)) < Decimal("0.1")


def test_only_machines_without_usable_rates_rest_on_an_assumption(shares):
    assumed = {(each.machine.location.cloud, each.machine.gpu_model) for each in shares if each.by.assumed}
    assert ("azure", "M60") in assumed
    assert {cloud for cloud, model in assumed if model not in {"M60", "TPU-v6e"}} <= {"vast"}


def test_a_summary_has_the_least_the_median_and_the_most_of_each_model(shares):
    summary = next(each for each in by_model(shares) if (each.cloud, each.model) == ("aws", "H100"))
    found = sorted(each.share for each in shares if (each.machine.location.cloud, each.machine.gpu_model) == ("aws", "H100"))
    assert (summary.least.share, summary.most.share) == (found[0], found[-1])
    assert found[0] <= summary.middle <= found[-1]
    assert (summary.types, summary.prices) == (2, len(found))


def test_one_model_of_one_region_can_be_asked_for(book):
    found = gpu_shares(book, places(book, "gcp", "us-central1"), "L4")
    assert {each.machine.gpu_model for each in found} == {"L4"}
    assert len(found) == 8
    assert gpu_shares(book, places(book, "gcp", "us-central1"), "L9000") == ()
