"""A snapshot of a real control plane, taken by who may only list, and estimates that rest on it, worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from workloads.nodes.pool import PublishedDevices
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.document import read_snapshot
from workloads.snapshots.snapshot import JobRuns, Target
from workloads.snapshots.writing import write_snapshot

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
NAMESPACE = "snapshot"
ACCOUNT = f"system:serviceaccount:{NAMESPACE}:reader"
PLANTED = "hunter2-planted-secret"
MEAN = (3 * Decimal("0.096") + Decimal("0.03264")) / 4
"""What an hour of one of three m5.large costs, and one on spot, on average."""


def node(name: str, machine: str, zone: str, cpu: str, memory: str, **more: object) -> dict:
    room = {"cpu": cpu, "memory": memory, "pods": "110", **more.pop("devices", {})}
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": machine,
        "topology.kubernetes.io/region": "us-east-1",
        "topology.kubernetes.io/zone": zone,
        **more.pop("labels", {}),
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, "annotations": {"note": PLANTED}},
        "spec": {"providerID": f"aws:///{zone}/i-0123456789abcdef0", "taints": more.pop("taints", [])},
        "status": {
            "capacity": room,
            "allocatable": room,
            "addresses": [{"type": "InternalIP", "address": "10.11.12.13"}, {"type": "Hostname", "address": name}],
            "nodeInfo": {"machineID": PLANTED}
            | dict.fromkeys(
                (
                    "systemUUID",
                    "bootID",
                    "kernelVersion",
                    "osImage",
                    "containerRuntimeVersion",
                    "kubeletVersion",
                    "kubeProxyVersion",
                ),
                "x",
            )
            | {"operatingSystem": "linux", "architecture": "amd64"},
        },
    }


GPU_TAINT = [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]
NODES = [
    *(node(f"snap-od-{zone}", "m5.large", f"us-east-1{zone}", "2", "8Gi", labels={"eks.amazonaws.com/nodegroup": "main"}) for zone in "abc"),
    node("snap-spot", "m5.large", "us-east-1a", "2", "8Gi", labels={"karpenter.sh/nodepool": "spare", "karpenter.sh/capacity-type": "spot"}),
    *(
        node(f"snap-gpu-{number}", "g6.xlarge", "us-east-1a", "4", "16Gi", devices={"nvidia.com/gpu": "1"}, taints=GPU_TAINT, labels={"team": "ml"})
        for number in (1, 2)
    ),
]  # fmt: skip


def meta(name: str, **more: object) -> dict:
    return {"name": name, "namespace": NAMESPACE, "annotations": {"example.com/token": PLANTED}, **more}


def template(**spec: object) -> dict:
    container = {
        "name": "main",
        "image": "example.com/none",
        "env": [{"name": "PASSWORD", "value": PLANTED}],
        **spec.pop("container", {}),
    }
    return {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container], **spec}}


def deployment(name: str, replicas: int, **spec: object) -> dict:
    body = {"replicas": replicas, "selector": {"matchLabels": {"app": "x"}}, "template": template(**spec)}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(name), "spec": body}


def autoscaler(name: str) -> dict:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    spec = {"minReplicas": 2, "maxReplicas": 10, "scaleTargetRef": target}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta(name), "spec": spec}


def cron_job(name: str) -> dict:
    jobs = {"spec": {"template": template(restartPolicy="Never")}}
    spec = {"schedule": "0 * * * *", "suspend": True, "successfulJobsHistoryLimit": 9, "jobTemplate": jobs}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta(name), "spec": spec}


def job(name: str, owner: str, uid: str) -> dict:
    reference = {"apiVersion": "batch/v1", "kind": "CronJob", "name": owner, "uid": uid, "controller": True}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta(name, ownerReferences=[reference]),
        # Somebody else's to run: the control plane's own controller leaves its status as it is.
        "spec": {"managedBy": "example.com/nobody", "template": template(restartPolicy="Never")},
    }


def completed(minutes: int) -> dict:
    times = {"lastTransitionTime": f"2026-11-26T06:{minutes:02}:00Z", "lastProbeTime": f"2026-11-26T06:{minutes:02}:00Z"}
    conditions = [{"type": kind, "status": "True", **times} for kind in ("SuccessCriteriaMet", "Complete")]
    return {
        "status": {
            "startTime": "2026-11-26T06:00:00Z",
            "completionTime": f"2026-11-26T06:{minutes:02}:00Z",
            "succeeded": 1,
            "conditions": conditions,
        }
    }


def slice_of(name: str) -> dict:
    devices = [{"name": "gpu-0", "attributes": {"productName": {"string": "NVIDIA L4"}, "uuid": {"string": f"GPU-{name}"}}}]
    pool = {"name": name, "generation": 1, "resourceSliceCount": 1}
    spec = {"driver": "gpu.nvidia.com", "nodeName": name, "pool": pool, "devices": devices}
    return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": f"{name}-slice"}, "spec": spec}


def role() -> dict:
    text = (ROOT / "docs" / "snapshot.md").read_text(encoding="utf-8")
    block = next(block for block in text.split("```yaml\n")[1:] if "kind: ClusterRole\n" in block)
    return yaml.safe_load(block.partition("```")[0])


def trainer(name: str, count: int) -> dict:
    return deployment(name, 2, container={"resources": {"limits": {"nvidia.com/gpu": count}}})


def bare_pod(name: str) -> dict:
    spec = template(container={"resources": {"limits": {"nvidia.com/gpu": 1}}})["spec"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta(name), "spec": spec}


OBJECTS = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": {"team": "shop"}, "annotations": {"downscaler/uptime": "always", "x": PLANTED}}},
    {"apiVersion": "v1", "kind": "Secret", "metadata": meta("secret"), "stringData": {"password": PLANTED}},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("config"), "data": {"password": PLANTED}},
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta("reader")},
    {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "snap-io", "annotations": {"storageclass.kubernetes.io/is-default-class": "true", "x": PLANTED}},
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"type": "gp2", "restuserkey": PLANTED},
    },
    {"apiVersion": "v1", "kind": "LimitRange", "metadata": meta("limits"), "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "2", "memory": "8Gi"}}]}},
    deployment("web", 5),
    autoscaler("web"),
    trainer("train", 2),
    bare_pod("notebook"),
    cron_job("report"),
    slice_of("snap-gpu-1"),
    slice_of("snap-gpu-2"),
    {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "snap-gpu"}, "spec": {"selectors": [{"cel": {"expression": "device.driver == 'gpu.nvidia.com'"}}]}},
    {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": meta("one-gpu"),
        "spec": {"spec": {"devices": {"requests": [{"name": "gpu", "exactly": {"deviceClassName": "snap-gpu"}}]}}},
    },
]  # fmt: skip


@dataclass
class Taken:
    """A snapshot that was taken."""

    path: Path
    data: bytes
    said: str
    snapshot: ClusterSnapshot


Take = Callable[[], Taken]


@pytest.fixture(scope="module")
def cluster(kubectl: Callable[..., str], control_plane: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of a service account that may list what the documentation says, in a cluster with nodes and workloads."""
    for body in (*NODES, *OBJECTS):
        kubectl("apply", "-f", "-", given=json.dumps(body))
    for body in NODES:
        kubectl(
            "patch",
            "node",
            body["metadata"]["name"],
            "--subresource=status",
            "--type=merge",
            "-p",
            json.dumps({"status": body["status"]}),
        )
    uid = kubectl.get("cronjob", "report", "-n", NAMESPACE)["metadata"]["uid"]
    for number, minutes in enumerate((10, 20, 40)):
        kubectl("create", "-f", "-", given=json.dumps(job(f"report-{number}", "report", uid)))
        kubectl(
            "patch",
            "job",
            f"report-{number}",
            "-n",
            NAMESPACE,
            "--subresource=status",
            "--type=merge",
            "-p",
            json.dumps(completed(minutes)),
        )
    kubectl("apply", "-f", "-", given=json.dumps(role()))
    kubectl(
        "create",
        "clusterrolebinding",
        "snapshot-reader",
        "--clusterrole=weighbridge-snapshot",
        f"--serviceaccount={NAMESPACE}:reader",
    )
    kubectl.wait_for(lambda: kubectl.get("deployment", "web", "-n", NAMESPACE)["status"].get("replicas") == 5, "five pods of web")
    kubectl.wait_for(
        lambda: kubectl.get("hpa", "web", "-n", NAMESPACE)["status"].get("currentReplicas") == 5, "the autoscaler looks"
    )
    yield _reader(kubectl, control_plane, tmp_path_factory.mktemp("reader"))
    kubectl.run("delete", "node", *(body["metadata"]["name"] for body in NODES), "--wait=false")
    kubectl.run("delete", "namespace", NAMESPACE, "--wait=false")
    kubectl.run("delete", "storageclass,deviceclass", "snap-io", "snap-gpu")


