"""A snapshot holds what may be read of a cluster; what may not is not known, and nothing secret is in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from api_answers import ApiAnswers, api_server

from cluster.client import client_of
from cluster.collector import EVERY, NothingReadError, collect
from cluster.lists import ATTEMPTS, Lists, Resource
from cluster.lookup import Absent, Unavailable
from cluster.observing import Owners, read_job, read_metrics, usage_of
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.document import read_snapshot
from workloads.snapshots.snapshot import ContainerUsage, JobRuns, Target, Usage
from workloads.snapshots.writing import write_snapshot

NOW = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
PODS = Resource("", "pods")
PLANTED = "hunter2-planted-secret"


@pytest.fixture
def api() -> Iterator[ApiAnswers]:
    """An API server of fixed answers."""
    with api_server() as known:
        yield known


@pytest.fixture
def lists(api: ApiAnswers, tmp_path: Path) -> Lists:
    """Lists of that server, which never really wait."""
    return Lists(client_of(str(api.kubeconfig(tmp_path))), sleep=lambda _: None)


def owned(name: str, kind: str, owner: str, version: str = "apps/v1") -> dict:
    reference = {"apiVersion": version, "kind": kind, "name": owner, "controller": True}
    return {"metadata": {"name": name, "namespace": "shop", "ownerReferences": [reference]}}


def job(name: str, minutes: int, owner: dict | None = None, **spec: int) -> dict:
    metadata = (owner or {"metadata": {"namespace": "shop"}})["metadata"]
    return {
        "metadata": {**metadata, "name": name},
        "spec": spec,
        "status": {
            "startTime": "2026-11-26T06:00:00Z",
            "completionTime": f"2026-11-26T06:{minutes:02}:00Z",
            "conditions": [{"type": "Complete", "status": "True"}],
        },
    }


def metrics(name: str, cpu: str, memory: str) -> dict:
    return {
        "metadata": {"name": name, "namespace": "shop"},
        "containers": [{"name": "web", "usage": {"cpu": cpu, "memory": memory}}],
    }


def populate(api: ApiAnswers) -> None:
    """A small cluster, with secrets wherever one can be put."""
    secret = {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": PLANTED}}
    env = [{"name": "PASSWORD", "value": PLANTED}]
    pod = {"containers": [{"name": "web", "env": env, "image": f"x/{PLANTED}"}]}
    node = {
        "metadata": {"name": "ip-10-0-0-7", "labels": {"node.kubernetes.io/instance-type": "m5.large"}, **secret},
        "status": {"capacity": {"cpu": "2"}, "addresses": [{"address": "10.0.0.7"}], "images": [{"names": [PLANTED]}]},
    }
    namespace = {
        "metadata": {
            "name": "shop",
            "labels": {"team": "shop"},
            "annotations": {"downscaler/uptime": "always", **secret["annotations"]},
        }
    }
    api.serve("", nodes=[node], namespaces=[namespace], limitranges=[], replicationcontrollers=[])
    api.serve("", pods=[owned("web-1", "ReplicaSet", "web-7d9f"), owned("web-2", "ReplicaSet", "web-7d9f")])
    api.serve(
        "apps",
        deployments=[
            {
                "metadata": {"name": "web", "namespace": "shop", **secret},
                "spec": {"template": {"spec": pod}},
                "status": {"replicas": 2},
            },
            {"metadata": {"name": "idle", "namespace": "shop"}, "status": {}},
        ],
        statefulsets=[{**owned("db", "Cluster", "db", "postgresql.cnpg.io/v1"), "status": {"replicas": 3}}],
        replicasets=[owned("web-7d9f", "Deployment", "web")],
    )
    cron = owned("x", "CronJob", "report", "batch/v1")
    api.serve(
        "batch",
        jobs=[
            job("report-1", 10, cron),
            job("report-2", 20, cron),
            job("report-3", 30, cron),
            job("seed-v1", 6, parallelism=2, completions=4),
        ],
    )
    claim = {"name": "s", "parameters": {"type": "gp3", "restuserkey": PLANTED}}
    api.serve(
        "storage.k8s.io", storageclasses=[{"metadata": {"name": "gp3", **secret}, "provisioner": "ebs.csi.aws.com", **claim}]
    )
    api.serve(
        "metrics.k8s.io",
        "v1beta1",
        pods=[metrics("web-1", "100m", "100Mi"), metrics("web-2", "300123456n", "300Mi"), metrics("alone", "1", "1Gi")],
    )
    devices = [
        {"name": f"gpu-{n}", "attributes": {"productName": {"string": "NVIDIA L4"}, "uuid": {"string": f"GPU-{n}"}}}
        for n in (0, 1)
    ]
    spec = {"driver": "gpu.nvidia.com", "nodeName": "ip-10-0-0-7", "pool": {"name": "ip-10-0-0-7"}, "devices": devices}
    api.serve("resource.k8s.io", resourceslices=[{"metadata": {"name": "ip-10-0-0-7-gpu"}, "spec": spec}])


def test_policies_and_exemptions_are_kept_with_who_asked_and_who_approved_what(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    asked = {"weighbridge.dev/requested-by": "jane", "kubectl.kubernetes.io/last-applied-configuration": PLANTED}
    rules = {"rules": [{"name": "few", "limitResources": {"replicas": 3}}]}
    exemption = {"rules": ["few/few"], "names": ["web"], "reason": "A launch.", "expiresAt": "2026-12-24T18:00:00Z"}
    approval = {"by": "joe", "generation": 2}
    api.serve(
        "weighbridge.dev",
        "v1alpha1",
        costpolicies=[
            {"metadata": {"name": "few", "uid": PLANTED, "generation": 7}, "spec": rules, "status": {"conditions": []}}
        ],
        costexemptions=[
            {
                "metadata": {"name": "launch", "namespace": "shop", "generation": 2, "annotations": asked},
                "spec": exemption,
                "status": {"approval": approval, "conditions": [{"message": PLANTED}]},
            }
        ],
    )
    found = collect(lists, "production", NOW)
    kept = [body for body in found.objects if str(body["apiVersion"]).startswith("weighbridge.dev/")]
    assert kept == [
        {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "few"}, "spec": rules},
        {
            "apiVersion": "weighbridge.dev/v1alpha1",
            "kind": "CostExemption",
            "metadata": {
                "annotations": {"weighbridge.dev/requested-by": "jane"},
                "generation": 2,
                "name": "launch",
                "namespace": "shop",
            },
            "spec": exemption,
            "status": {"approval": approval},
        },
    ]
    assert PLANTED not in write_snapshot(found).decode()
    again = read_snapshot(write_snapshot(found), "s.yaml")
    assert isinstance(again, ClusterSnapshot)
    assert write_snapshot(again) == write_snapshot(found)


def test_a_cluster_is_read_into_a_snapshot(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    found = collect(lists, "production", NOW)
    assert (found.name, found.server, found.taken_at, found.not_known) == ("production", "v1.36.3", NOW, {})
    assert [(pool.machine_type, pool.nodes) for pool in found.pools] == [("m5.large", 1)]
    assert found.replicas == {Target("apps", "Deployment", "shop", "web"): 2, Target("apps", "Deployment", "shop", "idle"): 0}
    assert found.pools[0].devices[0].count == 2
    slices = [body for body in found.objects if body["kind"] == "ResourceSlice"]
    assert len(slices[0]["spec"]["devices"]) == 1  # type: ignore[index]


def test_durations_are_of_one_pod_by_what_made_the_job_or_by_its_series(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    # the median of 10, 20 and 30 minutes; 6 minutes of 2 pods at a time for 4 completions are 3 minutes each
    assert collect(lists, "production", NOW).jobs == {
        Target("batch", "CronJob", "shop", "report"): JobRuns(3, 1200),
        Target("batch", "Job", "shop", "seed"): JobRuns(1, 180),
    }


def test_use_is_told_by_root_workload_and_container(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    used = ContainerUsage(2, Usage(Decimal("0.1"), Decimal("0.301")), Usage(Decimal(100 * 2**20), Decimal(300 * 2**20)))
    assert collect(lists, "production", NOW).usage == {Target("apps", "Deployment", "shop", "web"): {"web": used}}


def test_no_secret_that_the_cluster_holds_is_in_the_file(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    data = write_snapshot(collect(lists, "production", NOW))
    for secret in (PLANTED, "10-0-0-7", "10.0.0.7", "GPU-0", "secret-token", "last-applied"):
        assert secret.encode() not in data
    assert b"downscaler/uptime" in data
    assert isinstance(read_snapshot(data, "s.yaml"), ClusterSnapshot)


def test_secrets_are_never_asked_for_and_nothing_is_asked_for_twice(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    collect(lists, "production", NOW)
    assert not [path for path in api.asked if "secret" in path or "configmap" in path]
    assert len(api.asked) == len(set(api.asked))


def test_an_autopilot_cluster_is_told_by_its_nodes(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    assert collect(lists, "production", NOW).serverless == ""
    api.serve("", nodes=[{"metadata": {"name": "gk3-main-pool-1"}}])
    found = collect(lists, "production", NOW)
    assert found.serverless == "gke-autopilot"
    assert found.surroundings().serverless == "gke-autopilot"


def test_what_may_not_be_listed_is_not_known_and_the_rest_is_read(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    for path in ("/api/v1/nodes", "/api/v1/pods", "/apis/batch/v1/jobs"):
        api.answers[path] = (403, {"kind": "Status"})
    found = collect(lists, "production", NOW)
    assert found.not_known["nodes"] == "nodes may not be read"
    assert found.not_known["usage"] == "pods may not be read"
    assert found.not_known["jobs"] == "jobs.batch may not be read"
    assert found.not_known["accelerators"] == "jobs.batch may not be read; pods may not be read"
    assert (found.pools, found.usage, found.jobs) == ((), {}, {})
    assert found.replicas


def test_a_cluster_without_the_metrics_api_is_no_error(api: ApiAnswers, lists: Lists) -> None:
    populate(api)
    del api.answers["/apis/metrics.k8s.io"]
    found = collect(lists, "production", NOW)
    assert found.not_known == {"usage": "the metrics API is not served"}


def test_where_nothing_may_be_read_there_is_no_snapshot(api: ApiAnswers, lists: Lists) -> None:
    for resource in EVERY:
        root = f"/apis/{resource.group}" if resource.group else "/api"
        api.answers[f"/apis/{resource.group}"] = (403, {})
        api.answers[f"{root}/v1/{resource.plural}"] = (403, {})
    with pytest.raises(NothingReadError, match="may not be read"):
        collect(lists, "production", NOW)


def test_a_server_that_does_not_know_who_asks_gives_no_snapshot(api: ApiAnswers, lists: Lists) -> None:
    api.answers["/version"] = (401, {})
    with pytest.raises(NothingReadError, match="log in again"):
        collect(lists, "production", NOW)


def names(body: dict) -> str:
    return str(body["metadata"]["name"])


def page(*found: str, following: str = "") -> tuple[int, object]:
    return 200, {"metadata": {"continue": following}, "items": [{"metadata": {"name": name}} for name in found]}


def test_a_list_is_read_page_by_page(api: ApiAnswers, lists: Lists) -> None:
    api.answers = {"/api/v1/pods": page("a", following="next"), "/api/v1/pods?limit=500&continue=next": page("b")}
    told: list[tuple[str, int]] = []
    lists.watcher = lambda what, count: told.append((what, count))
    assert lists.each(PODS, names) == ["a", "b"]
    assert told == [("pods", 1), ("pods", 2)]


def test_a_list_whose_pages_have_expired_is_begun_again(api: ApiAnswers, lists: Lists) -> None:
    api.answers = {
        "/api/v1/pods": page("a", following="next"),
        "/api/v1/pods?limit=500&continue=next": [(410, {}), page("b")],
    }
    assert lists.each(PODS, names) == ["a", "b"]


def test_a_list_that_always_expires_is_not_known(api: ApiAnswers, lists: Lists) -> None:
    api.answers = {"/api/v1/pods": page("a", following="next"), "/api/v1/pods?limit=500&continue=next": (410, {})}
    assert lists.each(PODS, names) == Unavailable("pods change faster than they can be read")


def test_a_busy_server_is_asked_again_after_the_time_it_names(api: ApiAnswers, lists: Lists) -> None:
    waited: list[float] = []
    lists.sleep = waited.append
    api.headers["Retry-After"] = "3"
    api.answers = {"/api/v1/pods": [(429, {}), (503, {}), page("a")]}
    assert lists.each(PODS, names) == ["a"]
    assert waited == [3, 3]


def test_a_server_that_stays_busy_is_given_up(api: ApiAnswers, lists: Lists) -> None:
    api.answers = {"/api/v1/pods": (429, {})}
    assert lists.each(PODS, names) == Unavailable("the API server answered 429")
    assert len(api.asked) == ATTEMPTS


def test_more_objects_than_are_read_are_not_known(api: ApiAnswers, lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster.lists.MOST", 1)
    api.answers = {"/api/v1/pods": page("a", "b")}
    assert lists.each(PODS, names) == Unavailable("more than 1 pods")


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"items": 3}', b'{"items": [1, null]}'])
def test_garbage_is_nothing_or_not_known(body: bytes, api: ApiAnswers, lists: Lists) -> None:
    api.answers = {"/api/v1/pods": (200, body)}
    assert lists.each(PODS, names) in ([], Unavailable("the API server did not answer with JSON"))


def test_the_newest_version_that_is_served_and_known_is_read(api: ApiAnswers, lists: Lists) -> None:
    api.answers = {
        "/apis/resource.k8s.io": (200, {"versions": [{"version": "v1beta2"}, {"version": "v9"}]}),
        "/apis/resource.k8s.io/v1beta2/deviceclasses": page("gpu"),
    }
    resource = Resource("resource.k8s.io", "deviceclasses", ("v1", "v1beta2"))
    assert lists.each(resource, names) == ["gpu"]
    assert lists.each(Resource("keda.sh", "scaledobjects"), names) == Absent()


@pytest.mark.parametrize(
    "status",
    [
        {"startTime": "2026-11-26T06:00:00Z", "completionTime": "2026-11-26T06:10:00Z"},
        {"conditions": [{"type": "Complete", "status": "True"}]},
        {"conditions": [{"type": "Complete", "status": "True"}], "startTime": "x", "completionTime": 3},
        {
            "conditions": [{"type": "Complete", "status": "True"}],
            "startTime": "2026-11-26T06:10:00Z",
            "completionTime": "2026-11-26T06:00:00Z",
        },
        {
            "conditions": [{"type": "Failed", "status": "True"}],
            "startTime": "2026-11-26T06:00:00Z",
            "completionTime": "2026-11-26T06:10:00Z",
        },
    ],
)
def test_a_job_that_did_not_complete_tells_no_duration(status: dict) -> None:
    assert read_job({"metadata": {"name": "a"}, "status": status}).seconds is None


def test_percentiles_are_values_that_were_read() -> None:
    owners = Owners()
    readings = []
    for number in range(20):
        owners.see("Pod", owned(f"p{number}", "StatefulSet", "db"))
        readings.append(read_metrics(metrics(f"p{number}", f"{number + 1}m", f"{number + 1}Mi")))
    (used,) = usage_of(readings, owners)[Target("apps", "StatefulSet", "shop", "db")].values()
    assert (used.pods, used.cpu) == (20, Usage(Decimal("0.010"), Decimal("0.019")))


def test_owners_in_a_circle_end() -> None:
    owners = Owners()
    owners.see("A", owned("a", "B", "b"))
    owners.see("B", owned("b", "A", "a"))
    assert owners.root("A", "shop", "a") is not None
    assert owners.root("A", "shop", "none") is None


def test_a_reading_that_is_none_is_left_out() -> None:
    assert read_metrics({"containers": [{"name": "a", "usage": {"cpu": "many"}}, 3]}).containers == {}
