"""Claims are priced by what provisions them."""

from decimal import Decimal

import pytest

from pricing.precision import exactly
from pricing.rate import Confidence, Location
from pricing.volumes.volume import price_claim
from workloads.snapshots.snapshot import StorageClass
from workloads.span import Span
from workloads.workload import VolumeClaim

GIB = 2**30
US_EAST_1 = Location("aws", "us-east-1")
US_CENTRAL1 = Location("gcp", "us-central1")
EASTUS = Location("azure", "eastus")


def claim(size=100, storage_class="", definition=None, count=1, **more):
    return VolumeClaim("data", ("spec",), Decimal(size) * GIB, Span.exactly(count), storage_class, definition, **more)


def priced(book, wanted, location):
    with exactly():
        return price_claim(wanted, book, location)


@pytest.mark.parametrize(
    ("location", "storage_class", "gib", "monthly"),
    [
        (US_EAST_1, "gp2", 100, "10.00"),  # 0.10 a GiB
        (US_EAST_1, "gp3", 100, "8.00"),  # 0.08
        (US_CENTRAL1, "premium-rwo", 100, "17.00"),  # pd-ssd, 0.17
        (US_CENTRAL1, "standard-rwo", 100, "10.00"),  # pd-balanced, 0.10
        (EASTUS, "managed-csi", 128, "9.60"),  # StandardSSD tier E10, a whole disk
    ],
)
def test_the_classes_that_managed_clusters_come_with(book, location, storage_class, gib, monthly):
    bill = priced(book, claim(gib, storage_class), location)
    assert bill.lines[0].amount.expected == Decimal(monthly)
    assert not bill.lines[0].assumption


def test_a_class_of_another_cloud_is_priced_in_that_cloud(book):
    line = priced(book, claim(100, "premium-rwo"), US_EAST_1).lines[0]
    assert line.amount.expected == Decimal(17)
    assert line.confidence is Confidence.ASSUMED
    assert "us-central1" in line.assumption


@pytest.mark.parametrize(("location", "kind"), [(US_EAST_1, "gp3"), (US_CENTRAL1, "pd-balanced"), (EASTUS, "StandardSSD")])
def test_a_claim_without_a_class_gets_the_cloud_s_default_and_says_so(book, location, kind):
    line = priced(book, claim(), location).lines[0]
    assert line.confidence is Confidence.ASSUMED
    assert kind in line.assumption
    assert "storageClassName" in line.assumption


def test_a_class_s_definition_decides_over_its_name(book):
    slow = StorageClass("gp3", "ebs.csi.aws.com", {"type": "st1"})
    assert priced(book, claim(1000, "gp3", slow), US_EAST_1).lines[0].amount.expected == Decimal("45.00")  # 0.045 a GiB


def test_an_azure_disk_costs_the_next_tier_up(book):
    line = priced(book, claim(129, "managed-csi"), EASTUS).lines[0]
    assert (line.quantity, line.unit, line.rate.unit) == (1, "disk", "disk-month")
    assert any("tier E15" in words and "256 GiB" in words for words in line.derivation)


def test_disks_are_sold_in_whole_gib(book):
    # 20 GB are 18.63 GiB
    with exactly():
        bill = price_claim(VolumeClaim("data", (), Decimal(20_000_000_000), Span.exactly(1), "gp3"), book, US_EAST_1)
    assert bill.lines[0].quantity == 19
    assert bill.lines[0].amount.expected == 19 * Decimal("0.08")


def test_an_ephemeral_volume_costs_as_long_as_its_pod_lives(book):
    # a tenth of a month
    line = priced(book, claim(100, "gp3", hours=Span.exactly(73), ephemeral=True), US_EAST_1).lines[0]
    assert line.amount.expected == Decimal("0.80")


@pytest.mark.parametrize(
    ("wanted", "location", "reason"),
    [
        (claim(10, "fast"), US_EAST_1, "StorageClass fast is not known"),
        (claim(10, "standard"), US_EAST_1, "StorageClass standard is not known"),
        (claim(0, "gp3"), US_EAST_1, "no size is stated"),
        (
            claim(10, "x", StorageClass("x", "rook-ceph.rbd.csi.ceph.com", {})),
            US_EAST_1,
            "no price for rook-ceph.rbd.csi.ceph.com",
        ),
        (claim(10), Location("lambda", "us-east-1"), "no default class is known for lambda"),
        (claim(10), Location("", ""), "no default class is known for this cluster"),
        (claim(10**9, "managed-csi"), EASTUS, "no price for disk.csi.azure.com, skuName=StandardSSD_LRS in eastus"),
    ],
)
def test_a_claim_that_nothing_is_known_of_is_unpriced_in_words(book, wanted, location, reason):
    bill = priced(book, wanted, location)
    assert not bill.lines
    assert reason in bill.unpriced[0]


@pytest.mark.parametrize("parameters", [{"type": None}, {"type": ["gp3"]}, {7: "gp3", "type": {}}, {"iops": 10**9}])
def test_parameters_of_any_shape_never_raise(book, parameters):
    bill = priced(book, claim(10, "odd", StorageClass("odd", "ebs.csi.aws.com", parameters)), US_EAST_1)
    assert bill.lines or bill.unpriced
