"""Values as a person would write them into YAML that is there already: one entry a line, or in brackets on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from workloads.text.scalar import ScalarError, plain

_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/+-]*[A-Za-z0-9])?")
"""What any reader of YAML takes for a text, as far as it is no number or truth value."""


def scalar(value: object, style: str | None = None) -> str:
    """A scalar, a text in the quotes of ``style`` (``'`` or ``"``) or, where these are not asked for, only if it needs any."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style is None and _PLAIN.fullmatch(value) and _is_text(value):
        return value
    return _quoted(value)


def _quoted(value: str) -> str:
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_text(value: str) -> bool:
    try:
        return plain(value) == value
    except ScalarError:
        return False


def inline(value: object) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return scalar(value)


def entry(key: str, value: object, indent: int, step: int) -> Iterator[str]:
    """A mapping's entry, its key ``indent`` columns from the left, and what is in it ``step`` further."""
    head = f"{' ' * indent}{scalar(key)}:"
    if isinstance(value, dict) and value:
        yield head
        for name, each in value.items():
            yield from entry(name, each, indent + step, step)
    elif isinstance(value, list) and value:
        yield head
        for each in value:
            yield from item(each, indent + step, step)
    else:
        yield f"{head} {inline(value)}"


def item(value: object, indent: int, step: int) -> Iterator[str]:
    """A list's item, its hyphen ``indent`` columns from the left."""
    dash = f"{' ' * indent}- "
    if not isinstance(value, dict) or not value:
        yield f"{dash}{inline(value)}"
        return
    lines = [line for name, each in value.items() for line in entry(name, each, indent + 2, step)]
    yield dash + lines[0].lstrip()
    yield from lines[1:]
