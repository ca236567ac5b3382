"""The line and column of a field, found by parsing its document again: only a message that is shown needs them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import yaml

from workloads.field import FieldPath
from workloads.manifest import Origin
from workloads.text.composition import Event, Parser

MOST_NODES = 100_000
"""Nodes of a document whose places are noted; what stands behind them is found at the nearest ancestor before."""
DEEPEST = 64
"""Containers inside one another in which places are noted."""

_BLOCK = 4096

Place = tuple[int, int]
"""Zero-based line and column."""


def locate(origin: Origin, path: FieldPath) -> tuple[int, int]:
    """1-based line and column of the field at ``path`` of an object, or of its nearest ancestor that is written.

    A mapping's entry is located at its key, a list's at its value; what an alias or a merge brought in, where the alias stands.
    Costs one parse of the object's document; the places of the last few documents are kept. Never raises.
    """
    target = (*origin.path, *path)
    if not target or not origin.source:
        return origin.line, 1
    places = _noted(origin.source, origin.start).places
    found = next((places[target[:end]] for end in range(len(target), 0, -1) if target[:end] in places), None)
    if found is None:
        return origin.line, 1
    return found[0] + origin.start, found[1] + 1


def place_of(origin: Origin, path: FieldPath = ()) -> str:
    """``file:line`` of a field, as `locate` finds it; the file alone where no line of it is known."""
    return f"{origin.file}:{locate(origin, path)[0]}" if origin.lined else origin.file


def first_given(source: bytes, start: int, place: Place) -> int:
    """The 1-based line on which a key of a document was first given that is given again at a place; 0 where none was.

    ``start`` is the 1-based line on which the document begins, and the place counts its lines from there. Never raises.
    """
    first = _noted(source, start).repeated.get(place)
    return first[0] + start if first is not None else 0


@lru_cache(maxsize=8)
def _noted(source: bytes, start: int) -> _Noted:
    """The place of every node of the document that begins on a 1-based line, as far as it is well formed."""
    noted = _Noted()
    parser: Parser = yaml.CBaseLoader(source[_offset_of_line(source, start) :])
    try:
        while parser.check_event() and len(noted.places) < MOST_NODES:
            event = parser.get_event()
            if isinstance(event, yaml.DocumentEndEvent):
                break
            noted.see(event)
    except yaml.YAMLError:
        pass  # what was noted before stands
    finally:
        parser.dispose()
    return noted


def _offset_of_line(data: bytes, line: int) -> int:
    """The offset of a 1-based line, 0 where there is none: a look into one block of bytes, wherever the line is."""
    ends = _line_ends(data)
    block = bisect_left(ends, line - 1) - 1
    if block < 0:
        return 0
    offset = block * _BLOCK
    for _ in range(line - 1 - ends[block]):
        offset = data.find(b"\n", offset) + 1
        if not offset:
            return 0
    return offset


@lru_cache(maxsize=8)
def _line_ends(data: bytes) -> Sequence[int]:
    """How many lines end before each block of a text begins."""
    blocks = range(0, len(data), _BLOCK)
    return tuple(accumulate((data.count(b"\n", start, start + _BLOCK) for start in blocks), initial=0))


class _Noted:
    """Notes where each node of a document stands."""

    def __init__(self) -> None:
        self.places: dict[FieldPath, Place] = {}
        self.repeated: dict[Place, Place] = {}
        """Of what is given again, where it was given first."""
        self._containers: list[tuple[FieldPath, bool]] = []
        """Of each open container: its path, and whether it is a mapping."""
        self._next: list[str | int | None] = []
        """Of each open container: the pending key of a mapping, the next index of a list."""

    def see(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            self._node(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            path = self._node(event)
            mapping = isinstance(event, yaml.MappingStartEvent)
            self._containers.append((path, mapping))
            self._next.append(None if mapping else 0)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._containers.pop()
            self._next.pop()

    def _node(self, event: Event) -> FieldPath:
        """Take a node and return its path; a key is noted, and waits for its value."""
        if not self._containers:
            return ()
        path, mapping = self._containers[-1]
        part = self._next[-1]
        if mapping and part is None:
            key = event.value if isinstance(event, yaml.ScalarEvent) else ""
            self._next[-1] = key
            self._note((*path, key), event)
            return path
        self._next[-1] = None if mapping else int(part or 0) + 1
        here = (*path, part or ("" if mapping else 0))
        if not mapping:
            self._note(here, event)
        return here

    def _note(self, path: FieldPath, event: Event) -> None:
        """Remember a place; of a key that is given twice the later one, which counts, with nothing of the earlier's."""
        if len(path) <= DEEPEST:
            here = (event.start_mark.line, event.start_mark.column)
            before = self.places.get(path)
            if before is not None:
                self.repeated[here] = self.repeated.get(before, before)
            self.places[path] = here
