"""Servers that run AI models themselves, by what starts them: vLLM, SGLang, TGI, Ollama, llama.cpp, KServe's runtime, NIM."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

_SERVERS: Final = (
    "vllm",
    "sglang",
    "text-generation",
    "text-embeddings-inference",
    "huggingfaceserver",
    "lmdeploy",
    "ollama",
    "llama.cpp",
    "llama-server",
    "dynamo",
    "llm-d",
)
_NIM: Final = "nvcr.io/nim/"
_FLAGS: Final = frozenset(
    {"--model", "--model-id", "--model_id", "--model-path", "--model_path", "--hf-repo", "-hf", "--hf_model_id"}
)
_ALIASES: Final = frozenset({"--served-model-name", "--served_model_name", "--model_name", "--model-name"})
_VARIABLES: Final = ("MODEL_ID", "HF_MODEL_ID", "VLLM_MODEL")
"""Variables by which servers' images are told their model."""
_CALLED: Final = frozenset(
    {"--model", "--model-name", "--model_name", "--llm-model", "--openai-model", "--chat-model", "--embedding-model"}
)
"""Flags by which what is no server names the model that it calls."""
MOST_TEXT: Final = 64 * 1024
"""Characters of a container's command and arguments that are looked at."""

_EDGES = "\"'\\;&|"
_REFERENCE = re.compile(r"\$(?:\(([A-Za-z_]\w{0,80})\)|\{([A-Za-z_]\w{0,80})\}|([A-Za-z_]\w{0,80}))", re.ASCII)
_REPOSITORY = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)
_FOLDERS: Final = (".", "..", "app", "data", "mnt", "model", "models", "opt", "tmp", "workspace")
"""What looks like the owner of published weights and is a folder."""
_IN_OLLAMA = re.compile(r"[a-z0-9][\w.-]{0,80}(?:/[\w.-]{1,80})?(?::[\w.-]{1,60})?", re.ASCII)


class Found(NamedTuple):
    """A model that a container's start names."""

    name: str
    served: bool
    published: bool
    """Whether the name is that of published weights."""
    by: str
    """What names it: ``--model``, ``vllm serve``, ``image``."""


def started(image: str, words: Sequence[object], variables: Mapping[str, str]) -> Iterator[Found]:
    """The models that a container serves or calls, by its image, its command with arguments, and variables it refers to."""
    if nim(image):
        yield Found(nim(image), served=True, published=True, by="image")
    serving = any(server in image for server in _SERVERS)
    for variable in _VARIABLES if serving else ():
        name = variables.get(variable, "")
        if _REPOSITORY.fullmatch(name):
            yield Found(name, served=True, published=True, by=variable)
    text = " ".join(word for word in words if isinstance(word, str))
    if len(text) > MOST_TEXT or not ("model" in text or "vllm" in text or "ollama" in text or "-hf" in text):
        return
    serves = serving or any(server in text for server in _SERVERS)
    tokens = [_expanded(token.strip(_EDGES), variables) for token in text.split()]
    yield from _served(tokens) if serves else _called(tokens)


def _expanded(token: str, variables: Mapping[str, str]) -> str:
    """A token with the container's own variables filled in, as the kubelet and a shell do; a longer one than a name as it is."""
    if "$" not in token or len(token) > 200:
        return token
    return _REFERENCE.sub(lambda found: variables.get(found[1] or found[2] or found[3], found[0]), token)[:400]


def _served(tokens: Sequence[str]) -> Iterator[Found]:
    models, alias = [], ""
    for place, token in enumerate(tokens):
        flag, equals, value = token.partition("=")
        value = value if equals else tokens[place + 1] if place + 1 < len(tokens) else ""
        before = tokens[place - 1] if place else ""
        if flag in _FLAGS:
            models.append((value, flag))
        elif flag in _ALIASES:
            alias = alias or value
        elif token == "serve" and before.rpartition("/")[2] == "vllm":
            models.append((value, "vllm serve"))
        elif token in ("pull", "run") and before.rpartition("/")[2] == "ollama" and _IN_OLLAMA.fullmatch(value):
            yield Found(value, served=True, published=False, by=f"ollama {token}")
    for name, by in models:
        published = bool(_REPOSITORY.fullmatch(name)) and name.partition("/")[0] not in _FOLDERS
        if published or alias:
            yield Found(name if published else alias, served=True, published=published, by=by)


def _called(tokens: Sequence[str]) -> Iterator[Found]:
    for place, token in enumerate(tokens):
        flag, equals, value = token.partition("=")
        if flag in _CALLED:
            name = value if equals else tokens[place + 1] if place + 1 < len(tokens) else ""
            yield Found(name, served=False, published=False, by=flag)


def nim(image: str) -> str:
    """The model of a NIM image: ``meta/llama-3.1-8b-instruct`` of ``nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3``.

    Empty for other images, and for those that run whichever model they are told (``nvidia/llm-nim``, ``nvidia/riva-tts``).
    """
    if not image.startswith(_NIM):
        return ""
    name = image.removeprefix(_NIM).partition("@")[0].partition(":")[0][:200]
    return "" if name.endswith("-nim") or name.startswith("nvidia/riva-") else name
