"""Ways round the gate by how sizes, counts and prices are written."""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal

import pytest
from gating import (
    CENT,
    CONTROLLERS,
    SMALL,
    cluster_of,
    container,
    deployment,
    gate,
    gpus,
    metadata,
    of_kind,
    owned_by,
    pod,
    pod_spec,
    policy,
    review,
    said,
    template,
)


def _cpu(amount: object) -> dict:
    return container(requests={"cpu": amount, "memory": "1Gi"})


def _asked(spec: dict, *objects: dict) -> str:
    """How many vCPU a pod is found to ask, from the words of a denial; empty where it is let in."""
    answers = []
    for body in (pod(spec), deployment(spec)):
        answer = gate(SMALL, cluster_of(*objects)).validate(review(body))
        found = re.search(r"a pod asks (\S+) (?:v?CPU|cores)", answer.message)
        assert answer.allowed is (found is None), answer.message
        answers.append(found.group(1) if found else "")
    (asked,) = set(answers)
    return asked


def test_e04_the_largest_init_container_counts_where_it_asks_more_than_what_runs() -> None:
    assert _asked(pod_spec(_cpu(1), _cpu(1) | {"name": "b"}, initContainers=[_cpu(64) | {"name": "init"}])) == "64"
    assert _asked(pod_spec(_cpu(3), initContainers=[_cpu(4) | {"name": "one"}, _cpu(4) | {"name": "two"}])) == ""


def test_e05_a_sidecar_runs_beside_what_starts_after_it_and_not_before() -> None:
    sidecar = _cpu(3) | {"name": "proxy", "restartPolicy": "Always"}
    init = _cpu(3) | {"name": "init"}
    assert _asked(pod_spec(_cpu(1), initContainers=[sidecar, init])) == "6"
    assert _asked(pod_spec(_cpu(1), initContainers=[init, sidecar])) == ""
    assert _asked(pod_spec(_cpu(2), initContainers=[init, sidecar])) == "5"


def test_e06_an_ephemeral_container_states_no_resources_and_may_not_take_a_gpu() -> None:
    stated = policy("stated", limitResources={"requests": ["cpu", "memory"], "limits": ["memory"]})
    access = policy("access", limitAccelerators={"accessByRequest": True})
    before = pod(pod_spec(container(requests={"cpu": 1, "memory": "1Gi"}, limits={"memory": "1Gi"})))
    after = deepcopy(before)
    after["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "busybox"}]
    tried = gate([stated, access])
    assert tried.validate(review(after, before, subresource="ephemeralcontainers")).allowed
    after["spec"]["ephemeralContainers"][0]["env"] = [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]
    answer = tried.validate(review(after, before, subresource="ephemeralcontainers"))
    assert not answer.allowed
    assert "[access/rule]" in answer.message


def test_e07_what_is_asked_at_the_level_of_the_pod_counts_instead_of_its_containers() -> None:
    assert _asked(pod_spec(_cpu(1), resources={"requests": {"cpu": 64, "memory": "4Gi"}})) == "64"
    assert _asked(pod_spec(container(requests={}), resources={"requests": {"cpu": 64, "memory": "4Gi"}})) == "64"
    assert _asked(pod_spec(container(requests={}), resources={"limits": {"cpu": 64, "memory": "4Gi"}})) == "64"


def test_e08_overhead_is_added_stated_or_of_the_runtime_class() -> None:
    kata = {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": "kata"},
        "handler": "kata",
        "overhead": {"podFixed": {"cpu": "8", "memory": "1Gi"}},
    }
    assert _asked(pod_spec(_cpu(1), overhead={"cpu": "8"})) == "9"
    isolated = pod_spec(_cpu(1), runtimeClassName="kata", restartPolicy="Never")
    job = {"spec": {"template": template(isolated)}}
    roots = [
        deployment(isolated),
        of_kind("batch/v1", "CronJob", {"schedule": "@daily", "jobTemplate": job}),
        of_kind("ray.io/v1", "RayCluster", {"headGroupSpec": {"template": template(isolated)}}),
        of_kind("acme.example/v1", "Thing", {"deep": {"template": template(isolated)}}),
    ]
    for root in roots:
        answer = gate(SMALL, cluster_of(kata)).validate(review(root))
        assert "a pod asks 9 " in answer.message, root["kind"]


def test_e08_a_runtime_class_that_hands_out_gpus_is_no_way_to_one() -> None:
    answer = gate().validate(review(deployment(pod_spec(_cpu(1), runtimeClassName="nvidia"))))
    assert "RuntimeClass nvidia" in answer.message


def test_e09_limits_stand_in_for_absent_requests() -> None:
    assert _asked(pod_spec(container(limits={"cpu": "64", "memory": "1Gi"}))) == "64"


def test_e09_what_requests_nothing_has_a_price_and_may_be_denied() -> None:
    bare = pod(pod_spec(container(requests={})))
    assert not gate(CENT).validate(review(bare)).allowed
    answer = gate([policy(limitResources={"requests": ["cpu", "memory"]})]).validate(review(bare))
    assert "states no cpu or memory request" in answer.message


@pytest.mark.parametrize("requests", [{}, {"cpu": "500m"}])
def test_e09_a_root_and_its_pod_get_one_price(requests: dict) -> None:
    limits = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "defaults", "namespace": "shop"},
        "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "2", "memory": "8Gi"}}]},
    }
    completed = pod(pod_spec(container(requests={"cpu": "2", "memory": "8Gi", **requests})))
    tried = gate(CENT, cluster_of(limits))
    root = tried.validate(review(deployment(pod_spec(container(requests=requests)))))
    made = tried.validate(review(completed))
    assert root.annotations["month"] == made.annotations["month"]
    assert (
        root.annotations["month"]
        != gate(CENT).validate(review(deployment(pod_spec(container(requests=requests))))).annotations["month"]
    )


