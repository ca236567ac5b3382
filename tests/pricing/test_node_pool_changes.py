"""What a change of NodePools does to the pods that select them: told where it is known, never a saving where it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from manifest_texts import GPU_POOL as POOL

from policies.reports.report import Report, report
from policies.weighing import Weighing
from pricing.delta import WorkloadDelta
from pricing.rate import Location

Weigher = Callable[..., Weighing]
IRELAND = Location("aws", "eu-west-1")
POD = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: model}
spec:
  replicas: 2
  template:
    spec:
      nodeSelector: {karpenter.sh/nodepool: gpu}
      containers: [{name: c, image: c, resources: {requests: {cpu: 4, memory: 14Gi}, limits: {nvidia.com/gpu: 1}}}]
"""
# Two g5.2xlarge in eu-west-1, each filled by its pod's GPU: 2 x 1.35296 x 730 on demand, 2 x 0.62236 x 730 on spot.
ON_DEMAND, SPOT = Decimal("1975.3216"), Decimal("908.6456")


Change = Callable[[str, str], tuple[Report, WorkloadDelta]]


@pytest.fixture(scope="session")
def change(weighed: Weigher) -> Change:
    """The report of a change in eu-west-1, and what it does to the pods."""

    def changing(before: str, after: str) -> tuple[Report, WorkloadDelta]:
        weighing = weighed(before, after, location=IRELAND)
        (found,) = [each for each in weighing.delta.workloads if each.identity.kind != "NodePool"]
        return report([weighing], "diff", datetime(2026, 1, 2, tzinfo=UTC)), found

    return changing


RENAMED = POOL.replace("name: gpu", "name: gpu-a10g")
TYPO = POD.replace("nodepool: gpu", "nodepool: gpuu")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (POOL + POD, POD, "this change leaves no NodePool gpu for its pods"),
        (
            POOL + POD,
            RENAMED + POD,
            "this change leaves no NodePool gpu for its pods (karpenter.sh/nodepool); known here: gpu-a10g",
        ),
        (POOL + POD, POOL + TYPO, "no NodePool gpuu is known here (karpenter.sh/nodepool); did you mean gpu?"),
        (RENAMED + POD, POOL + POD, "NodePool gpu (karpenter.sh/nodepool) comes with this change"),
    ],
    ids=["removed", "renamed", "misspelt", "added"],
)
def test_a_pool_that_is_not_there_makes_the_cost_unknown_and_never_a_saving(
    before: str, after: str, reason: str, change: Change
) -> None:
    told, delta = change(before, after)
    assert [entry.reason.startswith(reason) for entry in told.unpriced_changes] == [True]
    assert told.delta.nothing
    assert delta.change.nothing
    assert told.not_priced == 1


def test_a_pool_that_is_renamed_with_its_pods_changes_no_cost(change: Change) -> None:
    told, delta = change(POOL + POD, RENAMED + POD.replace("nodepool: gpu", "nodepool: gpu-a10g"))
    assert delta.change.nothing
    assert not told.unpriced_changes


def test_the_accelerators_of_such_pods_are_counted_all_the_same(change: Change) -> None:
    _, delta = change(POOL + POD, POOL + TYPO)
    assert delta.after is not None
    assert [group.most_devices for group in delta.after.workload.groups] == [1]


ELSEWHERE = POD.replace("karpenter.sh/nodepool: gpu", "eks.amazonaws.com/nodegroup: gpu")


def test_pods_that_go_to_a_pool_that_nobody_knows_save_nothing(change: Change) -> None:
    told, delta = change(POOL + POD, POOL + ELSEWHERE)
    (entry,) = told.unpriced_changes
    assert entry.reason == (
        "what nodes of pool gpu have is known only from a snapshot of the cluster; before this change its machine was known"
    )
    assert delta.change.nothing


@pytest.mark.parametrize(
    "before",
    [
        ELSEWHERE.replace("replicas: 2", "replicas: 1"),
        ELSEWHERE.replace("      nodeSelector: {eks.amazonaws.com/nodegroup: gpu}\n", ""),
    ],
    ids=["the pool was as unknown before", "its machine was as open before"],
)
def test_what_was_assumed_before_goes_on_to_be(before: str, change: Change) -> None:
    told, delta = change(before, ELSEWHERE)
    assert not told.unpriced_changes
    assert delta.after is not None
    assert delta.after.total.expected > 0


def test_disks_of_such_pods_are_counted_on(change: Change) -> None:
    claim = "{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %dGi}}}}"
    before, after = (
        POOL
        + pod.replace("kind: Deployment", "kind: StatefulSet").replace(
            "  template:", f"  volumeClaimTemplates: [{claim % size}]\n  template:"
        )
        for pod, size in ((POD, 100), (ELSEWHERE, 200))
    )
    told, delta = change(before, after)
    # gp2, which a claim without a class gets on AWS: 2 x 100 GiB more.
    assert told.not_priced == 1
    assert {field.what for field in delta.fields} == {"volume size"}
    assert delta.change.expected > 0


BOTH = POOL.replace("[on-demand]", "[spot, on-demand]")
ONLY = POOL.replace("[on-demand]", "[spot]")


@pytest.mark.parametrize(
    ("before", "after", "words", "low", "expected"),
    [
        (POOL, BOTH, ("on-demand", "spot or on-demand"), SPOT - ON_DEMAND, 0),
        (BOTH, POOL, ("spot or on-demand", "on-demand"), ON_DEMAND - SPOT, 0),
        (POOL, ONLY, ("on-demand", "spot"), SPOT - ON_DEMAND, SPOT - ON_DEMAND),
        (ONLY, BOTH, ("spot", "spot or on-demand"), 0, ON_DEMAND - SPOT),
    ],
)
def test_how_a_pools_nodes_are_bought_is_named_where_it_changes(
    before: str, after: str, words: tuple[str, str], low: Decimal, expected: Decimal, change: Change
) -> None:
    _, delta = change(before + POD, after + POD)
    (field,) = delta.fields
    assert (field.what, (field.before, field.after)) == ("capacity type", words)
    assert abs(delta.change.low - low) < Decimal("0.000001")
    assert abs(delta.change.expected - expected) < Decimal("0.000001")


def test_what_is_expected_of_pods_that_may_run_on_spot_is_said(change: Change) -> None:
    _, delta = change(POOL + POD, BOTH + POD)
    assert delta.fields[0].detail == (
        "on demand is expected until prices.spot states a share, though Karpenter takes spot while it gets any"
    )
    either = POOL.replace("        - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}\n", "")
    tolerating = POD.replace("    spec:\n", "    spec:\n      tolerations: [{key: karpenter.sh/capacity-type, value: spot}]\n")
    _, tolerated = change(either + POD, either + tolerating)
    assert tolerated.fields[0].detail == "on demand is expected until prices.spot states a share"


def test_machines_that_a_region_does_not_sell_are_told_with_the_nearest_regions_that_do(change: Change) -> None:
    told, _ = change(POOL + POD, POOL.replace("[g5]", "[g6e]") + POD)
    (entry,) = told.unpriced_changes
    assert entry.reason.startswith("no machine with family=g6e is sold in eu-west-1, as node pool gpu asks; such are sold in eu-")
