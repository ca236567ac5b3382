"""The runtime that KServe chooses by a model's format, where a service names none: its sizes are the service's.

Source: kserve.github.io, "Serving Runtimes", on selection and priority: those of the namespace first, then the higher priority, the lower
protocol version, the younger, the name.
"""

from __future__ import annotations

import json

import pytest

from workloads.field import mapping
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.reach import depends, reach
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory

API = "serving.kserve.io/"


def _document(kind: str, name: str, spec: object, **metadata: str) -> str:
    version = "v1beta1" if kind == "InferenceService" else "v1alpha1"
    return json.dumps({"apiVersion": API + version, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec})


def _runtime(gpus: int, name: str = "vllm", *, namespace: str = "", pod: object = None, **spec: object) -> str:
    """A runtime that asks for some GPUs; of the cluster, unless it is in a namespace."""
    resources = {"requests": {"cpu": "30"}, "limits": {"nvidia.com/gpu": gpus}}
    stated = {
        "supportedModelFormats": [{"name": "llm", "version": "1", "autoSelect": True}],
        "containers": [{"name": "kserve-container", "image": "x", "resources": resources}],
        **spec,
    }
    return _document(
        "ServingRuntime" if namespace else "ClusterServingRuntime",
        name,
        stated,
        **({"namespace": namespace} if namespace else {}),
    )


def _service(model: object = None, **predictor: object) -> str:
    return _document(
        "InferenceService",
        "chat",
        {"predictor": {"model": {"modelFormat": {"name": "llm"}, **(model or {})}, **predictor}},
        namespace="shop",
    )


def _manifests(*documents: str) -> list[Manifest]:
    return [manifest for each in documents for manifest in read(each.encode(), "a.json").manifests]


def _taken(*documents: str) -> Inventory:
    manifests = _manifests(*documents)
    return take_inventory(manifests, observe(manifests))


def _gpus(*documents: str) -> int:
    """The GPUs of the one service, of which everything is known."""
    inventory = _taken(*documents)
    assert not inventory.unpriced
    ((group,),) = (workload.groups for workload in inventory.workloads)
    return int(group.requests.extended.get("nvidia.com/gpu", 0))


def _doubts(*documents: str) -> list[str]:
    return [told.reason for told in _taken(*documents).unpriced]


def test_a_service_that_names_no_runtime_asks_for_what_the_one_of_its_format_does() -> None:
    ((group,),) = (workload.groups for workload in _taken(_runtime(8), _service()).workloads)
    assert group.requests.cpu == 30
    assert group.requests.extended == {"nvidia.com/gpu": 8}


@pytest.mark.parametrize(
    "runtimes",
    [
        pytest.param((_runtime(1), _runtime(8, "zz", namespace="shop")), id="of its namespace before the cluster's"),
        pytest.param((_runtime(1), _runtime(8, "zz", supportedModelFormats=[{"name": "llm", "autoSelect": True, "priority": 1}])), id="one with a priority before one without"),
        pytest.param(
            tuple(_runtime(8 if most == 2 else 1, f"p{most}", supportedModelFormats=[{"name": "llm", "autoSelect": True, "priority": most}]) for most in (1, 2)),
            id="the higher priority",
        ),
        pytest.param((_runtime(1, protocolVersions=["v2", "v1", "grpc-v1"][1:]), _runtime(8, "zz", namespace="shop")), id="whatever its protocol"),
        pytest.param((_runtime(1), _runtime(8, "zz", protocolVersions=["v2", "v1"])), id="of equal priority that of the lower protocol"),
        pytest.param((_runtime(1, disabled=True), _runtime(8, "zz")), id="none that is disabled"),
        pytest.param((_runtime(1, multiModel=True), _runtime(8, "zz")), id="none that serves many models"),
        pytest.param((_runtime(1, supportedModelFormats=[{"name": "llm"}]), _runtime(8, "zz")), id="none that is not to be chosen"),
        pytest.param((_runtime(1, supportedModelFormats=[{"name": "onnx", "autoSelect": True}]), _runtime(8, "zz")), id="none of another format"),
        pytest.param((_runtime(1, protocolVersions=["v2"]), _runtime(8, "zz")), id="none of another protocol"),
        pytest.param((_runtime(1, workerSpec={"containers": []}), _runtime(8, "zz")), id="none that takes several nodes"),
        pytest.param((_runtime(1, namespace="other"), _runtime(8, "zz")), id="none of another namespace"),
        pytest.param((_runtime(8, "a"), _runtime(8, "b")), id="of several that are alike any"),
    ],
)  # fmt: skip
def test_of_several_runtimes_the_one_is_chosen_that_kserve_would(runtimes: tuple[str, ...]) -> None:
    assert _gpus(*runtimes, _service()) == 8


