"""What a ConfigMap says of AI models: short values by key, lines that set a model, and the models of a LiteLLM gateway.

Nothing else of it is kept. A Secret is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.models.name import LONGEST, MOST, UNMISTAKABLE, is_name
from workloads.models.variable import names_address, names_model, says_ai
from workloads.text.document import ReadLimits, read_documents

LARGEST: Final = 256 * 1024
"""Characters of one value that are looked at."""
LONGEST_LINE: Final = 500
"""Characters of a line that may set a model."""
LIMITS: Final = ReadLimits(size=LARGEST * 4, depth=20, values=20_000)
"""How much of a gateway's configuration is read."""

_KEY = re.compile(r"[\w.-]{1,80}", re.A)
_EDGES = " \t\r\"'{},-"


@dataclass(frozen=True, slots=True)
class GatewayModel:
    """One entry of a gateway's ``model_list``."""

    model: str
    """``litellm_params.model``: ``azure/gpt-4o``."""
    address: str = ""
    """``litellm_params.api_base``."""


@dataclass(frozen=True, slots=True)
class ConfigMap:
    """What one ConfigMap says of models."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Values of one word, by key: what a variable may take from it."""
    suggested: tuple[str, ...] = ()
    """Those of the keys which name a model or an address, or whose value can be nothing else."""
    settings: tuple[tuple[str, str], ...] = ()
    """Name and value of lines that set a model, in values that are files: ``llm_model: gpt-4o``."""
    gateway: tuple[GatewayModel, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be read."""


def read_config_map(body: Mapping[str, object]) -> ConfigMap:
    """What a ConfigMap says of models. Linear in its text, which is bounded; never raises."""
    values: dict[str, str] = {}
    settings: list[tuple[str, str]] = []
    gateway: list[GatewayModel] = []
    notes: list[str] = []
    for key, value in mapping(body, "data").items():
        if not isinstance(value, str) or not isinstance(key, str):
            continue
        if len(value) <= LONGEST and value and not any(map(str.isspace, value.strip())):
            values[key] = value.strip()
        elif len(value) > LARGEST:
            notes += [f"{key[:60]} was not searched for models: it is larger than {LARGEST // 1024} KiB"]
        elif "model" in value.lower():
            found = _gateway(value)
            gateway += found.models
            notes += [f"{key[:60]}: {words}" for words in found.wrong]
            settings += [] if found.models else _settings(value)
    suggested = tuple(key for key in values if names_model(key) or names_address(key) or values[key].startswith(UNMISTAKABLE))
    return ConfigMap(values, suggested, tuple(settings[:MOST]), tuple(gateway[:MOST]), tuple(notes[:MOST]))


def _settings(value: str) -> Iterator[tuple[str, str]]:
    """Lines that set a model, where the line's own name or its value says that it is an AI model."""
    for line in value.splitlines():
        if "model" not in line.lower() or len(line) > LONGEST_LINE:
            continue
        name, separator, model = line.partition(":" if ":" in line and "=" not in line.partition(":")[0] else "=")
        name, model = name.strip(_EDGES), model.strip(_EDGES)
        named = separator and "model" in name.lower() and _KEY.fullmatch(name) and is_name(model, said=True)
        if named and (says_ai(_snake(name)) or model.startswith(UNMISTAKABLE)):
            yield name, model


def _snake(name: str) -> str:
    """``chatModel`` as ``chat_Model``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


@dataclass(frozen=True, slots=True)
class _Gateway:
    models: tuple[GatewayModel, ...] = ()
    wrong: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def _gateway(value: str) -> _Gateway:
    """The models of a LiteLLM proxy's configuration; none where the text is something else."""
    if "model_list" not in value or "litellm_params" not in value:
        return _Gateway()
    found = read_documents(value.encode("utf-8", "replace"), "", LIMITS)
    if not found.documents:
        reason = found.problems[0].message if found.problems else "it is empty"
        return _Gateway(wrong=(f"a gateway's configuration that could not be read: {reason[:200]}",))
    entries = sequence(found.documents[0].value, "model_list")
    named = [(text(entry, "litellm_params", "model"), text(entry, "litellm_params", "api_base")) for entry in entries[:500]]
    kept = dict.fromkeys((model, base) for model, base in named if model and len(model) <= LONGEST)
    return _Gateway(tuple(GatewayModel(model, base[:LONGEST]) for model, base in list(kept)[:MOST]))
