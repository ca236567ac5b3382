"""Ways to an accelerator, or to a node that has one, that a count of ``nvidia.com/gpu`` does not show."""

from __future__ import annotations

from typing import Any

import pytest
from gating import (
    CONTROLLERS,
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

from cluster.lookup import StaticCluster

FOUR = [policy(limitAccelerators={"maximum": {"pod": 4}})]
MONEY = policy("money", limitCost={"of": "month", "exposure": "maximum", "maximum": 1_000_000})


def _gpu(requests: dict | None = None, limits: dict | None = None) -> dict:
    given = {"requests": {"cpu": "1", "memory": "2Gi", **(requests or {})}}
    return container(**given, limits=limits or {})


@pytest.mark.parametrize(
    ("asking", "words"),
    [
        (_gpu(limits={"nvidia.com/gpu": "64"}), "64 accelerators in a pod"),
        (_gpu({"nvidia.com/gpu": "64"}, {"nvidia.com/gpu": "64"}), "64 accelerators in a pod"),
        (_gpu({"nvidia.com/gpu": "1"}), "requests other than it limits of nvidia.com/gpu"),
        (_gpu({"nvidia.com/gpu": "1"}, {"nvidia.com/gpu": "2"}), "requests other than it limits of nvidia.com/gpu"),
    ],
)
def test_e11_a_gpu_is_asked_for_as_the_api_server_wants_it(asking: dict, words: str) -> None:
    for body in (pod(pod_spec(asking)), deployment(pod_spec(asking))):
        assert words in gate().validate(review(body)).message


def test_e11_a_count_of_zero_is_no_request_for_the_gpu_that_the_environment_hands_out() -> None:
    asking = _gpu(limits={"nvidia.com/gpu": "0"}) | {"env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]}
    assert "gets at a GPU without requesting one" in gate().validate(review(deployment(pod_spec(asking)))).message


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"nvidia.com/mig-1g.10gb": "5"}, "5 accelerators in a pod"),
        ({"nvidia.com/gpu.shared": "5"}, "5 accelerators in a pod"),
        ({"nvidia.com/gpu": "5", "nvidia.com/gpumem": "3000", "nvidia.com/gpucores": "30"}, "5 accelerators in a pod"),
        ({"amd.com/gpu": "5"}, "5 accelerators in a pod"),
        ({"google.com/tpu": "8"}, "8 accelerators in a pod"),
        ({"habana.ai/gaudi": "8"}, "8 accelerators in a pod"),
        ({"aws.amazon.com/neuron": "16"}, "16 accelerators in a pod"),
        ({"gpu.intel.com/i915": "5"}, "5 accelerators in a pod"),
        ({"gpu.intel.com/xe": "5"}, "5 accelerators in a pod"),
        ({"acme.example/npu": "5"}, "cannot be told: acme.example/npu"),
    ],
)
def test_e12_every_vendors_accelerators_are_counted_or_said_not_to_be(limits: dict, words: str) -> None:
    for body in (pod(pod_spec(_gpu(limits=limits))), deployment(pod_spec(_gpu(limits=limits)))):
        answer = gate([*FOUR, MONEY]).validate(review(body))
        assert words in said(answer)
        assert answer.annotations["verdict"] in ("deny", "unknown")


@pytest.mark.parametrize(
    "limits", [{"nvidia.com/gpumem": "3000"}, {"nvidia.com/gpucores": "30"}, {"nvidia.com/gpumem-percentage": "50"}]
)
def test_e12_a_part_of_a_gpu_without_a_count_is_of_one(limits: dict) -> None:
    none = gate([policy(limitAccelerators={"maximum": {"pod": 0}})])
    assert "1 accelerator in a pod" in none.validate(review(pod(pod_spec(_gpu(limits=limits))))).message


def _claim(request: dict, name: str = "claimed", kind: str = "ResourceClaim", version: str = "v1") -> dict:
    spec: dict[str, Any] = {"devices": {"requests": [{"name": "gpu", **request}]}}
    if kind == "ResourceClaimTemplate":
        spec = {"spec": spec}
    return {"apiVersion": f"resource.k8s.io/{version}", "kind": kind, "metadata": metadata(name), "spec": spec}


