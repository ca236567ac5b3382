"""Ways round the gate by namespaces and by labels, which say whose an object is, on a real API server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gated import Gated, write_policies
from gating import container, deployment, gpus, pod, pod_spec

pytestmark = pytest.mark.e2e

Body = dict[str, Any]
LARGE = pod_spec(gpus("64"))
SPACES = {
    "apiVersion": "weighbridge.dev/v1alpha1",
    "kind": "CostPolicy",
    "metadata": {"name": "spaces"},
    "spec": {
        "matchConstraints": {
            "resourceRules": [{"apiGroups": [""], "resources": ["namespaces"]}],
            "namespaceSelector": {"matchLabels": {"environment": "test"}},
        },
        "validationActions": ["Deny"],
        "rules": [{"name": "team", "requireLabels": {"keys": ["team"], "from": ["object"]}}],
    },
}
STATED = {
    "apiVersion": "weighbridge.dev/v1alpha1",
    "kind": "CostPolicy",
    "metadata": {"name": "stated"},
    "spec": {
        "validationActions": ["Deny"],
        "rules": [
            {
                "name": "cost-center",
                "requireLabels": {"keys": ["cost-center"], "pattern": "cc-[0-9]{4}", "from": ["object", "template"]},
            }
        ],
    },
}


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Little is allowed, namespaces keep their team, and whatever costs states its cost centre by itself."""
    folder = write_policies(tmp_path_factory.mktemp("policies"))
    for policy in (SPACES, STATED):
        (folder / f"{policy['metadata']['name']}.json").write_text(json.dumps(policy))
    return folder


def _labelled(body: Body, value: str = "cc-1234", key: str = "cost-center") -> Body:
    body["metadata"]["labels"] = {**body["metadata"]["labels"], key: value}
    return body


def _label(kind: str, name: str, *labels: str) -> tuple[str, ...]:
    return ("label", "--overwrite", kind, name, *labels)


def test_e22_a_cost_label_may_be_changed_and_not_taken_off_or_spoilt(gated: Gated) -> None:
    gated.lets_in(_labelled(deployment(name="web", replicas=0)), _labelled(pod(name="alone")))
    for kind, name in (("deployment", "web"), ("pod", "alone")):
        for change in ("cost-center-", "cost-center=", "cost-center=bogus", "cost-center=CC-1234"):
            assert "[stated/cost-center]" in gated.denies(*_label(kind, name, change))
        gated.allows(*_label(kind, name, "cost-center=cc-5678"))


def test_e22_a_cost_label_is_not_taken_off_by_any_patch(gated: Gated) -> None:
    gated.lets_in(_labelled(deployment(name="patched", replicas=0)))
    gone = {"metadata": {"labels": {"cost-center": None}}}
    operations = [{"op": "remove", "path": "/metadata/labels/cost-center"}]
    for way, patch in (("merge", gone), ("strategic", gone), ("json", operations)):
        assert "[stated/cost-center]" in gated.denies("patch", "deployment", "patched", f"--type={way}", "-p", json.dumps(patch))
    gated.keeps_out(deployment(name="patched", replicas=0), by=("replace",))


def test_e22_values_that_only_look_right_are_refused_by_the_api_server_or_denied(gated: Gated) -> None:
    for value in ("cc-1234 ", " cc-1234", "cc-1234\n", "cc-１２３４", "cc-1234\u200b"):
        done = gated.write(_labelled(deployment(name="odd"), value))
        assert "a valid label must be" in done.stderr, done.stderr
    gated.keeps_out(
        *(_labelled(deployment(name=f"odd-{number}"), value) for number, value in enumerate(("", "Cc-1234", "cc-12345")))
    )
    gated.keeps_out(_labelled(deployment(name="other"), key="Cost-Center"))


def test_e22_a_label_on_the_template_alone_is_enough_and_one_of_the_two_has_to_stay(gated: Gated) -> None:
    body = deployment(name="inner", replicas=0)
    _labelled(body["spec"]["template"])
    assert "weighbridge added label cost-center=cc-1234" in gated.lets_in(body)
    own = {"op": "remove", "path": "/metadata/labels/cost-center"}
    inner = {"op": "remove", "path": "/spec/template/metadata/labels/cost-center"}
    patch = ("patch", "deployment", "inner", "--type=json", "-p")
    assert "[stated/cost-center]" in gated.denies(*patch, json.dumps([inner, own]))
    gated.allows(*patch, json.dumps([inner]))
    assert "[stated/cost-center]" in gated.denies(*patch, json.dumps([own]))


