"""Ways round the gate by how an object is written or changed: every verb and patch of a real API server, scales and autoscalers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gated import Gated
from gating import deployment, gpus, metadata, pod_spec, template

pytestmark = pytest.mark.e2e

Body = dict[str, Any]
LARGE = pod_spec(gpus("64"))
CONTROLLER = "system:serviceaccount:kube-system:horizontal-pod-autoscaler"


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    return small


def _controller(name: str) -> Body:
    spec = {"replicas": 1, "selector": {"app": name}, "template": template(name=name)}
    return {"apiVersion": "v1", "kind": "ReplicationController", "metadata": metadata(name), "spec": spec}


def _scaled_by(name: str, count: int) -> tuple[str, ...]:
    return ("patch", name, "--subresource=scale", "--type=merge", "-p", json.dumps({"spec": {"replicas": count}}))


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"])
def test_e01_what_has_just_been_made_may_not_be_scaled_over_the_limit(gated: Gated, kind: str) -> None:
    name = f"scaled-{kind.lower()}"
    gated.lets_in(_controller(name) if kind == "ReplicationController" else deployment(name=name, kind=kind))
    told = gated.denies("scale", f"{kind}/{name}", "--replicas=50")
    assert "50 pods at the most, above the limit of 5" in told
    assert "50 pods at the most" in gated.denies("patch", kind, *_scaled_by(name, 50)[1:])
    gated.allows("patch", kind, *_scaled_by(name, 5)[1:])
    gated.allows("scale", f"{kind}/{name}", "--replicas=0")


def _autoscaler(name: str, most: int, least: int = 1, version: str = "autoscaling/v2", target: str = "apps/v1") -> Body:
    reference = {"apiVersion": target, "kind": "Deployment", "name": name}
    spec = {"minReplicas": least, "maxReplicas": most, "scaleTargetRef": reference}
    return {"apiVersion": version, "kind": "HorizontalPodAutoscaler", "metadata": metadata(name), "spec": spec}


@pytest.mark.parametrize(
    ("version", "target"), [("autoscaling/v1", "apps/v1"), ("autoscaling/v2", "apps/v1"), ("autoscaling/v2", "apps/v9")]
)
def test_e02_e29_an_autoscaler_of_any_version_is_weighed_at_its_maximum(gated: Gated, version: str, target: str) -> None:
    name = f"auto-{version[-2:]}-{target[-2:]}"
    gated.lets_in(deployment(name=name))
    gated.lets_in(_autoscaler(name, 5, version=version, target=target))
    assert "50 pods at the most" in gated.denies(
        "patch", "hpa", name, "--type=merge", "-p", json.dumps({"spec": {"maxReplicas": 50}})
    )
    gated.allows("delete", "hpa", name)
    assert "50 pods at the most" in gated.keeps_out(_autoscaler(name, 50, version=version, target=target))


def test_e02_an_autoscaler_itself_scales_within_its_approved_range(gated: Gated) -> None:
    gated.lets_in(deployment(name="busy"))
    gated.lets_in(_autoscaler("busy", 5, least=3))
    scale = f"/apis/apps/v1/namespaces/{gated.name}/deployments/busy/scale"

    def replicas() -> int:
        return int(json.loads(gated.kubectl("get", f"--raw={scale}"))["spec"]["replicas"])

    gated.kubectl.wait_for(lambda: replicas() == 3, "the real autoscaler has scaled it to its least")
    acting = ("--as", CONTROLLER, "--as-group=system:masters")
    gated.allows("scale", "deployment/busy", "--replicas=5", *acting)
    assert "50 pods at the most" in gated.denies("scale", "deployment/busy", "--replicas=50", *acting)
    gated.allows("delete", "hpa", "busy")


@pytest.fixture(scope="module")
def web(gated: Gated) -> Body:
    """A Deployment that was let in, as it was written."""
    body = deployment(name="web")
    gated.lets_in(body, by=("apply",))
    return body


@pytest.mark.parametrize("way", ["merge", "json", "strategic"])
def test_e29_every_patch_is_weighed(gated: Gated, web: Body, way: str) -> None:
    gpu = {"name": "main", "image": "example.com/none", "resources": {"limits": {"nvidia.com/gpu": "64"}}}
    inside = {"spec": {"template": {"spec": {"containers": [gpu]}}}}
    place = "/spec/template/spec/containers/0/resources/limits"
    patch = [{"op": "add", "path": place, "value": {"nvidia.com/gpu": "64"}}] if way == "json" else inside
    told = gated.denies("patch", "deployment", "web", f"--type={way}", "-p", json.dumps(patch))
    assert "64 accelerators in a pod" in told


def test_e29_server_side_apply_is_weighed_as_a_change_and_where_it_creates(gated: Gated, web: Body) -> None:
    way = ("apply", "--server-side", "--force-conflicts")
    told = gated.keeps_out(deployment(LARGE, name="web"), deployment(LARGE, name="not-there"), by=way)
    assert told.count("64 accelerators in a pod") == 2
    assert gated.run("get", "deployment", "not-there").returncode != 0


def test_e29_a_replacement_is_weighed_as_a_change_and_by_force_as_a_new_object(gated: Gated, web: Body) -> None:
    gated.keeps_out(deployment(LARGE, name="web"), by=("replace",))
    gated.lets_in(deployment(name="forced"))
    # By force kubectl itself deletes the object first, which nobody may stop.
    assert "64 accelerators in a pod" in gated.keeps_out(deployment(LARGE, name="forced"), by=("replace", "--force"))
    assert gated.run("get", "deployment", "forced").returncode != 0


def test_e29_every_object_of_a_list_is_weighed_by_itself(gated: Gated) -> None:
    done = gated.write(deployment(name="listed-small"), deployment(LARGE, name="listed-large"))
    assert "listed-small created" in done.stdout
    assert "listed-large: 64 accelerators in a pod" in done.stderr


def test_e28_a_generated_name_is_weighed_and_two_of_them_are_two_objects(gated: Gated) -> None:
    small, large = deployment(name="generated"), deployment(LARGE, name="generated")
    for body in (small, large):
        body["metadata"]["generateName"] = body["metadata"].pop("name") + "-"
    gated.keeps_out(large)
    gated.lets_in(small, small)
    assert len(gated.items("deployments", "-l", "app=generated")) == 2


def test_e30_a_dry_run_gets_the_same_answer_and_leaves_nothing(gated: Gated) -> None:
    dry = ("create", "--dry-run=server")
    told = gated.keeps_out(deployment(LARGE, name="dry"), by=dry)
    assert told == gated.keeps_out(deployment(LARGE, name="dry"))
    gated.lets_in(deployment(name="dry"), by=dry)
    assert gated.run("get", "deployment", "dry").returncode != 0


@pytest.mark.parametrize("way", [("apply", "--force"), ("apply", "--server-side", "--force-conflicts"), ("apply",)], ids=" ".join)
def test_e55_an_object_survives_a_forced_apply_that_is_denied(gated: Gated, web: Body, way: tuple[str, ...]) -> None:
    before = gated.get("deployment", "web")["metadata"]["uid"]
    told = gated.keeps_out(deployment(LARGE, name="web"), by=way)
    assert "(Forbidden)" in told
    after = gated.get("deployment", "web")
    assert after["metadata"]["uid"] == before
    assert after["spec"]["template"]["spec"]["containers"][0]["resources"].get("limits") is None


def test_e41_whatever_is_too_large_may_be_deleted(gated: Gated, webhook) -> None:
    gated.lets_in(deployment(name="one"), deployment(name="two"))
    gated.allows("delete", "deployment", "one")
    gated.allows("delete", "pods", "--all", "--wait=false")
    gated.kubectl("delete", f"--raw=/apis/apps/v1/namespaces/{gated.name}/deployments")
    gated.kubectl.wait_for(lambda: not gated.items("deployments"), "the Deployments are gone")
