"""Kinds that run an AI model named in their own fields: KServe, KubeAI, NVIDIA NIM, Kaito, Ray Serve."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from workloads.field import FieldPath, mapping, sequence, text
from workloads.models.server import nim

Found = tuple[str, FieldPath, bool]
"""A model, the field that names it, and whether that is the name of published weights."""

_HUB: Final = "hf://"
_RAY_SOURCE = re.compile(r"^[ \t-]{0,80}model_source:[ \t]{0,20}[\"']?([\w.-]{1,96}/[\w.-]{1,96})[\"']?[ \t]*\r?$", re.M | re.A)
_LARGEST = 256 * 1024


def served_by_kind(group: str, kind: str, body: Mapping[str, object]) -> Iterator[Found]:
    """The models that an object's own fields name; none for kinds that name none."""
    reader = _READERS.get((group, kind))
    return reader(body) if reader is not None else iter(())


def is_model_kind(group: str, kind: str) -> bool:
    """Whether objects of a kind may name a model in fields of their own."""
    return (group, kind) in _READERS


def _inference_service(body: Mapping[str, object]) -> Iterator[Found]:
    predictor = mapping(body, "spec", "predictor")
    for runtime, stated in predictor.items():
        if not isinstance(stated, dict):
            continue
        path: FieldPath = ("spec", "predictor", runtime)
        yield from _uri(text(stated, "storageUri"), (*path, "storageUri"))
        arguments = sequence(stated, "args")
        for place, argument in enumerate(arguments):
            if not isinstance(argument, str):
                continue
            flag, equals, value = argument.partition("=")
            if flag.replace("-", "_") == "__model_id":
                following = arguments[place + 1] if place + 1 < len(arguments) else ""
                name = value if equals else following
                yield (name if isinstance(name, str) else "", (*path, "args", place), True)


def _llm_inference_service(body: Mapping[str, object]) -> Iterator[Found]:
    yield from _uri(text(body, "spec", "model", "uri"), ("spec", "model", "uri"))


def _kubeai(body: Mapping[str, object]) -> Iterator[Found]:
    url = text(body, "spec", "url")
    yield from _uri(url, ("spec", "url"))
    if url.startswith("ollama://"):
        yield url.removeprefix("ollama://"), ("spec", "url"), False


def _nim_service(body: Mapping[str, object]) -> Iterator[Found]:
    name = nim(text(body, "spec", "image", "repository"))
    if name:
        yield name, ("spec", "image", "repository"), True
    for place, variable in enumerate(sequence(body, "spec", "env")):
        if text(variable, "name") == "NIM_MODEL_NAME":
            yield from _uri(text(variable, "value"), ("spec", "env", place))


def _workspace(body: Mapping[str, object]) -> Iterator[Found]:
    yield text(body, "inference", "preset", "name"), ("inference", "preset", "name"), True


def _inference_set(body: Mapping[str, object]) -> Iterator[Found]:
    path: FieldPath = ("spec", "template", "inference", "preset", "name")
    yield text(body, *path), path, True


def _ray_service(body: Mapping[str, object]) -> Iterator[Found]:
    config = text(body, "spec", "serveConfigV2")
    if len(config) <= _LARGEST:
        for found in _RAY_SOURCE.finditer(config):
            yield found[1], ("spec", "serveConfigV2"), True


def _uri(uri: str, path: FieldPath) -> Iterator[Found]:
    """``hf://meta-llama/Llama-3.1-8B-Instruct:main?engine=vllm``."""
    if uri.startswith(_HUB):
        yield uri.removeprefix(_HUB).partition("?")[0].partition(":")[0], path, True


_READERS: Final = {
    ("serving.kserve.io", "InferenceService"): _inference_service,
    ("serving.kserve.io", "LLMInferenceService"): _llm_inference_service,
    ("kubeai.org", "Model"): _kubeai,
    ("apps.nvidia.com", "NIMService"): _nim_service,
    ("kaito.sh", "Workspace"): _workspace,
    ("kaito.sh", "InferenceSet"): _inference_set,
    ("ray.io", "RayService"): _ray_service,
}
