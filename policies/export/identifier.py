"""The variables that an author's expression reads, found in its text and renamed.

Texts, comments and fields that are called the same are told apart: ``object.spec.object == 'object'`` reads one variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_RAW: Final = r"(?:[rR][bB]?|[bB][rR])(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"[^\"\n]*\"|'[^'\n]*')"
_TEXT: Final = (
    r"[bB]?(?:\"\"\"(?:\\[\s\S]|[^\\])*?\"\"\"|'''(?:\\[\s\S]|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`)"
)
_TOKEN: Final = re.compile(rf"(?P<comment>//[^\n]*)|(?P<text>{_RAW}|{_TEXT})|(?P<name>[A-Za-z_]\w*)|(?P<other>[\s\S])")


class Token(NamedTuple):
    """A part of an expression's text."""

    kind: str
    """``comment``, ``text``, ``name`` or ``other``."""
    written: str
    start: int
    selected: bool
    """Whether it is a name after a dot: a field or a function, not a variable."""


def tokens(written: str) -> Iterator[Token]:
    """The parts of a text, all of it in order. Linear."""
    before = ""
    for match in _TOKEN.finditer(written):
        kind, part = str(match.lastgroup), match.group()
        yield Token(kind, part, match.start(), kind == "name" and before in {".", ".?"})
        if kind != "comment" and not part.isspace():
            before = before + part if before == "." and part == "?" else part


def renamed(written: str, names: Mapping[str, str]) -> str:
    """An expression with some variables under other names, on one line and without comments: it may be put inside another."""
    return "".join(_renamed(token, names) for token in tokens(written)).strip()


def _renamed(token: Token, names: Mapping[str, str]) -> str:
    if token.kind == "comment":
        return " "
    if token.kind == "name" and not token.selected:
        return names.get(token.written, token.written)
    return " " if token.written.isspace() else token.written


def read_at(written: str, name: str) -> Iterator[str]:
    """What follows each place where an expression reads a variable: ``.metadata.labels``."""
    for token in tokens(written):
        if token.kind == "name" and not token.selected and token.written == name:
            yield written[token.start + len(name) :]
