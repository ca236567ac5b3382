"""Namespaces by their name: the API server labels each with it, so a file that does not say so is read as if it did."""

from __future__ import annotations

import json

import pytest
from manifest_texts import deployment, namespace

from policies.documents.loader import load
from policies.policy import Policy
from policies.verdict import Verdict
from workloads.manifest import Manifest

NAME = "kubernetes.io/metadata.name"


def _policy(*expressions: dict[str, object], resources: tuple[str, ...] = ()) -> tuple[Policy, ...]:
    constraints: dict[str, object] = {"namespaceSelector": {"matchExpressions": list(expressions)}}
    if resources:
        constraints["resourceRules"] = [{"apiGroups": [""], "resources": list(resources)}]
    spec = {"matchConstraints": constraints, "rules": [{"name": "rule", "requireLabels": {"keys": ["x"], "from": ["object"]}}]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "test"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


IN = {"key": NAME, "operator": "In", "values": ["shop", "search"]}
NOT_IN = {"key": NAME, "operator": "NotIn", "values": ["shop"]}
LABELLED = {"key": "tier", "operator": "NotIn", "values": ["free"]}

NAMES = [
    ("a name that is listed", (IN,), Verdict.DENY),
    ("a name that is left out", (NOT_IN,), Verdict.PASS),
    ("that it has a name", ({"key": NAME, "operator": "Exists"},), Verdict.DENY),
    ("that it has none", ({"key": NAME, "operator": "DoesNotExist"},), Verdict.PASS),
]


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize(("expressions", "verdict"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_a_namespace_is_selected_by_its_name(expressions: tuple[dict, ...], verdict: Verdict, known: bool, weighed) -> None:
    text = (namespace("shop") if known else "") + deployment("web")
    assert weighed(None, text, _policy(*expressions)).verdict is verdict


def test_an_object_that_states_no_namespace_may_be_in_any(weighed) -> None:
    weighing = weighed(None, deployment("web", space=""), _policy(IN))
    assert weighing.verdict is Verdict.UNKNOWN
    assert "it states no namespace" in weighing.violations[0].message


def test_other_labels_of_an_unknown_namespace_are_unknown_beside_its_name(weighed) -> None:
    assert weighed(None, deployment("web"), _policy(IN, LABELLED)).verdict is Verdict.UNKNOWN
    assert weighed(None, namespace("shop") + deployment("web"), _policy(IN, LABELLED)).verdict is Verdict.DENY


def test_a_namespace_that_states_another_name_is_called_by_its_own(weighed) -> None:
    metadata = {"name": "shop", "labels": {NAME: "kube-system"}}
    claimed = "---\n" + json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}) + "\n"
    assert weighed(None, claimed + deployment("web"), _policy(IN)).verdict is Verdict.DENY
    assert weighed(None, claimed, _policy(IN, resources=("namespaces",))).verdict is Verdict.DENY