@pytest.mark.parametrize(
    ("written", "vcpu"),
    [
        ("1e3", "1,000"),
        ("1E3", "1,000"),
        ("0.5", ""),
        ("500m", ""),
        ("4001m", "4.001"),
        ("5.5", "5.5"),
        (5, "5"),
        ("5", "5"),
        ("1Ki", "1,024"),
        ("1.5Ki", "1,536"),
        ("12884901888m", "12,884,901.888"),
        ("5e0", "5"),
        (5.5, "5.5"),
        ("+5", "5"),
        ("5000000u", "5"),
        ("0.005k", "5"),
    ],
)
def test_e10_every_way_to_write_a_quantity_is_the_same_amount(written: object, vcpu: str) -> None:
    assert _asked(pod_spec(_cpu(written))).replace(",", "") == vcpu.replace(",", "")


@pytest.mark.parametrize("written", ["-1", "1Ki5", "", "2E6024865272343", "1" * 5000, "0x10", [], {}, True, "nan", "1e99999999"])
@pytest.mark.parametrize("kind", ["Deployment", "Custom"])
def test_e10_what_is_no_quantity_is_told_and_never_counted_as_nothing(written: object, kind: str) -> None:
    body = deployment(pod_spec(_cpu(written)), kind=kind)
    body["apiVersion"] = "apps/v1" if kind == "Deployment" else "acme.example/v1"
    answer = gate(CENT).validate(review(body))
    assert not answer.allowed or "cannot" in said(answer)
    assert "cpu" in said(answer)
    assert not gate(CENT if kind == "Custom" else SMALL, unknown="fail").validate(review(body)).allowed


def _job(**spec: object) -> dict:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata("train"),
        "spec": {"template": template(pod_spec(_cpu(1), restartPolicy="Never")), **spec},
    }


FEW = [policy(limitResources={"replicas": 10})]


def test_e17_a_job_counts_with_all_the_pods_that_it_runs_at_once() -> None:
    assert gate(FEW).validate(review(_job(parallelism=10, completions=100))).allowed
    assert "500 pods" in gate(FEW).validate(review(_job(parallelism=500, completions=500))).message
    assert "500 pods" in gate(FEW).validate(review(_job(parallelism=500, completions=500, completionMode="Indexed"))).message


