"""What of a CostPolicy's own values no expression can read: CEL's whole numbers have 64 bits, with their sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from policies.documents.mistake import DocumentMistake
from workloads.field import FieldPath, mapping, render

LARGEST: Final = 2**63 - 1
SMALLEST: Final = -(2**63)


def parameter_mistakes(document: Mapping[str, object]) -> Iterator[DocumentMistake]:
    """Each number among ``params`` that is too large, with its path. Linear in the values."""
    pending: list[tuple[FieldPath, object]] = [(("spec", "params"), mapping(document, "spec", "params"))]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            pending += [((*path, index), inner) for index, inner in enumerate(value)]
        elif isinstance(value, int | float) and not SMALLEST <= value <= LARGEST:
            # YAML has read one beyond 2^64 as a float, which is no longer the number that was written.
            words = f"beyond the whole numbers of expressions (64 bits, up to {LARGEST})"
            yield DocumentMistake(path, f"{render(path)} is {words}: write a smaller one, or a quantity as text ('10E')")