def _reader(kubectl: Callable[..., str], admin: Path, folder: Path) -> Path:
    config = json.loads(admin.read_text())
    token = kubectl("create", "token", "reader", "-n", NAMESPACE).strip()
    config["users"] = [{"name": "admin", "user": {"token": token}}]
    path = folder / "kubeconfig"
    path.write_text(json.dumps(config))
    return path


def weighbridge(*arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    program = Path(sys.executable).parent / "weighbridge"
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, check=False, timeout=120)


@pytest.fixture
def take(cluster: Path, tmp_path: Path) -> Take:
    """Takes a snapshot as the restricted account."""

    def taking() -> Taken:
        path = tmp_path / "snapshot.yaml"
        done = weighbridge("snapshot", "--kubeconfig", str(cluster), "--name", "real", "--output", str(path), folder=tmp_path)
        assert done.returncode == 0, done.stderr.decode()
        found = read_snapshot(path.read_bytes(), "snapshot.yaml")
        assert isinstance(found, ClusterSnapshot)
        return Taken(path, path.read_bytes(), done.stderr.decode(), found)

    return taking


def test_the_account_may_list_and_nothing_else(cluster: Path, kubectl: Callable[..., str]) -> None:
    for verb, resource in (("get", "secrets"), ("list", "secrets"), ("list", "configmaps"), ("get", "pods"), ("watch", "nodes")):
        assert kubectl.run("auth", "can-i", verb, resource, "--as", ACCOUNT, "-n", NAMESPACE).stdout.strip() == "no"
    assert kubectl.run("auth", "can-i", "list", "nodes", "--as", ACCOUNT).stdout.strip() == "yes"


