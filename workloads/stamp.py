"""What charts stamp on the objects they make: labels and annotations that change with a release and mean nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STAMPS: Final = frozenset({"helm.sh/chart", "app.kubernetes.io/version"})
"""Labels that name a release (helm.sh/docs/chart_best_practices/labels, kubernetes.io/docs recommended labels)."""
_CHECKSUM: Final = "checksum/"
"""How annotations begin that restart pods when a ConfigMap changes."""
_STAMPED: Final = ("labels", "annotations")
_DEEPEST: Final = 16
"""Levels below which nothing is taken for metadata: a pod template of a template of a template stands higher."""


def is_stamp(key: object) -> bool:
    """Whether a label or annotation of this key is a stamp."""
    return isinstance(key, str) and (key in STAMPS or key.startswith(_CHECKSUM))


def alike_but_for_stamps(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Whether two objects are one but for what is stamped on them. Linear in them; quick where they are equal."""
    return before == after or _unstamped(before) == _unstamped(after)


def _unstamped(value: object, depth: int = _DEEPEST) -> object:
    """A value without the stamps of any metadata in it. What is left empty is left out: an absent mapping says the same."""
    if isinstance(value, list) and depth:
        return [_unstamped(inner, depth - 1) for inner in value]
    if not isinstance(value, dict) or not depth:
        return value
    found = {}
    for key, inner in value.items():
        kept = _unstamped(inner, depth - 1)
        if key in _STAMPED and isinstance(kept, dict):
            kept = {name: each for name, each in kept.items() if not is_stamp(name)}
            if not kept:
                continue
        found[key] = kept
    return found
