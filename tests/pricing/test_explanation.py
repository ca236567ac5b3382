"""A line's arithmetic can be worked out again from its words."""

from decimal import Decimal

import pytest

from pricing.explanation import derivation, money
from pricing.rate import Location
from workloads.span import Span
from workloads.workload import LoadBalancer, VolumeClaim

US_EAST_1 = Location("aws", "us-east-1")


def first(weighed, what="cpu"):
    return derivation(next(line for line in weighed.workloads[0].lines if line.what == what))


def test_pods_times_size_times_hours_times_rate(weigh, workload):
    words = first(weigh(workload(pods=3, cpu="0.5"), location=US_EAST_1))
    # 3 x 0.5 x 730 x 0.03699
    assert words[0] == "3 pods × 0.5 vCPU × 730 h × $0.03699 = $40.50 a month"
    assert words[1] == "rate: fitted over c7i+m7i+r7i, us-east-1, 2026-07-20, modelled"


def test_a_range_names_both_ends(weigh, workload):
    assert first(weigh(workload(pods=(3, 3, 12), cpu=1)))[1] == "from $64.18 to $256.71"


def test_hours_that_are_no_whole_month_are_pod_hours(weigh, workload):
    assert first(weigh(workload(cpu=2, hours=8, one_off=True)))[0] == "2 vCPU × 8 h × $0.029305 = $0.47 once"


def test_volumes_are_counted_by_the_month(weigh, workload):
    claim = VolumeClaim("data", ("spec",), Decimal(100 * 2**30), Span.exactly(3), "premium-rwo")
    assert first(weigh(workload(podless=True, claims=(claim,))), "storage")[0] == "3 volumes × 100 GiB × $0.17 = $51.00 a month"


def test_a_disk_sold_by_tier_names_its_tier(weigh, workload):
    claim = VolumeClaim("data", ("spec",), Decimal(100 * 2**30), Span.exactly(1), "managed-csi")
    words = first(weigh(workload(podless=True, claims=(claim,)), location=Location("azure", "eastus")), "storage")
    assert words[0] == "1 volume × 1 disk × $9.6 = $9.60 a month"
    assert any("tier E10" in word for word in words)


def test_a_load_balancer_costs_its_hours(weigh, workload):
    words = first(weigh(workload(podless=True, load_balancers=(LoadBalancer("", {}),))), "loadBalancer")
    assert words[0] == "1 load balancer × 730 h × $0.025 = $18.25 a month"


def test_what_a_pod_strands_is_said_with_its_machine(weigh, workload):
    spec = {"nodeSelector": {"node.kubernetes.io/instance-type": "g2-standard-4"}}
    words = first(weigh(workload(pods=2, cpu=3, memory=12, extended={"nvidia.com/gpu": 1}, spec=spec)), "stranded")
    assert words[0] == "2 pods × 730 h × $0.03993205293 = $58.30 a month"
    assert "the pod takes 100 % of a g2-standard-4 at $0.706832 an hour; its own parts leave this of it" in words


def test_an_assumption_is_named_with_its_key(weigh, workload):
    words = first(weigh(workload(cpu="0.1", assumed_cpu="0.1")))
    assert words[-1] == "0.1 vCPU assumed: no request is stated (assume.cpu)"


@pytest.mark.parametrize(
    ("amount", "words"), [("1031.974", "$1,031.97"), ("-0.505", "-$0.50"), ("-0.001", "$0.00"), ("0", "$0.00")]
)
def test_money_is_in_whole_cents(amount, words):
    assert money(Decimal(amount)) == words
