"""What charts stamp on the objects they make: labels and annotations that change with a release and mean nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STAMPS: Final = frozenset({"helm.sh/chart", "app.kubernetes.io/version"})
"""Labels that name a release (helm.sh/docs/chart_best_practices/labels, kubernetes.io/docs recommended labels)."""
_CHECKSUM: Final = "checksum/"
"""How annotations begin that restart pods when a ConfigMap changes."""
_STAMPED: Final = ("labels", "annotations")
_ABSENT: Final = object()
"""Stands for what a mapping does not have, which is not what it has as null."""
_DEEPEST: Final = 16
"""Levels below which nothing is taken for metadata: a pod template of a template of a template stands higher."""


def is_stamp(key: object) -> bool:
    """Whether a label or annotation of this key is a stamp."""
    return isinstance(key, str) and (key in STAMPS or key.startswith(_CHECKSUM))


def alike_but_for_stamps(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Whether two objects are one but for what is stamped on them. Linear in them; quick where they are nearly equal."""
    return _alike(before, after, _DEEPEST)


def _alike(before: object, after: object, depth: int, *, stamped: bool = False) -> bool:
    """Whether two values are one but for stamps; ``stamped`` says that they are labels or annotations."""
    if before == after:
        return True
    if depth <= 0 and not stamped:
        return False
    if isinstance(before, dict) and isinstance(after, dict):
        keys = before.keys() | after.keys()
        return all((stamped and is_stamp(key)) or _alike_at(key, before, after, depth - 1) for key in keys)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(_alike(one, two, depth - 1) for one, two in zip(before, after, strict=True))
    return False


def _alike_at(key: object, before: Mapping[object, object], after: Mapping[object, object], depth: int) -> bool:
    """Whether two mappings say the same under a key. Labels that are not there say the same as none."""
    stamped = key in _STAMPED
    absent = {} if stamped else _ABSENT
    return _alike(before.get(key, absent), after.get(key, absent), depth, stamped=stamped)
