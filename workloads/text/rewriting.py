"""From an edit of an object to lines of the file that it was written in: comments, indentation and style stay as they are.

What a change of lines would do is not trusted: the whole text is read again, and only where just the field meant is another one
are the lines given out.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from workloads.edit import Edit, edited
from workloads.manifest import Manifest
from workloads.text.placing import placed
from workloads.text.reader import Reading, read

LARGEST: Final = 256 * 1024
"""Bytes of a file that lines are given for: it is read again for each."""
MOST_TRIES: Final = 12
"""Texts that are tried for one piece of advice."""
LONGEST: Final = 4096
"""Characters of the lines to be changed together with those around them, which a patch shows."""
_CONTEXT: Final = 3
_BREAKS: Final = ("\r", "\x85", "\u2028", "\u2029", "\ufeff")
"""What YAML takes for the end of a line, or for nothing, and Git does not."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Lines of a file, and what is to stand in their place."""

    file: str
    first: int
    """1-based."""
    last: int
    """1-based, that line included."""
    lines: tuple[str, ...]
    """Without line breaks."""
    source: bytes = field(repr=False)
    """The file's bytes."""

    @property
    def applied(self) -> bytes:
        """The file with the lines replaced, as whoever commits a suggestion gets it."""
        lines = self.source.decode().split("\n")
        return "\n".join([*lines[: self.first - 1], *self.lines, *lines[self.last :]]).encode()

    @property
    def patch(self) -> str:
        """The same as a unified diff, as ``git apply`` takes it."""
        old, new = (data.decode().splitlines(keepends=True) for data in (self.source, self.applied))
        found = difflib.unified_diff(old, new, f"a/{self.file}", f"b/{self.file}", n=_CONTEXT)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)


def rewritings(manifest: Manifest, edits: Sequence[Edit]) -> Iterator[Rewriting]:
    """Ways to make edits in the file of an object, the best first; none where there is no such file, or no safe way.

    Each costs a reading of the file, and none is tried before it is asked for.
    """
    origin = manifest.origin
    text = _text(manifest)
    expected = edited(manifest.body, edits)
    if origin is None or text is None or expected is None or expected == manifest.body:
        return
    before = read(origin.source, origin.file)
    if sum(each.identity() == manifest.identity() for each in before.manifests) != 1:
        return  # of an object that is given twice, which one counts is not for one line to say
    lines = text.split("\n")
    moved = [Edit((*origin.path, *edit.path), edit.value) for edit in edits]
    for tries, changed in enumerate(_made(lines, origin.start, moved)):
        if tries >= MOST_TRIES:
            return
        after = read("\n".join(changed).encode(), origin.file)
        if _only_that(before, after, manifest, expected):
            yield from _anchored(origin.file, origin.source, lines, changed)


def _text(manifest: Manifest) -> str | None:
    """The text of an object's file; None where its lines are not the object's own, or not to be touched."""
    origin = manifest.origin
    if origin is None or not origin.source or origin.root or len(origin.source) > LARGEST:
        return None
    if not origin.file.endswith((".yaml", ".yml")) or not origin.file.isprintable():
        return None
    try:
        text = origin.source.decode()
    except UnicodeDecodeError:
        return None
    return None if any(each in text for each in _BREAKS) else text


def _made(lines: Sequence[str], start: int, edits: Sequence[Edit]) -> Iterator[list[str]]:
    """Texts with every edit made."""
    if not edits:
        yield list(lines)
        return
    for changed in placed(lines, start, edits[0]):
        yield from _made(changed, start, edits[1:])


def _only_that(before: Reading, after: Reading, manifest: Manifest, expected: object) -> bool:
    """Whether two readings of a file differ in one object alone, which is as expected in the later."""
    counted = ((len(each.manifests), len(each.problems), each.others) for each in (before, after))
    if len(set(counted)) > 1:
        return False
    pairs = zip(before.manifests, after.manifests, strict=True)
    return all(new.body == (expected if old.origin == manifest.origin else old.body) for old, new in pairs)


def _anchored(file: str, source: bytes, old: Sequence[str], new: Sequence[str]) -> Iterator[Rewriting]:
    """The lines that differ between two texts. Where lines are only added, with the one before them, or the one behind."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    # What stands behind the last line break is no line.
    nothing = int(old[-1] == "")
    ends = [(same, tail)] if len(old) - tail > same else [(same - 1, tail), (same, tail - 1)]
    for start, left in ends:
        if start >= 0 and left >= nothing:
            lines = tuple(new[start : len(new) - left])
            seen = (*lines, *old[max(start - _CONTEXT, 0) : len(old) - left + _CONTEXT])
            if sum(map(len, seen)) <= LONGEST and not any(map(_hidden, seen)):
                yield Rewriting(file, start + 1, len(old) - left, lines, source)


def _hidden(line: str) -> bool:
    """Whether a line holds what readers do not see, or see elsewhere than it stands: they commit what they see."""
    return any(unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"} and character != "\t" for character in line)