def test_only_the_metrics_are_not_known(take: Take) -> None:
    taken = take()
    assert taken.snapshot.not_known == {"usage": "the metrics API is not served"}
    assert "not known: usage (the metrics API is not served)" in taken.said
    assert taken.snapshot.server.startswith("v1.")


def test_nothing_secret_and_no_name_of_a_node_is_in_the_file(take: Take) -> None:
    data = take().data
    for secret in (
        PLANTED,
        "snap-od",
        "snap-spot",
        "10.11.12.13",
        "i-0123456789abcdef0",
        "GPU-snap",
        "restuserkey",
        "example.com/none",
    ):
        assert secret.encode() not in data
    assert b"downscaler/uptime" in data


def test_the_nodes_are_three_pools(take: Take) -> None:
    pools = {pool.name or pool.machine_type: pool for pool in take().snapshot.pools}
    main, spare, gpu = pools["main"], pools["spare"], pools["g6.xlarge"]
    assert (main.nodes, dict(main.zones), main.spot, main.cloud) == (
        3,
        {"us-east-1a": 1, "us-east-1b": 1, "us-east-1c": 1},
        False,
        "aws",
    )
    assert (spare.nodes, spare.spot) == (1, True)
    assert (gpu.nodes, gpu.allocatable["nvidia.com/gpu"], [taint.key for taint in gpu.taints]) == (2, 1, ["nvidia.com/gpu"])
    assert gpu.labels["team"] == "ml"
    assert gpu.devices == (PublishedDevices("gpu.nvidia.com", "NVIDIA L4", 2),)


def test_what_ran_is_in_it(take: Take) -> None:
    found = take().snapshot
    assert found.replicas[Target("apps", "Deployment", NAMESPACE, "web")] == 5
    assert found.jobs[Target("batch", "CronJob", NAMESPACE, "report")] == JobRuns(3, 1200)


def test_accelerators_are_counted_by_what_they_belong_to(take: Take, kubectl: Callable[..., str]) -> None:
    kubectl.wait_for(lambda: len(kubectl.get("pods", "-n", NAMESPACE, "-l", "app=x")["items"]) >= 7, "the pods of both")
    counted = take().snapshot.accelerators or {}
    # Other tests leave Pods in namespaces of their own.
    assert {target: count for target, count in counted.items() if target.namespace == NAMESPACE} == {
        Target("apps", "Deployment", NAMESPACE, "train"): 4,
        Target("", "Pod", NAMESPACE, "notebook"): 1,
    }


LIMIT = {
    "apiVersion": "weighbridge.dev/v1alpha1",
    "kind": "CostPolicy",
    "metadata": {"name": "gpus"},
    "spec": {"rules": [{"name": "all", "limitAccelerators": {"maximum": {"namespace": 7}}}]},
}


