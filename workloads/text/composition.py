"""The value of one YAML document, composed from libyaml's events: dictionaries, lists and scalars as the API server reads them.

That is faster than PyYAML's constructors, and lets depth, size and alias expansion be bounded while reading.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from yaml import DocumentEndEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from workloads.text.scalar import STARTS_OF_TEXT, Scalar, ScalarError, key, plain, tagged

Parser = Any
"""PyYAML's parser, ``yaml.CBaseLoader``; its published types know neither its methods nor that its events carry marks."""
Event = Any
"""An event of that parser, or a mark of one."""
_MERGES: Final = frozenset(("tag:yaml.org,2002:merge", "!"))
"""Tags of a key ``<<`` that merges however it is quoted: YAML's own, and the one that says to take it as if it had none."""


class RefusedError(Exception):
    """A document that libyaml takes and Kubernetes does not, or that is too much."""

    def __init__(self, message: str, mark: Event) -> None:
        super().__init__(message)
        self.mark = mark


class Composed(NamedTuple):
    """A document's value, and where it stands in what the parser reads."""

    value: object
    line: int
    """1-based line on which its content begins."""
    item_lines: list[int]
    """1-based lines of the mappings in lists directly under its root."""


def compose(parser: Parser, depth: int, values: int, duplicate: Callable[[str, Event], None]) -> Composed:
    """The value of one document whose start the parser has passed; reads past its end.

    Args:
        parser: what the events come from.
        depth: how many mappings and lists may be in one another. Each takes two calls of Python's stack.
        values: how many values there may be, counting keys, and what aliases stand for.
        duplicate: told of each key that its mapping has already.

    :raises RefusedError: when it is none that Kubernetes takes, or too much.
    """
    return _Composer(parser, depth, values, duplicate).document()


class _Composer:
    """A document as far as it was read. Half of the time that weighing takes is spent here: few calls a value."""

    __slots__ = ("_anchors", "_count", "_deep", "_depth", "_duplicate", "_item_lines", "_line", "_next", "_opened", "_values")

    def __init__(self, parser: Parser, depth: int, values: int, duplicate: Callable[[str, Event], None]) -> None:
        self._next = parser.get_event
        self._depth = depth
        self._values = values
        self._duplicate = duplicate
        self._anchors: dict[str, tuple[object, int]] = {}
        """What each anchor stands for, and how many values that is."""
        self._opened: dict[str, int] = {}
        """How many mappings and lists of each anchor are open."""
        self._deep = 0
        """How many are open altogether."""
        self._count = 0
        self._line = 1
        self._item_lines: list[int] = []

    def document(self) -> Composed:
        """All of it."""
        event, value = self._next(), None
        if event.__class__ is not DocumentEndEvent:
            value = self._value(event)
            self._next()
        return Composed(value, self._line, self._item_lines)

    def _value(self, event: Event) -> object:
        """The value that an event begins, read to its end."""
        self._count += 1
        kind = event.__class__
        if kind is ScalarEvent:
            text = event.value
            value: object = text if text[:1] in STARTS_OF_TEXT and event.tag is None and event.implicit[0] else _scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = value, 1
        elif kind is MappingStartEvent:
            value = self._mapping(event)
        elif kind is SequenceStartEvent:
            value = self._list(event)
        else:
            value = self._alias(event)
        if self._count > self._values:
            raise RefusedError(f"more than {self._values:,} values, counting what aliases stand for", event.start_mark)
        return value

    def _mapping(self, start: Event) -> dict[str, object]:
        """The mapping that was begun, up to its end."""
        found: dict[str, object] = {}
        merged: set[str] | None = None
        next_event, before = self._next, self._opening(start)
        while (event := next_event()).__class__ is not MappingEndEvent:
            name: Any = self._value(event)
            if name.__class__ is not str:
                name = _key(name, event)
            if name == "<<" and _merges(event):
                merged = set() if merged is None else merged
                _merge(found, self._value(event := next_event()), event, merged)
                continue
            if merged and name in merged:
                merged.remove(name)
            elif name in found:
                self._duplicate(name, event)
            found[name] = self._value(next_event())
        self._closing(start, found, before)
        return found

    def _list(self, start: Event) -> list[object]:
        """The list that was begun, up to its end."""
        found: list[object] = []
        next_event, before = self._next, self._opening(start)
        while (event := next_event()).__class__ is not SequenceEndEvent:
            if self._deep == 2 and event.__class__ is MappingStartEvent:
                self._item_lines.append(_line(event))
            found.append(self._value(event))
        self._closing(start, found, before)
        return found

    def _opening(self, start: Event) -> int:
        """Begin a mapping or list; how many values there are up to it."""
        if self._deep >= self._depth:
            raise RefusedError(f"nested deeper than {self._depth}", start.start_mark)
        if not self._deep:
            self._line = _line(start)
        self._deep += 1
        if start.anchor:
            self._opened[start.anchor] = self._opened.get(start.anchor, 0) + 1
        return self._count

    def _closing(self, start: Event, value: object, before: int) -> None:
        """End one: what it holds is known, and its anchor stands for it."""
        self._deep -= 1
        if start.anchor:
            self._opened[start.anchor] -= 1
            self._anchors[start.anchor] = value, self._count - before + 1

    def _alias(self, event: Event) -> object:
        """What an anchor stands for, counted as if it were written again."""
        if self._opened.get(event.anchor):
            raise RefusedError(f"anchor {event.anchor[:40]!r} contains itself", event.start_mark)
        if event.anchor not in self._anchors:
            raise RefusedError(f"no anchor {event.anchor[:40]!r} before this alias", event.start_mark)
        value, size = self._anchors[event.anchor]
        self._count += size - 1
        return value


def _line(event: Event) -> int:
    """The 1-based line on which what an event begins stands."""
    line: int = event.start_mark.line
    return line + 1


def _key(value: object, event: Event) -> str:
    """A mapping's key that is no text as it stands."""
    if event.__class__ in {MappingStartEvent, SequenceStartEvent}:
        raise RefusedError("a mapping or list cannot be a key", event.start_mark)
    try:
        return key(value)
    except ScalarError as error:
        raise RefusedError(str(error), event.start_mark) from None


def _merges(event: Event) -> bool:
    """Whether a key that reads ``<<`` is the one that merges: by its tag or, without one, unquoted, and no alias of another's.

    As ``isMerge`` of go-yaml 2 has it, with which kubectl reads.
    """
    return event.__class__ is ScalarEvent and (event.implicit[0] if event.tag is None else event.tag in _MERGES)


def _scalar(event: Event) -> Scalar:
    """The value of a scalar.

    :raises RefusedError: when it has none in JSON.
    """
    text, tag = event.value, event.tag
    try:
        if tag is None:
            return plain(text) if event.implicit[0] else text
        return text if tag == "!" else tagged(tag, text)
    except ScalarError as error:
        raise RefusedError(str(error), event.start_mark) from None


def _merge(target: dict[str, object], value: object, event: Event, merged: set[str]) -> None:
    """``<<``: take over the keys of a mapping, or of several, the earlier winning; those that are new become ``merged``."""
    several = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in several):
        raise RefusedError("<< takes a mapping or a list of mappings", event.start_mark)
    for each in reversed(several):
        merged.update(name for name in each if name not in target)
        target.update(each)