def test_a_version_that_is_stated_has_to_be_supported() -> None:
    two = _runtime(8, "two", supportedModelFormats=[{"name": "llm", "version": "2", "autoSelect": True}])
    assert _gpus(_runtime(1), two, _service({"modelFormat": {"name": "llm", "version": "2"}})) == 8


def test_a_runtime_that_is_named_needs_no_word_that_it_may_be_chosen() -> None:
    named = _runtime(8, "zz", supportedModelFormats=[{"name": "llm"}])
    assert _gpus(_runtime(1), named, _service({"runtime": "zz"})) == 8


def test_what_a_service_states_goes_before_its_runtime_resource_by_resource() -> None:
    service = _service({"resources": {"limits": {"nvidia.com/gpu": 2}}})
    ((group,),) = (workload.groups for workload in _taken(_runtime(8), service).workloads)
    assert group.requests.cpu == 30
    assert group.requests.extended == {"nvidia.com/gpu": 2}


def test_all_containers_of_a_runtime_run_and_where_it_says() -> None:
    containers = [
        {"name": "kserve-container", "image": "x", "resources": {"requests": {"cpu": "3"}}},
        {"name": "beside", "image": "x", "resources": {"requests": {"cpu": "1"}}},
    ]
    ((group,),) = (
        workload.groups
        for workload in _taken(_runtime(0, containers=containers, nodeSelector={"pool": "gpu"}), _service()).workloads
    )
    assert group.requests.cpu == 4
    assert mapping(group.template, "spec", "nodeSelector") == {"pool": "gpu"}


def test_where_no_runtime_is_known_and_no_resources_are_stated_that_is_told_with_what_to_do() -> None:
    (doubt,) = _doubts(_service())
    assert doubt == (
        "no ServingRuntime or ClusterServingRuntime for the format llm is among the objects read: "
        "name one in spec.predictor.model.runtime, or state spec.predictor.model.resources"
    )
    (doubt,) = _doubts(_service({"runtime": "vllm"}))
    assert "vllm, which it refers to, is not among the objects read" in doubt


def test_a_service_that_states_its_resources_needs_no_runtime() -> None:
    assert _gpus(_service({"resources": {"limits": {"nvidia.com/gpu": 4}}})) == 4


def test_between_runtimes_that_only_their_age_tells_apart_nothing_is_decided() -> None:
    (doubt,) = _doubts(_runtime(1, "a"), _runtime(8, "b"), _service())
    assert "a and b fit alike, and which is younger is not known: name one" in doubt


@pytest.mark.parametrize(
    "formats",
    [None, "llm", {"name": "llm"}, [None, "llm", {"autoSelect": "yes"}], [{"name": "llm", "autoSelect": True, "priority": -1}]],
)
def test_a_runtime_of_any_shape_raises_nothing(formats: object) -> None:
    assert _doubts(_runtime(8, supportedModelFormats=formats), _service())


@pytest.mark.parametrize(
    "model", [{"modelFormat": None}, {"modelFormat": {"name": ["llm"]}}, {"protocolVersion": -1}, {"protocolVersion": {}}]
)
def test_a_service_of_any_shape_raises_nothing(model: object) -> None:
    assert _taken(_runtime(8), _service(model)).workloads


def test_a_runtime_reaches_services_that_may_choose_it_and_a_service_the_runtimes_of_its_format() -> None:
    (runtime,), (service,) = _manifests(_runtime(8)), _manifests(_service())
    assert depends(service, reach([runtime]))
    assert "llm" in reach([service]).names
