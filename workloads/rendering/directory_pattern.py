"""Patterns of the files in a folder that Argo CD deploys as they stand: of them all a star takes anything, slashes too.

Syntax: ``github.com/gobwas/glob`` without separators: ``*``, ``?``, ``[ab]``, ``[!a-c]``, ``{a,b*}`` inside one another, and a
backslash before what stands for itself. A pattern that is none takes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 1_000
"""Characters of a pattern that is looked at."""
DEEPEST: Final = 20
"""Alternatives inside one another."""


class PatternError(ValueError):
    """A pattern of which it is not known what it takes."""


class _NoPatternError(Exception):
    """What the library refuses to read."""


@dataclass(frozen=True, slots=True)
class _Character:
    """One character: itself, of some, or in a range; without any of these, any."""

    itself: str = ""
    some: str = ""
    low: str = ""
    high: str = ""
    other: bool = False
    """Whether it is any but those."""

    def takes(self, character: str) -> bool:
        if self.itself or not (self.some or self.low):
            return character == self.itself or not self.itself
        return (character in self.some or (self.low != "" and self.low <= character <= self.high)) is not self.other


@dataclass(frozen=True, slots=True)
class _Either:
    """One of several patterns."""

    several: Sequence[Sequence[_Part]]


_ANYTHING: Final = "**"
"""Any text: a star, or two."""
_Part = _Character | _Either | str
"""A string is such a star."""


@dataclass(frozen=True, slots=True)
class DirectoryPattern:
    """A pattern that was read."""

    parts: Sequence[_Part] | None
    """None for one that is none."""

    def takes(self, path: str) -> bool:
        """Whether it takes a path, as seen from the folder. Linear in the product of both."""
        if self.parts is None:
            return False
        whole = self.parts[0] if len(self.parts) == 1 else None
        return any(_takes(each, path) for each in (whole.several if isinstance(whole, _Either) else [self.parts]))


def directory_pattern(pattern: str) -> DirectoryPattern:
    """A pattern, read.

    :raises PatternError: where it is too long or too deep, or of a kind that the library is known to read in ways of its own.
    """
    if len(pattern) > LONGEST:
        raise PatternError(pattern)
    try:
        parts = _Reading(pattern).parts(0)
    except _NoPatternError:
        return DirectoryPattern(None)
    if not _is_read_as_written(parts):
        raise PatternError(pattern)
    return DirectoryPattern(parts)


def _is_read_as_written(parts: Sequence[_Part]) -> bool:
    """Whether the library is known to take what the pattern says.

    Of alternatives it takes as much as the first one can, and does not go back: ``sub/{a*,b}`` does not take ``sub/a``. It is
    right where alternatives are plain texts, and where all of the pattern is alternatives with a star each.
    """
    groups = [part for part in parts if isinstance(part, _Either)]
    if all(_are_texts(group.several) for group in groups):
        return True
    return len(parts) == 1 and len(groups) == 1 and _apart(groups[0].several)


def _apart(several: Sequence[Sequence[_Part]]) -> bool:
    """Whether each of some alternatives is a text with one star at most, and none is how another one begins or ends."""
    texts = [_text(each) for each in several]
    plain = all(text and text.count(_ANYTHING) <= 1 for text in texts)
    pairs = ((one, other) for place, one in enumerate(texts) for other in texts[:place] if one and other)
    return plain and not any(_at_end(one, other) or _at_end(other, one) for one, other in pairs)


def _at_end(one: Sequence[str], other: Sequence[str]) -> bool:
    return one in (other[: len(one)], other[len(other) - len(one) :])


def _are_texts(several: Sequence[Sequence[_Part]]) -> bool:
    """Whether alternatives are texts, and not all the same one."""
    texts = [_text(each) for each in several]
    return all(text and _ANYTHING not in text for text in texts) and any(text != texts[0] for text in texts)


def _text(parts: Sequence[_Part]) -> list[str]:
    """A pattern as characters and stars; empty for one that holds anything else."""
    found = [part if isinstance(part, str) else part.itself for part in parts if not isinstance(part, _Either)]
    return found if len(found) == len(parts) and all(found) else []


def _ends_of_text(parts: Sequence[_Part]) -> tuple[str, str] | None:
    """How a pattern of a text, a star and a text begins and ends; None for any other."""
    text = _text(parts)
    if text.count(_ANYTHING) != 1 or text[0] == _ANYTHING or text[-1] == _ANYTHING:
        return None
    place = text.index(_ANYTHING)
    return "".join(text[:place]), "".join(text[place + 1 :])


def _takes(parts: Sequence[_Part], path: str) -> bool:
    ends = _ends_of_text(parts)
    # As the library has it, how such a pattern begins and how it ends may be one: a*a takes a.
    return path.startswith(ends[0]) and path.endswith(ends[1]) if ends else len(path) in _ends(parts, path, {0})


def _ends(parts: Sequence[_Part], path: str, starts: set[int]) -> set[int]:
    """Where the parts of a pattern may end that begin at one of some places of a path."""
    places = starts
    for part in parts:
        if not places:
            return places
        if isinstance(part, _Either):
            places = set().union(*(_ends(each, path, places) for each in part.several))
        elif isinstance(part, _Character):
            places = {place + 1 for place in places if place < len(path) and part.takes(path[place])}
        else:
            places = set(range(min(places), len(path) + 1))
    return places


class _Reading:
    """Reads one pattern from its start to its end."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0

    def _next(self) -> str:
        """The next character; empty at the end."""
        found = self._pattern[self._place : self._place + 1]
        self._place += len(found)
        return found

    def parts(self, depth: int) -> list[_Part]:
        """What follows, up to the end of an alternative."""
        found: list[_Part] = []
        while character := self._next():
            if depth and character in ",}":
                self._place -= 1
                break
            found += self._part(character, depth)
        return found

    def _part(self, character: str, depth: int) -> list[_Part]:
        if character == "*":
            self._place += self._pattern.startswith("*", self._place)
            return [_ANYTHING]
        if character == "?":
            return [_Character()]
        if character == "[":
            return [self._characters()]
        if character == "{":
            return [self._either(depth + 1)]
        itself = self._next() if character == "\\" else character
        return [_Character(itself)] if itself else []

    def _either(self, depth: int) -> _Either:
        """Alternatives, as far as the pattern goes: what is not closed ends with it."""
        if depth > DEEPEST:
            raise PatternError(self._pattern)
        several = [self.parts(depth)]
        while self._next() == ",":
            several.append(self.parts(depth))
        return _Either(several)

    def _characters(self) -> _Character:
        """A range or a list of characters: a dash makes a range only as the second one."""
        first = self._next()
        other = first == "!"
        first = self._next() if other else first
        if self._pattern[self._place : self._place + 1] == "-":
            self._place += 1
            low, high, closing = first, self._next(), self._next()
            if closing != "]" or high < low:
                raise _NoPatternError
            return _Character(low=low, high=high, other=other)
        some = self._list(first)
        if not some:
            raise _NoPatternError
        return _Character(some=some, other=other)

    def _list(self, character: str) -> str:
        """The characters of a list, up to the bracket that closes it."""
        found = ""
        while character != "]":
            character = self._next() if character == "\\" else character
            if not character:
                raise _NoPatternError
            found += character
            character = self._next()
        return found
