"""What a workload says it uses of AI models behind an API: ``weighbridge.dev/ai-usage`` on the object itself.

``openai/gpt-4o-mini input=300M output=50M; anthropic/claude-sonnet-4-5 input=20M cached=80M output=4M``: tokens a month, of the
workload and not of each pod. ``cached`` are input tokens read from the provider's cache, beside those of ``input``, and
``cacheWrite`` those written to it; those of ``batchInput`` and ``batchOutput`` go through a batch API. ``input=300M output=50M``
alone is of the model that the workload's configuration names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from workloads.field import FieldPath, mapping

ANNOTATION: Final = "weighbridge.dev/ai-usage"
KEYS: Final = ("input", "output", "cached", "cacheWrite", "batchInput", "batchOutput")
PATH: Final[FieldPath] = ("metadata", "annotations", ANNOTATION)
LONGEST: Final = 4096
"""Characters of the annotation that are read."""
LARGEST: Final = Decimal("1e18")
"""Tokens a month that anybody could mean."""

_SUFFIXES = {"": Decimal(1), "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9)}
_AMOUNT = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,9})?)([kMG]?)", re.ASCII)
_MODEL = re.compile(r"[\w.:@-][\w.:@/-]{0,199}")


@dataclass(frozen=True, slots=True)
class AiUsage:
    """What a workload uses of one model in a month."""

    model: str
    """``openai/gpt-4o-mini``: provider and model, or the model alone; empty for the one that the configuration names."""
    tokens: Mapping[str, Decimal] = field(default_factory=dict)
    """A month, by one of ``KEYS``."""
    observed: str = ""
    """The date on which it was observed; empty where it is declared."""


def ai_usage(body: Mapping[str, object]) -> tuple[AiUsage | str, ...]:
    """Each declared use, and in words what is none. Never raises."""
    stated = mapping(body, "metadata", "annotations").get(ANNOTATION)
    if stated is None:
        return ()
    if not isinstance(stated, str) or len(stated) > LONGEST:
        return (_wrong("it is no text, or a very long one"),)
    return tuple(_read(part) for part in stated.split(";") if part.strip())


def _read(part: str) -> AiUsage | str:
    model, *pairs = part.split()
    if "=" in model:
        model, pairs = "", [model, *pairs]
    elif not _MODEL.fullmatch(model):
        return _wrong(f"{model[:40]!r} names no model, such as openai/gpt-4o-mini")
    tokens: dict[str, Decimal] = {}
    for pair in pairs:
        key, _, written = pair.partition("=")
        amount = _AMOUNT.fullmatch(written)
        if key not in KEYS:
            return _wrong(f"{key[:40]!r} is none of {', '.join(KEYS)}")
        number = Decimal(amount[1]) * _SUFFIXES[amount[2]] if amount else None
        if number is None or number > LARGEST:
            return _wrong(f"{pair[:40]!r} is no number of tokens, such as 300M")
        tokens[key] = tokens.get(key, Decimal(0)) + number
    return AiUsage(model, tokens) if tokens else _wrong(f"no tokens of {model[:60]} are stated: input=300M output=50M")


def _wrong(words: str) -> str:
    return f"annotation {ANNOTATION}: {words}"