def _claiming(key: str = "resourceClaimName", name: str = "claimed") -> dict:
    return pod_spec(
        container() | {"resources": {"requests": {"cpu": "1", "memory": "2Gi"}, "claims": [{"name": "gpu"}]}},
        resourceClaims=[{"name": "gpu", key: name}],
    )


NVIDIA = {"deviceClassName": "gpu.nvidia.com"}
FIRST = {"firstAvailable": [{"name": "many", **NVIDIA, "count": 8}, {"name": "one", **NVIDIA}]}


@pytest.mark.parametrize(
    ("request_", "version", "words"),
    [
        ({"exactly": {**NVIDIA, "count": 8}}, "v1", "8 accelerators"),
        ({"exactly": {**NVIDIA, "count": 8}}, "v1beta2", "8 accelerators"),
        ({**NVIDIA, "count": 8}, "v1beta1", "8 accelerators"),
        (FIRST, "v1", "8 accelerators"),
        ({"exactly": {"deviceClassName": "gpu.example.com"}}, "v1", "cannot be told: devices of class gpu.example.com"),
    ],
)
def test_e13_claimed_devices_are_counted_or_said_not_to_be(request_: dict, version: str, words: str) -> None:
    template = _claim(request_, "made", "ResourceClaimTemplate", version)
    tried = gate([*FOUR, MONEY], cluster_of(template))
    for body in (deployment(_claiming("resourceClaimTemplateName", "made")), pod(_claiming("resourceClaimTemplateName", "made"))):
        assert words in said(tried.validate(review(body)))
    # A claim that stands by itself is weighed when it is made, whoever uses it then.
    assert words in said(gate([*FOUR, MONEY]).validate(review(_claim(request_, version=version))))


def test_e13_all_devices_of_a_node_have_a_price_and_administration_has_none() -> None:
    cent = [policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 0.01})]
    assert gate(cent).validate(review(_claim({"exactly": {**NVIDIA, "adminAccess": True}}))).allowed
    every = _claim({"exactly": {**NVIDIA, "allocationMode": "All"}})
    assert not gate(cent).validate(review(every)).allowed
    assert "32 accelerators in a pod" in gate(FOUR).validate(review(every)).message


def test_e13_a_claim_that_is_not_there_yet_is_told_and_weighed_when_it_is_made() -> None:
    answer = gate([*FOUR, MONEY]).validate(review(pod(_claiming())))
    assert "cannot be told" in said(answer)
    assert not gate(FOUR).validate(review(_claim({"exactly": {**NVIDIA, "count": 8}}))).allowed


def test_e13_a_claim_that_several_share_is_paid_by_itself_and_not_by_each() -> None:
    claim = _claim({"exactly": {**NVIDIA, "count": 8}})
    answer = gate([MONEY], cluster_of(claim)).validate(review(deployment(_claiming(), replicas=10)))
    without = gate([MONEY]).validate(review(deployment(replicas=10)))
    assert answer.annotations["month"].removeprefix("at least ") == without.annotations["month"]


def test_e13_classes_that_may_not_be_read_leave_a_resource_of_nobody_undecided() -> None:
    hidden = StaticCluster(cluster_of().objects, frozenset({"DeviceClass"}))
    answer = gate(FOUR, hidden).validate(review(deployment(pod_spec(gpus("8", "acme.example/gpu")))))
    assert answer.annotations["verdict"] == "unknown"


def test_e13_a_resource_that_a_device_class_backs_is_counted() -> None:
    backing = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "DeviceClass",
        "metadata": {"name": "gpu.nvidia.com"},
        "spec": {"extendedResourceName": "acme.example/gpu"},
    }
    for limits in ({"deviceclass.resource.kubernetes.io/gpu.nvidia.com": "8"}, {"acme.example/gpu": "8"}):
        answer = gate([*FOUR, MONEY], cluster_of(backing)).validate(review(pod(pod_spec(_gpu(limits=limits)))))
        assert "8 accelerators in a pod" in answer.message, limits


