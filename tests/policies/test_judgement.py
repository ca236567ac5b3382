"""The delta rule: what a change makes wrong is denied, what was wrong before is not, unless it grows."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manifest_texts import deployment, namespace, stateful_set

from policies.documents.loader import load
from policies.documents.starter import starter
from policies.message import first_line, inert
from policies.policy import Policy
from policies.verdict import Verdict
from workloads.manifest import Manifest
from workloads.text.reader import read


def _policy(action: str = "Deny", **check: object) -> tuple[Policy, ...]:
    spec = {"validationActions": [action], "rules": [{"name": "rule", **check}]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "test"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


TEAM = {"requireLabels": {"keys": ["team"]}}
VALUES = {"requireLabels": {"keys": ["team"], "values": ["shop", "search"]}}
REPLICAS = {"limitResources": {"replicas": 3}}
CPU = {"limitResources": {"maximum": {"container": {"cpu": "1"}}}}
COST = {"limitCost": {"maximum": 100}}
INCREASE = {"limitCost": {"increase": {"amount": 50, "percent": 10}}}
SPACE = namespace("shop", team="")

CHANGES = [
    ("a new object without its label", TEAM, None, {"team": ""}, Verdict.DENY),
    ("a new object with its label", TEAM, None, {}, Verdict.PASS),
    ("a label taken away", TEAM, {}, {"team": ""}, Verdict.DENY),
    ("a label that was never there, another field changed", TEAM, {"team": ""}, {"team": "", "cpu": "250m"}, Verdict.WARN),
    ("a label that was never there, scaled up", TEAM, {"team": ""}, {"team": "", "replicas": 3}, Verdict.WARN),
    ("a label added", TEAM, {"team": ""}, {}, Verdict.PASS),
    ("nothing changed", TEAM, {"team": ""}, {"team": ""}, Verdict.PASS),
    ("a value made invalid", VALUES, {}, {"team": "shpo"}, Verdict.DENY),
    ("a value that was invalid", VALUES, {"team": "x"}, {"team": "x", "cpu": "1"}, Verdict.WARN),
    ("a count above its limit", REPLICAS, {"replicas": 3}, {"replicas": 4}, Verdict.DENY),
    ("a count that was above and grows", REPLICAS, {"replicas": 5}, {"replicas": 6}, Verdict.DENY),
    ("a count that was above and falls", REPLICAS, {"replicas": 6}, {"replicas": 5}, Verdict.WARN),
    ("a count that was above and stays", REPLICAS, {"replicas": 6}, {"replicas": 6, "cpu": "250m"}, Verdict.WARN),
    ("a size above its limit", CPU, {}, {"cpu": "2"}, Verdict.DENY),
    ("a size that was above and stays", CPU, {"cpu": "2"}, {"cpu": "2", "replicas": 9}, Verdict.WARN),
    ("a cost above its limit", COST, {"replicas": 1}, {"replicas": 40}, Verdict.DENY),
    ("a cost that was above and falls", COST, {"replicas": 40}, {"replicas": 30}, Verdict.WARN),
    ("an increase too large", INCREASE, {"replicas": 1}, {"replicas": 40}, Verdict.DENY),
    ("an increase small enough", INCREASE, {"replicas": 30}, {"replicas": 31}, Verdict.PASS),
    ("a decrease", INCREASE, {"replicas": 40}, {"replicas": 1}, Verdict.PASS),
]


@pytest.mark.parametrize(("check", "before", "after", "verdict"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_a_change_is_judged_by_what_it_does(check: dict, before: dict | None, after: dict, verdict: Verdict, weighed) -> None:
    old = SPACE + deployment("web", **before) if before is not None else SPACE
    assert weighed(old, SPACE + deployment("web", **after), _policy(**check)).verdict is verdict


@pytest.mark.parametrize(("action", "verdict"), [("Deny", Verdict.DENY), ("Warn", Verdict.WARN), ("Audit", Verdict.PASS)])
def test_an_action_decides_what_a_violation_comes_to(action: str, verdict: Verdict, weighed) -> None:
    weighing = weighed(None, SPACE + deployment("web", team=""), _policy(action, **TEAM))
    assert weighing.verdict is verdict
    assert len(weighing.violations) == 1


def test_a_namespaces_label_taken_away_is_a_violation_of_its_workloads(weighed) -> None:
    unlabelled = deployment("web", team="")
    assert weighed(namespace("shop") + unlabelled, SPACE + unlabelled, _policy(**TEAM)).verdict is Verdict.DENY


def test_a_namespace_that_is_not_known_cannot_be_told(weighed) -> None:
    (violation,) = weighed(None, deployment("web", team=""), _policy(**TEAM)).violations
    assert violation.verdict is Verdict.UNKNOWN
    assert violation.message.startswith("its team label cannot be told: it states none, and namespace shop may: ")


def test_a_reason_that_is_longer_than_the_line_is_told_whole_after_it(weighed) -> None:
    text = stateful_set("db", "100Gi").replace("storageClassName: premium-rwo", f"storageClassName: {'x' * 100}")
    (violation,) = weighed(None, text, _policy(**COST)).violations
    assert len(violation.message) <= 119
    assert violation.reason not in violation.message
    assert "x" * 100 in violation.reason
    assert violation.fix == f"In full: {violation.reason}."


def test_what_could_not_be_told_before_either_is_not_the_changes(weighed) -> None:
    before, after = deployment("web", team=""), deployment("web", team="", cpu="250m")
    assert weighed(before, after, _policy(**TEAM)).verdict is Verdict.PASS
    assert weighed(deployment("web"), after, _policy(**TEAM)).verdict is Verdict.UNKNOWN


def test_a_cost_that_cannot_be_told_is_unknown_and_not_pass(weighed) -> None:
    release = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r, namespace: shop}\nspec: {}\n"
    assert weighed(None, release, _policy(**COST)).verdict is Verdict.UNKNOWN


def test_an_autoscalers_range_is_known_and_not_unknown(weighed) -> None:
    text = SPACE + deployment("web", maximum=40)
    assert weighed(None, text, _policy(limitCost={"maximum": 100, "exposure": "maximum"})).verdict is Verdict.DENY
    assert weighed(None, text, _policy(limitCost={"maximum": 100})).verdict is Verdict.PASS


def test_what_is_told_of_one_object_has_an_end_and_still_denies(weighed) -> None:
    containers = [{"name": f"c{n}", "image": "x", "resources": {"requests": {"cpu": "2"}}} for n in range(200)]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}, "spec": {"containers": containers}}
    weighing = weighed(None, SPACE + "---\n" + json.dumps(pod), _policy(**CPU))
    assert len(weighing.violations) == 21
    assert weighing.violations[-1].message == "180 more of the same"
    assert {violation.verdict for violation in weighing.violations} == {Verdict.DENY}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 500), st.sampled_from(["100m", "4", "64"]), st.sampled_from(["", "shop"]))
def test_a_change_of_nothing_is_never_stopped(weighed, replicas: int, cpu: str, team: str) -> None:
    text = SPACE + deployment("web", replicas=replicas, cpu=cpu, team=team)
    assert weighed(text, text, starter()).verdict is Verdict.PASS


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_a_first_line_is_one_short_line_that_nothing_misreads(text: str) -> None:
    line = first_line(text)
    assert len(line) < 120
    assert line.isprintable() or not line
    assert "immutable field" not in inert(text + " is immutable field")


BAD = [
    ("spec: {ruels: []}", "did you mean 'rules'?", 5),
    ("spec: {rules: []}", "rules", 5),
    ("spec: {rules: [{name: a, requireLabels: {keys: [team], vaules: [x]}}]}", "did you mean 'values'?", 5),
    ("spec: {rules: [{name: a, limitCost: {of: year, maximum: 1}}]}", "limitCost.of", 5),
    ("spec: {rules: [{name: a, limitCost: {maximum: -1}}]}", "limitCost.maximum", 5),
    ("spec: {rules: [{name: a, limitCost: {}}]}", "limitCost", 5),
    ("spec: {rules: [{name: a, limitResources: {maximum: {container: {cpu: lots}}}}]}", "'lots' is not a quantity", 5),
    ("spec: {rules: [{name: a, limitResources: {maximum: {containerLimits: {cpu: lots}}}}]}", "'lots' is not a quantity", 5),
    ("spec: {rules: [{name: a, limitResources: {includeInitContainers: true}}]}", "says nothing without requests or limits", 5),
    ("spec: {rules: [{name: a, limitResources: {replicas: 3, exemptImages: [a]}}]}", "says nothing without requests, limits,", 5),
    ("spec: {rules: [{name: a, limitResources: {limits: [cpu], exemptImages: ['*']}}]}", "exemptImages[0]", 5),
    ("spec: {rules: [{name: a, requireLabels: {keys: [a], pattern: '('}}]}", "not a regular expression", 5),
    ("spec: {rules: [{name: a, requireLabels: {keys: [a], pattern: '(?=a)b'}}]}", "not a regular expression (RE2)", 5),
    ("spec: {rules: [{name: a, requireLabels: {keys: [a]}}, {name: a, requireLabels: {keys: [b]}}]}", "is given twice", 5),
    ("spec: {rules: [{name: a, expression: 'object.x >'}]}", "at line 1, column 11: mismatched input", 5),
    ("spec: {rules: [{name: a, expression: 'object.x + 1 > \"2\" && obj == 1'}]}", "undeclared reference to 'obj'", 5),
    ("spec: {rules: [{name: a, expression: 'true', messageExpression: '1'}]}", "comes to int, not to string", 5),
    ("spec: {rules: [{name: a, messageExpression: '\"x\"', limitCost: {maximum: 1}}]}", "messageExpression", 5),
    ("spec: {matchConditions: [{name: a, expression: '2'}], rules: [{name: a, limitCost: {maximum: 1}}]}", "to bool", 5),
    ("spec: {rules: [{name: a, requireLabels: {keys: ['not a key!']}}]}", "keys[0]", 5),
    ("spec: {rules: [{name: a, requireLabels: {keys: [a], default: 'not valid !!'}}]}", "default", 5),
    (
        "spec: {matchConstraints: {resourceRules: [{apiGroups: [apps], resources: [Deployment]}]}, "
        "rules: [{name: a, requireLabels: {keys: [a]}}]}",
        "resources[0]",
        5,
    ),
    ("spec: 3", "spec", 5),
]


@pytest.mark.parametrize(("spec", "words", "line"), BAD, ids=[row[0] for row in BAD])
def test_what_is_wrong_with_a_policy_is_told_with_its_line(spec: str, words: str, line: int) -> None:
    text = f"# a policy\napiVersion: weighbridge.dev/v1alpha1\nkind: CostPolicy\nmetadata: {{name: p}}\n{spec}\n"
    loaded = load(read(text.encode(), "p.yaml").manifests)
    assert loaded.policies == ()
    told = [str(problem) for problem in loaded.problems]
    assert any(words in each for each in told), told
    assert told[0].startswith(f"p.yaml:{line}:")


def test_another_kind_of_our_group_is_told_and_not_passed_over() -> None:
    loaded = load(read(b"apiVersion: weighbridge.dev/v1alpha1\nkind: CostBudget\nmetadata: {name: e}\n").manifests)
    assert "CostBudget is not known to this version" in loaded.problems[0].message


def test_of_objects_whose_names_are_generated_alike_each_is_judged(weighed) -> None:
    jobs = [
        "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: train-, namespace: shop}\n"
        f"spec: {{template: {{spec: {{containers: [{{name: a, resources: {{limits: {{nvidia.com/gpu: {count}}}}}}}]}}}}}}\n---\n"
        for count in (64, 1, 64)
    ]
    weighing = weighed(None, "".join(jobs), starter())
    denied = [violation for violation in weighing.violations if violation.id == "accelerators/one-machine"]
    assert len(denied) == 2
    unchanged = weighed(jobs[0], "".join(jobs), starter())
    assert len([violation for violation in unchanged.violations if violation.id == "accelerators/one-machine"]) == 1


def test_a_policy_of_a_misspelt_group_is_an_error_and_not_passed_over() -> None:
    text = "apiVersion: weighbrdige.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: p}\nspec: {}\n"
    (problem,) = load(read(text.encode(), "p.yaml").manifests).problems
    assert "did you mean weighbridge.dev/v1alpha1?" in str(problem)


@pytest.mark.parametrize("pattern", ["a?" * 29 + "a" * 28 + "b", "(a|a)" * 30 + "b", "(a+)+b"])
def test_a_pattern_matches_in_linear_time_whatever_it_is(pattern: str, weighed) -> None:
    policies = _policy(requireLabels={"keys": ["team"], "pattern": pattern})
    assert weighed(None, deployment("web", team="a" * 60), policies).verdict is Verdict.DENY


def test_the_largest_ratio_of_limit_to_request_is_a_finding_and_not_a_mistake(weighed) -> None:
    group = "template: {spec: {containers: [{name: a, resources: {requests: {memory: 1m}, limits: {memory: 1e30}}}]}}"
    ray = (
        f"apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: r, namespace: shop}}\nspec: {{headGroupSpec: {{{group}}}}}\n"
    )
    violations = weighed(None, namespace("shop") + ray, starter()).violations
    assert "sizes/memory-limit" in {violation.id for violation in violations}


@pytest.mark.parametrize("name", ["a\nb", "is immutable field", "[x]", "A", "a/b", "-a"])
def test_a_policys_name_is_one_that_kubernetes_takes_and_acts_on_no_log(name: str) -> None:
    spec = {"rules": [{"name": "rule", **TEAM}]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": name}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.policies == ()
    assert "metadata.name" in loaded.problems[0].message


CRON = """\
apiVersion: batch/{version}
kind: CronJob
metadata: {{name: web, namespace: shop}}
spec: {{schedule: '0 4 * * *', jobTemplate: {{spec: {{template: {{spec: {{containers: [{{name: a}}]}}}}}}}}}}
"""
SCALER = """\
apiVersion: autoscaling/{version}
kind: HorizontalPodAutoscaler
metadata: {{name: web, namespace: shop}}
spec: {{maxReplicas: 9, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}
"""
VERSIONS = [
    ("batch", "cronjobs", "v1", CRON.format(version="v1beta1")),
    ("batch", "cronjobs", "v1beta1", CRON.format(version="v1")),
    ("autoscaling", "horizontalpodautoscalers", "v2", SCALER.format(version="v1")),
    ("autoscaling", "horizontalpodautoscalers", "v2", SCALER.format(version="v2beta2")),
    ("autoscaling", "horizontalpodautoscalers", "v1", SCALER.format(version="v2")),
]


@pytest.mark.parametrize(("group", "resource", "version", "text"), VERSIONS)
def test_a_resource_is_meant_in_every_version_as_the_api_server_matches_it(
    group: str, resource: str, version: str, text: str, weighed
) -> None:
    rule = {"apiGroups": [group], "apiVersions": [version], "resources": [resource]}
    assert weighed(None, SPACE + text, _about({"resourceRules": [rule]})).verdict is Verdict.DENY
    every = {"apiGroups": ["*"], "resources": ["*"]}
    assert weighed(None, text, _about({"resourceRules": [every], "excludeResourceRules": [rule]})).violations == ()


def test_another_resource_of_a_version_is_not_meant(weighed) -> None:
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["statefulsets"]}
    assert weighed(None, SPACE + deployment("web"), _about({"resourceRules": [rule]})).verdict is Verdict.PASS


def _about(constraints: dict[str, object]):
    """A policy that asks for a label which nobody has."""
    spec = {
        "matchConstraints": constraints,
        "rules": [{"name": "rule", "requireLabels": {"keys": ["nobody"], "from": ["object"]}}],
    }
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "test"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


TIERS = [
    ("the label is taken off", "paid", "", Verdict.DENY),
    ("the label is put on", "", "paid", Verdict.DENY),
    ("the label is another", "paid", "free", Verdict.DENY),
    ("it never had the label", "", "free", Verdict.PASS),
]


@pytest.mark.parametrize(("before", "after", "verdict"), [row[1:] for row in TIERS], ids=[row[0] for row in TIERS])
def test_nobody_leaves_a_policy_by_taking_off_the_label_it_selects(before: str, after: str, verdict: Verdict, weighed) -> None:
    spec = {
        "matchConstraints": {"objectSelector": {"matchLabels": {"team": "paid"}}},
        "rules": [{"name": "rule", "limitResources": {"replicas": 3}}],
    }
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "test"}, "spec": spec}
    policies = load([Manifest.of(body)]).policies
    old, new = (deployment("web", team=team, replicas=count) for team, count in ((before, 2), (after, 9)))
    assert weighed(old, new, policies).verdict is verdict


def test_an_increase_is_the_changes_however_dear_the_object_was_before(weighed) -> None:
    policies = _policy(limitCost={"of": "month", "increase": {"amount": 100}})
    before, after = (namespace("shop") + deployment("web", replicas=count) for count in (1000, 2000))
    (violation,) = weighed(before, after, policies).violations
    assert (violation.verdict, violation.existed) == (Verdict.DENY, False)


def test_a_sidecar_has_to_say_what_it_needs_and_every_init_container_has_a_size(weighed) -> None:
    sidecar = "{name: side, restartPolicy: Always, resources: {requests: {cpu: 90}}}"
    setup = "{name: setup, resources: {requests: {cpu: 80}}}"
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n"
        f"spec: {{containers: [], initContainers: [{sidecar}, {setup}]}}\n"
    )
    rule = {"limitResources": {"requests": ["cpu", "memory"], "maximum": {"container": {"cpu": 4}}}}
    told = [violation.message for violation in weighed(None, namespace("shop") + pod, _policy(**rule)).violations]
    assert [message.split(" asks ")[0] for message in told] == [
        "container side states no memory request",
        "container side",
        "container setup",
    ]


def test_containers_whose_long_names_read_alike_are_told_apart(weighed) -> None:
    def pod(*sizes: int) -> str:
        listed = [f"{{name: {'x' * 45}{index}, resources: {{requests: {{cpu: {size}}}}}}}" for index, size in enumerate(sizes)]
        head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n"
        return f"{namespace('shop')}{head}spec: {{containers: [{', '.join(listed)}]}}\n"

    rule = {"limitResources": {"maximum": {"container": {"cpu": 4}}}}
    assert weighed(pod(50, 1), pod(50, 40), _policy(**rule)).verdict is Verdict.DENY


@pytest.mark.parametrize(
    ("kind", "version", "spec", "verdict"),
    [
        ("Service", "v1", "{type: LoadBalancer}", Verdict.DENY),
        ("Service", "v1", "{type: ClusterIP}", Verdict.PASS),
        # What the rule sends people to: an Ingress, whatever is built for it.
        ("Ingress", "networking.k8s.io/v1", "{ingressClassName: alb}", Verdict.PASS),
    ],
)
def test_a_limit_of_load_balancers_is_about_services(kind: str, version: str, spec: str, verdict: Verdict, weighed) -> None:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec: {spec}\n"
    assert weighed(None, SPACE + text, _policy(limitResources={"loadBalancers": 0})).verdict is verdict


def test_a_claim_bound_to_a_volume_that_is_there_is_not_held_to_rules_about_pods(weighed) -> None:
    claim = (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop, labels: {team: shop}}\n"
        "spec: {volumeName: data, accessModes: [ReadWriteOnce], resources: {requests: {storage: 11Gi}}}\n"
    )
    violations = weighed(None, namespace("shop") + claim, starter()).violations
    undecided = {each.policy for each in violations if each.verdict is Verdict.UNKNOWN}
    assert undecided & {"accelerators", "job-deadline", "requests-required", "sizes"} == set()
    assert "workload-cost" in undecided
