"""What a policy may not say stops it where it is loaded, with its line and what to write: half a rule would hold nothing."""

from __future__ import annotations

import pytest

from policies.documents.loader import Loaded, load
from workloads.problem import Severity
from workloads.text.reader import read

RULES = "rules: [{name: few, limitResources: {replicas: 3}}]"


def _load(spec: str) -> Loaded:
    lines = "\n".join(f"  {line}" for line in spec.splitlines())
    text = f"apiVersion: weighbridge.dev/v1alpha1\nkind: CostPolicy\nmetadata: {{name: sizes}}\nspec:\n{lines}\n"
    return load(read(text.encode(), "p.yaml").manifests)


def _selecting(written: str, key: str = "objectSelector") -> Loaded:
    return _load(f"matchConstraints:\n  {key}:\n    {written}\n{RULES}")


SELECTORS = [
    ("matchExpressions: [{key: team, operator: In}]", "p.yaml:7:26", "In needs values of team: write values: […]"),
    ("matchExpressions: [{key: team, operator: NotIn, values: []}]", "p.yaml:7:26", "or operator: DoesNotExist for none"),
    ("matchExpressions: [{key: team, operator: Exists, values: [a]}]", "p.yaml:7:56", "leave them out, or write operator: In"),
    ("matchExpressions: [{key: team, operator: DoesNotExist, values: [a]}]", "p.yaml:7:62", "or write operator: NotIn"),
    ("matchExpressions: [{key: te am, operator: Exists}]", "p.yaml:7:27", "te am is no label key: write letters"),
    ("matchExpressions: [{key: Example.com/team, operator: Exists}]", "p.yaml:7:27", "write a domain in small letters"),
    (f"matchExpressions: [{{key: {'x' * 64}, operator: Exists}}]", "p.yaml:7:27", "63 at most"),
    ("matchExpressions: [{key: /team, operator: Exists}]", "p.yaml:7:27", "no label key"),
    ("matchExpressions: [{key: team, operator: In, values: [shop, 'a b']}]", "p.yaml:7:67", "a b is no label value"),
    ("matchLabels: {team-: shop}", "p.yaml:7:21", "team- is no label key"),
    ("matchLabels: {team: 'shop!'}", "p.yaml:7:21", "shop! is no label value"),
    (f"matchLabels: {{team: {'x' * 64}}}", "p.yaml:7:21", "is no label value"),
]


@pytest.mark.parametrize("key", ["objectSelector", "namespaceSelector"])
@pytest.mark.parametrize(("written", "place", "words"), SELECTORS, ids=[row[0][:60] for row in SELECTORS])
def test_a_selector_that_an_api_server_refuses_is_an_error_at_its_place(written: str, place: str, words: str, key: str) -> None:
    loaded = _selecting(written, key)
    (problem,) = loaded.problems
    assert not loaded.policies
    assert problem.severity is Severity.ERROR
    assert problem.place == place
    assert words in problem.message


@pytest.mark.parametrize(
    "written",
    [
        "matchExpressions: [{key: example.com/team, operator: In, values: [shop, '']}]",
        "matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]",
        "matchExpressions: [{key: A_b.c-D, operator: Exists, values: []}, {key: a, operator: DoesNotExist}]",
        f"matchLabels: {{{'x' * 63}: {'y' * 63}, empty: ''}}",
        "matchLabels: {}",
    ],
)
def test_a_selector_that_an_api_server_takes_is_none(written: str) -> None:
    assert not _selecting(written).problems


def test_the_selector_of_a_rule_is_looked_at_too() -> None:
    (problem,) = _load("rules:\n- name: a\n  preferSpot: {selector: {matchExpressions: [{key: team, operator: In}]}}").problems
    assert "In needs values of team" in problem.message


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ("{most: 9223372036854775808}", "spec.params.most"),
        ("{most: 18446744073709551615}", "spec.params.most"),
        ("{most: 99999999999999999999999}", "spec.params.most"),
        ("{most: -99999999999999999999999}", "spec.params.most"),
        ("{by: {team: [1, 9223372036854775808]}}", "spec.params.by.team[1]"),
    ],
)
def test_a_parameter_that_expressions_cannot_count_is_an_error_that_names_it(params: str, field: str) -> None:
    loaded = _load(f"params: {params}\n{RULES}")
    (problem,) = loaded.problems
    assert not loaded.policies
    assert problem.message.startswith(f"{field} is beyond the whole numbers of expressions (64 bits, up to 9223372036854775807)")


