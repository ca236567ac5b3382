"""Ways round the gate by the kind of an object, on a real API server with its real controllers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gated import Gated
from gating import container, deployment, gpus, metadata, pod, pod_spec, template

pytestmark = pytest.mark.e2e

Body = dict[str, Any]
LARGE = pod_spec(gpus("64"))


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    return small


def _of(version: str, kind: str, name: str, spec: Body) -> Body:
    return {"apiVersion": version, "kind": kind, "metadata": metadata(name), "spec": spec}


def _job(name: str, spec: Body, **more: Any) -> Body:
    return _of("batch/v1", "Job", name, {"template": template({**spec, "restartPolicy": "Never"}, name), **more})


def _cron_job(name: str, spec: Body, **more: Any) -> Body:
    return _of("batch/v1", "CronJob", name, {"schedule": "0 * * * *", "jobTemplate": {"spec": _job(name, spec)["spec"]}, **more})


def _daemon_set(name: str, spec: Body) -> Body:
    body = deployment(spec, name=name, kind="DaemonSet")
    del body["spec"]["replicas"]
    return body


def test_e16_every_kind_that_makes_pods_is_denied_when_somebody_writes_it(gated: Gated) -> None:
    controller = {"replicas": 1, "selector": {"app": "large"}, "template": template(LARGE, "large")}
    bodies = [
        pod(LARGE, "large"),
        *(deployment(LARGE, name="large", kind=kind) for kind in ("Deployment", "ReplicaSet", "StatefulSet")),
        _daemon_set("large", LARGE),
        _of("v1", "ReplicationController", "large", controller),
        _job("large", LARGE),
        _cron_job("large", LARGE),
    ]
    assert gated.keeps_out(*bodies).count("64 accelerators in a pod") == len(bodies)


def test_e16_a_pod_template_runs_nothing_and_the_pod_made_of_it_is_denied(gated: Gated) -> None:
    gated.lets_in({"apiVersion": "v1", "kind": "PodTemplate", "metadata": metadata("stock"), "template": template(LARGE)})
    owner = gated.get("podtemplate", "stock")["metadata"]
    reference = {"apiVersion": "v1", "kind": "PodTemplate", "name": "stock", "uid": owner["uid"], "controller": True}
    gated.keeps_out(pod(LARGE, "from-stock", ownerReferences=[reference]))


def test_e17_a_job_is_weighed_when_it_is_made_asleep_and_when_what_it_will_run_grows(gated: Gated) -> None:
    wide = {"parallelism": 50, "completions": 50}
    assert "50 pods" in gated.keeps_out(_job("asleep", pod_spec(), suspend=True, **wide))
    gated.lets_in(_job("asleep", pod_spec(), suspend=True, parallelism=5, completions=50))
    assert "50 pods" in gated.denies("patch", "job", "asleep", "-p", json.dumps({"spec": {"parallelism": 50}}))
    both = json.dumps({"spec": {"parallelism": 50, "suspend": False}})
    assert "50 pods" in gated.denies("patch", "job", "asleep", "-p", both)
    gated.allows("patch", "job", "asleep", "-p", json.dumps({"spec": {"suspend": False}}))
    assert len(gated.waits_for("pods", 5, "-l", "batch.kubernetes.io/job-name=asleep")) == 5


def test_e17_an_indexed_job_counts_with_the_pods_that_it_runs_at_once(gated: Gated) -> None:
    indexed = _job("indexed", pod_spec(), parallelism=50, completions=50, completionMode="Indexed")
    assert "50 pods" in gated.keeps_out(indexed)


def test_e17_a_calendars_job_that_somebody_starts_by_hand_is_weighed(gated: Gated) -> None:
    gated.lets_in(_cron_job("calendar", pod_spec(), suspend=True, concurrencyPolicy="Forbid"))
    gated.allows("create", "job", "by-hand", "--from=cronjob/calendar")
    larger = json.dumps({"spec": {"jobTemplate": {"spec": {"parallelism": 50, "completions": 50}}}})
    assert "50 pods" in gated.denies("patch", "cronjob", "calendar", "-p", larger)


def _volume_claim(name: str, size: str, **spec: Any) -> Body:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return _of("v1", "PersistentVolumeClaim", name, wanted)


def test_e18_a_bound_claim_may_grow_within_the_limit_and_not_above_it(gated: Gated, kubectl) -> None:
    growing = {"metadata": {"name": "growing"}, "provisioner": "ebs.csi.aws.com", "allowVolumeExpansion": True}
    kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", **growing}))
    held = {"claimRef": {"name": "data", "namespace": gated.name}, "capacity": {"storage": "10Gi"}, "hostPath": {"path": "/tmp"}}
    volume = {"storageClassName": "growing", "accessModes": ["ReadWriteOnce"], **held}
    kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "data"}, "spec": volume}))  # fmt: skip
    gated.lets_in(_volume_claim("data", "10Gi", storageClassName="growing"))
    kubectl.wait_for(lambda: gated.get("pvc", "data")["status"].get("phase") == "Bound", "the claim is bound")

    def grow(size: str) -> tuple[str, ...]:
        return ("patch", "pvc", "data", "-p", json.dumps({"spec": {"resources": {"requests": {"storage": size}}}}))

    gated.allows(*grow("20Gi"))
    assert "above the limit of 1 TiB" in gated.denies(*grow("50Ti"))
    kubectl("delete", "storageclass", "growing")
    kubectl.run("delete", "pv", "data", "--wait=false")


def test_e18_volumes_of_templates_and_of_pods_are_weighed_with_them(gated: Gated) -> None:
    large = _volume_claim("data", "50Ti")["spec"]
    passing = pod_spec(volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": large}}}])
    stateful = deployment(name="large-claims", kind="StatefulSet")
    stateful["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": large}]
    told = gated.keeps_out(stateful, pod(passing, "scratch"), deployment(passing, name="scratch"), _volume_claim("large", "50Ti"))
    assert told.count("above the limit of 1 TiB") == 4


def test_e18_a_claim_that_looks_like_a_stateful_sets_is_weighed_where_another_asks(gated: Gated) -> None:
    stateful = deployment(name="db", kind="StatefulSet")
    stateful["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": _volume_claim("data", "10Gi")["spec"]}]
    gated.lets_in(stateful)
    made = gated.waits_for("pvc", 1, "-l", "app=db")
    assert made[0]["metadata"]["name"] == "data-db-0"
    alike = _volume_claim("data-db-1", "50Ti")
    alike["metadata"]["labels"] = {"app": "db"}
    gated.keeps_out(alike)


def test_e18_a_service_may_not_become_a_load_balancer_unseen(gated: Gated) -> None:
    gated.lets_in(_of("v1", "Service", "front", {"type": "ClusterIP", "ports": [{"port": 80}]}))
    told = gated.denies("patch", "service", "front", "-p", json.dumps({"spec": {"type": "LoadBalancer"}}))
    assert "[small/balancers]" in told
    assert gated.get("service", "front")["spec"]["type"] == "ClusterIP"


def _rollout(name: str, **spec: Any) -> Body:
    return _of("argoproj.io/v1alpha1", "Rollout", name, {"replicas": 1, **spec})


def test_e19_a_custom_resource_that_makes_pods_is_weighed_with_them(gated: Gated, custom_kinds: None) -> None:
    group = {"groupName": "w", "replicas": 1, "minReplicas": 1, "maxReplicas": 50, "template": template()}
    head = {"headGroupSpec": {"template": template()}, "enableInTreeAutoscaling": True, "workerGroupSpecs": [group]}
    told = gated.keeps_out(_rollout("large", template=template(LARGE)), _of("ray.io/v1", "RayCluster", "wide", head))
    assert "64 accelerators in a pod" in told
    assert "51 pods" in told


@pytest.mark.parametrize("version", ["v1", "v1alpha1"])
def test_e29_a_custom_resource_is_weighed_in_whichever_version_it_is_written(
    gated: Gated, custom_kinds: None, version: str
) -> None:
    name = f"served-{version}"

    def cluster(count: int) -> Body:
        group = {"groupName": "w", "replicas": count, "template": template()}
        spec = {"headGroupSpec": {"template": template()}, "workerGroupSpecs": [group]}
        return _of(f"ray.io/{version}", "RayCluster", name, spec)

    assert "51 pods" in gated.keeps_out(cluster(50))
    gated.lets_in(cluster(1))
    other = "v1" if version == "v1alpha1" else "v1alpha1"
    assert "51 pods" in gated.keeps_out(cluster(50) | {"apiVersion": f"ray.io/{other}"}, by=("replace",))


def test_e19_a_rollout_is_weighed_with_the_template_of_the_deployment_that_it_refers_to(gated: Gated, custom_kinds: None) -> None:
    gated.lets_in(deployment(name="referred", replicas=0))
    reference = {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "referred"}}
    assert "50 pods" in gated.keeps_out(_rollout("canary", **reference) | {"spec": {"replicas": 50, **reference}})
    absent = {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "absent"}}
    assert "Deployment absent, which it refers to" in gated.lets_in(_rollout("dangling", **absent))


def test_e19_a_custom_resource_is_scaled_as_others_are(gated: Gated, custom_kinds: None) -> None:
    gated.lets_in(_rollout("scaled", template=template()))
    assert "50 pods" in gated.denies("scale", "rollout/scaled", "--replicas=50")
    gated.allows("scale", "rollout/scaled", "--replicas=5")


def test_e19_a_kind_that_nobody_knows_is_said_to_have_no_price(gated: Gated, custom_kinds: None) -> None:
    assert "cannot be told" in gated.lets_in(_of("argoproj.io/v1alpha1", "Thing", "thing", {"size": "huge"}))
    assert "cannot be told" in gated.allows("scale", "thing/thing", "--replicas=50")


def test_e19_the_pods_of_a_kind_that_the_gate_is_not_asked_about_are_weighed_by_themselves(
    gated: Gated, custom_kinds: None
) -> None:
    gated.lets_in(_of("acme.example/v1", "Robot", "robot", {"size": "huge"}))
    owner = gated.get("robot", "robot")["metadata"]
    reference = {"apiVersion": "acme.example/v1", "kind": "Robot", "name": "robot", "uid": owner["uid"], "controller": True}
    made = pod(LARGE, "robot-1", ownerReferences=[reference])
    assert "64 accelerators in a pod" in gated.keeps_out(made)
    assert "64 accelerators in a pod" in gated.lets_in(made, user="system:serviceaccount:acme:operator")


def test_e20_nodes_that_are_asked_for_are_said_not_to_be_counted(gated: Gated, custom_kinds: None) -> None:
    body = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "gpus"},
        "spec": {"limits": {"nvidia.com/gpu": 800}},
    }
    done = gated.kubectl.run("create", "-f", "-", given=json.dumps(body))
    assert done.returncode == 0, done.stderr
    assert "gpus: it may grow to 800 nvidia.com/gpu: what that costs is not known" in done.stderr
    more = json.dumps({"spec": {"limits": {"nvidia.com/gpu": 8000}}})
    assert "it may grow to 8000 nvidia.com/gpu" in gated.allows("patch", "nodepool", "gpus", "--type=merge", "-p", more)
    gated.kubectl("delete", "nodepool", "gpus")


def test_e07_a_container_in_a_custom_resource_hides_behind_no_pod_level(gated: Gated, custom_kinds: None) -> None:
    spec = pod_spec(container(requests={"cpu": "1", "memory": "1Gi"}), resources={"requests": {"cpu": "64", "memory": "4Gi"}})
    assert "a pod asks 64 " in gated.keeps_out(_rollout("level", template=template(spec)))
