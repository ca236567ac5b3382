"""Whom GitHub's CODEOWNERS names for a file: the last line whose pattern matches it decides.

Patterns are like gitignore's, but neither negate (``!``) nor have classes (``[ ]``), cannot begin with an escaped ``#``, and a
last part of ``*`` alone does not reach into folders: ``docs/*`` is of ``docs/a.md`` and not of ``docs/more/a.md``. That, and that
no pattern of whoever writes one may take long, is why they are not read by a library for gitignore. Names of files are matched
by ``fnmatch``, whose expressions do not go back. As on GitHub, a line that cannot be read is skipped, and that is said.

Source: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache
from typing import Final

PLACES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the file; the first one there is it."""
LARGEST: Final = 3 * 1024 * 1024
"""Bytes from which on GitHub does not read it."""
LONGEST_PATTERN: Final = 4096
"""Characters: no path is as long."""

_WORD = re.compile(r"(?:\\.|\S)+")
_READABLE = re.compile(r"(?:\\[^/]|[^\\])*")
"""A pattern in which every backslash has what it escapes."""
_NAME = re.compile(r"@([A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:/[A-Za-z0-9._-]{1,255})?)")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_DEEP = None
"""The part ``**``: any folders, or none."""
_Part = str | re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Owners:
    """Whom a line names."""

    names: tuple[str, ...] = ()
    """People by login, teams as ``owner/team``, in the order of the line."""
    addresses: tuple[str, ...] = ()
    """E-mail addresses: whose they are only GitHub knows."""


@dataclass(frozen=True, slots=True)
class _Rule:
    parts: tuple[_Part, ...]
    reaches: bool
    """Whether what is in a folder of that name is meant too."""
    owners: Owners

    def matches(self, path: Sequence[str]) -> bool:
        """Whether the parts match a path's, going back to the last ``**`` alone: in time by the product of their numbers."""
        here = there = 0
        deep: tuple[int, int] | None = None
        while True:
            if there == len(self.parts) and (self.reaches or here == len(path)):
                return True
            if there < len(self.parts) and self.parts[there] is _DEEP:
                there += 1
                deep = (here, there)
            elif there < len(self.parts) and here < len(path) and _named(self.parts[there], path[here]):
                here, there = here + 1, there + 1
            elif deep is not None and deep[0] < len(path):
                deep = (deep[0] + 1, deep[1])
                here, there = deep
            else:
                return False


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """What a CODEOWNERS says."""

    place: str = ""
    """Its path in the repository."""
    rules: tuple[_Rule, ...] = field(default=(), repr=False)
    skipped: Mapping[int, str] = field(default_factory=dict)
    """Why a line is skipped, by its number."""

    def of(self, path: str) -> Owners:
        """Whom it names for a file, by its path from the top of the repository; nobody where no line is about it."""
        parts = path.split("/")
        return next((rule.owners for rule in reversed(self.rules) if rule.matches(parts)), Owners())


def read_codeowners(data: bytes, place: str) -> CodeOwners:
    """What a CODEOWNERS says. Never raises on what it holds."""
    if len(data) > LARGEST:
        return CodeOwners(place, skipped={1: f"it is larger than {LARGEST // 1024**2} MB, and GitHub reads none of it"})
    rules, skipped = [], {}
    for number, line in enumerate(data.decode("utf-8-sig", "surrogateescape").split("\n"), 1):
        words = _words(line)
        if words:
            found = _rule(words)
            if isinstance(found, _Rule):
                rules.append(found)
            else:
                skipped[number] = found
    return CodeOwners(place, tuple(rules), skipped)


def _words(line: str) -> list[str]:
    """The words of a line up to a comment; a space after a backslash is a part of its word."""
    words: list[str] = []
    for word in _WORD.findall(line):
        if word.startswith("#"):
            break
        words.append(word)
    return words


def _rule(words: Sequence[str]) -> _Rule | str:
    """What a line says, else in words why it is skipped."""
    pattern, owners = words[0], _owners(words[1:])
    if owners is None:
        return "an owner is neither @login nor @owner/team nor an address"
    if pattern.startswith("!"):
        return "a pattern cannot begin with !"
    if pattern.startswith("\\#"):
        return "a pattern cannot begin with an escaped #"
    if "[" in pattern or "]" in pattern:
        return "a pattern cannot have [ ]"
    if len(pattern) > LONGEST_PATTERN or not _READABLE.fullmatch(pattern):
        return "its pattern cannot be read"
    return _Rule(*_parts(pattern), owners)


def _owners(words: Sequence[str]) -> Owners | None:
    """Whom the words name; None where one of them cannot name anybody."""
    names = tuple(found[1] for word in words if (found := _NAME.fullmatch(word)))
    addresses = tuple(word for word in words if _ADDRESS.fullmatch(word))
    return Owners(names, addresses) if len(names) + len(addresses) == len(words) else None


def _parts(pattern: str) -> tuple[tuple[_Part, ...], bool]:
    """A pattern's parts, and whether it reaches into a folder that it names."""
    named = pattern.rstrip("/").removeprefix("/").split("/")
    if "/" not in pattern.rstrip("/"):
        named.insert(0, "**")
    if pattern.endswith("/") and set(named) == {"**"}:
        named.append("*")  # any folder, and at the top there is none
    # All that is in a folder: something has to be.
    inside = ["**", "*"] if pattern.endswith("/") or named[-1] == "**" else []
    return tuple(map(_part, named + inside)), not inside and named[-1] != "*"


@lru_cache(maxsize=4096)
def _part(name: str) -> _Part:
    """A part as it is compared: plain names as texts."""
    if name == "**":
        return _DEEP
    if "*" not in name and "?" not in name:
        return re.sub(r"\\(.)", r"\1", name)
    # To fnmatch a class of one is what an escaped character is here.
    return re.compile(translate("".join(_escaped(name))))


def _escaped(name: str) -> Iterator[str]:
    for found in re.finditer(r"\\(.)|(.)", name, re.DOTALL):
        yield f"[{found[1]}]" if found[1] in ("*", "?") else found[1] or found[2]


def _named(part: _Part, name: str) -> bool:
    if isinstance(part, str):
        return part == name
    return part is not None and part.match(name) is not None
