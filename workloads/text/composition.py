"""The value of one YAML document, composed from libyaml's events: dictionaries, lists and scalars as the API server reads them.

That is faster than PyYAML's constructors, needs no recursion, and lets depth, size and alias expansion be bounded while reading.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import yaml

from workloads.text.scalar import STARTS_OF_TEXT, ScalarError, key, plain, tagged

Parser = Any
"""PyYAML's parser, ``yaml.CBaseLoader``; its published types know neither its methods nor that its events carry marks."""
Event = Any
"""An event of that parser, or a mark of one."""


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


def compose(parser: Parser, depth: int, values: int, duplicate: Callable[[str, Event], None]) -> Composed:  # noqa: C901, PLR0912, PLR0915 - the hot loop
    """The value of one document, its 1-based line, and the lines of mappings in lists directly under its root.

    One loop and no call a value: half of the time that weighing takes is spent here.
    """
    next_event = parser.get_event
    scalar_event, mapping_event, sequence_event = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
    mapping_end, sequence_end = yaml.MappingEndEvent, yaml.SequenceEndEvent
    root: list[object] = []
    container: list[object] | dict[str, object] = root
    name: str | None = None
    merging = False
    stack: list[tuple[list[object] | dict[str, object], str | None, bool, str | None, int]] = []
    anchors: dict[str, tuple[object, int]] = {}
    opened: dict[str, int] = {}
    item_lines: list[int] = []
    line = 1
    count = 0
    while True:
        event = next_event()
        kind = event.__class__
        if kind is scalar_event:
            count += 1
            try:
                text, tag = event.value, event.tag
                if tag is None and event.implicit[0]:
                    value: object = text if text[:1] in STARTS_OF_TEXT else plain(text)
                elif tag is None or tag == "!":
                    value = text
                else:
                    value = tagged(tag, text)
                if name is None and container.__class__ is dict and not merging:
                    if text == "<<" and tag is None and event.implicit[0]:
                        merging = True
                        continue
                    name = value if value.__class__ is str else key(value)
                    if name in container:
                        duplicate(name, event)
                    if event.anchor:
                        anchors[event.anchor] = (value, 1)
                    continue
            except ScalarError as error:
                raise RefusedError(str(error), event.start_mark) from None
            if event.anchor:
                anchors[event.anchor] = (value, 1)
        elif kind is mapping_event or kind is sequence_event:
            count += 1
            if container.__class__ is dict and name is None and not merging:
                raise RefusedError("a mapping or list cannot be a key", event.start_mark)
            if len(stack) >= depth:
                raise RefusedError(f"nested deeper than {depth}", event.start_mark)
            if not stack:
                line = event.start_mark.line + 1
            elif len(stack) == 2 and kind is mapping_event and container.__class__ is list:
                item_lines.append(event.start_mark.line + 1)
            stack.append((container, name, merging, event.anchor, count))
            if event.anchor:
                opened[event.anchor] = opened.get(event.anchor, 0) + 1
            container = {} if kind is mapping_event else []
            name = None
            merging = False
            continue
        elif kind is mapping_end or kind is sequence_end:
            value = container
            container, name, merging, anchor, before = stack.pop()
            if anchor:
                anchors[anchor] = (value, count - before + 1)
                opened[anchor] -= 1
        elif kind is yaml.AliasEvent:
            value, size = _alias(event, anchors, opened)
            count += size
            if name is None and container.__class__ is dict and not merging:
                try:
                    name = key(value)
                except ScalarError as error:
                    raise RefusedError(str(error), event.start_mark) from None
                continue
        else:  # the end of the document
            return Composed(root[0] if root else None, line, item_lines)
        if count > values:
            raise RefusedError(f"more than {values:,} values, counting what aliases stand for", event.start_mark)
        if container.__class__ is list:
            container.append(value)
        elif merging:
            _merge(container, value, event)  # type: ignore[arg-type]
            merging = False
        else:
            container[name] = value  # type: ignore[index, call-overload]
            name = None


def _alias(event: Event, anchors: dict[str, tuple[object, int]], opened: dict[str, int]) -> tuple[object, int]:
    if opened.get(event.anchor):
        raise RefusedError(f"anchor {event.anchor[:40]!r} contains itself", event.start_mark)
    if event.anchor not in anchors:
        raise RefusedError(f"no anchor {event.anchor[:40]!r} before this alias", event.start_mark)
    return anchors[event.anchor]


def _merge(target: dict[str, object], value: object, event: Event) -> None:
    """``<<``: take over the keys of a mapping, or of several, the earlier winning."""
    several = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in several):
        raise RefusedError("<< takes a mapping or a list of mappings", event.start_mark)
    for each in reversed(several):
        target.update(each)