def test_e17_a_jobs_completions_and_retries_are_in_the_cost_of_its_run() -> None:
    dear = gate([policy(limitCost={"of": "run", "exposure": "maximum", "maximum": 1})])
    hours = {"activeDeadlineSeconds": 3600 * 24}

    def run(**spec: object) -> Decimal:
        found = re.search(r"\$([\d,.]+) a run", dear.validate(review(_job(**spec, **hours))).message)
        return Decimal(found.group(1).replace(",", "")) if found else Decimal(0)

    # A day of 1 vCPU and 1 GiB is above a dollar by itself; ten at once are ten times that.
    assert run(parallelism=10, completions=10, backoffLimit=0) > 0
    assert run(parallelism=100, completions=100, backoffLimit=0) >= 9 * run(parallelism=10, completions=10, backoffLimit=0)
    assert run(parallelism=10, completions=10, backoffLimit=6) >= run(parallelism=10, completions=10, backoffLimit=0)


def test_e17_a_job_is_weighed_for_what_it_will_run_when_it_is_made_suspended() -> None:
    asleep, small = _job(parallelism=500, completions=500, suspend=True), _job(parallelism=1, completions=1, suspend=True)
    assert not gate(FEW).validate(review(asleep)).allowed
    assert not gate(FEW).validate(review(_job(parallelism=500, completions=500), small)).allowed


def test_e17_a_cron_job_whose_runs_overlap_costs_as_much_as_they_do_together() -> None:
    def cron(policy_: str) -> dict:
        job = {"spec": {"activeDeadlineSeconds": 3600, "template": template(pod_spec(_cpu(1), restartPolicy="Never"))}}
        spec = {"schedule": "* * * * *", "concurrencyPolicy": policy_, "jobTemplate": job}
        return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata("tick"), "spec": spec}

    # One at a time is a vCPU and 1 GiB for a month, below 100 dollars; sixty at once are not.
    most = gate([policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 100})])
    assert most.validate(review(cron("Forbid"))).allowed
    assert not most.validate(review(cron("Allow"))).allowed


TERABYTE = [policy(limitResources={"volumeSize": "1Ti"})]


def _claim(size: str = "10Gi", **spec: object) -> dict:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata("data"), "spec": wanted}


def _stateful(size: str, replicas: int = 1) -> dict:
    body = deployment(name="db", kind="StatefulSet", replicas=replicas)
    body["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": _claim(size)["spec"]}]
    return body


def test_e18_the_volumes_of_templates_and_pods_are_weighed_with_them() -> None:
    ephemeral = pod_spec(volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": _claim("50Ti")["spec"]}}}])
    for body in (_stateful("50Ti"), deployment(ephemeral), pod(ephemeral), _claim("50Ti")):
        assert "above the limit of 1 TiB" in gate(TERABYTE).validate(review(body)).message


def test_e18_a_claim_may_not_be_expanded_over_the_limit() -> None:
    assert gate(TERABYTE).validate(review(_claim("20Gi"), _claim("10Gi"))).allowed
    assert not gate(TERABYTE).validate(review(_claim("50Ti"), _claim("10Gi"))).allowed


def _class(name: str, kind: str = "StorageClass", **more: object) -> dict:
    return {"apiVersion": "storage.k8s.io/v1", "kind": kind, "metadata": {"name": name}, **more}


GP3 = _class("gp3", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"})
IO2 = _class("io2", provisioner="ebs.csi.aws.com", parameters={"type": "io2", "iops": "16000"})
FAST = _class("fast", "VolumeAttributesClass", driverName="ebs.csi.aws.com", parameters={"iops": "16000", "throughput": "1000"})


def test_e18_a_dearer_class_is_weighed_for_what_it_costs() -> None:
    tried = gate([policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 50})], cluster_of(GP3, IO2, FAST))
    cheap = _claim("100Gi", storageClassName="gp3")
    assert tried.validate(review(cheap)).allowed
    assert not tried.validate(review(_claim("100Gi", storageClassName="io2"))).allowed
    faster = _claim("100Gi", storageClassName="gp3", volumeAttributesClassName="fast")
    assert not tried.validate(review(faster, cheap)).allowed


def test_e18_a_service_may_not_become_a_load_balancer_unseen() -> None:
    def service(type_: str) -> dict:
        ports = [{"port": 80}]
        return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(), "spec": {"type": type_, "ports": ports}}

    tried = gate([policy(limitResources={"loadBalancers": 0})])
    assert tried.validate(review(service("ClusterIP"))).allowed
    assert not tried.validate(review(service("LoadBalancer"), service("ClusterIP"))).allowed


