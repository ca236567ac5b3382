"""The kinds and fields that Kubernetes itself has, as its API server publishes them: ``data/fields.json``.

The file is written by ``tools/build_fields.py``. It is read on first use, and each type is turned into a `Shape` when an object
first has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

_DATA: Final = Path(__file__).parents[1] / "data" / "fields.json"
LIST, MAP = "[]", "{}"
"""What stands before the type of a list's entries, or of a map's values."""
FREE: Final = "any"
"""The type of what may be anything."""


class Form(NamedTuple):
    """What a field takes."""

    holder: str
    """`LIST` or `MAP` where it holds several of the type; else empty."""
    name: str
    """The type: another's name, ``str``, ``int``, ``bool``, ``number``, ``quantity`` or `FREE`."""
    shape: Shape | None
    """The type's fields; None where it has none."""


class Shape:
    """The fields of a type."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """What each field takes, by its name; made when it is first asked for, since a type may hold its like."""
        return {field: _form(written) for field, written in table()["types"][self.name].items()}


@cache
def table() -> Mapping[str, Any]:
    """The file: ``versions``, ``kinds`` by API version, ``types``."""
    found: Mapping[str, Any] = orjson.loads(_DATA.read_bytes())
    return found


def newest() -> str:
    """The newest minor version of Kubernetes whose fields are known, such as ``1.37``."""
    return str(table()["versions"]["client"])


def kinds_of(api_version: str) -> Mapping[str, str] | None:
    """The kinds of an API version, each with its type or an empty text; None where the version is not known here."""
    found: Mapping[str, str] | None = table()["kinds"].get(api_version)
    return found


def homes_of(kind: str) -> tuple[str, ...]:
    """The API versions that have a kind of this name."""
    return tuple(version for version, kinds in table()["kinds"].items() if kind in kinds)


@lru_cache(maxsize=512)
def shape_of(api_version: str, kind: str) -> Shape | None:
    """The fields of a kind; None where they are not known here."""
    name = (kinds_of(api_version) or {}).get(kind)
    return _shape(name) if name else None


def _form(written: str) -> Form:
    holder = written[:2] if written[:2] in (LIST, MAP) else ""
    inner = written[len(holder) :]
    return Form(holder, inner, _shape(inner) if inner in table()["types"] else None)


_shape = cache(Shape)