def test_e22_a_team_is_not_taken_off_a_namespace(gated: Gated, kubectl) -> None:
    for change in ("team-", "team="):
        done = kubectl.run(*_label("namespace", gated.name, change))
        assert "[spaces/team]" in done.stderr
        assert done.returncode != 0
    patch = json.dumps({"metadata": {"labels": {"team": None}}})
    assert "[spaces/team]" in kubectl.run("patch", "namespace", gated.name, "--type=merge", "-p", patch).stderr


@pytest.fixture
def fresh(gated: Gated, kubectl, request: pytest.FixtureRequest) -> Iterator[Gated]:
    """A name for a namespace that is not there."""
    name = f"{gated.name}-{abs(hash(request.node.name)) % 10**6}"
    yield Gated(kubectl, name)
    kubectl.run("delete", "namespace", name, "--wait=false")


def _space(place: Gated, **labels: str) -> Body:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place.name, "labels": labels}}


def _apply(place: Gated, *bodies: Body) -> tuple[int, str]:
    given = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(bodies)})
    done = place.kubectl.run("apply", "-f", "-", given=given)
    return done.returncode, done.stderr


def test_e23_what_is_written_right_after_its_namespace_is_weighed_by_the_namespaces_labels(gated: Gated, fresh: Gated) -> None:
    small = fresh.placed(_labelled(deployment(name="small", replicas=0)))
    code, told = _apply(fresh, _space(fresh, team="new"), small, fresh.placed(_labelled(deployment(LARGE, name="large"))))
    assert "64 accelerators in a pod" in told
    assert code != 0
    assert fresh.get("deployment", "small")["metadata"]["labels"]["team"] == "new"


@pytest.mark.parametrize(
    "labels",
    [
        {"admission.gatekeeper.sh/ignore": "no-self-managing"},
        {"control-plane": "controller-manager"},
        {"weighbridge.dev/ignore": "true"},
        {"kubernetes.io/metadata.name": "kube-system"},
        {"name": "kube-system", "environment": "exempt"},
    ],
    ids=lambda labels: next(iter(labels)),
)
def test_e23_no_label_of_a_namespace_takes_it_out(gated: Gated, fresh: Gated, labels: dict[str, str]) -> None:
    _, told = _apply(fresh, _space(fresh, team="new", **labels), fresh.placed(_labelled(deployment(LARGE, name="large"))))
    assert "64 accelerators in a pod" in told, told
    # The API server itself says by which name a namespace goes.
    assert fresh.kubectl.get("namespace", fresh.name)["metadata"]["labels"]["kubernetes.io/metadata.name"] == fresh.name


def test_e23_a_namespace_that_is_made_anew_is_judged_by_its_new_labels_within_seconds(gated: Gated, fresh: Gated) -> None:
    body = fresh.placed(_labelled(pod(name="web")))
    code, told = _apply(fresh, _space(fresh, team="new"), body)
    assert code == 0, told
    fresh.allows("delete", "pods", "--all", "--force")
    fresh.kubectl("delete", "namespace", fresh.name, "--timeout=60s")
    fresh.kubectl("create", "namespace", fresh.name)
    try_it = ("create", "--dry-run=server")
    fresh.kubectl.wait_for(lambda: "no team label" in fresh.write(body, by=try_it).stderr, "the new namespace is known")
    assert "64 accelerators in a pod" in fresh.write(_labelled(pod(LARGE, "large")), by=try_it).stderr


def test_e41_a_namespace_may_be_deleted_with_everything_in_it(gated: Gated, fresh: Gated) -> None:
    bare = pod_spec(container(requests={"cpu": "1", "memory": "1Gi"}))
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    volume = _labelled(
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "labels": {}}, "spec": claim}
    )
    bodies = [_labelled(deployment(bare, name="web")), volume]
    code, told = _apply(fresh, _space(fresh, team="new"), *map(fresh.placed, bodies))
    assert code == 0, told
    fresh.waits_for("pods")
    fresh.kubectl("delete", "namespace", fresh.name, "--timeout=60s")


def test_e24_what_goes_to_a_namespace_that_the_registration_leaves_out_is_not_stopped_as_documented(kubectl, webhook) -> None:
    hidden = deployment(LARGE, name="hidden", replicas=0)
    hidden["metadata"]["namespace"] = "kube-system"
    kubectl("create", "-f", "-", given=json.dumps(hidden))
    assert "team" not in kubectl.get("deployment", "hidden", "-n", "kube-system")["metadata"]["labels"]
    kubectl("delete", "deployment", "hidden", "-n", "kube-system")
