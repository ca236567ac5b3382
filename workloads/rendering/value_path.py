"""One value of a chart, given by its path and a text, as Helm's ``--set`` reads both: ``targetPath`` of Flux's ``valuesFrom``.

Source: fluxcd.io/flux/components/helm/helmreleases, values references; helm.sh/docs/intro/using_helm, ``--set``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workloads.rendering.obstacle import Obstacle

_PATH: Final = re.compile(r"[\w-]{1,100}(?:\.[\w-]{1,100}){0,19}\Z")
_SEVERAL: Final = re.compile(r"[,\\]|\A[{\[]")
"""What makes a text more than one value, or escapes something in it."""
_NUMBER: Final = re.compile(r"(?:0|[+-]?[1-9][0-9]{0,17})\Z")
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_QUOTES: Final = ("'", '"')


def value_at(path: str, stated: str, *, literal: bool) -> Mapping[str, object] | Obstacle:
    """Values of which one is stated, ``literal`` where its text is taken as it stands; why it is not known which one."""
    if not _PATH.match(path) or (not literal and _SEVERAL.search(stated)):
        return Obstacle(f"valuesFrom with the targetPath {path[:100]} is not applied", "keep it in a document of values")
    value: object = stated if literal else _read(stated)
    for key in reversed(path.split(".")):
        value = {key: value}
    return value if isinstance(value, dict) else {}


def _read(stated: str) -> object:
    """A text, but for whole numbers, truths and nothing that are not quoted."""
    if len(stated) > 1 and any(stated.startswith(quote) and stated.endswith(quote) for quote in _QUOTES):
        return stated.strip("".join(_QUOTES))
    if stated in _WORDS:
        return _WORDS[stated]
    return int(stated) if _NUMBER.match(stated) else stated
