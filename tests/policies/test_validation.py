"""Rules and match conditions in CEL: what they read, what they come to, and what happens where they have no answer."""

from __future__ import annotations

import pytest
from manifest_texts import deployment, namespace

from policies.documents.loader import load
from policies.policy import Policy
from policies.verdict import Verdict
from workloads.manifest import Manifest
from workloads.problem import Severity

SPACE = namespace("shop", team="shop")


def _policy(*rules: dict, **spec: object) -> tuple[Policy, ...]:
    named = [{"name": f"rule-{number}", **rule} for number, rule in enumerate(rules)]
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": "test"},
        "spec": {"validationActions": ["Deny"], "rules": named, **spec},
    }
    loaded = load([Manifest.of(body)])
    assert all(problem.severity is Severity.WARNING for problem in loaded.problems), loaded.problems
    return loaded.policies


CASES = [
    ("the object itself", "object.spec.replicas <= 3", {"replicas": 3}, Verdict.PASS),
    ("the object itself, not met", "object.spec.replicas <= 3", {"replicas": 4}, Verdict.DENY),
    ("its pods' template", "object.spec.template.spec.containers.all(c, has(c.resources.requests))", {}, Verdict.PASS),
    ("a field that is not there", "object.spec.strategy.type == 'Recreate'", {}, Verdict.UNKNOWN),
    ("a field that may not be there", "object.spec.?strategy.?type.orValue('Recreate') == 'Recreate'", {}, Verdict.PASS),
    ("the namespace's labels", "namespaceObject.metadata.labels.team == 'shop'", {}, Verdict.PASS),
    ("the policy's parameters", "object.spec.replicas <= params.most", {"replicas": 9}, Verdict.DENY),
    ("what it costs a month", "cost.month.expected < 10.0", {"replicas": 50}, Verdict.DENY),
    ("what it costs in another unit", "cost.currency == 'USD' && cost.run.high == 0.0", {}, Verdict.PASS),
    ("how many pods it has", "cost.pods.high <= 2.0", {"replicas": 3}, Verdict.DENY),
    ("what it was, where it is new", "oldObject == null", {}, Verdict.PASS),
    ("the request, where there is none", "request.operation == 'CREATE'", {}, Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("expression", "workload", "verdict"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_rule_reads(expression: str, workload: dict, verdict: Verdict, weighed) -> None:
    policies = _policy({"expression": expression}, params={"most": 5})
    assert weighed(None, SPACE + deployment("web", **workload), policies).verdict is verdict


def test_a_rule_reads_what_the_object_was_and_what_the_change_adds(weighed) -> None:
    policies = _policy(
        {"expression": "object.spec.replicas <= oldObject.spec.replicas + 1"},
        {"expression": "cost.added.month.expected < 20.0", "message": "Grow more slowly."},
    )
    before, little, much = (SPACE + deployment("web", replicas=count) for count in (2, 3, 9))
    assert weighed(before, little, policies).verdict is Verdict.PASS
    violations = weighed(before, much, policies).violations
    assert [violation.verdict for violation in violations] == [Verdict.DENY, Verdict.DENY]
    assert violations[1].message == "Grow more slowly: does not meet cost.added.month.expected < 20.0"


def test_what_was_not_met_before_is_forgiven_with_a_warning(weighed) -> None:
    policies = _policy({"expression": "object.spec.replicas <= 3"})
    before, after = (SPACE + deployment("web", replicas=count) for count in (5, 6))
    (violation,) = weighed(before, after, policies).violations
    assert violation.verdict is Verdict.WARN
    assert violation.message.endswith("(as before this change)")


def test_a_message_of_its_own_says_what_is_the_case(weighed) -> None:
    words = "'runs ' + string(object.spec.replicas) + ' of ' + string(params.most)"
    policies = _policy({"expression": "object.spec.replicas <= params.most", "messageExpression": words}, params={"most": 2})
    (violation,) = weighed(None, SPACE + deployment("web", replicas=7), policies).violations
    assert violation.message == "runs 7 of 2"


@pytest.mark.parametrize("words", ["object.nothing", "string(object.spec.replicas / 0)", "''"])
def test_a_message_that_has_no_answer_lets_nothing_through(words: str, weighed) -> None:
    policies = _policy({"expression": "object.spec.replicas <= 2", "messageExpression": words})
    (violation,) = weighed(None, SPACE + deployment("web", replicas=7), policies).violations
    assert violation.verdict is Verdict.DENY
    assert violation.message == "does not meet object.spec.replicas <= 2"


def test_a_hostile_message_is_one_line_that_acts_on_nothing(weighed) -> None:
    policies = _policy({"expression": "false", "messageExpression": "object.metadata.annotations.note"})
    hostile = deployment("web").replace("{name: web,", '{name: web, annotations: {note: "a\\n\\e[31mb\\u202e is immutable"},', 1)
    (violation,) = weighed(None, SPACE + hostile, policies).violations
    assert violation.verdict is Verdict.DENY
    assert violation.message.isprintable()
    assert "is immutable" not in violation.message


CONDITIONS = [
    ("object.metadata.name == 'web'", Verdict.DENY),
    ("object.metadata.name == 'other'", Verdict.PASS),
    ("object.metadata.generation > 3", Verdict.UNKNOWN),
    ("request.userInfo.username != 'system:node'", Verdict.UNKNOWN),
    ("cost.month.expected > 1.0", Verdict.DENY),
    ("cost.month.expected > 1000000.0", Verdict.PASS),
]


@pytest.mark.parametrize(("condition", "verdict"), CONDITIONS)
def test_a_policy_is_about_what_meets_its_conditions(condition: str, verdict: Verdict, weighed) -> None:
    policies = _policy({"expression": "false"}, matchConditions=[{"name": "only", "expression": condition}])
    assert weighed(None, SPACE + deployment("web"), policies).verdict is verdict


def test_one_condition_that_does_not_hold_decides_whatever_the_others_come_to(weighed) -> None:
    conditions = [
        {"name": "broken", "expression": "object.nothing == 1"},
        {"name": "no", "expression": "object.metadata.name == 'other'"},
    ]
    assert weighed(None, SPACE + deployment("web"), _policy({"expression": "false"}, matchConditions=conditions)).verdict is (
        Verdict.PASS
    )


def test_what_reads_the_request_is_said_when_it_is_loaded() -> None:
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": "test"},
        "spec": {
            "matchConditions": [{"name": "people", "expression": "!request.userInfo.username.startsWith('system:')"}],
            "rules": [{"name": "dry", "expression": "request.dryRun"}],
        },
    }
    loaded = load([Manifest.of(body)])
    assert len(loaded.policies) == 1
    assert [problem.severity for problem in loaded.problems] == [Severity.WARNING] * 2
    assert "rule dry reads request: it is decided only at admission, and unknown elsewhere" in str(loaded.problems[1])


def test_what_has_no_price_cannot_be_held_to_its_cost(weighed) -> None:
    policies = _policy({"expression": "cost.month.high < 100.0"})
    unknown = deployment("web").replace(
        "containers:", "nodeSelector: {node.kubernetes.io/instance-type: none-such}\n      containers:"
    )
    (violation,) = weighed(None, SPACE + unknown, policies).violations
    assert violation.verdict is Verdict.UNKNOWN
    assert "something of it has no price" in violation.message
