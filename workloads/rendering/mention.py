"""Which paths a text names, whatever its style: found without parsing it, so that a repository's many files need not be."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(rb"[^\s\"'`\[\]{}(),;:=&*#|<>]+")
"""What stands between spaces, quotes and the signs of YAML and JSON."""
_WINDING: Final = re.compile(rb"//|/\./|\.\.")
"""What a path holds that is longer than it need be."""
_ESCAPED: Final = re.compile(rb"\\[/xuU\r\n]")
"""Escapes by which a quoted text may name a path otherwise than letter by letter."""


def mentioned(data: bytes) -> frozenset[bytes]:
    """The paths that a text may name, and the last part of each: every word of it. Linear in the text."""
    words = {_plain(word) for word in _WORD.findall(data)}
    return frozenset(words | {word.rpartition(b"/")[2] for word in words})


def escapes(data: bytes) -> bool:
    """Whether a text may name a path that none of its words is."""
    return _ESCAPED.search(data) is not None


def _plain(word: bytes) -> bytes:
    """A path in its shortest form: ``./charts/web/`` is ``charts/web``."""
    if _WINDING.search(word):
        word = posixpath.normpath(word)
    while word.startswith(b"./"):
        word = word[2:].lstrip(b"/")
    return word.rstrip(b"/")


@dataclass(frozen=True, slots=True)
class Places:
    """What names files: the folders that they stand in, and their own names."""

    words: frozenset[bytes]
    odd: tuple[bytes, ...]
    """Those that are no single word, such as names with spaces."""

    @classmethod
    def of(cls, paths: Iterable[str], names: Iterable[str] = ()) -> Places:
        """The places of files, by their paths from the tree's top, which is written in two ways.

        ``names`` are those of objects in them, and of folders, with a slash, of which only the first part of a path is known.
        """
        found = {"", ".", *names}
        for path in paths:
            found.add(posixpath.basename(path))
            folder = path
            while (folder := posixpath.dirname(folder)) and folder not in found:
                found.add(folder)
        encoded = {place.encode("utf-8", "surrogateescape") for place in found}
        odd = {place for place in encoded if place and (_WORD.fullmatch(place) is None or place.endswith(b"/"))}
        return cls(frozenset(encoded - odd), tuple(sorted(odd)))

    def named(self, data: bytes, words: frozenset[bytes]) -> bool:
        """Whether a text, of these words, names one of them, or may."""
        return not self.words.isdisjoint(words) or escapes(data) or any(place in data for place in self.odd)
