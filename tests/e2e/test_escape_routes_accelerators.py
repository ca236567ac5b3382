"""Ways to an accelerator on a real API server: what it refuses by itself, what it completes, and devices that are claimed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gated import Gated
from gating import container, deployment, gpus, metadata, pod, pod_spec

pytestmark = pytest.mark.e2e

Body = dict[str, Any]


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    return small


def _asking(limits: Body, requests: Body | None = None) -> Body:
    return container(requests={"cpu": "1", "memory": "2Gi", **(requests or {})}, limits=limits)


def test_e11_a_gpu_is_counted_by_its_limit_and_the_api_server_refuses_other_ways_to_ask(gated: Gated) -> None:
    told = gated.keeps_out(pod(pod_spec(gpus("64")), "limited"), deployment(pod_spec(gpus("64")), name="limited"))
    assert told.count("64 accelerators in a pod") == 2
    gpu = "nvidia.com/gpu"
    for limits, requests in (({}, {gpu: "1"}), ({gpu: "2"}, {gpu: "1"})):
        spec = pod_spec(_asking(limits, requests))
        done = gated.write(pod(spec, "odd"), deployment(spec, name="odd"))
        assert done.stderr.count("Error from server (Invalid)") == 2, done.stderr


def test_e11_a_custom_resource_may_ask_in_ways_that_the_api_server_refuses_and_is_denied(
    gated: Gated, custom_kinds: None
) -> None:
    def rollout(name: str, limits: Body, requests: Body) -> Body:
        body = deployment(pod_spec(_asking(limits, requests)), name=name)
        return body | {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}

    gpu = "nvidia.com/gpu"
    told = gated.keeps_out(rollout("one", {}, {gpu: "1"}), rollout("two", {gpu: "2"}, {gpu: "1"}))
    assert told.count("requests other than it limits of nvidia.com/gpu") == 2


def test_e11_a_count_of_zero_is_no_request_for_the_gpu_that_the_environment_hands_out(gated: Gated) -> None:
    none = gpus("0") | {"env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]}
    told = gated.keeps_out(pod(pod_spec(none), "none"), deployment(pod_spec(none), name="none"))
    assert told.count("gets at a GPU without requesting one") == 2


COUNTED = {
    "nvidia.com/mig-1g.10gb": "5",
    "nvidia.com/gpu.shared": "5",
    "amd.com/gpu": "5",
    "google.com/tpu": "8",
    "habana.ai/gaudi": "8",
    "aws.amazon.com/neuron": "16",
    "gpu.intel.com/xe": "5",
}


def test_e12_every_vendors_accelerators_are_counted(gated: Gated) -> None:
    bodies = [
        deployment(pod_spec(gpus(count, name)), name=f"vendor-{number}") for number, (name, count) in enumerate(COUNTED.items())
    ]
    told = gated.keeps_out(*bodies)
    assert told.count("accelerators in a pod, above the limit of 4") == len(COUNTED)


def test_e12_what_no_vendor_is_known_of_is_said_not_to_be_counted(gated: Gated) -> None:
    assert "cannot be told: acme.example/npu" in gated.lets_in(
        deployment(pod_spec(gpus("5", "acme.example/npu")), name="unknown")
    )


def test_e12_a_part_of_a_gpu_without_a_count_is_of_one(gated: Gated) -> None:
    gated.lets_in(deployment(pod_spec(gpus("3000", "nvidia.com/gpumem")), name="part"), deployment(name="none"))
    months = {each.name: each.told["month"] for each in gated.audited("deployments")}
    assert months["part"] != months["none"]


NVIDIA = {"deviceClassName": "gpu.nvidia.com"}


def _devices(**request: Any) -> Body:
    return {"devices": {"requests": [{"name": "gpu", **request}]}}


def _claim(name: str, **request: Any) -> Body:
    return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": metadata(name), "spec": _devices(**request)}


def _claims(name: str, **request: Any) -> Body:
    return _claim(name) | {"kind": "ResourceClaimTemplate", "spec": {"spec": _devices(**request)}}


def _claiming(**how: str) -> Body:
    claiming = container() | {"resources": {"requests": {"cpu": "1", "memory": "2Gi"}, "claims": [{"name": "gpu"}]}}
    return pod_spec(claiming, resourceClaims=[{"name": "gpu", **how}])


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("exactly", {"exactly": {**NVIDIA, "count": 8}}),
        ("first", {"firstAvailable": [{"name": "many", **NVIDIA, "count": 8}, {"name": "one", **NVIDIA}]}),
    ],
)
def test_e13_devices_that_a_claims_template_or_a_claim_asks_for_are_counted(gated: Gated, name: str, request_: Body) -> None:
    gated.lets_in(_claims(f"many-{name}", **request_))
    spec = _claiming(resourceClaimTemplateName=f"many-{name}")
    told = gated.keeps_out(pod(spec, name), deployment(spec, name=name), _claim(f"own-{name}", **request_))
    assert told.count("8 accelerators") == 3, told


@pytest.mark.parametrize("version", ["v1beta1", "v1beta2"])
def test_e13_a_claim_of_another_served_version_is_the_same_claim(gated: Gated, version: str) -> None:
    request = {**NVIDIA, "count": 8}
    body = _claim("older", **(request if version == "v1beta1" else {"exactly": request}))
    assert "8 accelerators" in gated.keeps_out(body | {"apiVersion": f"resource.k8s.io/{version}"})


def test_e13_a_claim_that_is_made_after_its_pod_is_weighed_when_it_is_made(gated: Gated) -> None:
    assert "cannot be told" in gated.lets_in(pod(_claiming(resourceClaimName="later"), "early"))
    assert "8 accelerators" in gated.keeps_out(_claim("later", exactly={**NVIDIA, "count": 8}))
    gated.lets_in(_claim("later", exactly={**NVIDIA, "count": 2}))


def test_e13_the_claims_that_the_real_controller_makes_of_a_template_are_their_pods(gated: Gated) -> None:
    gated.lets_in(_claims("two", exactly={**NVIDIA, "count": 2}))
    gated.lets_in(pod(_claiming(resourceClaimTemplateName="two"), "claiming"))

    def made() -> list[Body]:
        return [each for each in gated.items("resourceclaims") if each["metadata"].get("ownerReferences")]

    gated.kubectl.wait_for(made, "the Pod's claim is there")


def test_e13_administration_is_free_and_only_in_namespaces_that_are_labelled_for_it(gated: Gated) -> None:
    looking = _claim("looking", exactly={**NVIDIA, "allocationMode": "All", "adminAccess": True})
    done = gated.write(looking)
    assert "resource.kubernetes.io/admin-access" in done.stderr
    gated.kubectl("label", "namespace", gated.name, "resource.kubernetes.io/admin-access=true")
    gated.kubectl.wait_for(lambda: gated.write(looking).returncode == 0, "the label is known")


def test_e13_all_devices_of_a_node_are_counted_as_the_most_that_a_claim_may_be_given(gated: Gated) -> None:
    assert "32 accelerators in a pod" in gated.keeps_out(_claim("all", exactly={**NVIDIA, "allocationMode": "All"}))


def test_e13_a_resource_that_a_device_class_backs_is_counted(gated: Gated) -> None:
    selectors = [{"cel": {"expression": "device.driver == 'gpu.nvidia.com'"}}]
    spec = {"selectors": selectors, "extendedResourceName": "acme.example/gpu"}
    body = {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "gpu.nvidia.com"}, "spec": spec}
    gated.kubectl("create", "-f", "-", given=json.dumps(body))
    implicit, named = "deviceclass.resource.kubernetes.io/gpu.nvidia.com", "acme.example/gpu"
    assert "8 accelerators" in gated.keeps_out(deployment(pod_spec(gpus("8", implicit)), name="implicit"))
    tries = itertools.count()

    def is_counted() -> bool:
        # The list of classes may be some seconds old: then nobody knows what backs the resource.
        body = deployment(pod_spec(gpus("8", named)), name=f"named-{next(tries)}")
        return "8 accelerators in a pod" in gated.write(body).stderr

    gated.kubectl.wait_for(is_counted, "the class is known to back the resource")
    gated.kubectl("delete", "deviceclass", "gpu.nvidia.com")


def _on_host(path: str) -> Body:
    privileged = {"securityContext": {"privileged": True}, "volumeMounts": [{"name": "device", "mountPath": "/dev/x"}]}
    return pod_spec(container() | privileged, volumes=[{"name": "device", "hostPath": {"path": path}}])


def _mounting(path: str) -> Body:
    mounting = container() | {"volumeMounts": [{"name": "devices", "mountPath": path}]}
    return pod_spec(mounting, volumes=[{"name": "devices", "hostPath": {"path": "/dev/null"}}])


def _visible(value: Body) -> Body:
    return {"env": [{"name": "NVIDIA_VISIBLE_DEVICES", **value}]}


WAYS = {
    "all": pod_spec(container() | _visible({"value": "all"})),
    "from-a-map": pod_spec(container() | _visible({"valueFrom": {"configMapKeyRef": {"name": "devices", "key": "all"}}})),
    "initially": pod_spec(initContainers=[container("init") | _visible({"value": "0"})]),
    "by-volume": _mounting("/var/run/nvidia-container-devices/all"),
    "device": _on_host("/dev/nvidia0"),
    "runtime": pod_spec(runtimeClassName="nvidia"),
}


@pytest.fixture
def nvidia(gated: Gated) -> Iterator[None]:
    """The runtime that hands out GPUs, without which the API server takes no Pod that names it."""
    body = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "nvidia"}, "handler": "nvidia"}
    gated.kubectl("create", "-f", "-", given=json.dumps(body))
    yield
    gated.kubectl("delete", "runtimeclass", "nvidia")


def test_e14_a_gpu_that_nobody_requests_is_denied(gated: Gated, nvidia: None) -> None:
    bodies = [each for name, spec in WAYS.items() for each in (pod(spec, name), deployment(spec, name=name))]
    told = gated.keeps_out(*bodies)
    assert told.count("gets at a GPU without requesting one") == len(bodies), told
    requested = pod_spec(gpus("1") | _visible({"value": "all"}), runtimeClassName="nvidia")
    gated.lets_in(pod(requested, "asking"), deployment(requested, name="asking", replicas=0))


def test_e14_a_way_to_a_gpu_is_not_added_to_what_was_let_in(gated: Gated) -> None:
    gated.lets_in(deployment(name="added", replicas=0))
    change = {"spec": {"template": {"spec": {"containers": [{"name": "main", **_visible({"value": "all"})}]}}}}
    told = gated.denies("patch", "deployment", "added", "-p", json.dumps(change))
    assert "gets at a GPU without requesting one" in told


TOLERATING = {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}
ROOM = {
    "tolerating": pod_spec(**TOLERATING),
    "selecting": pod_spec(nodeSelector={"cloud.google.com/gke-accelerator": "nvidia-l4"}),
    "both": pod_spec(nodeSelector={"karpenter.k8s.aws/instance-gpu-name": "l4"}, **TOLERATING),
    "naming": pod_spec(nodeName="gpu-node"),
    "by-host": pod_spec(nodeSelector={"kubernetes.io/hostname": "gpu-node"}),
}


@pytest.fixture
def gpu_node(gated: Gated) -> Iterator[None]:
    """A node with a GPU."""
    labels = {
        "kubernetes.io/hostname": "gpu-node",
        "node.kubernetes.io/instance-type": "g6.xlarge",
        "nvidia.com/gpu.product": "NVIDIA-L4",
    }
    body = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "gpu-node", "labels": labels}}
    gated.kubectl("create", "-f", "-", given=json.dumps(body))
    capacity = json.dumps({"status": {"capacity": {"nvidia.com/gpu": "1", "cpu": "4", "memory": "16Gi"}}})
    gated.kubectl("patch", "node", "gpu-node", "--subresource=status", "--type=merge", "-p", capacity)
    yield
    gated.kubectl("delete", "node", "gpu-node")


def test_e15_room_on_a_gpu_node_without_a_request_is_denied(gated: Gated, gpu_node: None) -> None:
    bodies = [each for name, spec in ROOM.items() for each in (pod(spec, f"{name}-room"), deployment(spec, name=f"{name}-room"))]
    told = gated.keeps_out(*bodies)
    assert told.count("takes room on GPU nodes without requesting one") >= len(bodies), told
    asking = pod_spec(gpus("1"), **TOLERATING)
    gated.lets_in(pod(asking, "asking-room"), deployment(asking, name="asking-room", replicas=0))
