"""What an expression reads and no object of the policy's kinds can have is a mistake when the policy is loaded."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from policies.cel.fields import FILE, kinds, mistyped
from policies.loader import load
from workloads.text.reader import read

ROOT = Path(__file__).parents[3]
DEPLOYMENT = ("apps", "Deployment")
STATEFUL_SET = ("apps", "StatefulSet")

MISTYPED = [
    ("object.spec.replcias > 3", [DEPLOYMENT], 12, "field 'replcias'; did you mean 'replicas'?"),
    ("has(object.metadata.lables.team)", [DEPLOYMENT], 20, "field 'lables'; did you mean 'labels'?"),
    ("object.spec.template.spec.containers.all(c, c.resources.limitz.memory != '')", [DEPLOYMENT], 56, "did you mean 'limits'?"),
    ("object.spec.?replicaz.orValue(1) > 2", [DEPLOYMENT], 12, "did you mean 'replicas'?"),
    ("oldObject == null || oldObject.spec.nothing == 1", [DEPLOYMENT], 36, "field 'nothing'"),
    ("has(object.spec.storage)", [DEPLOYMENT, STATEFUL_SET], 4, "field 'storage'"),
]


@pytest.mark.parametrize(("text", "about", "column", "words"), MISTYPED, ids=[row[0] for row in MISTYPED])
def test_a_field_that_no_object_has_is_told_with_its_place(text: str, about: list, column: int, words: str) -> None:
    (mistake,) = mistyped(text, about)
    assert words in mistake.message
    assert (mistake.line, mistake.column) == (1, column)


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
    assert mistyped(text, about) == ()


@pytest.mark.parametrize("kind", kinds(), ids="/".join)
def test_every_kind_is_checked(kind: tuple[str, str]) -> None:
    assert mistyped("object.metadata.name == 'x'", [kind]) == ()
    assert mistyped("object.metadata.nmae == 'x'", [kind])


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
        ("'*'", "'*'", False),
        ("ray.io", "rayclusters", False),
    ],
)
def test_a_policy_that_names_its_kinds_is_checked_against_them(groups: str, resources: str, mistaken: bool) -> None:
    loaded = load(read(POLICY.format(groups=groups, resources=resources).encode(), "p.yaml").manifests)
    assert bool(loaded.problems) is mistaken
    if mistaken:
        assert str(loaded.problems[0]).startswith("p.yaml:8:7: in the expression at line 1, column 12: no object")


def test_the_table_is_what_the_official_client_says() -> None:
    assert runpy.run_path(str(ROOT / "tools" / "build_fields.py"))["written"]() == FILE.read_text(encoding="utf-8")