def test_e18_a_daemon_set_counts_a_pod_for_each_node() -> None:
    body = deployment(kind="DaemonSet")
    del body["spec"]["replicas"]
    answer = gate([policy(limitResources={"replicas": 1})]).validate(review(body))
    assert "3 pods" in answer.message


OWNER = deployment(pod_spec(_cpu(1)), kind="ReplicaSet")
BY_ITS_CONTROLLER = f"{CONTROLLERS}replicaset-controller"


def _strict(**check: object) -> list:
    return [policy("strict", {"points": {"admission": {"injected": "Deny"}}}, **check)]


INJECTED = [
    pod_spec(_cpu(1), _cpu(64) | {"name": "injected"}),
    pod_spec(_cpu(65)),
    pod_spec(_cpu(1), initContainers=[_cpu(64) | {"name": "proxy", "restartPolicy": "Always"}]),
    pod_spec(_cpu(1), overhead={"cpu": "64"}),
    pod_spec(_cpu(1), resources={"requests": {"cpu": "65"}}),
]


@pytest.mark.parametrize("spec", INJECTED)
def test_e51_what_an_owners_template_does_not_explain_is_warned_of_and_denied_where_the_policy_says_so(spec: dict) -> None:
    injected = owned_by(OWNER, pod(spec))
    answer = gate(SMALL, cluster_of(OWNER)).validate(review(injected, user=BY_ITS_CONTROLLER))
    assert answer.allowed
    assert "a pod asks 6" in said(answer)
    assert "not in the template of ReplicaSet shop/web" in said(answer)
    assert "more than the template of ReplicaSet shop/web explains, which is charged with it" in said(answer)
    strict = gate(_strict(limitResources={"maximum": {"pod": {"cpu": "4"}}}), cluster_of(OWNER))
    assert "a pod asks 6" in strict.validate(review(injected, user=BY_ITS_CONTROLLER)).message


def test_e51_an_injected_gpu_and_an_injected_price_are_denied_too() -> None:
    gpu = owned_by(OWNER, pod(pod_spec(_cpu(1), gpus("8") | {"name": "injected"})))
    for check in ({"limitAccelerators": {"maximum": {"pod": 4}}}, {"limitCost": {"of": "month", "maximum": 1000}}):
        answer = gate(_strict(**check), cluster_of(OWNER)).validate(review(gpu, user=BY_ITS_CONTROLLER))
        assert "not in the template of ReplicaSet shop/web" in answer.message


def test_e51_what_the_template_explains_is_never_denied_however_strict_a_policy_is_now() -> None:
    large = deployment(pod_spec(_cpu(64)), kind="ReplicaSet")
    tolerant = pod_spec(_cpu(64), tolerations=[{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}])
    for check in ({"limitResources": {"maximum": {"pod": {"cpu": "4"}}}}, {"limitCost": {"of": "month", "maximum": 0.01}}):
        answer = gate(_strict(**check), cluster_of(large)).validate(
            review(owned_by(large, pod(tolerant)), user=BY_ITS_CONTROLLER)
        )
        assert answer.allowed
        assert "made by ReplicaSet shop/web" in said(answer)
        assert "explains" not in said(answer)


def test_e51_what_a_limit_range_gives_a_pod_its_template_explains() -> None:
    limits = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "defaults", "namespace": "shop"},
        "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "8", "memory": "8Gi"}}]},
    }
    bare = deployment(pod_spec(container(requests={})), kind="ReplicaSet")
    made = owned_by(bare, pod(pod_spec(container(requests={"cpu": "8", "memory": "8Gi"}))))
    tried = gate(_strict(limitResources={"maximum": {"pod": {"cpu": "4"}}}), cluster_of(bare, limits))
    answer = tried.validate(review(made, user=BY_ITS_CONTROLLER))
    assert answer.allowed
    assert "explains" not in said(answer)


def test_e51_only_what_a_policy_denies_is_denied_of_what_is_injected() -> None:
    told = policy(
        "told",
        {"validationActions": ["Warn"], "points": {"admission": {"injected": "Deny"}}},
        limitResources={"maximum": {"pod": {"cpu": "4"}}},
    )
    answer = gate([told], cluster_of(OWNER)).validate(review(owned_by(OWNER, pod(INJECTED[0])), user=BY_ITS_CONTROLLER))
    assert answer.allowed
