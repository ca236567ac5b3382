"""Where a workload names AI models: variables, ConfigMaps, gateways, servers, fields of its kind; and where it names none."""

from __future__ import annotations

from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.models.config_map import LARGEST, read_config_map
from workloads.models.named import models
from workloads.settings.assumptions import Assumptions
from workloads.surroundings import observe
from workloads.workload import Workload

LITELLM = """
model_list:
  - model_name: fast
    litellm_params: {model: azure/gpt-4o-mini, api_base: https://acme.openai.azure.com, api_key: os.environ/KEY}
  - model_name: slow
    litellm_params:
      model: anthropic/claude-sonnet-4-5
  - model_name: own
    litellm_params: {model: openai/llama, api_base: "http://vllm.ml.svc:8000/v1"}
router_settings:
  fallbacks: [{fast: [slow]}]
"""


def pod(spec: dict[str, object], **metadata: object) -> dict[str, object]:
    """A Deployment of one pod."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "chat", "namespace": "shop", **metadata},
        "spec": {"template": {"spec": spec}},
    }


def container(**fields: object) -> dict[str, object]:
    """A Deployment of one container."""
    return pod({"containers": [{"name": "web", "image": "registry.example/app:1", **fields}]})


def config_map(data: object, name: str = "chat", namespace: str = "shop", **fields: object) -> dict[str, object]:
    """A ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data, **fields}


def workload(*bodies: dict[str, object], assumptions: Assumptions | None = None) -> Workload:
    """The workload that objects make."""
    manifests = [Manifest.of(body) for body in bodies]
    (found,) = take_inventory(manifests, observe(manifests), assumptions or Assumptions()).workloads
    return found


def names(*bodies: dict[str, object]) -> list[tuple[str, bool]]:
    """The models they name, and whether each is served."""
    return [(each.name, each.served) for each in workload(*bodies).models]


VARIABLES = [
    ("OPENAI_MODEL", "gpt-4o-mini", True),
    ("OPENAI_MODEL", "o1", True),
    ("LLM_MODEL", "openai/gpt-4o", True),
    ("ANTHROPIC_MODEL", "claude-sonnet-4-5", True),
    ("AZURE_OPENAI_DEPLOYMENT", "gpt-4o", True),
    ("AZURE_OPENAI_CHAT_DEPLOYMENT_NAME", "gpt-4o", True),
    ("EMBEDDING_MODEL", "text-embedding-3-small", True),
    ("MODEL_NAME", "gpt-4o-mini", True),
    ("SUMMARIZER", "gpt-4o-mini", True),
    ("WHATEVER", "openrouter/anthropic/claude-3.5-sonnet", True),
    ("MODEL", "base", False),
    ("MODEL", "o1", False),
    ("DEVICE_MODEL", "default", False),
    ("DEPLOYMENT", "web-2", False),
    ("ZONE", "o1", False),
    ("OPENAI_API_KEY", "sk-1234", False),
    ("OPENAI_MODEL", "", False),
    ("OPENAI_MODEL", "a model with spaces", False),
    ("OPENAI_MODEL", "x" * 500, False),
]


@pytest.mark.parametrize(("variable", "value", "named"), VARIABLES, ids=[f"{row[0]}={row[1][:30]}" for row in VARIABLES])
def test_a_variable_may_name_a_model_by_its_name_or_by_its_value(variable: str, value: str, named: bool) -> None:
    assert names(container(env=[{"name": variable, "value": value}])) == ([(value, False)] if named else [])


def test_a_name_tells_its_field_its_place_and_what_is_known_of_its_provider() -> None:
    (found,) = workload(
        container(
            env=[
                {"name": "AZURE_OPENAI_ENDPOINT", "value": "https://acme.openai.azure.com"},
                {"name": "AZURE_OPENAI_DEPLOYMENT", "value": "gpt-4o"},
            ]
        )
    ).models
    assert found.path == ("spec", "template", "spec", "containers", 0, "env", 1)
    assert (found.where, found.seller) == ("AZURE_OPENAI_DEPLOYMENT in container web", "azure")
    assert found.address == "https://acme.openai.azure.com"


def test_a_variable_takes_its_value_from_a_config_map_of_the_same_objects() -> None:
    reference = {"configMapKeyRef": {"name": "chat", "key": "which"}}
    body = container(env=[{"name": "OPENAI_MODEL", "valueFrom": reference}])
    assert names(config_map({"which": "gpt-4o"}), body) == [("gpt-4o", False)]
    assert names(body, config_map({"which": "gpt-4o"})) == [("gpt-4o", False)]
    assert names(config_map({"which": "gpt-4o"}, namespace="other"), body) == []
    assert "ConfigMap chat is not among the objects read" in workload(body).notes[0]


def test_all_of_a_config_map_may_be_a_containers_variables() -> None:
    body = container(envFrom=[{"configMapRef": {"name": "chat"}}, {"secretRef": {"name": "chat"}}])
    assert names(config_map({"OPENAI_MODEL": "gpt-4o", "PORT": "80", "MODEL": "base"}), body) == [("gpt-4o", False)]


