"""What NodePools may come to cost, what those of a fixed size cost, and what pods on them do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from policies.reports.report import Report
from policies.weighing import Weighing
from pricing.estimate import WorkloadEstimate
from pricing.rate import Confidence, Location

Weigher = Callable[..., Weighing]
AWS = Location("aws", "us-east-1")
POOL = "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: general}\nspec: {%s}\n---\n"
TYPES = "{key: node.kubernetes.io/instance-type, operator: In, values: [%s]}"
FAMILY = "{key: karpenter.k8s.aws/instance-family, operator: In, values: [%s]}"
SPOT = "{key: karpenter.sh/capacity-type, operator: In, values: [spot]}"
POD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      nodeSelector: {karpenter.sh/nodepool: general}
      containers: [{name: c, image: c, resources: {requests: {cpu: 1, memory: 4Gi}}}]
"""


def template(*requirements: str) -> str:
    return f"template: {{spec: {{requirements: [{', '.join(requirements)}]}}}}"


def estimates(weighed: Weigher, text: str) -> list[WorkloadEstimate]:
    return list(weighed(None, text, location=AWS).delta.after.workloads)


# The list price of an hour in us-east-1: m5.xlarge $0.192 with 4 vCPU and 16 GiB, m5.2xlarge twice both. An hour of a vCPU is $0.03699
# and of a GiB $0.00358 at the rates of c7i+m7i+r7i.
LIMITS = [
    (
        "cpu: 100",
        template(TYPES % "m5.xlarge"),
        "it may grow to 100 vCPU: $3,504 a month at most, all on m5.xlarge",
    ),  # 25 x 0.192 x 730
    ("cpu: 100, memory: 160Gi", template(TYPES % "m5.xlarge"), "100 vCPU, 160 GiB: $1,402 a month at most"),  # 10 of them
    ("nodes: 5", template(TYPES % "m5.xlarge, m5.2xlarge"), "5 nodes: $1,402 a month at most, all on m5.2xlarge"),
    ("cpu: 100, memory: 400Gi", template(), "about $3,746 a month at most at the rates of series c7i+m7i+r7i"),
    ("cpu: 100", template(), "about $2,700 a month at most at the rates of series c7i+m7i+r7i, beside memory"),
    ("nvidia.com/gpu: 8", template(), "what that costs is not known, since its requirements do not tell of which machines"),
    ("nvidia.com/gpu: 8", template(TYPES % "m5.xlarge"), "which does not bound the machines that it may make"),
    ("cpu: 100", template(FAMILY % "m99"), "it may grow to 100 vCPU, but no machine with family=m99 is sold in us-east-1"),
]


@pytest.mark.parametrize(("limits", "rest", "words"), LIMITS, ids=[f"{row[0]} {row[1]}" for row in LIMITS])
def test_limits_say_what_a_pool_may_cost_at_most_and_no_total_counts_it(
    weighed: Weigher, limits: str, rest: str, words: str
) -> None:
    (found,) = estimates(weighed, POOL % f"limits: {{{limits}}}, {rest}")
    assert words in found.notes[0]
    assert found.total.high == 0


def test_a_pool_without_limits_may_grow_as_far_as_pods_ask(weighed: Weigher) -> None:
    (found,) = estimates(weighed, POOL % template())
    assert "no limits" in found.notes[0]


def test_the_growth_of_a_pool_is_told_where_it_is_new(weighed: Weigher, reported: Callable[..., Report]) -> None:
    small, large = (POOL % f"limits: {{cpu: {cpu}}}, {template(TYPES % 'm5.xlarge')}" for cpu in (100, 200))
    assert any("NodePool general: it may grow to 100 vCPU" in note for note in reported(None, small).notes)
    assert any("NodePool general: it may grow to 200 vCPU" in note for note in reported(small, large).notes)
    assert not any("may grow" in note for note in reported(small, small).notes)


def test_a_pool_of_a_fixed_size_costs_its_machines(weighed: Weigher) -> None:
    (found,) = estimates(weighed, POOL % f"replicas: 3, {template(TYPES % 'm5.xlarge')}")
    assert found.total.expected == Decimal("0.192") * 3 * 730
    assert found.machines[0].count.expected == 3
    assert {line.counted for line in found.lines} == {"node"}


def test_of_several_machines_a_fixed_pool_is_taken_to_have_the_cheapest(weighed: Weigher) -> None:
    (found,) = estimates(weighed, POOL % f"replicas: 1, {template(FAMILY % 'm5')}")
    assert found.machines[0].type == "m5.large"


def test_pods_run_on_the_machines_of_the_pool_that_they_select(weighed: Weigher) -> None:
    pool, web = estimates(weighed, POOL % template(TYPES % "m5.xlarge") + POD)
    assert pool.total.expected == 0
    assert web.machines[0].type == "m5.xlarge"
    assert web.total.expected == Decimal("0.192") * 730 / 4  # a quarter of its vCPU and of its memory


def test_pods_on_a_spot_pool_cost_its_spot_price(weighed: Weigher) -> None:
    demand, spot = (
        estimates(weighed, POOL % template(*requirements) + POD)[1].total
        for requirements in ((TYPES % "m5.xlarge",), (TYPES % "m5.xlarge", SPOT))
    )
    assert spot.expected < demand.expected
    assert spot.high < demand.expected


def test_a_family_leads_to_the_cheapest_of_its_machines_and_that_is_modelled(weighed: Weigher) -> None:
    _, web = estimates(weighed, POOL % template(FAMILY % "m5, m5n") + POD)
    assert web.machines[0].type.startswith("m5.")
    assert "of the shape that its node labels ask for" in web.machines[0].because
    assert all(line.confidence is not Confidence.EXACT for line in web.lines)


def test_a_family_is_taken_for_amd64_unless_it_is_of_arm64_alone(weighed: Weigher) -> None:
    both, arm = (estimates(weighed, POOL % template(FAMILY % family) + POD)[1].machines[0].type for family in ("m5, m6g", "m6g"))
    assert (both.partition(".")[0], arm.partition(".")[0]) == ("m5", "m6g")


def test_a_family_that_is_not_sold_is_not_priced(weighed: Weigher) -> None:
    _, web = estimates(weighed, POOL % template(FAMILY % "m99") + POD)
    assert "no machine with family=m99 is sold in us-east-1, as node pool general asks" in web.unpriced[0].reason


def test_a_pod_may_ask_for_a_family_by_itself(weighed: Weigher) -> None:
    text = POD.replace("karpenter.sh/nodepool: general", "karpenter.k8s.aws/instance-family: c5")
    (web,) = estimates(weighed, text)
    assert web.machines[0].type.startswith("c5.")
