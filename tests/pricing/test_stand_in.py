"""A type that a region's list lacks is priced by its family's regional factor, and said so; accelerator machines are not."""

from decimal import Decimal

import pytest

from pricing.catalogue import explain, whereabouts
from pricing.machines.near_name import near_machine
from pricing.own.document import read_overlay
from pricing.own.overlaid import OverlaidBook
from pricing.rate import Confidence, Location

CAPE_TOWN = Location("aws", "af-south-1")
TEL_AVIV = Location("gcp", "me-west1")


def on(*machines):
    rule = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": list(machines)}
    required = {"nodeSelectorTerms": [{"matchExpressions": [rule]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


@pytest.mark.parametrize(
    ("location", "machine", "hourly", "because"),
    [
        # 0.1008 in us-east-1; no m7i is listed in Cape Town, and m6i there costs 1.3229 times its price in Virginia
        (CAPE_TOWN, "m7i.large", "0.13334832", "us-east-1's price × 1.3229, the factor of m7i in af-south-1, inherited from m6i"),
        # 0.187114 in us-central1
        (TEL_AVIV, "c4d-standard-4", "0.2058254", "us-central1's price × 1.1, median of 270 general-purpose types in me-west1"),
    ],
)
def test_its_price_is_the_reference_region_s_times_a_factor(book, location, machine, hourly, because):
    assert book.machine(location, machine) is None
    found = book.stand_in(location, machine)
    assert found.machine.on_demand.value == Decimal(hourly)
    assert found.machine.location == location
    assert found.machine.on_demand.confidence is Confidence.MODELLED
    assert found.machine.on_demand.source.endswith(because)
    assert found.machine.spot is None
    assert found.because == because


def test_a_family_that_the_region_lists_is_told_by_its_own_types(book):
    region = next(name for name in book.regions("azure") if book.stand_in(Location("azure", name), "Standard_D96s_v6"))
    listed = {machine.type for machine in book.machines(Location("azure", region))}
    found = book.stand_in(Location("azure", region), "Standard_D96s_v6")
    assert found.family_listed == any(name in listed for name in ("Standard_D2s_v6", "Standard_D4s_v6"))


@pytest.mark.parametrize(
    ("location", "machine"),
    [
        (CAPE_TOWN, "m5.large"),  # listed
        (CAPE_TOWN, "p5.48xlarge"),  # accelerators
        (CAPE_TOWN, "g4dn.xlarge"),
        (CAPE_TOWN, "m7i.larg"),  # a typo
        (CAPE_TOWN, ""),
        (Location("aws", "atlantis-1"), "m5.large"),  # no such region
        (Location("lambda", "us-east-1"), "cpu_4x_general"),  # a cloud without a reference region
        (Location("", ""), "m5.large"),
        (CAPE_TOWN, "x" * 1000),
        (CAPE_TOWN, "m7i.large'; DROP TABLE machine; --"),
    ],
)
def test_what_is_listed_carries_accelerators_or_is_not_known_has_no_stand_in(book, location, machine):
    assert book.stand_in(location, machine) is None


def test_a_pod_that_names_it_is_priced_and_told_so(weigh, workload):
    # a pod that takes half of both takes half of the machine: 0.13334832 / 2 x 730 = 48.67
    weighed = weigh(workload(cpu=1, memory=4, spec=on("m7i.large")), location=CAPE_TOWN)
    assert round(weighed.total.expected, 2) == Decimal("48.67")
    assert weighed.certainty[Confidence.MODELLED] == weighed.total.expected
    assert not weighed.unpriced
    warning = weighed.workloads[0].machines[0].warning
    assert warning.startswith(
        "m7i.large is not listed in af-south-1, nor others of m7i: it may not be sold there; priced at us-east-1's"
    )


def test_a_type_that_the_region_lists_is_taken_before_one_that_it_lacks(weigh, workload):
    # the larger m5.2xlarge is listed; m7i.large is not
    machine = weigh(workload(spec=on("m7i.large", "m5.2xlarge")), location=CAPE_TOWN).workloads[0].machines[0]
    assert (machine.type, machine.warning) == ("m5.2xlarge", "")


def test_a_gpu_machine_that_the_region_lacks_stays_unpriced_with_where_it_is_sold(weigh, workload):
    weighed = weigh(workload(extended={"nvidia.com/gpu": 8}, spec=on("p5.48xlarge")), location=CAPE_TOWN)
    assert weighed.total.high == 0
    assert "machine type p5.48xlarge: not sold in af-south-1, but in ap-northeast-1" in weighed.unpriced[0].reason


def test_a_misspelt_type_stays_unpriced_with_the_one_that_is_meant(weigh, workload):
    weighed = weigh(workload(spec=on("m7i.larg")), location=CAPE_TOWN)
    assert weighed.unpriced[0].reason == "machine type m7i.larg: not in the price book of aws (did you mean m7i.large?)"


def test_one_s_own_discount_counts_for_it_and_one_s_own_price_before_it(book):
    text = b"""
version: 1
name: acme
date: 2026-10-01
discounts: [{cloud: aws, types: ["m7i.*"], percent: 50, because: ours}]
machines: [{cloud: aws, region: af-south-1, types: [m7a.large], hourly: 0.1, shape: {cpu: 2, memory: 8Gi}}]
"""
    own = OverlaidBook(book, read_overlay(text, "own.yaml"))
    assert own.stand_in(CAPE_TOWN, "m7i.large").machine.on_demand.value == Decimal("0.06667416")
    assert own.stand_in(CAPE_TOWN, "m7a.large") is None
    assert book.stand_in(CAPE_TOWN, "m7a.large") is not None


def test_its_price_can_be_explained(book):
    explanation = explain(book, "m7i.large", CAPE_TOWN)
    assert explanation.modelled.startswith("m7i.large is not listed in af-south-1")
    assert sum(share.whole for share in explanation.shares) == Decimal("0.13334832")
    assert explain(book, "m5.large", CAPE_TOWN).modelled == ""


def test_every_type_of_the_reference_region_has_a_price_in_a_region_that_has_factors(book):
    region = Location("aws", "eu-south-1")
    plain = [machine.type for machine in book.machines(Location("aws", "us-east-1")) if not machine.gpu_count][::25]
    assert len(plain) > 40
    assert all(book.machine(region, name) or book.stand_in(region, name) for name in plain)


@pytest.mark.parametrize(
    ("cloud", "name", "meant"),
    [
        ("aws", "m7i.larg", "m7i.large"),
        ("aws", "m7i.lagre", "m7i.large"),
        ("aws", "M5.Large", "m5.large"),
        ("aws", "m55.large", "m5.large"),
        ("gcp", "n2-standrd-4", "n2-standard-4"),
        ("azure", "Standard_D4s_v55", "Standard_D4s_v5"),
        ("azure", "standard_d4s_v5", "Standard_D4s_v5"),
        ("aws", "quantum.huge", ""),
        ("aws", "", ""),
        ("aws", "m5.large" * 20, ""),
        ("nowhere", "m5.large", ""),
    ],
)
def test_a_name_wrong_in_one_letter_is_known(book, cloud, name, meant):
    assert near_machine(book, cloud, name) == meant


def test_where_a_type_is_to_be_had_suggests_the_name_that_is_meant(book):
    assert whereabouts(book, "m7i.larg", CAPE_TOWN) == "m7i.larg is in no price list of the book (did you mean m7i.large?)"
