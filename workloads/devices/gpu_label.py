"""What node labels say of accelerators: the model, the MIG profile, whether nodes share them.

The facts are in ``data/gpu_labels.json``: label values as nodes carry them, and the words by which people write models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import orjson

from workloads.field import mapping

_FILE = Path(__file__).parents[1] / "data" / "gpu_labels.json"
_WORDS = re.compile(r"[A-Za-z0-9.+]+")
_MIG_SUFFIX = re.compile(r"-MIG-(\d+[A-Za-z0-9.+]*)\Z")
_SHARED_SUFFIX = "-SHARED"


@dataclass(frozen=True, slots=True)
class GpuLabel:
    """What a node label's value says of a GPU."""

    models: tuple[str, ...] = ()
    """The models it can mean: one where it is plain, several for a bare ``a100``, none for a value that is not known."""
    partition: str = ""
    """The MIG profile that the node's GPUs are cut into, where the value tells."""
    shared: bool = False
    """Whether the node's GPUs are shared by time-slicing or MPS."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The data file, arranged for looking up."""

    labels: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Models by value by label."""
    word_labels: frozenset[str]
    """Labels whose values people write freely: the model is looked for among the value's words."""
    words: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    """Words and the models they mean together, most words first."""
    free_form_labels: frozenset[str]
    """Labels that need not name a model at all: ``accelerator: "true"``."""


def model_of(label: str, value: str) -> str | None:
    """The GPU model that a node label's value names; None where it names none or can mean several.

    ``nvidia.com/gpu.product``, ``NVIDIA-H100-80GB-HBM3-SHARED`` is ``H100``. Models are spelt as the price book spells them.
    """
    models = read_label(label, value).models
    return models[0] if len(models) == 1 else None


@lru_cache(maxsize=1024)
def read_label(label: str, value: str) -> GpuLabel:
    """Everything that a node label's value says of a GPU; an empty answer for a label that says nothing of GPUs."""
    table = _table()
    known = table.labels.get(label, {})
    if value in known:
        return GpuLabel(known[value])
    shared = value.endswith(_SHARED_SUFFIX)
    plain = value.removesuffix(_SHARED_SUFFIX)
    cut = _MIG_SUFFIX.search(plain)
    plain = plain[: cut.start()] if cut else plain
    models = known.get(plain) or (models_in(plain) if label in table.word_labels else ())
    return GpuLabel(models, cut.group(1).lower() if cut else "", shared)


@cache
def gpu_labels() -> frozenset[str]:
    """The labels whose values name GPU or accelerator models."""
    return _table().word_labels.union(_table().labels)


@cache
def values_of(label: str) -> Mapping[str, str]:
    """The values of a label that mean one model, each with that model, in the order in which they are known."""
    return {value: models[0] for value, models in _table().labels.get(label, {}).items() if len(models) == 1}


def names_model(label: str, value: str) -> bool:
    """Whether a label's value names a GPU model, be it known or not."""
    table = _table()
    return bool(read_label(label, value).models) or (label in gpu_labels() and label not in table.free_form_labels)


def models_in(value: str) -> tuple[str, ...]:
    """The models that the words of a text name together; of ``A100`` both, of a text without a model none."""
    said = frozenset(word.upper() for word in _WORDS.findall(value[:253]))
    return next((models for words, models in _table().words if words <= said), ())


@cache
def _table() -> _Table:
    data = orjson.loads(_FILE.read_bytes())
    labels = {label: {value: tuple(models) for value, models in values.items()} for label, values in data["labels"].items()}
    labels |= {label: labels[same] for label, same in mapping(data, "sameLabels").items() if isinstance(same, str)}
    words = [(frozenset(row["words"]), tuple(row["models"])) for row in data["words"]]
    return _Table(
        labels=labels,
        word_labels=frozenset(data["wordLabels"]),
        words=tuple(sorted(words, key=lambda row: -len(row[0]))),
        free_form_labels=frozenset(data["freeFormLabels"]),
    )