UNDECIDED = [
    deployment(pod_spec(gpus("64", "acme.example/npu"))),
    deployment(_claiming("resourceClaimTemplateName", "absent")),
    _claim({"exactly": {"deviceClassName": "gpu.example.com", "count": 30}}),
    _claim({"exactly": {**NVIDIA, "count": "30"}}),
    _claim({"exactly": {**NVIDIA, "count": -1}}),
]


@pytest.mark.parametrize("body", UNDECIDED)
def test_e12_e13_what_may_be_an_accelerator_leaves_a_limit_of_them_undecided(body: dict) -> None:
    answer = gate(FOUR).validate(review(body))
    assert answer.annotations["verdict"] == "unknown"
    assert "how many accelerators cannot be told" in said(answer)
    assert not gate(FOUR, unknown="fail").validate(review(body)).allowed


def test_e12_what_may_be_an_accelerator_and_is_below_the_limit_all_the_same_is_let_in() -> None:
    few = deployment(pod_spec(gpus("4", "acme.example/npu")))
    assert gate(FOUR, unknown="fail").validate(review(few)).allowed
    many = deployment(pod_spec(gpus("64", "acme.example/npu")))
    other = deployment(pod_spec(gpus("64", "acme.example/npu") | {"image": "example.com/next"}))
    assert gate(FOUR, unknown="fail").validate(review(other, many)).allowed
    assert not gate(FOUR, unknown="fail").validate(review(many, few)).allowed


def test_e13_the_most_that_any_alternative_gives_is_what_a_limit_counts() -> None:
    later = {"firstAvailable": [{"name": "one", **NVIDIA}, {"name": "many", **NVIDIA, "count": 30}]}
    made = _claim(later, "made", "ResourceClaimTemplate")
    for body in (_claim(later), deployment(_claiming("resourceClaimTemplateName", "made"))):
        assert "30 accelerators in a pod" in gate(FOUR, cluster_of(made)).validate(review(body)).message


def test_e13_alternatives_that_combine_in_more_ways_than_are_weighed_are_told() -> None:
    either = [{"name": "one", **NVIDIA}, {"name": "two", **NVIDIA, "count": 2}]
    body = _claim({})
    body["spec"]["devices"]["requests"] = [{"name": f"gpu-{number}", "firstAvailable": either} for number in range(6)]
    answer = gate([policy(limitAccelerators={"maximum": {"pod": 11}})]).validate(review(body))
    assert answer.annotations["verdict"] == "unknown"
    assert "more than 16 combinations of alternatives" in said(answer)


@pytest.mark.parametrize(
    "body",
    [
        of_kind(
            "batch/v1",
            "CronJob",
            {
                "schedule": "@hourly",
                "jobTemplate": {
                    "spec": {"template": template(_claiming("resourceClaimTemplateName", "made") | {"restartPolicy": "Never"})}
                },
            },
        ),
        of_kind(
            "ray.io/v1", "RayCluster", {"headGroupSpec": {"template": template(_claiming("resourceClaimTemplateName", "made"))}}
        ),
        of_kind("acme.example/v1", "Thing", {"deep": {"template": template(_claiming("resourceClaimTemplateName", "made"))}}),
    ],
    ids=lambda body: body["kind"],
)
def test_e13_what_a_template_claims_is_looked_for_wherever_the_template_stands(body: dict) -> None:
    made = _claim({"exactly": {**NVIDIA, "count": 8}}, "made", "ResourceClaimTemplate")
    assert "8 accelerators in a pod" in gate(FOUR, cluster_of(made)).validate(review(body)).message


def test_e13_another_claims_template_is_weighed_as_a_change_from_the_old_one() -> None:
    few, some, many = (
        _claim({"exactly": {**NVIDIA, "count": count}}, name, "ResourceClaimTemplate")
        for name, count in (("few", 2), ("some", 8), ("many", 16))
    )
    tried = gate(FOUR, cluster_of(few, some, many))
    by = {name: deployment(_claiming("resourceClaimTemplateName", name)) for name in ("few", "some", "many")}
    assert not tried.validate(review(by["some"], by["few"])).allowed
    assert tried.validate(review(by["some"], by["many"])).allowed


