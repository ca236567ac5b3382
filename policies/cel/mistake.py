"""What is wrong with the text of an expression, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACE = re.compile(r"<input>:(\d+):(-?\d+): ([^\n]*)")
_STATUS = re.compile(r"\A[A-Z_]+: |\s*\[[A-Z_]+\]\Z")


_MISSING = re.compile(r'Key not found in map : "([^"]+)"\Z')
_UNLIKE = re.compile(r"No matching overloads found : _?([^_(]+)_?\(([^()]*)\)\Z")
_UNLIKE_RECEIVER = re.compile(r"No matching overloads found : \(([^()]*)\)\.(\w+)\([^()]*\)\Z")
_UNDECLARED = re.compile(r"undeclared reference to '(\w+)")
_NOT_OFFERED = frozenset(
    (
        *("url", "isURL", "ip", "isIP", "cidr", "isCIDR", "format", "semver", "isSemver", "authorizer"),
        *("jsonpatch", "variables", "math", "base64"),
    )
)
"""What the API server's or others' CEL has and policies do not: whoever knows it there is told that it is no typing mistake."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong."""

    line: int
    """From one, in the expression."""
    column: int
    """From one."""
    message: str


def mistakes(error: str) -> tuple[Mistake, ...]:
    """The mistakes in what the library says of a text that it does not take; at least one."""
    found = tuple(
        # A column before the first means all of the text.
        Mistake(int(line), max(1, int(column)), _words(message))
        for line, column, message in _PLACE.findall(error)
    )
    return found or (Mistake(1, 1, reason(error)),)


def _words(message: str) -> str:
    plain = message.replace(" (in container '')", "").removeprefix("Syntax error: ")
    undeclared = _UNDECLARED.match(plain)
    if undeclared is None or undeclared[1] not in _NOT_OFFERED:
        return plain
    return f"{plain}: policies have no {undeclared[1]}, docs/policies.md says what they have"


def reason(error: str) -> str:
    """The library's words without its codes, and in plain ones where it says what whoever writes expressions often meets."""
    words = _bare(error)
    if missing := _MISSING.match(words):
        return f"field {missing[1]!r} is not there"
    if unlike := _UNLIKE.match(words):
        return f"{unlike[1]} does not take {unlike[2].replace(', ', ' and ')}"
    if unlike := _UNLIKE_RECEIVER.match(words):
        return f"{unlike[2]} is not for {unlike[1]}"
    return words


def _bare(error: str) -> str:
    return _STATUS.sub("", _STATUS.sub("", error.splitlines()[0] if error else "no reason is given")).strip()
