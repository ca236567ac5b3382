"""Ways to a GPU without a request for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.devices.gpu_access import gpu_access
from workloads.devices.gpu_access import note as noted

GPU = {"resources": {"limits": {"nvidia.com/gpu": "1"}}}


def visible(value: str = "all", **more: object) -> dict[str, object]:
    return {"name": "web", "env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": value}], **more}


def mounting(path: str, **more: object) -> dict[str, object]:
    """A pod with a container ``web`` that mounts a path of the host."""
    container = {"name": "web", "volumeMounts": [{"name": "device", "mountPath": "/x"}], **more}
    return {"containers": [container], "volumes": [{"name": "device", "hostPath": {"path": path}}]}


PRIVILEGED = {"securityContext": {"privileged": True}}
TOLERATION = {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}
SELECTOR = {"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}}

FOUND = [
    ({"containers": [visible()]}, "not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request"),
    ({"containers": [visible("0,1")]}, "not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request"),
    ({"initContainers": [visible()]}, "not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request"),
    ({"ephemeralContainers": [visible()]}, "not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request"),
    ({"containers": [GPU, visible()]}, "not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request"),
    (
        {"containers": [visible(resources={"limits": {"nvidia.com/gpu": "0"}})]},
        "not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request",
    ),
    (
        {"containers": [{"env": [{"name": "NVIDIA_VISIBLE_DEVICES", "valueFrom": {"configMapKeyRef": {"name": "x"}}}]}]},
        "not counted: GPU through NVIDIA_VISIBLE_DEVICES in container 0, without a request",
    ),
    (
        {"containers": [{"name": "web", "volumeMounts": [{"name": "v", "mountPath": "/var/run/nvidia-container-devices/all"}]}]},
        "not counted: GPU through /var/run/nvidia-container-devices/all in container web, without a request",
    ),
    (
        mounting("/dev/nvidia0", **PRIVILEGED),
        "not counted: GPU through /dev/nvidia0 of the host in privileged container web, without a request",
    ),
    (
        mounting("/dev/dri", **PRIVILEGED),
        "not counted: GPU through /dev/dri of the host in privileged container web, without a request",
    ),
    ({"containers": [{}], "runtimeClassName": "nvidia"}, "not counted: GPU through RuntimeClass nvidia, without a request"),
    (
        {"containers": [{}], **SELECTOR},
        "not counted: room on a GPU node, without a GPU request: selects cloud.google.com/gke-accelerator=nvidia-l4",
    ),
    ({"containers": [{}], **TOLERATION}, "not counted: room on a GPU node, without a GPU request: tolerates nvidia.com/gpu"),
    (
        {"containers": [{}], "tolerations": [{"key": "sku", "operator": "Equal", "value": "gpu"}]},
        "not counted: room on a GPU node, without a GPU request: tolerates sku",
    ),
]


@pytest.mark.parametrize(("spec", "note"), FOUND)
def test_each_way_to_a_gpu_without_a_request_is_noted(spec: dict[str, object], note: str) -> None:
    assert tuple(map(noted, gpu_access(spec))) == (note,)


def test_an_annotation_of_the_container_device_interface_is_a_way_unless_a_gpu_is_requested() -> None:
    named = {"cdi.k8s.io/web": "nvidia.com/gpu=all", "other": "nvidia.com/gpu=all"}
    (found,) = gpu_access({"containers": [{}]}, named)
    assert noted(found) == "not counted: GPU through annotation cdi.k8s.io/web, without a request"
    assert found.path == ("metadata", "annotations", "cdi.k8s.io/web")
    assert gpu_access({"containers": [GPU]}, named) == ()
    assert gpu_access({"containers": [{}]}, {"cdi.k8s.io/web": "vendor.com/nic=0", "cdi.k8s.io/x": 3}) == ()


@pytest.mark.parametrize("variable", ["MTHREADS_VISIBLE_DEVICES", "CAMBRICON_VISIBLE_DEVICES", "AWS_NEURON_VISIBLE_DEVICES"])
def test_other_vendors_hand_out_devices_by_variables_too(variable: str) -> None:
    (found,) = gpu_access({"containers": [{"name": "web", "env": [{"name": variable, "value": "all"}]}]})
    assert found.what == f"{variable} in container web"


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"containers": [{"name": "web"}]},
        {"containers": [visible("none")]},
        {"containers": [visible("void")]},
        {"containers": [visible("")]},
        {"containers": [visible(**GPU)]},
        {"containers": [visible(resources={"claims": [{"name": "gpu"}]})], "resourceClaims": [{"name": "gpu"}]},
        {"containers": [GPU], "runtimeClassName": "nvidia", **TOLERATION, **SELECTOR},
        {"containers": [{}], "resourceClaims": [{"name": "gpu"}], **TOLERATION},
        {"containers": [{}], "runtimeClassName": "kata"},
        {"containers": [{}], "tolerations": [{"operator": "Exists"}, {"key": "sku", "value": "large"}, {"key": "dedicated"}]},
        mounting("/dev/nvidia0"),
        mounting("/var/log", **PRIVILEGED),
        mounting("/dev/nvidia0", **PRIVILEGED, **GPU),
    ],
)
def test_what_is_requested_or_no_gpu_is_not_noted(spec: dict[str, object]) -> None:
    assert gpu_access(spec) == ()


def test_each_way_has_its_kind_and_place() -> None:
    spec = {"containers": [{}, visible()], "runtimeClassName": "nvidia", **TOLERATION, **SELECTOR}
    assert [(access.kind, access.path) for access in gpu_access(spec)] == [
        ("environment", ("spec", "containers", 1, "env", 0)),
        ("runtimeClass", ("spec", "runtimeClassName")),
        ("selector", ("spec", "nodeSelector")),
        ("toleration", ("spec", "tolerations", 0)),
    ]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["env", "name", "resources", "limits", "key"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80)
@given(JUNK, JUNK)
def test_values_of_any_type_are_read_without_failing(some: object, other: object) -> None:
    spec = {"containers": some, "volumes": other, "tolerations": some, "resourceClaims": other, "runtimeClassName": some}
    assert isinstance(gpu_access(spec), tuple)
    assert isinstance(gpu_access({"containers": [some, {"env": [other], "volumeMounts": some, **PRIVILEGED}]}), tuple)