def test_e13_a_pod_groups_claim_is_paid_once_by_the_group() -> None:
    made = _claim({"exactly": {**NVIDIA, "count": 8}}, "made", "ResourceClaimTemplate")
    claims = {"resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": "made"}]}
    group = of_kind("scheduling.k8s.io/v1alpha2", "PodGroup", claims, "gang")
    tried = gate(FOUR, cluster_of(made, group))
    member = _claiming("resourceClaimTemplateName", "made") | {"schedulingGroup": {"podGroupName": "gang"}}
    answer = tried.validate(review(deployment(member, replicas=10)))
    assert answer.allowed
    assert answer.annotations["month"] == tried.validate(review(deployment(replicas=10))).annotations["month"]
    assert "8 accelerators in a pod" in tried.validate(review(group)).message


def test_e13_the_claim_that_is_made_of_a_pods_template_is_its_pods() -> None:
    owner = pod(_claiming("resourceClaimTemplateName", "made"), "owner")
    claim = _claim({"exactly": {**NVIDIA, "count": 8}})
    claim["metadata"]["annotations"] = {"resource.kubernetes.io/pod-claim-name": "gpu"}
    tried = gate(FOUR, cluster_of(owner))
    by_controller = f"{CONTROLLERS}resource-claim-controller"
    assert tried.validate(review(owned_by(owner, claim), user=by_controller)).allowed
    assert not tried.validate(review(owned_by(owner, claim))).allowed


def test_e13_a_part_of_a_device_costs_less_than_all_of_it() -> None:
    def month(claim: dict) -> float:
        return float(gate([MONEY]).validate(review(claim)).annotations["month"].split()[0])

    part = _claim({"exactly": {**NVIDIA, "capacity": {"requests": {"memory": "10Gi"}}}})
    assert 0 < month(part) < month(_claim({"exactly": NVIDIA}))


def test_e13_claims_that_stand_by_themselves_count_in_their_namespace() -> None:
    eight = [policy(limitAccelerators={"maximum": {"workload": 4}})]
    assert not gate(eight).validate(review(_claim({"exactly": {**NVIDIA, "count": 8}}))).allowed


def _on_host(path: str) -> dict:
    privileged = {"securityContext": {"privileged": True}, "volumeMounts": [{"name": "device", "mountPath": "/dev/x"}]}
    return pod_spec(container() | privileged, volumes=[{"name": "device", "hostPath": {"path": path}}])


@pytest.mark.parametrize(
    "spec",
    [
        pod_spec(container() | {"env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]}),
        pod_spec(container() | {"env": [{"name": "NVIDIA_VISIBLE_DEVICES", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]}),
        pod_spec(
            container() | {"volumeMounts": [{"name": "devices", "mountPath": "/var/run/nvidia-container-devices/all"}]},
            volumes=[{"name": "devices", "hostPath": {"path": "/dev/null"}}],
        ),
        _on_host("/dev/nvidia0"),
        _on_host("/dev/dri"),
        pod_spec(runtimeClassName="nvidia"),
        pod_spec(initContainers=[container("init") | {"env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "0"}]}]),
    ],
)
def test_e14_a_gpu_that_nobody_requests_is_denied(spec: dict) -> None:
    for body in (pod(spec), deployment(spec)):
        assert "gets at a GPU without requesting one" in gate().validate(review(body)).message


@pytest.mark.parametrize(
    "spec",
    [
        pod_spec(tolerations=[{"key": "nvidia.com/gpu", "operator": "Exists"}]),
        pod_spec(nodeSelector={"cloud.google.com/gke-accelerator": "nvidia-l4"}),
        pod_spec(
            nodeSelector={"karpenter.k8s.aws/instance-gpu-name": "l4"},
            tolerations=[{"key": "nvidia.com/gpu", "operator": "Exists"}],
        ),
    ],
)
def test_e15_room_on_a_gpu_node_without_a_request_is_denied(spec: dict) -> None:
    for body in (pod(spec), deployment(spec)):
        assert "takes room on GPU nodes without requesting one" in gate().validate(review(body)).message
