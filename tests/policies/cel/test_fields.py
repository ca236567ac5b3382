"""What an expression reads and no object of the policy's kinds can have is a mistake when the policy is loaded."""

from __future__ import annotations

import pytest

from policies.cel.fields import absent, kinds
from policies.documents.loader import Loaded, load
from workloads.problem import Severity
from workloads.text.reader import read

DEPLOYMENT = ("apps", "Deployment")
STATEFUL_SET = ("apps", "StatefulSet")

MISTYPED = [
    ("object.spec.replcias > 3", [DEPLOYMENT], 12, "replcias"),
    ("has(object.metadata.lables.team)", [DEPLOYMENT], 20, "lables"),
    ("object.spec.template.spec.containers.all(c, c.resources.limitz.memory != '')", [DEPLOYMENT], 56, "limitz"),
    ("object.spec.?replicaz.orValue(1) > 2", [DEPLOYMENT], 12, "replicaz"),
    ("oldObject == null || oldObject.spec.nothing == 1", [DEPLOYMENT], 36, "nothing"),
    ("has(object.spec.storage)", [DEPLOYMENT, STATEFUL_SET], 4, "storage"),
]


@pytest.mark.parametrize(("text", "about", "column", "name"), MISTYPED, ids=[row[0] for row in MISTYPED])
def test_a_field_that_no_object_has_is_told_with_its_place(text: str, about: list, column: int, name: str) -> None:
    assert absent(text, about) == ((1, column, name),)


RIGHT = [
    ("has(object.spec.strategy) || has(object.spec.updateStrategy)", [DEPLOYMENT, STATEFUL_SET]),
    ("object.metadata.labels['team'] in ['a'] && object.metadata.labels.team == 'a'", [DEPLOYMENT]),
    ("quantity(object.spec.template.spec.containers[0].resources.requests.cpu).isLessThan(quantity('1'))", [DEPLOYMENT]),
    ("object.spec.replicas == null || object.spec.?template.?spec.?nodeSelector[?'zone'].hasValue()", [DEPLOYMENT]),
    ("object.spec.ports.all(port, port.targetPort == 80 || port.targetPort == 'http')", [("", "Service")]),
    ("object.data.anything == 'x' && !has(object.binaryData)", [("", "ConfigMap")]),
    ("object.metadata.creationTimestamp < timestamp('2020-01-01T00:00:00Z')", [DEPLOYMENT]),
    ("request.anything == 1 && cost.nothing == 2 && params.most == 3", [DEPLOYMENT]),
    ("object.spec.replcias > 3", []),
]


@pytest.mark.parametrize(("text", "about"), RIGHT, ids=[row[0] for row in RIGHT])
def test_what_an_object_may_have_is_no_mistake(text: str, about: list) -> None:
    assert absent(text, about) == ()


@pytest.mark.parametrize("kind", kinds(), ids="/".join)
def test_every_kind_is_checked(kind: tuple[str, str]) -> None:
    assert absent("object.metadata.name == 'x'", [kind]) == ()
    assert absent("object.metadata.nmae == 'x'", [kind])


POLICY = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {{name: p}}
spec:
  matchConstraints: {{resourceRules: [{{apiGroups: [{groups}], resources: [{resources}]}}]}}
  rules:
    - name: few
      expression: object.spec.replcias <= 3
"""


@pytest.mark.parametrize(
    ("groups", "resources", "mistaken"),
    [
        ("apps", "deployments", True),
        ("apps", "deployments, statefulsets", True),
        ("'*'", "'*'", True),
        ("ray.io", "rayclusters", False),
    ],
)
def test_a_policy_that_names_its_kinds_is_checked_against_them(groups: str, resources: str, mistaken: bool) -> None:
    loaded = load(read(POLICY.format(groups=groups, resources=resources).encode(), "p.yaml").manifests)
    assert bool(loaded.problems) is mistaken
    if mistaken:
        assert str(loaded.problems[0]).startswith("p.yaml:8:7: in the expression at line 1, column 12: no ")


EVERYWHERE = [
    (
        "object.spec.replcias <= 3",
        Severity.ERROR,
        12,
        "no kind of Kubernetes' own has a field 'replcias' there; did you mean 'replicas'?",
    ),
    ("has(object.metadata.lables)", Severity.ERROR, 4, "did you mean 'labels'? Else name the custom resource that has it under"),
    ("object.spec.template.spec.contaniers.size() < 3", Severity.ERROR, 26, "did you mean 'containers'?"),
    (
        "!has(object.spec.workerGroupSpecs)",
        Severity.WARNING,
        5,
        "no kind of Kubernetes' own has a field 'workerGroupSpecs' there; name",
    ),
    ("!has(object.spec.minReplicaCount)", Severity.WARNING, 5, "matchConstraints.resourceRules"),
]


@pytest.mark.parametrize("constraints", ["{}", "{resourceRules: [{apiGroups: ['*'], resources: ['*']}]}"])
@pytest.mark.parametrize(("written", "severity", "column", "words"), EVERYWHERE, ids=[row[0] for row in EVERYWHERE])
def test_a_policy_about_every_kind_is_checked_against_all_of_them(
    written: str, severity: Severity, column: int, words: str, constraints: str
) -> None:
    loaded = _of_every_kind(written, constraints)
    (problem,) = loaded.problems
    assert problem.severity is severity
    assert f"line 1, column {column}: " in problem.message
    assert words in problem.message
    assert bool(loaded.policies) is (severity is Severity.WARNING)


@pytest.mark.parametrize(
    "written",
    [
        "object.spec.replicas <= 3",
        "object.kind == 'Pod' ? size(object.spec.containers) < 3 : size(object.spec.template.spec.containers) < 3",
        "object.spec.schedule != '* * * * *'",
        "object.metadata.annotations.anything == 'x'",
        "object.data.anything == 'x'",
        "object.spec.maxReplicas < 10",
        "object.spec.?containers.orValue(object.spec.?template.?spec.?containers.orValue([])).all(c, c.image != '')",
        "object.kind != 'CronJob' || object.spec.jobTemplate.spec.template.spec.containers.all(c, has(c.image))",
    ],
)
def test_a_field_that_some_kind_has_is_none_in_a_policy_about_every_kind(written: str) -> None:
    assert not _of_every_kind(written, "{}").problems


def _of_every_kind(written: str, constraints: str) -> Loaded:
    text = POLICY.replace("object.spec.replcias <= 3", f'"{written}"')
    head, _, tail = text.partition("  matchConstraints: ")
    return load(
        read(
            f"{head}  matchConstraints: {constraints}\n{tail.partition(chr(10))[2]}".replace("{{", "{")
            .replace("}}", "}")
            .encode(),
            "p.yaml",
        ).manifests
    )
