"""The line and column of a field, found by parsing its document again: only a message that is shown needs them."""

from __future__ import annotations

import yaml

from workloads.document import Event, Parser
from workloads.field import FieldPath
from workloads.manifest import Origin


def locate(origin: Origin, path: FieldPath) -> tuple[int, int]:
    """1-based line and column of the field at ``path`` of an object, or of its nearest ancestor that is written.

    A mapping's entry is located at its key, a list's at its value; what an alias or a merge brought in, where the alias stands.
    Costs one parse of the object's document. Never raises.
    """
    target = (*origin.path, *path)
    if not target or not origin.source:
        return origin.line, 1
    skipped = _offset_of_line(origin.source, origin.start)
    try:
        found = _find(origin.source[skipped:], target)
    except yaml.YAMLError:
        found = None
    if found is None:
        return origin.line, 1
    line, column = found
    return line + origin.start, column + 1


def _offset_of_line(data: bytes, line: int) -> int:
    """The offset of a 1-based line."""
    offset = 0
    for _ in range(line - 1):
        offset = data.find(b"\n", offset) + 1
        if not offset:
            return 0
    return offset


def _find(data: bytes, target: FieldPath) -> tuple[int, int] | None:
    """Zero-based line and column of the deepest node on the way to ``target``; None where not even the first is there."""
    search = _Search(target)
    parser: Parser = yaml.CBaseLoader(data)
    try:
        while parser.check_event():
            event = parser.get_event()
            if isinstance(event, yaml.DocumentEndEvent):
                break
            search.see(event)
    finally:
        parser.dispose()
    return search.found


class _Search:
    """Follows a document's events down one path."""

    def __init__(self, target: FieldPath) -> None:
        self.found: tuple[int, int] | None = None
        self._target = target
        self._on_path = 0
        """How many parts of the target the current container matches."""
        self._containers: list[tuple[bool, int, str | None, bool]] = []
        """Of each open container: whether a mapping, entries seen, the pending key, whether it is on the path."""
        self._best = 0

    def see(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            self._node(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            matches = self._node(event)
            self._containers.append((isinstance(event, yaml.MappingStartEvent), 0, None, matches))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            *_, was_on_path = self._containers.pop()
            self._on_path -= was_on_path and bool(self._containers)

    def _node(self, event: Event) -> bool:
        """Take a node; return whether it is on the path, as a container that is now being entered."""
        if not self._containers:
            return True
        mapping, count, pending, on_path = self._containers[-1]
        if mapping and pending is None:
            self._key(event)
            return False
        part: str | int | None = pending if mapping else count
        self._containers[-1] = (mapping, count + 1, None, on_path)
        matches = on_path and self._on_path < len(self._target) and part == self._target[self._on_path]
        if not matches:
            return False
        if not mapping:
            self._mark(event)
        entered = isinstance(event, yaml.CollectionStartEvent)
        self._on_path += entered
        return entered

    def _key(self, event: Event) -> None:
        mapping, count, _, on_path = self._containers[-1]
        name = event.value if isinstance(event, yaml.ScalarEvent) else ""
        self._containers[-1] = (mapping, count, name, on_path)
        if on_path and self._on_path < len(self._target) and name == self._target[self._on_path]:
            self._mark(event)

    def _mark(self, event: Event) -> None:
        """Remember a node on the path, unless a deeper one was found; of a key given twice the later."""
        if self._on_path + 1 >= self._best:
            self._best = self._on_path + 1
            self.found = (event.start_mark.line, event.start_mark.column)
