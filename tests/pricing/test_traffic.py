"""Traffic that an object declares costs what its provider charges by the GiB."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.comparison import compare
from pricing.estimator import estimate
from pricing.explanation import derivation
from pricing.network.traffic import price_traffic
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.inventory import take_inventory
from workloads.network.controller_class import Builder
from workloads.network.traffic import KEYS, Traffic, traffic
from workloads.text.reader import read
from workloads.workload import LoadBalancer

GIB, TIB = Decimal(2**30), Decimal(2**40)
US_EAST_1 = Location("aws", "us-east-1")
US_CENTRAL1 = Location("gcp", "us-central1")
EASTUS = Location("azure", "eastus")
NLB = LoadBalancer("service.k8s.aws/nlb", {})
CLB = LoadBalancer("", {"service.beta.kubernetes.io/aws-load-balancer-type": "clb"})
ALB = LoadBalancer("alb", {}, builder=Builder.AWS_APPLICATION)


def priced(book, location, balancers=(), **amounts):
    with exactly():
        return price_traffic(Traffic(amounts), balancers, book, location)


def total(bill):
    return sum(line.amount.expected for line in bill.lines)


# Each figure by hand: GiB of a tier x its price.
@pytest.mark.parametrize(
    ("location", "key", "amount", "expected"),
    [
        (US_EAST_1, "internet", 100 * GIB, ["9.00"]),
        (US_EAST_1, "internet", 10 * TIB, ["921.60"]),  # 10,240 at 0.09
        (US_EAST_1, "internet", 20 * TIB, ["921.60", "870.40"]),  # 10,240 more at 0.085
        (
            US_EAST_1,
            "internet",
            200 * TIB,
            ["921.60", "3481.60", "7168.00", "2560.00"],
        ),  # 40,960; 102,400 at 0.07; 51,200 at 0.05
        (US_CENTRAL1, "internet", 1 * TIB, ["122.88"]),  # 1,024 at 0.12
        (US_CENTRAL1, "internet", 20 * TIB, ["122.88", "1013.76", "819.20"]),  # 9,216 at 0.11; 10,240 at 0.08
        (EASTUS, "internet", 100 * GIB, ["8.700"]),
        (US_EAST_1, "crossZone", 500 * GIB, ["10.00"]),  # both sides pay 0.01
        (US_CENTRAL1, "crossZone", 500 * GIB, ["5.00"]),  # once
        (US_EAST_1, "crossRegion", 100 * GIB, ["2.00"]),
        (US_CENTRAL1, "crossRegion", 100 * GIB, ["2.00"]),
        (US_EAST_1, "nat", 1 * TIB, ["46.080"]),  # 0.045
        (US_CENTRAL1, "nat", 1 * TIB, ["46.080"]),
        (EASTUS, "nat", 1 * TIB, ["46.080"]),
    ],
)
def test_traffic_costs_its_gib(book, location, key, amount, expected):
    bill = priced(book, location, **{key: amount})
    assert [line.amount.expected for line in bill.lines] == [Decimal(each) for each in expected]
    assert not bill.unpriced


@pytest.mark.parametrize(
    ("location", "balancer", "expected", "confidence"),
    [
        (US_EAST_1, NLB, "6.144", Confidence.MODELLED),  # 1,024 at 0.006, a unit of load each
        (US_EAST_1, ALB, "8.192", Confidence.MODELLED),  # 0.008
        (US_EAST_1, CLB, "8.192", Confidence.EXACT),
        (US_CENTRAL1, LoadBalancer("", {}), "8.192", Confidence.EXACT),
        (EASTUS, LoadBalancer("", {}), "5.120", Confidence.ASSUMED),  # 0.005, entered by hand
    ],
)
def test_what_a_load_balancer_processes_costs_by_its_kind(book, location, balancer, expected, confidence):
    (line,) = priced(book, location, [balancer], processed=TIB).lines
    assert (line.amount.expected, line.confidence) == (Decimal(expected), confidence)


def test_the_arithmetic_is_shown_with_what_it_leaves_out(book):
    first, second = priced(book, US_EAST_1, internet=20 * TIB).lines
    assert derivation(first)[0] == "10240 GiB × $0.09 = $921.60 a month"
    assert "the 100 GB a month that AWS gives an account are not taken off" in first.derivation
    assert second.derivation[0] == "from 10,240 GiB a month on"
    assert first.confidence is Confidence.MODELLED  # others of the account share the tiers


def test_what_a_provider_does_not_charge_is_free_and_said(book):
    bill = priced(book, EASTUS, crossZone=TIB)
    assert not bill.lines
    assert bill.free == ("traffic between zones: Azure does not charge it",)


@pytest.mark.parametrize(
    ("location", "amounts", "reason"),
    [
        (US_EAST_1, {"processed": TIB}, "the object has no load balancer that has a price"),
        (Location("", ""), {"internet": TIB}, "no price for it in an unknown cloud"),
        (Location("lambda", "us-east-1"), {"crossZone": TIB}, "no price for it in lambda"),
        (Location("aws", "mars-1"), {"internet": TIB}, "no price for internet-egress in mars-1"),
    ],
)
def test_traffic_that_nobody_prices_is_unpriced_in_words(book, location, amounts, reason):
    bill = priced(book, location, **amounts)
    assert not bill.lines
    assert reason in bill.unpriced[0]


@given(
    location=st.sampled_from([US_EAST_1, US_CENTRAL1, EASTUS]),
    key=st.sampled_from(KEYS),
    less=st.integers(0, 2**55),
    more=st.integers(0, 2**55),
)
@settings(max_examples=80)
def test_more_traffic_never_costs_less_and_its_tiers_hold_all_of_it(book, location, key, less, more):
    balancers = [LoadBalancer("", {})]
    small, large = (priced(book, location, balancers, **{key: Decimal(amount)}) for amount in (less, less + more))
    assert total(small) <= total(large)
    if key == "internet":
        with exactly():
            assert sum(line.quantity for line in large.lines) * GIB == less + more


class TestAnnotation:
    @staticmethod
    def declared(value):
        return traffic({"metadata": {"annotations": {"weighbridge.dev/traffic": value}}})

    def test_quantities_are_kubernetes_own(self):
        (found,) = self.declared("internet=2Ti  crossZone=1.5Gi nat=500G internet=1Ti")
        assert found.amounts == {"internet": 3 * TIB, "crossZone": Decimal("1.5") * GIB, "nat": Decimal(500 * 10**9)}

    def test_none_is_none(self):
        assert traffic({}) == ()
        assert self.declared("internet=0") == ()

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("", "no traffic is stated"),
            ("internet", "is not a quantity"),
            ("internet=lots", "'lots' is not a quantity"),
            ("internet=-1Ti", "is no amount that anybody could move"),
            ("internet=1e64", "is no amount that anybody could move"),
            ("internet=1e999999999", "has an exponent beyond 64"),
            ("egress=1Ti", "'egress' is none of internet, crossZone"),
            ("x" * 5000, "no text, or a very long one"),
            (7, "no text, or a very long one"),
            (["internet=1Ti"], "no text, or a very long one"),
        ],
    )
    def test_what_is_no_traffic_is_said(self, value, words):
        (found,) = self.declared(value)
        assert found.startswith("annotation weighbridge.dev/traffic: ")
        assert words in found

    @given(st.text(max_size=200))
    def test_no_text_raises(self, text):
        assert all(isinstance(found, str | Traffic) for found in self.declared(text))

    def test_a_malformed_one_leaves_the_rest_of_the_object_priced(self, book):
        text = b"""
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {weighbridge.dev/traffic: internet=lots}}
spec: {type: LoadBalancer}
"""
        found = estimate(take_inventory(read(text, "a.yaml").manifests), book, US_EAST_1)
        assert found.total.expected > 0
        assert "'lots' is not a quantity" in found.unpriced[0].reason

    def test_a_service_without_a_load_balancer_may_declare_traffic(self, book):
        text = b"""
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {weighbridge.dev/traffic: crossZone=500Gi}}
spec: {}
"""
        found = estimate(take_inventory(read(text, "a.yaml").manifests), book, US_EAST_1)
        assert found.total.expected == 10


def test_declared_traffic_is_no_longer_said_not_to_be_counted(weigh, workload):
    silent = weigh(workload(podless=True, load_balancers=(NLB,)), location=US_EAST_1).workloads[0]
    told = weigh(workload(podless=True, load_balancers=(NLB,), traffic=Traffic({"processed": TIB})), location=US_EAST_1)
    assert "traffic not counted" in silent.lines[0].derivation
    assert not any("traffic not counted" in line.derivation for line in told.workloads[0].lines)


def test_a_change_of_traffic_is_told_with_its_field(weigh, workload):
    before = weigh(workload(traffic=Traffic({"crossZone": 500 * GIB})), location=US_EAST_1)
    after = weigh(workload(traffic=Traffic({"crossZone": 700 * GIB})), location=US_EAST_1)
    (field,) = compare(before, after).workloads[0].fields
    assert field.path == ("metadata", "annotations", "weighbridge.dev/traffic")
    assert (field.what, field.before, field.after) == ("traffic", "crossZone=500Gi", "crossZone=700Gi")
    assert field.change.expected == 4