def test_a_secret_is_never_looked_at() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "chat", "namespace": "shop"},
        "stringData": {"m": "gpt-4o"},
    }
    body = container(
        env=[{"name": "OPENAI_MODEL", "valueFrom": {"secretKeyRef": {"name": "chat", "key": "m"}}}],
        envFrom=[{"secretRef": {"name": "chat"}}],
    )
    assert names(secret, body) == []


def _mounting(name: str = "chat", projected: bool = False) -> dict[str, object]:
    source: dict[str, object] = {"configMap": {"name": name}}
    volume = {"name": "config", "projected": {"sources": [source]}} if projected else {"name": "config", **source}
    return pod({"containers": [{"name": "web", "image": "litellm"}], "volumes": [volume]})


@pytest.mark.parametrize("projected", [False, True])
def test_a_gateways_models_are_those_of_the_config_map_it_mounts(projected: bool) -> None:
    found = workload(config_map({"config.yaml": LITELLM}), _mounting(projected=projected)).models
    assert [(each.name, each.address) for each in found] == [
        ("azure/gpt-4o-mini", "https://acme.openai.azure.com"),
        ("anthropic/claude-sonnet-4-5", ""),
        ("openai/llama", "http://vllm.ml.svc:8000/v1"),
    ]
    assert found[0].where == "model_list of ConfigMap chat"


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("llm_model: gpt-4o", ["gpt-4o"]),
        ("chat:\n  model: 'claude-sonnet-4-5'\n", ["claude-sonnet-4-5"]),
        ('{"openaiModel": "gpt-4o",\n "port": 1}', ["gpt-4o"]),
        ('{\n  "chatModel": "gpt-4o",\n "port": 1}', ["gpt-4o"]),
        ("OPENAI_MODEL=gpt-4o\nPORT=80\n", ["gpt-4o"]),
        ("model: resnet-50\nmodels: 3\n", []),
        ("data_model: v1.2\n", []),
    ],
)
def test_a_line_of_a_mounted_file_may_set_a_model(file: str, named: list[str]) -> None:
    assert [name for name, _ in names(config_map({"app.conf": file}), _mounting())] == named


def test_what_no_workload_mounts_is_not_looked_at() -> None:
    assert names(config_map({"config.yaml": LITELLM}, name="other"), _mounting()) == []


