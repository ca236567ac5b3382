"""An object padded until nobody looks into it is not let in by that."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from gating import (
    CONTROLLERS,
    cluster_of,
    deployment,
    gate,
    gpus,
    of_kind,
    owned_by,
    pod,
    pod_spec,
    policy,
    review,
    said,
)

from policies.message import FIRST_LINE
from policies.policy import Policy
from workloads.excess import MOST_VALUES

RULES: dict[str, dict[str, Any]] = {
    "accelerators": {"limitAccelerators": {"maximum": {"workload": 4}}},
    "sizes": {"limitResources": {"maximum": {"pod": {"cpu": "4"}}}},
    "costs": {"limitCost": {"of": "month", "maximum": 100}},
    "expression": {"expression": "object.spec.replicas < 4"},
}
EVERY = [policy(name, **rule) for name, rule in RULES.items()]


def padded(body: dict[str, Any]) -> dict[str, Any]:
    """The object with more annotations than are looked at."""
    found = deepcopy(body)
    found["metadata"]["annotations"] = {f"pad-{number}": "" for number in range(MOST_VALUES)}
    return found


@pytest.mark.parametrize("rule", EVERY, ids=RULES)
@pytest.mark.parametrize("old", [None, deployment()], ids=["created", "changed"])
def test_an_object_with_more_annotations_than_are_looked_at_is_denied(rule: Policy, old: dict[str, Any] | None) -> None:
    answer = gate([rule]).validate(review(padded(deployment(pod_spec(gpus("8")), 50)), old))
    assert not answer.allowed
    assert len(answer.message.split("\n")[0]) <= FIRST_LINE


def test_what_is_so_large_already_gets_another_image() -> None:
    before = padded(deployment())
    after = deepcopy(before)
    after["spec"]["template"]["spec"]["containers"][0]["image"] = "example.com/other"
    assert gate(EVERY).validate(review(after, before)).allowed


def test_a_policy_that_only_warns_or_lets_the_unknown_pass_stops_nothing() -> None:
    chosen = {"validationActions": ["Deny"], "points": {"admission": {"unknown": "warn"}}}
    for spec in (chosen, {"validationActions": ["Warn"]}):
        rules = [policy(name, spec, **rule) for name, rule in RULES.items()]
        answer = gate(rules).validate(review(padded(deployment())))
        assert answer.allowed
        assert "cannot tell" in said(answer)
    assert gate(EVERY, unknown="pass").validate(review(padded(deployment()))).allowed


def test_a_large_object_of_a_kind_that_nobody_knows_is_only_told_of() -> None:
    answer = gate(EVERY).validate(review(padded(of_kind("example.com/v1", "Dashboard", {}))))
    assert answer.allowed
    assert "cannot tell" in said(answer)


def test_a_controllers_pod_is_never_stopped_for_its_size() -> None:
    owner = deployment(kind="ReplicaSet")
    made = padded(owned_by(owner, pod()))
    here = gate(EVERY, cluster_of(owner))
    assert here.validate(review(made, user=f"{CONTROLLERS}replicaset-controller")).allowed