@pytest.mark.parametrize(("count", "status"), [(3, 0), (4, 1)])
def test_a_change_is_held_against_what_runs_beside_it(count: int, status: int, take: Take, tmp_path: Path) -> None:
    take()
    for name, body in (("before", trainer("train", 2)), ("after", trainer("train", count)), ("policy", LIMIT)):
        (tmp_path / f"{name}.json").write_text(json.dumps(body))
    arguments = ("before.json", "after.json", "--policies", "policy.json", "--snapshot", "snapshot.yaml")
    done = weighbridge("diff", *arguments, "--unknown", "fail", "--format", "json", folder=tmp_path)
    # Two pods of three and the notebook are seven; of four, nine.
    assert done.returncode == status, done.stdout.decode() + done.stderr.decode()
    said = [each["message"] for each in json.loads(done.stdout)["violations"]]
    assert [each.partition(",")[0] for each in said] == (
        [f"9 accelerators in all workloads of namespace {NAMESPACE}"] if status else []
    )


def test_it_is_the_same_bytes_when_read_and_written_again(take: Take) -> None:
    taken = take()
    assert write_snapshot(taken.snapshot) == taken.data


CHANGE = [
    deployment("web", 2),
    {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": meta("agent"),
        "spec": {"selector": {"matchLabels": {"app": "x"}}, "template": template()},
    },
    deployment("embedder", 1, container={"resources": {"limits": {"nvidia.com/gpu": 1, "cpu": 3, "memory": "12Gi"}}}),
    {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": meta("report"),
        "spec": {
            "schedule": "0 * * * *",
            "jobTemplate": {"spec": {"backoffLimit": 0, "template": template(restartPolicy="Never")}},
        },
    },
    {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": meta("data"),
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
    },
]


def estimated(folder: Path, *more: str) -> dict:
    (folder / "change.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": CHANGE}))
    done = weighbridge("estimate", "change.json", "--format", "json", *more, folder=folder)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_an_estimate_rests_on_the_clusters_own_figures(take: Take, tmp_path: Path) -> None:
    take()
    told = estimated(tmp_path, "--snapshot", "snapshot.yaml")
    rows = {row["name"]: row for row in (*told["workloads"], *told["resources"])}
    # The LimitRange gives each container 2 vCPU and 8 GiB, which is a whole node: an hour costs the mean of the nodes.
    expected = {
        "web": 5 * MEAN * 730,  # as the cluster had it, within 2 and 10
        "agent": 4 * MEAN * 730,  # the two GPU nodes are tainted
        "embedder": Decimal("0.8048") * 730,  # alone on a g6.xlarge
        "report": 730 * MEAN / 3,  # a run an hour of 20 minutes, the median of 10, 20 and 40
        "data": 10 * Decimal("0.1"),  # gp2, the cluster's default class
    }
    assert {name: row["total"]["expected"] for name, row in rows.items()} == {
        name: pytest.approx(float(amount), abs=0.02) for name, amount in expected.items()
    }
    assert rows["web"]["replicas"] == {
        "low": 2, "expected": 5, "high": 10, "because": rows["web"]["replicas"]["because"],
    }  # fmt: skip
    assert "5 replicas observed on" in rows["web"]["replicas"]["because"]
    assert rows["embedder"]["machine"]["because"].startswith("node pool g6.xlarge, snapshot real of")
    assert not told["unpriced"]
    assert told["prices"]["snapshot"]["name"] == "real"
    assert told["certainty"]["assumed"] == 0


def test_without_the_snapshot_much_of_it_is_assumed(tmp_path: Path) -> None:
    told = estimated(tmp_path, "--cloud", "aws")
    assert told["certainty"]["assumed"] > 0


def test_what_the_account_may_no_longer_list_is_not_known_and_assumed_again(
    take: Take, kubectl: Callable[..., str], tmp_path: Path
) -> None:
    less = role()
    less["rules"][0]["resources"].remove("nodes")
    kubectl("apply", "-f", "-", given=json.dumps(less))
    try:
        kubectl.wait_for(
            lambda: kubectl.run("auth", "can-i", "list", "nodes", "--as", ACCOUNT).stdout.strip() == "no", "the role is known"
        )
        taken = take()
    finally:
        kubectl("apply", "-f", "-", given=json.dumps(role()))
    assert taken.snapshot.not_known["nodes"] == "nodes may not be read"
    assert "not known: nodes (nodes may not be read)" in taken.said
    assert not taken.snapshot.pools
    told = estimated(tmp_path, "--snapshot", "snapshot.yaml", "--cloud", "aws")
    agent = next(row for row in told["workloads"] if row["name"] == "agent")
    assert agent["replicas"]["expected"] == 3
    assert any("does not tell: nodes" in note for note in told["notes"])
