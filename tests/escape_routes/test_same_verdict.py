"""One verdict at every edge: the same objects, policies and surroundings give the same rules and the same words.

An edge joins by a row in ``EDGES``: a function from a case to what it says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from gating import (
    NAMESPACE,
    NOW,
    PRICES,
    Body,
    cluster_of,
    container,
    deployment,
    gate,
    gpus,
    metadata,
    pod,
    pod_spec,
    policy,
    review,
    template,
)

from policies.documents.starter import LIBRARY, starter
from policies.message import quoted
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.sources.suites import read_suites
from policies.verdict import Point, Verdict, Violation
from policies.weighing import Weighing
from webhook.verdict_answer import denial_line
from weighbridge.clusters import Clusters
from weighbridge.configuration.settings import Flags, Settings
from weighbridge.rules import Rules
from weighbridge.scales import Scales
from workloads.settings.configuration import Configuration
from workloads.text.reader import Reading, read

Said = frozenset[tuple[str, str, str]]
"""What was said: verdict, rule and first line of each."""


class Case(NamedTuple):
    """An object that is new, or a change of one, and what it is held against."""

    name: str
    after: Body
    before: Body | None = None
    policies: tuple[Policy, ...] = ()
    """The starter set where there are none."""
    around: tuple[Body, ...] = ()


def _read(*bodies: Body) -> Reading:
    return read(json.dumps({"apiVersion": "v1", "kind": "List", "items": bodies}).encode(), "objects.json")


def _scales(case: Case) -> Scales:
    settings = Settings(Flags(point=Point.ADMISSION), Configuration(), Path())
    chosen = PolicySet(case.policies) if case.policies else starter()
    return Scales(settings, PRICES, Rules(chosen), Clusters((), Path()))


def _of_weighing(weighing: Weighing, case: Case) -> Said:
    """What is said of the object itself, not of what lies around it; its name as it may be shown on one line."""
    name = case.after["metadata"]["name"]
    told = [each for each in weighing.violations if each.verdict is not Verdict.PASS and each.identity.name == name]
    return frozenset((str(each.verdict), each.id, _line(each)) for each in told)


def _line(violation: Violation) -> str:
    """A denial as its first line has it, anything else as a warning has it."""
    if violation.verdict is Verdict.DENY:
        return denial_line(violation)
    return f"{quoted(violation.title, 80)}: {violation.message}"


def _around(case: Case) -> tuple[Body, ...]:
    """What lies around an object: the namespace of the tests, unless the case states it itself."""
    stated = any((each["kind"], each["metadata"]["name"]) == ("Namespace", "shop") for each in case.around)
    return case.around if stated else (NAMESPACE, *case.around)


def _check(case: Case) -> Said:
    (weighing,) = _scales(case).weigh(None, _read(*_around(case), case.after), NOW)
    return _of_weighing(weighing, case)


def _diff(case: Case) -> Said:
    before = () if case.before is None else (case.before,)
    sides = _read(*_around(case), *before), _read(*_around(case), case.after)
    (weighing,) = _scales(case).weigh(*sides, NOW)
    return _of_weighing(weighing, case)


_DENIAL = re.compile(r"^(?P<words>\S.*)\n  \[(?P<id>[^\[\]]+)\] .*(?:\n  .*)?", re.MULTILINE)
_WARNING = re.compile(r"weighbridge: (?P<unknown>cannot tell: )?(?P<words>.*) \[(?P<id>[^\[\]]+)\]")


def _webhook(case: Case) -> Said:
    chosen = case.policies or None
    answer = gate(chosen, cluster_of(*case.around)).validate(review(case.after, case.before))
    said: set[tuple[str, str, str]] = set()
    assert not _DENIAL.sub("", answer.message).strip()
    said |= {("deny", found["id"], found["words"]) for found in _DENIAL.finditer(answer.message)}
    for warning in answer.warnings:
        told = _WARNING.fullmatch(warning)
        if told is None:
            assert warning.removeprefix("weighbridge: ") in _mistakes(case)
            continue
        said.add(("unknown" if told["unknown"] else "warn", told["id"], told["words"]))
    return frozenset(said)


def _mistakes(case: Case) -> set[str]:
    """What is said of the object as files say it, beside the rules."""
    (weighing,) = _scales(case).weigh(None, _read(*_around(case), case.after), NOW)
    return {problem.message for problem in weighing.problems}


Edge = Callable[[Case], Said]

EDGES: dict[str, Edge] = {"diff": _diff, "webhook": _webhook}
"""What answers a change."""
EDGES_OF_NEW_OBJECTS: dict[str, Edge] = {"check": _check, **EDGES}
"""What answers an object as if it were new."""


def _limited(**limits: Any) -> tuple[Policy, ...]:
    return (policy(limitResources=limits),)


def _dear(amount: float) -> tuple[Policy, ...]:
    return (policy(limitCost={"of": "month", "exposure": "maximum", "maximum": amount, "increase": {"amount": amount / 2}}),)


CRON: Body = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": metadata("tick"),
    "spec": {"schedule": "@hourly", "jobTemplate": {"spec": {"template": template(pod_spec(gpus("64"), restartPolicy="Never"))}}},
}
CLAIM: Body = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": metadata("data"),
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "50Ti"}}},
}
ROLLOUT: Body = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Rollout",
    "metadata": metadata("canary"),
    "spec": {"replicas": 5, "workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
}
LIMITS: Body = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "defaults", "namespace": "shop"},
    "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "64", "memory": "8Gi"}}]},
}
AUTOSCALER: Body = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": metadata("web"),
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 1,
        "maxReplicas": 500,
    },
}
BARE = deployment(pod_spec(container(requests={})))
UNKNOWN_MACHINE = deployment(pod_spec(nodeSelector={"node.kubernetes.io/instance-type": "zz9.unknown"}))
TWO = (
    policy("one", limitResources={"replicas": 2}),
    policy("two", {"validationActions": ["Warn"]}, limitResources={"replicas": 1}),
)
NEW = [
    Case("keeps-everything", deployment()),
    Case("gpus", deployment(pod_spec(gpus("64")))),
    Case("a-pod", pod(pod_spec(gpus("64")))),
    Case("a-cron-job", CRON),
    Case("a-claim", CLAIM),
    Case("no-requests", BARE),
    Case("what-a-limit-range-completes", BARE, policies=_limited(maximum={"pod": {"cpu": "4"}}), around=(LIMITS,)),
    Case("an-autoscalers-maximum", deployment(), policies=_limited(replicas=100), around=(AUTOSCALER,)),
    Case("another-objects-template", ROLLOUT, around=(deployment(pod_spec(gpus("64"))),)),
    Case("another-objects-template-that-is-not-there", ROLLOUT),
    Case("money", deployment(replicas=40), policies=_dear(100)),
    Case("no-price", UNKNOWN_MACHINE, policies=_dear(100)),
    Case("no-quantity", deployment(pod_spec(container(requests={"cpu": "1Ki5"})))),
    Case("two-policies", deployment(replicas=3), policies=TWO),
    Case("an-expression", deployment(replicas=3), policies=(policy(expression="object.spec.replicas < 3", message="Too many."),)),
    Case("an-expression-without-an-answer", pod(), policies=(policy(expression="object.spec.replicas < 3"),)),
    Case("a-hostile-name", deployment(pod_spec(gpus("64")), name="a\n[x/y] \x1b[31m" + "z" * 200)),
    Case("no-known-kind", {"apiVersion": "acme.example/v1", "kind": "Thing", "metadata": metadata(), "spec": {"size": "huge"}}),
]
CHANGES = [
    Case("nothing", deployment(pod_spec(gpus("64"))), deployment(pod_spec(gpus("64")))),
    Case("an-image", deployment(pod_spec(gpus("64") | {"image": "y"})), deployment(pod_spec(gpus("64")))),
    Case("more", deployment(pod_spec(gpus("64"))), deployment(pod_spec(gpus("32")))),
    Case("less", deployment(pod_spec(gpus("32"))), deployment(pod_spec(gpus("64")))),
    Case("more-money", deployment(replicas=40), deployment(replicas=1), policies=_dear(100)),
    Case("more-pods", deployment(replicas=9), deployment(replicas=6), policies=_limited(replicas=3)),
    Case("fewer-pods", deployment(replicas=5), deployment(replicas=6), policies=_limited(replicas=3)),
    Case("a-price-lost", UNKNOWN_MACHINE, deployment(), policies=_dear(100)),
]


SUITES = read_suites([LIBRARY, Path(__file__).parents[1] / "policies" / "suites"])
"""The starter set and the suites of the tests: their examples go through every edge, so that a new one does by itself."""


def _examples() -> Iterator[Case]:
    """Every object of every example, as new or as a change, among the others of its example."""
    for suite in SUITES:
        for example in suite.examples:
            before = {each.identity(): each for each in (example.before.manifests if example.before else ())}
            for number, manifest in enumerate(example.after.manifests):
                earlier = before.get(manifest.identity())
                around = tuple(dict(other.body) for other in example.after.manifests if other is not manifest)
                name = f"{Path(suite.name).name}/{example.name}/{number}"
                yield Case(name, dict(manifest.body), dict(earlier.body) if earlier else None, tuple(suite.policies), around)


EXAMPLES = list(_examples())


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case.name)
def test_every_object_of_every_suites_examples_gets_the_same_rules_and_words_at_every_edge(case: Case) -> None:
    edges = EDGES if case.before is not None else EDGES_OF_NEW_OBJECTS
    first, *others = [_without_neighbours(edge(case)) for edge in edges.values()]
    assert dict(zip(edges, [first, *others], strict=True)) == dict.fromkeys(edges, first)


def _without_neighbours(said: Said) -> Said:
    """What is said, less what takes a cluster or its snapshot to count: what else runs in a namespace."""
    return frozenset(
        each for each in said if each[0] != "unknown" or not each[2].endswith("what else runs there: no snapshot tells")
    )


def test_the_examples_break_every_rule_of_their_suites() -> None:
    rules = {rule for suite in SUITES for rule in suite.rules}
    assert len(rules) > 10
    assert {rule for case in EXAMPLES for _, rule, _ in _diff(case)} == rules


@pytest.mark.parametrize("case", NEW, ids=lambda case: case.name)
def test_a_new_object_gets_the_same_rules_and_words_at_every_edge(case: Case) -> None:
    first, *others = [edge(case) for edge in EDGES_OF_NEW_OBJECTS.values()]
    assert dict(zip(EDGES_OF_NEW_OBJECTS, [first, *others], strict=True)) == dict.fromkeys(EDGES_OF_NEW_OBJECTS, first)


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case.name)
def test_a_change_gets_the_same_rules_and_words_at_every_edge(case: Case) -> None:
    first, *others = [edge(case) for edge in EDGES.values()]
    assert dict(zip(EDGES, [first, *others], strict=True)) == dict.fromkeys(EDGES, first)


def test_the_cases_come_to_every_verdict() -> None:
    found = {verdict for case in (*NEW, *CHANGES) for verdict, _, _ in _diff(case)}
    assert found == {"deny", "warn", "unknown"}
    assert any(not _diff(case) for case in NEW)
