"""Which lines of files a change shows: those that it adds, and those around them, as a unified diff has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_HUNK: Final = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NEW: Final = b"+++ b/"


def shown_lines(diff: bytes) -> Mapping[str, tuple[range, ...]]:
    """By file as it is after the change, the 1-based lines of each hunk; nothing of files whose names Git has to quote.

    A hunk says how many lines follow, so that a line which looks like a header is none. Linear in the diff.
    """
    found: dict[str, tuple[range, ...]] = {}
    for file, lines in _hunks(diff):
        found[file] = (*found.get(file, ()), lines)
    return found


def _hunks(diff: bytes) -> Iterator[tuple[str, range]]:
    file, old, new = "", 0, 0
    for line in diff.split(b"\n"):
        if old > 0 or new > 0:
            old -= line[:1] in (b" ", b"-", b"")
            new -= line[:1] in (b" ", b"+", b"")
        elif line.startswith(b"+++ "):
            name = line.removeprefix(_NEW)
            file = name.removesuffix(b"\t").decode("utf-8", "surrogateescape") if name is not line else ""
        elif (hunk := _HUNK.match(line)) is not None:
            old, first, new = (1 if each is None else int(each) for each in hunk.groups())
            if file and new:
                yield file, range(first, first + new)