def test_the_largest_numbers_of_expressions_are_parameters() -> None:
    loaded = _load(f"params: {{most: 9223372036854775807, least: -9223372036854775808, half: 0.5, text: '10E'}}\n{RULES}")
    assert not loaded.problems
    assert loaded.policies[0].params["most"] == 2**63 - 1


POINTERS = [
    (f"action: Deny\n{RULES}", "unknown key 'action'", "write validationActions: [Deny]"),
    (f"kinds: [Deployment]\n{RULES}", "unknown key 'kinds'", "write matchConstraints: {resourceRules: [{apiGroups: [apps], "),
    (f"objectSelector: {{}}\n{RULES}", "unknown key 'objectSelector'", "write matchConstraints: {objectSelector: "),
    ("rules: [{name: a, limitCost: {increase: 20}}]", "must be keys with values, not 20", "such as increase: {amount: 1000}"),
]


@pytest.mark.parametrize(("spec", "wrong", "hint"), POINTERS, ids=[row[1] for row in POINTERS])
def test_what_other_tools_write_is_told_with_what_to_write_here(spec: str, wrong: str, hint: str) -> None:
    (problem,) = _load(spec).problems
    assert wrong in problem.message
    assert problem.hint.startswith(hint)


def test_every_hint_is_a_policy_that_loads() -> None:
    hinted = "matchConstraints: {resourceRules: [{apiGroups: [apps], resources: [deployments]}]}\nvalidationActions: [Warn]"
    assert not _load(f"{hinted}\nrules: [{{name: a, limitCost: {{increase: {{amount: 1000}}}}}}]").problems


def test_a_resource_that_only_nobody_here_knows_is_a_warning_and_the_policy_holds() -> None:
    loaded = _load(f"matchConstraints: {{resourceRules: [{{apiGroups: [example.com], resources: [widgets]}}]}}\n{RULES}")
    (problem,) = loaded.problems
    assert problem.severity is Severity.WARNING
    assert problem.place == "p.yaml:5:77"
    assert "no resource widgets of API group example.com is known here" in problem.message
    assert [policy.name for policy in loaded.policies] == ["sizes"]


TOGETHER = "Deny and Warn do not go together: a denial says all that a warning would. Write [Deny], or [Warn]"


@pytest.mark.parametrize(
    ("spec", "place", "words"),
    [
        ("validationActions: [Deny, Warn]", "p.yaml:5:3", f"spec.validationActions: {TOGETHER}"),
        ("validationActions: [Warn, Audit, Deny]", "p.yaml:5:3", TOGETHER),
        ("points: {sync: {validationActions: [Warn, Deny]}}", "p.yaml:5:19", f"spec.points.sync.validationActions: {TOGETHER}"),
        ("validationActions: [Warn, Warn]", "p.yaml:5:3", "spec.validationActions: has an entry twice"),
    ],
)
def test_actions_of_which_one_says_nothing_are_refused_as_the_api_server_refuses_them(spec: str, place: str, words: str) -> None:
    loaded = _load(f"{spec}\n{RULES}")
    (problem,) = loaded.problems
    assert not loaded.policies
    assert (problem.severity, problem.place) == (Severity.ERROR, place)
    assert words in problem.message


@pytest.mark.parametrize("actions", ["[Deny]", "[Warn]", "[Audit]", "[Deny, Audit]", "[Audit, Warn]"])
def test_audit_goes_with_either(actions: str) -> None:
    loaded = _load(f"validationActions: {actions}\n{RULES}")
    assert (len(loaded.policies), loaded.problems) == (1, ())
