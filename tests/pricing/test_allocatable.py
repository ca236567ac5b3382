"""What nodes leave to pods, by the rules that clouds publish."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.machines.allocatable import allocatable
from pricing.machines.family import family_of
from pricing.rate import Location

MIB = 1 / Decimal(1024)
KEPT_FOR_EVICTION = 100 * MIB
CLOUDS = st.sampled_from(["aws", "azure", "gcp"])
CORES = st.integers(1, 3_600).map(lambda quarters: Decimal(quarters) / 4)
GIBS = st.integers(2, 100_000).map(lambda quarters: Decimal(quarters) / 4)


def left(cloud, cpu, memory, machine_type=""):
    found = allocatable(cloud, machine_type, Decimal(cpu), Decimal(memory))
    return found.cpu, found.memory


@pytest.mark.parametrize(
    ("cores", "kept"),
    [
        ("1", "0.06"),
        ("2", "0.07"),
        ("3", "0.075"),
        ("4", "0.08"),
        ("8", "0.09"),
        # 60 + 10 + 10 + 92 x 2.5 millicores
        ("96", "0.31"),
    ],
)
def test_gke_keeps_of_its_cores_by_bands_and_eks_does_as_well(cores, kept):
    for cloud in ("gcp", "aws"):
        assert left(cloud, cores, 512)[0] == Decimal(cores) - Decimal(kept)


@pytest.mark.parametrize("machine_type", ["e2-micro", "e2-small", "e2-medium"])
def test_gke_keeps_more_than_a_core_of_machines_that_share_theirs(machine_type):
    assert left("gcp", 2, 4, machine_type)[0] == Decimal("0.94")


@pytest.mark.parametrize(
    ("memory", "kept"),
    [
        # 255 MiB below one GiB
        ("0.6", "0.2490234375"),
        ("1", "0.25"),
        ("4", "1"),
        ("8", "1.8"),
        ("16", "2.6"),
        # 1 + 0.8 + 0.8 + 6 % of 112
        ("128", "9.32"),
        # and 2 % of what is beyond
        ("228", "11.32"),
    ],
)
def test_gke_keeps_of_its_memory_by_bands_and_for_eviction(memory, kept):
    assert left("gcp", 4, memory)[1] == Decimal(memory) - Decimal(kept) - KEPT_FOR_EVICTION


@pytest.mark.parametrize(
    ("cores", "millicores"), [(1, 60), (2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740), (96, 1060)]
)
def test_aks_keeps_of_its_cores_what_its_table_says(cores, millicores):
    assert left("azure", cores, 16)[0] == cores - Decimal(millicores) / 1000


@pytest.mark.parametrize(
    ("memory", "kept"),
    [
        # a quarter of what is small
        (4, Decimal(1)),
        (8, Decimal(2)),
        # 110 pods of 20 MiB and 50 MiB are less than a quarter from 9 GiB on
        (16, 2250 * MIB),
        (448, 2250 * MIB),
    ],
)
def test_aks_keeps_of_its_memory_by_the_pods_of_a_node(memory, kept):
    assert left("azure", 4, memory)[1] == memory - kept - KEPT_FOR_EVICTION


@pytest.mark.parametrize(("cores", "mebibytes"), [(8, 11 * 110 + 255), (29, 11 * 110 + 255), (30, 11 * 250 + 255)])
def test_eks_keeps_of_the_memory_of_types_that_are_not_listed_by_the_pods_of_a_node(cores, mebibytes):
    assert left("aws", cores, 61)[1] == 61 - mebibytes * MIB - KEPT_FOR_EVICTION


@pytest.mark.parametrize("cloud", ["scaleway", "coreweave", "oci", "on-premises", ""])
def test_of_a_cloud_that_publishes_no_rule_nothing_is_said(cloud):
    assert allocatable(cloud, "machine", Decimal(4), Decimal(16)) is None


@given(CLOUDS, CORES, GIBS)
def test_pods_never_have_more_than_the_machine_has(cloud, cpu, memory):
    cores, gibibytes = left(cloud, cpu, memory)
    assert 0 <= cores < cpu
    assert 0 <= gibibytes < memory


@given(CLOUDS, CORES, CORES, GIBS, GIBS)
def test_a_machine_with_more_of_one_leaves_no_less_of_it(cloud, cpu, more, memory, larger):
    assert left(cloud, min(cpu, more), memory)[0] <= left(cloud, max(cpu, more), memory)[0]
    assert left(cloud, cpu, min(memory, larger))[1] <= left(cloud, cpu, max(memory, larger))[1]


@pytest.mark.parametrize(
    "location", [Location("aws", "us-east-1"), Location("azure", "eastus"), Location("gcp", "us-central1")], ids=str
)
def test_a_larger_machine_of_a_family_leaves_more_to_pods(book, location):
    families = {}
    for machine in book.machines(location):
        families.setdefault(family_of(machine.type), []).append(machine)
    for several in families.values():
        for small, large in pairwise(sorted(several, key=lambda each: (each.cpu, each.memory))):
            if small.cpu < large.cpu and small.memory < large.memory:
                assert small.allocatable.cpu <= large.allocatable.cpu, (small.type, large.type)
                assert small.allocatable.memory <= large.allocatable.memory, (small.type, large.type)