BOMB = (
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c]\n"
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("model_list: [litellm_params\n", "could not be read"),
        (f"{BOMB}e: [*d,*d,*d,*d,*d,*d,*d,*d]\nmodel_list: [{{litellm_params: {{model: x}}}}]\n", "could not be read"),
        (f"model_list: {'[' * 50}{']' * 50}\nlitellm_params: 1\n", "could not be read"),
        ("#" * (LARGEST + 1), "larger than 256 KiB"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_told_and_names_nothing(value: str, words: str) -> None:
    found = workload(config_map({"config.yaml": value}), _mounting())
    assert found.models == ()
    assert words in found.notes[0]
    assert found.notes[0].startswith("ConfigMap chat: config.yaml")


@pytest.mark.parametrize(
    "body",
    [
        config_map(None, binaryData={"a": "AAAA"}),
        config_map([]),
        config_map({"a": 1, "b": None, "c": ["gpt-4o"], 5: "gpt-4o"}),
        config_map({"a": "model" * 50_000}),
        config_map({"a": "model_list: litellm_params"}),
        config_map({"a": "model_list: [1, {litellm_params: 2}, {litellm_params: {model: 3}}]"}),
        config_map({"a": 'model_list: [{litellm_params: {model: "\\ud800"}}] # model'}),
        config_map({"a": "\udfff model_list litellm_params"}),
    ],
)
def test_no_config_map_breaks_the_reading(body: dict[str, object]) -> None:
    found = read_config_map(body)
    assert found.gateway == ()
    assert names(body, _mounting()) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["gpt-4o", "vllm serve x/y", "--model"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "valueFrom", "configMapKeyRef", "configMapRef", "prefix", "key", "image"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON, JSON)
def test_no_container_breaks_the_reading(env: object, source: object, arguments: object, volumes: object) -> None:
    body = pod({"containers": [{"name": "a", "env": env, "envFrom": source, "args": arguments}], "volumes": volumes})
    manifests = [Manifest.of(body), Manifest.of(config_map({"config.yaml": LITELLM}))]
    take_inventory(manifests, observe(manifests))


SERVERS = [
    ("vllm/vllm-openai:v1", ["--model", "meta-llama/Llama-3.1-8B-Instruct"], "meta-llama/Llama-3.1-8B-Instruct"),
    ("vllm/vllm-openai:v1", ["--model=Qwen/Qwen3-8B", "--port=80"], "Qwen/Qwen3-8B"),
    ("app", ["sh", "-c", "ray start; vllm serve Qwen/Qwen3-8B \\\n  --tensor-parallel-size 2"], "Qwen/Qwen3-8B"),
    ("app", ["vllm", "serve", "/models/own", "--served-model-name", "own-7b"], "own-7b"),
    ("app", ["python3", "-m", "sglang.launch_server", "--model-path", "Qwen/Qwen3-8B"], "Qwen/Qwen3-8B"),
    ("ghcr.io/huggingface/text-generation-inference:3", ["--model-id", "Qwen/Qwen3-8B"], "Qwen/Qwen3-8B"),
    ("ollama/ollama", ["/bin/sh", "-c", "ollama serve & ollama pull llama3.1:8b"], "llama3.1:8b"),
    ("ghcr.io/ggml-org/llama.cpp:server", ["-hf", "Qwen/Qwen3-8B-GGUF"], "Qwen/Qwen3-8B-GGUF"),
    ("nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3", [], "meta/llama-3.1-8b-instruct"),
    ("vllm/vllm-openai:v1", ["--model", "/models/own"], None),
    ("nvcr.io/nim/nvidia/llm-nim:1", [], None),
    ("tensorflow", ["--model=resnet50"], None),
]


@pytest.mark.parametrize(("image", "words", "served"), SERVERS, ids=[f"{row[0]} {' '.join(row[1])[:40]}" for row in SERVERS])
def test_a_server_is_known_by_what_starts_it(image: str, words: list[str], served: str | None) -> None:
    assert names(container(image=image, args=words)) == ([(served, True)] if served else [])
    assert names(container(image=image, command=words[:2], args=words[2:])) == ([(served, True)] if served else [])


def test_a_servers_variables_name_what_it_serves_and_not_what_it_calls() -> None:
    tgi = container(image="text-generation-inference", env=[{"name": "MODEL_ID", "value": "Qwen/Qwen3-8B"}])
    assert names(tgi) == [("Qwen/Qwen3-8B", True)]
    filled = container(image="vllm", args=["--model=$(MODEL_ID)"], env=[{"name": "MODEL_ID", "value": "google/gemma-3-1b-it"}])
    assert names(filled) == [("google/gemma-3-1b-it", True)]


def test_an_argument_may_name_the_model_that_is_called() -> None:
    assert names(container(args=["--llm-model=gpt-4o"])) == [("gpt-4o", False)]


KINDS = [
    (
        "serving.kserve.io/v1beta1",
        "InferenceService",
        {"spec": {"predictor": {"model": {"storageUri": "hf://Qwen/Qwen3-8B:main"}}}},
    ),
    (
        "serving.kserve.io/v1beta1",
        "InferenceService",
        {"spec": {"predictor": {"model": {"modelFormat": {"name": "huggingface"}, "args": ["--model_id=Qwen/Qwen3-8B"]}}}},
    ),
    ("kubeai.org/v1", "Model", {"spec": {"url": "hf://Qwen/Qwen3-8B?x=1", "resourceProfile": "cpu:1", "replicas": 1}}),
    (
        "apps.nvidia.com/v1alpha1",
        "NIMService",
        {"spec": {"replicas": 1, "image": {"repository": "nvcr.io/nim/Qwen/Qwen3-8B"}, "resources": {"requests": {"cpu": "1"}}}},
    ),
    (
        "apps.nvidia.com/v1alpha1",
        "NIMService",
        {
            "spec": {
                "replicas": 1,
                "image": {"repository": "nvcr.io/nim/nvidia/llm-nim"},
                "env": [{"name": "NIM_MODEL_NAME", "value": "hf://Qwen/Qwen3-8B"}],
                "resources": {"requests": {"cpu": "1"}},
            }
        },
    ),
]


@pytest.mark.parametrize(("version", "kind", "fields"), KINDS, ids=[f"{row[1]} {number}" for number, row in enumerate(KINDS)])
def test_kinds_that_serve_models_name_them_in_their_own_fields(version: str, kind: str, fields: dict[str, object]) -> None:
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": "m", "namespace": "ml"}, **fields}
    manifest = Manifest.of(body)
    found = models(manifest, (), "ml", observe([]), Decimal(3)).names
    assert [(each.name, each.served, each.published) for each in found] == [("Qwen/Qwen3-8B", True, True)]


def test_a_presets_name_is_that_of_published_weights() -> None:
    body = {
        "apiVersion": "kaito.sh/v1beta1",
        "kind": "Workspace",
        "metadata": {"name": "m"},
        "inference": {"preset": {"name": "phi-4"}},
    }
    (found,) = models(Manifest.of(body), (), "ml", observe([]), Decimal(3)).names
    assert (found.name, found.published, found.where) == ("phi-4", True, "inference.preset.name")


def test_a_served_model_is_compared_by_the_ratio_that_is_assumed() -> None:
    body = container(image="vllm", args=["--model", "Qwen/Qwen3-8B"])
    assert workload(body).models[0].token_ratio == 3
    assert workload(body, assumptions=Assumptions(ai_token_ratio=Decimal(10))).models[0].token_ratio == 10


def test_what_a_snapshot_keeps_of_config_maps_is_only_what_may_name_a_model() -> None:
    big = config_map({"words": "nothing to see " * 1000, "one": "word", "config.yaml": LITELLM})
    (kept,) = observe([Manifest.of(big)]).config_maps.values()
    assert kept.values == {"one": "word"}
    assert len(orjson.dumps([each.model for each in kept.gateway])) < 200
