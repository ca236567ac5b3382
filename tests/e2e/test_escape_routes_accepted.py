"""What was accepted before a policy came: it may shrink, be mended, moved and replaced by its real controllers, and not grow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gated import Gated, write_policies
from gating import container, deployment, gpus, metadata, pod, pod_spec, template

pytestmark = pytest.mark.e2e

Body = dict[str, Any]
STRICT = {
    "accelerators": {"limitAccelerators": {"maximum": {"pod": 0}}},
    "size": {"limitResources": {"maximum": {"pod": {"cpu": "100m"}}}},
    "pods": {"limitResources": {"replicas": 1}},
    "volume": {"limitResources": {"volumeSize": "1Gi"}},
    "money": {"limitCost": {"of": "month", "exposure": "maximum", "maximum": 0.01}},
}
NODE = "accepted-node"
TWO_GPUS = gpus("2")


def _cron_job() -> Body:
    job = {"template": template(pod_spec(restartPolicy="Never"), "tick")}
    spec = {"schedule": "0 * * * *", "concurrencyPolicy": "Forbid", "jobTemplate": {"spec": job}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata("tick"), "spec": spec}


def _stateful_set() -> Body:
    body = deployment(name="db", kind="StatefulSet")
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    body["spec"] |= {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}], "podManagementPolicy": "Parallel"}
    return body


def _claiming() -> list[Body]:
    """A Deployment that is asleep, whose Pods claim devices."""
    request = {"name": "gpu", "exactly": {"deviceClassName": "gpu.nvidia.com", "count": 2}}
    spec = {"spec": {"devices": {"requests": [request]}}}
    claims = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": metadata("gpus"), "spec": spec}
    asking = container() | {"resources": {"requests": {"cpu": "1", "memory": "2Gi"}, "claims": [{"name": "gpu"}]}}
    body = deployment(pod_spec(asking, resourceClaims=[{"name": "gpu", "resourceClaimTemplateName": "gpus"}]), name="claiming")
    return [claims, body]


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    return small


@pytest.fixture(scope="module")
def accepted(gated: Gated, webhook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gated]:
    """A namespace with what was accepted, some of it on a node, before a policy came that denies all of it."""
    drained = deployment(pod_spec(nodeName=NODE), name="drained", replicas=2)
    daemons = deployment(name="agent", kind="DaemonSet")
    del daemons["spec"]["replicas"]
    large = deployment(pod_spec(TWO_GPUS), name="large", replicas=3)
    held = deployment(pod_spec(TWO_GPUS), name="held", replicas=0)
    held["metadata"]["finalizers"] = ["example.com/kept"]
    rolled = deployment(name="rolled")
    alone = pod(pod_spec(TWO_GPUS, nodeName=NODE), "alone")
    gated.lets_in(drained, daemons, large, held, rolled, alone, _cron_job(), _stateful_set(), *_claiming())
    gated.waits_for("replicasets", 1, "-l", "app=rolled")
    gated.allows("set", "image", "deployment/rolled", "main=example.com/second")
    gated.waits_for("replicasets", 2, "-l", "app=rolled")
    gated.waits_for("pods", 2, "-l", "app=drained")
    gated.waits_for("pvc")
    webhook.use(write_policies(tmp_path_factory.mktemp("strict"), STRICT))
    yield gated
    gated.kubectl.run("delete", "node", NODE, "--wait=false")
    gated.kubectl.run("patch", "deployment", "held", "-n", gated.name, "--type=merge", "-p", '{"metadata": {"finalizers": null}}')


def _image(name: str) -> tuple[str, ...]:
    return ("set", "image", f"deployment/{name}", "main=example.com/next")


def test_e40_what_is_too_large_now_may_get_another_image_and_shrink(accepted: Gated) -> None:
    assert "as before this change" in accepted.allows(*_image("large"))
    accepted.allows("scale", "deployment/large", "--replicas=2")
    less = {"spec": {"template": {"spec": {"containers": [{"name": "main", "resources": {"limits": {"nvidia.com/gpu": "1"}}}]}}}}
    accepted.allows("patch", "deployment", "large", "-p", json.dumps(less))
    accepted.allows("annotate", "deployment", "large", "note=x")
    accepted.allows("rollout", "restart", "deployment/large")
    accepted.allows("scale", "deployment/large", "--replicas=0")


def test_e40_what_is_too_large_now_may_not_grow(accepted: Gated) -> None:
    accepted.allows("scale", "deployment/held", "--replicas=0")
    assert "[small/" in accepted.denies("scale", "deployment/held", "--replicas=4")
    more = {"spec": {"template": {"spec": {"containers": [{"name": "main", "resources": {"limits": {"nvidia.com/gpu": "3"}}}]}}}}
    assert "3 accelerators in a pod" in accepted.denies("patch", "deployment", "held", "-p", json.dumps(more))


def test_e40_finalizers_and_status_may_change_and_what_is_going_may_go(accepted: Gated) -> None:
    status = json.dumps({"status": {"observedGeneration": 99}})
    accepted.allows("patch", "deployment", "held", "--subresource=status", "--type=merge", "-p", status)
    accepted.allows("delete", "deployment", "held", "--wait=false")
    accepted.allows("patch", "deployment", "held", "--type=merge", "-p", json.dumps({"metadata": {"finalizers": None}}))
    accepted.kubectl.wait_for(lambda: accepted.run("get", "deployment", "held").returncode != 0, "it is gone")


def _evict(place: Gated, name: str) -> None:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": place.name}, "deleteOptions": {"gracePeriodSeconds": 0}}  # fmt: skip
    place.kubectl("create", f"--raw=/api/v1/namespaces/{place.name}/pods/{name}/eviction", "-f", "-", given=json.dumps(body))


def test_e40_a_pod_that_is_too_large_now_may_be_evicted(accepted: Gated) -> None:
    _evict(accepted, "alone")
    assert accepted.run("get", "pod", "alone").returncode != 0


def _names(place: Gated, app: str) -> set[str]:
    return {
        each["metadata"]["name"]
        for each in place.items("pods", "-l", f"app={app}")
        if "deletionTimestamp" not in each["metadata"]
    }


def test_e56_a_drained_node_s_pods_are_replaced(accepted: Gated) -> None:
    accepted.kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}}))
    before = _names(accepted, "drained")
    drain = ("--ignore-daemonsets", "--force", "--grace-period=0", "--timeout=50s", "--pod-selector=app=drained")
    accepted.kubectl("drain", NODE, *drain)
    accepted.kubectl.wait_for(lambda: len(_names(accepted, "drained") - before) == 2, "both replacements are there")
    assert {each.told["verdict"] for each in accepted.audited("pods", "replicaset-controller")[-2:]} == {"warn"}


def test_e56_a_new_node_gets_its_daemons(accepted: Gated) -> None:
    accepted.kubectl.run("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}}))
    accepted.waits_for("pods", 1, "-l", "app=agent")


def test_e56_a_new_image_and_a_rollback_get_their_pods(accepted: Gated) -> None:
    def template_of(name: str) -> str:
        return accepted.get("replicaset", name)["spec"]["template"]["spec"]["containers"][0]["image"]

    accepted.allows(*_image("rolled"))
    accepted.waits_for("replicasets", 3, "-l", "app=rolled")
    accepted.allows("rollout", "undo", "deployment/rolled")
    image = accepted.get("deployment", "rolled")["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image == "example.com/second"

    def running() -> set[str]:
        pods = accepted.items("pods", "-l", "app=rolled")
        return {
            template_of(each["metadata"]["ownerReferences"][0]["name"])
            for each in pods
            if "deletionTimestamp" not in each["metadata"]
        }

    accepted.kubectl.wait_for(lambda: "example.com/second" in running(), "the image of before has its pod")


def test_e56_a_calendars_tick_starts_its_job_and_the_job_its_pod(accepted: Gated) -> None:
    # As if it had last run two hours ago: the controller makes up for the tick that was missed.
    ago = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    status = json.dumps({"status": {"lastScheduleTime": ago}})
    accepted.allows("patch", "cronjob", "tick", "--subresource=status", "--type=merge", "-p", status)
    accepted.waits_for("jobs", 1)
    accepted.waits_for("pods", 1, "-l", "app=tick")


def test_e18_e56_a_stateful_sets_claims_and_pods_are_made_again(accepted: Gated) -> None:
    before = accepted.items("pvc")[0]["metadata"]["uid"]
    accepted.allows("delete", "pvc", "data-db-0", "--wait=false")
    accepted.allows("delete", "pod", "db-0", "--force", "--grace-period=0")
    accepted.kubectl.wait_for(
        lambda: {each["metadata"]["uid"] for each in accepted.items("pvc")} - {before}, "the claim is there"
    )
    accepted.waits_for("pods", 1, "-l", "app=db")
    alike = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata("data-db-7"), "spec": _stateful_set()["spec"]["volumeClaimTemplates"][0]["spec"]}  # fmt: skip
    alike["metadata"]["labels"] = {"app": "db"}
    assert "above the limit of 1 GiB" in accepted.keeps_out(alike)


def test_e13_e56_a_replacement_gets_the_devices_that_it_claims(accepted: Gated) -> None:
    before = {each["metadata"]["uid"] for each in accepted.items("resourceclaims")}
    for name in _names(accepted, "claiming"):
        accepted.allows("delete", "pod", name, "--force", "--grace-period=0")
    accepted.kubectl.wait_for(
        lambda: {each["metadata"]["uid"] for each in accepted.items("resourceclaims")} - before,
        "the replacement's claim is there",
    )


def test_e56_anything_new_of_the_same_kind_is_denied(accepted: Gated) -> None:
    accepted.keeps_out(deployment(name="new"), pod(name="new"), _cron_job() | {"metadata": metadata("new")})
