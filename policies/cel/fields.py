"""The fields of Kubernetes' own kinds, to find what an expression reads and no object of the kind can have.

While an expression is evaluated an object is whatever it is. When a policy is loaded, and says which kinds it is about, its
expressions are also compiled against what those kinds are made of, so that ``object.spec.replcias`` is told with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from policies.cel.environment import compiled_in, typed_environment
from policies.cel.reach import offset, reached_through
from workloads.kinds.fields import table

OBJECTS: Final = ("object", "oldObject")
"""The variables that are of the kinds that a policy is about."""

_UNDEFINED = re.compile(r"undefined field '([^']+)'")
_PACKAGE = "kubernetes.fields"


@cache
def kinds() -> tuple[tuple[str, str], ...]:
    """The kinds of which it is known what they are made of, by group and name."""
    return tuple(_types_of_kinds())


@cache
def _types_of_kinds() -> Mapping[tuple[str, str], str]:
    """The type of each kind whose fields are known, in the newest of its API versions."""
    versions = sorted(table()["kinds"].items())
    return {(version.rpartition("/")[0], kind): name for version, names in versions for kind, name in names.items() if name}


class Absent(NamedTuple):
    """A field that an expression reads and that no object of some kinds has."""

    line: int
    """From one, in the expression."""
    column: int
    name: str


def absent(text: str, about: Iterable[tuple[str, str]]) -> tuple[Absent, ...]:
    """The fields that an expression reads and that none of the kinds, by group and name, has.

    One that only some of them have is no mistake: a condition may tell them apart. A kind that has not even what the field is
    read through says nothing of it. Takes about a millisecond a kind, and ten the first time, until one has every field.
    """
    by_kind: list[frozenset[Absent]] = []
    for kind in about:
        by_kind.append(frozenset(_undefined(text, _types_of_kinds()[kind])))
        if not by_kind[-1]:
            return ()
    every = frozenset[Absent]().union(*by_kind)
    return tuple(sorted(field for field in every if all(_lacks(text, field, lacking) for lacking in by_kind)))


def _lacks(text: str, field: Absent, lacking: frozenset[Absent]) -> bool:
    """Whether a kind has not a field, or not even what it is read through, given all that the kind has not."""
    if field in lacking:
        return True
    here = offset(text, *field)
    return any(reached_through(text, offset(text, *other), here) for other in lacking)


def every_field() -> frozenset[str]:
    """The names of all fields of all kinds."""
    return frozenset(field for fields in table()["types"].values() for field in fields)


def _undefined(text: str, kind: str) -> list[Absent]:
    """Each field that a kind does not have."""
    mistakes = compiled_in(_environment(kind), text)
    if not isinstance(mistakes, tuple):
        return []
    named = ((mistake, _UNDEFINED.search(mistake.message)) for mistake in mistakes)
    return [Absent(mistake.line, mistake.column, match[1]) for mistake, match in named if match]


@cache
def _environment(kind: str) -> Any:  # noqa: ANN401 - the library publishes no types
    return typed_environment(_file(), dict.fromkeys(OBJECTS, f"{_PACKAGE}.{kind}"))


@cache
def _file() -> Any:  # noqa: ANN401 - a message of the library's
    """Every type as a message, in one file of descriptors."""
    from google.protobuf import descriptor_pb2  # noqa: PLC0415 - most policies have no expression

    file = descriptor_pb2.FileDescriptorProto(
        name="fields.proto", package=_PACKAGE, syntax="proto3", dependency=["google/protobuf/struct.proto"]
    )
    for name, fields in table()["types"].items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(fields.items(), 1):
            _add(message, field, number, kind)
    return file


def _add(message: Any, name: str, number: int, kind: str) -> None:  # noqa: ANN401
    """A field: one value, a list of them, or a map by text."""
    field = message.field.add(name=name, number=number, json_name=name)
    repeated = kind.startswith(("[]", "{}"))
    field.label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
    if kind.startswith("{}"):
        # The only name that the library takes for a map's entry.
        entry = message.nested_type.add(name=f"{name[0].upper()}{name[1:]}Entry")
        entry.options.map_entry = True
        _add(entry, "key", 1, "str")
        _add(entry, "value", 2, kind[2:])
        field.type, field.type_name = field.TYPE_MESSAGE, f".{_PACKAGE}.{message.name}.{entry.name}"
        return
    _type(field, kind[2:] if repeated else kind)


def _type(field: Any, kind: str) -> None:  # noqa: ANN401
    scalars = {"str": field.TYPE_STRING, "quantity": field.TYPE_STRING, "int": field.TYPE_INT64, "bool": field.TYPE_BOOL}
    field.type = scalars.get(kind, field.TYPE_MESSAGE)
    if kind not in scalars:
        field.type_name = f".{_PACKAGE}.{kind}" if kind in table()["types"] else ".google.protobuf.Value"
