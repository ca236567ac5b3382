"""The values that a label may have where a ConfigMap lists them: one a line, or as a YAML list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from policies.message import quoted
from policies.policy import ConfigMapKey
from policies.subject import Subject
from workloads.field import mapping
from workloads.text.document import ReadLimits, read_documents

LARGEST: Final = 256 * 1024
"""Characters of a list of values that are read."""
MOST: Final = 10_000
"""Values of one list."""
_LIMITS: Final = ReadLimits(size=LARGEST * 4, depth=3, values=MOST + 10)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a ConfigMap allows."""

    values: tuple[str, ...] = ()
    """In the order in which they stand there."""
    wrong: str = ""
    """Why nobody knows them, in words; empty where they are known."""


def listed_values(reference: ConfigMapKey, subject: Subject) -> Listed:
    """The values that a ConfigMap lists: the one that the caller knows of, else the change's own. Never none without a word.

    Who gives the policies gives the list: a change that brings its own list of the same name does not widen it.
    """
    title = f"ConfigMap {quoted(reference.namespace)}/{quoted(reference.name)}"
    place = (reference.namespace, reference.name)
    own = subject.side.config_maps.get(place) if subject.side is not None else None
    body = subject.context.config_maps.get(place, own.body if own is not None else None)
    if body is None:
        reason = subject.context.missing.get("configMaps", "it is not among the objects read")
        return Listed(wrong=f"{title} is not known: {reason}")
    stated = mapping(body, "data").get(reference.key)
    if not isinstance(stated, str):
        return Listed(wrong=f"{title} has no text under {quoted(reference.key)}")
    found = _values(stated)
    return Listed(wrong=f"{title}, {quoted(reference.key)}: {found}") if isinstance(found, str) else Listed(found)


@lru_cache(maxsize=64)
def _values(stated: str) -> tuple[str, ...] | str:
    """The values in a text; in words, why there are none. Linear in the text, which is bounded."""
    if len(stated) > LARGEST:
        return f"it is longer than {LARGEST // 1024} KiB"
    lines = [line.strip() for line in stated.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and (lines[0].startswith("[") or all(line == "-" or line.startswith("- ") for line in lines)):
        found = read_documents(stated.encode("utf-8", "replace"), "", _LIMITS)
        listed = found.documents[0].value if found.documents and not found.problems else None
        if not isinstance(listed, list) or not all(isinstance(value, str) for value in listed):
            return "it begins as a YAML list and is none of texts"
        lines = [str(value) for value in listed]
    if len(lines) > MOST:
        return f"it lists more than {MOST:,} values"
    return tuple(dict.fromkeys(lines)) or "it lists no value"
