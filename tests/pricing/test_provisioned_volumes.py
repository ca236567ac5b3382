"""Volumes pay for the operations and the throughput that their classes provision, beyond what their size includes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.comparison import compare
from pricing.explanation import derivation
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from pricing.volumes.volume import price_claim
from workloads.inventory import take_inventory
from workloads.snapshots.snapshot import StorageClass, VolumeAttributesClass
from workloads.span import Span
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import VolumeClaim

GIB = 2**30
US_EAST_1 = Location("aws", "us-east-1")
US_CENTRAL1 = Location("gcp", "us-central1")
EASTUS = Location("azure", "eastus")
EBS, PD, DISK, FILES = "ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com", "file.csi.azure.com"


def claim(size, provisioner, parameters, attributes=None, **more):
    definition = StorageClass("fast", provisioner, parameters)
    if attributes is not None:
        more |= {"attributes_class": "gold", "attributes": VolumeAttributesClass("gold", provisioner, attributes)}
    return VolumeClaim("data", ("spec",), Decimal(size) * GIB, Span.exactly(1), "fast", definition, **more)


def priced(book, wanted, location):
    with exactly():
        return price_claim(wanted, book, location)


def amounts(bill):
    return [(line.unit, line.amount.expected) for line in bill.lines]


# Each figure by hand, from the price rows: size x its rate, then what is provisioned beyond the free part x its rate.
@pytest.mark.parametrize(
    ("location", "provisioner", "parameters", "gib", "expected"),
    [
        (US_EAST_1, EBS, {"type": "gp3"}, 500, {"GiB": "40"}),
        (US_EAST_1, EBS, {"type": "gp3", "iops": "3000", "throughput": "125"}, 500, {"GiB": "40"}),
        (US_EAST_1, EBS, {"type": "gp3", "iops": "6000", "throughput": "250"}, 500, {"GiB": "40", "IOPS": "15", "MiB/s": "5"}),
        (US_EAST_1, EBS, {"TYPE": "gp3", "IOPS": "6000"}, 500, {"GiB": "40", "IOPS": "15"}),
        (US_EAST_1, EBS, {"type": "gp3", "iopsPerGB": "50"}, 100, {"GiB": "8", "IOPS": "10"}),  # 5,000 of them
        (US_EAST_1, EBS, {"type": "gp3", "iopsPerGB": "1000"}, 100, {"GiB": "8", "IOPS": "235"}),  # at most 500 a GiB
        (US_EAST_1, EBS, {"type": "gp3", "iopsPerGB": "3", "allowAutoIOPSPerGBIncrease": "true"}, 100, {"GiB": "8"}),
        (US_EAST_1, EBS, {"type": "gp2", "iops": "6000"}, 100, {"GiB": "10"}),  # gp2 sells none
        (US_EAST_1, EBS, {"type": "io1", "iops": "1000"}, 100, {"GiB": "12.5", "IOPS": "65"}),
        (
            US_EAST_1,
            "kubernetes.io/aws-ebs",
            {"type": "io1", "iopsPerGB": "10"},
            4,
            {"GiB": "0.5", "IOPS": "6.5"},
        ),  # at least 100
        (US_EAST_1, EBS, {"type": "io2", "iops": "1000"}, 100, {"GiB": "12.5", "IOPS": "65"}),
        (US_EAST_1, EBS, {"type": "io2", "iops": "40000"}, 100, {"GiB": "12.5", "IOPS": "2600"}),
        (US_EAST_1, EBS, {"type": "st1"}, 50, {"GiB": "5.625"}),  # sold from 125 GiB on
        (US_EAST_1, EBS, {"type": "sc1"}, 1000, {"GiB": "15"}),
        (
            US_CENTRAL1,
            PD,
            {"type": "hyperdisk-balanced", "provisioned-iops-on-create": "5000", "provisioned-throughput-on-create": "240Mi"},
            100,
            {"GiB": "8", "IOPS": "10", "MiB/s": "4"},
        ),
        (
            US_CENTRAL1,
            PD,
            {"type": "hyperdisk-throughput", "provisioned-throughput-on-create": "180Mi"},
            4096,
            {"GiB": "20.48", "MiB/s": "45"},
        ),
        (
            US_CENTRAL1,
            PD,
            {"type": "hyperdisk-extreme", "provisioned-iops-on-create": "10000"},
            100,
            {"GiB": "12.5", "IOPS": "320"},
        ),
        (
            US_CENTRAL1,
            PD,
            {"type": "hyperdisk-ml", "provisioned-throughput-on-create": "600Mi"},
            100,
            {"GiB": "8", "MiB/s": "72"},
        ),
        (US_CENTRAL1, PD, {"type": "pd-extreme", "provisioned-iops-on-create": "10000"}, 500, {"GiB": "62.5", "IOPS": "650"}),
        (US_CENTRAL1, PD, {"type": "pd-standard", "replication-type": "regional-pd"}, 100, {"GiB": "16"}),  # from 200 GiB on
        (
            EASTUS,
            DISK,
            {"skuName": "PremiumV2_LRS", "DiskIOPSReadWrite": "4000", "DiskMBpsReadWrite": "200"},
            100,
            {"GiB": "8.1", "IOPS": "5.2", "MiB/s": "3.075"},
        ),
        (EASTUS, DISK, {"skuName": "PremiumV2_LRS"}, 100, {"GiB": "8.1"}),
        (
            EASTUS,
            DISK,
            {"skuName": "UltraSSD_LRS", "diskIOPSReadWrite": "2000", "diskMBpsReadWrite": "50"},
            100,
            {"GiB": "15.324416", "IOPS": "99.28", "MiB/s": "17.475"},  # sold as 128 GiB
        ),
        (EASTUS, DISK, {"skuName": "UltraSSD_LRS"}, 1, {"GiB": "0.478888", "IOPS": "24.82", "MiB/s": "34.95"}),  # 500 and 100
        (
            EASTUS,
            DISK,
            {"skuName": "UltraSSD_LRS"},
            1500,  # sold as 2,048 GiB; 1,500 operations, 100 MiB/s
            {"GiB": "245.190656", "IOPS": "74.46", "MiB/s": "34.95"},
        ),
        (EASTUS, FILES, {"skuName": "Premium_LRS"}, 10, {"GiB": "17.6"}),  # a premium share has 100 GiB at least
    ],
)
def test_a_volume_pays_for_its_size_and_for_what_it_provisions(book, location, provisioner, parameters, gib, expected):
    bill = priced(book, claim(gib, provisioner, parameters), location)
    assert dict(amounts(bill)) == {unit: Decimal(amount) for unit, amount in expected.items()}
    assert not bill.unpriced


def test_each_line_says_where_its_figure_is_from(book):
    capacity, operations, throughput = priced(
        book, claim(500, EBS, {"type": "gp3", "iops": "6000", "throughput": "250"}), US_EAST_1
    ).lines
    assert capacity.derivation == ("gp3, by StorageClass fast",)
    assert operations.derivation == ("iops 6,000", "the first 3,000 IOPS are in the price of its size")
    assert derivation(operations)[0] == "1 volume × 3000 IOPS × $0.005 = $15.00 a month"
    assert derivation(throughput)[0] == "1 volume × 125 MiB/s × $0.04 = $5.00 a month"
    assert {line.confidence for line in (capacity, operations, throughput)} == {Confidence.EXACT}


def test_operations_beyond_the_first_tier_are_an_upper_bound_and_modelled(book):
    line = priced(book, claim(100, EBS, {"type": "io2", "iops": "40000"}), US_EAST_1).lines[1]
    assert line.confidence is Confidence.MODELLED
    assert any(words.startswith("at most: io2 costs less for each beyond 32,000") for words in line.derivation)


@pytest.mark.parametrize(
    ("location", "provisioner", "parameters", "reason"),
    [
        (US_EAST_1, EBS, {"type": "io1"}, "its IOPS are not stated, and io1 is paid by them"),
        (US_CENTRAL1, PD, {"type": "pd-extreme"}, "its IOPS are not stated"),
        (US_CENTRAL1, PD, {"type": "hyperdisk-ml"}, "its throughput is not stated"),
        (US_EAST_1, EBS, {"type": "gp3", "iops": "fast"}, "iops: 'fast' is not a quantity"),
        (US_EAST_1, EBS, {"type": "gp3", "iops": "-5"}, "iops -5 is no figure that a volume can have"),
        (US_EAST_1, EBS, {"type": "gp3", "iops": "1e60"}, "iops 1e60 is no figure"),
        (US_EAST_1, EBS, {"type": "gp3", "throughput": "9" * 400}, "throughput: "),
        (US_EAST_1, EBS, {"type": "gp3", "iopsPerGB": "1e999999999"}, "iopspergb: "),
    ],
)
def test_what_is_not_stated_or_no_number_is_unpriced_beside_the_size(book, location, provisioner, parameters, reason):
    bill = priced(book, claim(500, provisioner, parameters), location)
    assert [line.unit for line in bill.lines] == ["GiB"]
    assert reason in bill.unpriced[0]


def test_what_is_billed_by_what_is_stored_is_modelled_by_the_claim_s_size(book):
    line = priced(book, claim(10, "efs.csi.aws.com", {"provisioningMode": "efs-ap"}), US_EAST_1).lines[0]
    assert line.amount.expected == Decimal("3.0")
    assert line.confidence is Confidence.MODELLED
    assert "billed by what is stored: the size of the claim is taken for it" in line.derivation


@pytest.mark.parametrize(
    ("provisioner", "location"),
    [
        ("fsx.csi.aws.com", US_EAST_1),
        ("filestore.csi.storage.gke.io", US_CENTRAL1),
        ("blob.csi.azure.com", EASTUS),
        ("csi.trident.netapp.io", US_EAST_1),
    ],
)
def test_a_provisioner_without_a_price_says_where_to_state_one(book, provisioner, location):
    bill = priced(book, claim(100, provisioner, {}), location)
    assert f"no price for {provisioner} in {location.region}" in bill.unpriced[0]
    assert "a file of prices of your own" in bill.unpriced[0]


@pytest.mark.parametrize("provisioner", ["kubernetes.io/no-provisioner", "rancher.io/local-path", "topolvm.io"])
def test_a_volume_on_its_node_s_disk_is_free_and_says_so(book, provisioner):
    bill = priced(book, claim(100, provisioner, {}), US_EAST_1)
    assert not bill.lines
    assert not bill.unpriced
    assert "on a disk of its node" in bill.free[0]


class TestVolumeAttributesClasses:
    def test_it_is_laid_over_the_storage_class(self, book):
        bill = priced(book, claim(100, EBS, {"type": "gp3", "iops": "4000"}, {"iops": "16000"}), US_EAST_1)
        assert amounts(bill) == [("GiB", Decimal("8.00")), ("IOPS", Decimal("65.000"))]
        assert bill.lines[0].derivation[0] == "gp3, by StorageClass fast and VolumeAttributesClass gold"

    def test_its_figure_counts_before_a_ratio_of_the_storage_class(self, book):
        bill = priced(book, claim(100, EBS, {"type": "gp3", "iopsPerGB": "50"}, {"IOPS": "4000"}), US_EAST_1)
        assert amounts(bill)[1] == ("IOPS", Decimal("5.000"))

    def test_it_may_change_the_type(self, book):
        bill = priced(book, claim(100, EBS, {"type": "gp3"}, {"type": "io2", "iops": "1000"}), US_EAST_1)
        assert dict(amounts(bill)) == {"GiB": Decimal("12.5"), "IOPS": Decimal(65)}

    def test_google_s_parameters_have_names_of_their_own(self, book):
        attributes = {"iops": "5000", "throughput": "240Mi"}
        bill = priced(book, claim(100, PD, {"type": "hyperdisk-balanced"}, attributes), US_CENTRAL1)
        assert dict(amounts(bill)) == {"GiB": Decimal(8), "IOPS": Decimal(10), "MiB/s": Decimal(4)}

    def test_one_that_is_not_known_leaves_the_size_priced_and_the_rest_unpriced(self, book):
        wanted = replace(claim(100, EBS, {"type": "gp3"}), attributes_class="gold")
        bill = priced(book, wanted, US_EAST_1)
        assert amounts(bill) == [("GiB", Decimal("8.00"))]
        assert "VolumeAttributesClass gold is not known" in bill.unpriced[0]

    def test_one_of_another_driver_is_said(self, book):
        foreign = VolumeAttributesClass("gold", PD, {"iops": "5000"})
        wanted = replace(claim(100, EBS, {"type": "gp3"}), attributes_class="gold", attributes=foreign)
        bill = priced(book, wanted, US_EAST_1)
        assert "VolumeAttributesClass gold is of driver pd.csi.storage.gke.io" in bill.unpriced[0]

    def test_it_is_found_among_the_manifests_of_the_change(self):
        text = b"""
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: {name: gold}
driverName: ebs.csi.aws.com
parameters: {iops: "16000", broken: 7}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: gp3, volumeAttributesClassName: gold, resources: {requests: {storage: 10Gi}}}
"""
        manifests = read(text, "a.yaml").manifests
        (workload,) = take_inventory(manifests, observe(manifests)).workloads
        assert workload.claims[0].attributes == VolumeAttributesClass("gold", "ebs.csi.aws.com", {"iops": "16000"})


PARAMETERS = st.fixed_dictionaries(
    {"type": st.just("gp3")},
    optional={
        "iops": st.integers(1, 200000).map(str),
        "iopsPerGB": st.integers(1, 2000).map(str),
        "throughput": st.integers(1, 2000).map(str),
    },
)


class TestLaws:
    @given(parameters=PARAMETERS, size=st.integers(1, 20000), more=st.integers(0, 5000))
    @settings(max_examples=60)
    def test_a_larger_volume_never_costs_less(self, book, parameters, size, more):
        small, large = (
            sum(line.amount.expected for line in priced(book, claim(gib, EBS, parameters), US_EAST_1).lines)
            for gib in (size, size + more)
        )
        assert small <= large

    @given(operations=st.integers(1, 200000), more=st.integers(0, 50000), size=st.integers(1, 2000))
    @settings(max_examples=60)
    def test_more_operations_never_cost_less(self, book, operations, more, size):
        few, many = (
            sum(line.amount.expected for line in priced(book, claim(size, EBS, {"iops": str(wanted)}), US_EAST_1).lines)
            for wanted in (operations, operations + more)
        )
        assert few <= many

    @given(parameters=PARAMETERS, size=st.integers(1, 2000), count=st.integers(1, 9), left=st.integers(0, 9))
    @settings(max_examples=40)
    def test_a_stateful_set_scaled_down_frees_nothing_of_its_volumes(self, weigh, workload, parameters, size, count, left):
        one = replace(claim(size, EBS, parameters), count=Span.exactly(count))
        before = weigh(workload(kind="StatefulSet", claims=(one,)), location=US_EAST_1)
        scaled = replace(one, count=Span.exactly(min(left, count)))
        after = weigh(workload(kind="StatefulSet", claims=(scaled,)), location=US_EAST_1)
        kept = compare(before, after).after.workloads[0]
        then = [line.amount for line in before.workloads[0].lines if line.what == "storage"]
        assert [line.amount for line in kept.lines if line.what == "storage"] == then

    @given(parameters=PARAMETERS, size=st.integers(2, 2000), smaller=st.integers(1, 2000))
    @settings(max_examples=40)
    def test_a_smaller_claim_frees_nothing_of_its_volume(self, weigh, workload, parameters, size, smaller):
        one, other = claim(size, EBS, parameters), claim(min(size, smaller), EBS, parameters)
        before = weigh(workload(kind="StatefulSet", claims=(one,)), location=US_EAST_1)
        after = weigh(workload(kind="StatefulSet", claims=(other,)), location=US_EAST_1)
        difference = compare(before, after)
        assert difference.change.expected == 0
        assert (min(size, smaller) < size) == any("never shrink" in note for note in difference.workloads[0].notes)


def test_another_class_of_attributes_is_named_with_its_part_of_the_change(weigh, workload):
    plain = replace(claim(100, EBS, {"type": "gp3"}), count=Span.exactly(3))
    gold = replace(claim(100, EBS, {"type": "gp3"}, {"iops": "16000"}), count=Span.exactly(3))
    delta = compare(
        weigh(workload(claims=(plain,)), location=US_EAST_1), weigh(workload(claims=(gold,)), location=US_EAST_1)
    ).workloads[0]
    (field,) = delta.fields
    assert field.path == ("spec", "spec", "volumeAttributesClassName")
    assert (field.what, field.before, field.after) == ("volume performance", "as the size includes", "+13,000 IOPS")
    assert field.change.expected == delta.change.expected == 3 * Decimal(65)


def test_more_volumes_with_operations_are_told_as_more_volumes(weigh, workload):
    one = claim(100, EBS, {"type": "gp3", "iops": "6000"})
    more = replace(one, count=Span.exactly(2))
    delta = compare(
        weigh(workload(claims=(one,)), location=US_EAST_1), weigh(workload(claims=(more,)), location=US_EAST_1)
    ).workloads[0]
    (field,) = delta.fields
    assert (field.what, field.change.expected) == ("volumes", Decimal(23))  # 8 for its size, 15 for 3,000 operations


def test_another_class_of_attributes_lowers_operations_but_no_size(weigh, workload):
    before = claim(200, EBS, {"type": "gp3"}, {"iops": "16000"})
    slow = VolumeAttributesClass("slow", EBS, {"iops": "4000"})
    after = replace(claim(100, EBS, {"type": "gp3"}), attributes_class="slow", attributes=slow)
    delta = compare(
        weigh(workload(claims=(before,)), location=US_EAST_1), weigh(workload(claims=(after,)), location=US_EAST_1)
    ).workloads[0]
    storage = [(line.unit, line.amount.expected) for line in delta.after.lines if line.what == "storage"]
    assert storage == [("GiB", Decimal("16.00")), ("IOPS", Decimal("5.000"))]
