"""Places in a YAML text where a field can be changed or added without touching anything else: texts that make one edit each.

Every text here is a guess from where the parser saw things stand. Whoever takes one reads it again and compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from workloads.edit import Edit
from workloads.field import FieldPath
from workloads.text.composition import Parser
from workloads.text.written import entry, inline, item, scalar

MOST_PLACES: Final = 8
"""Places at which one entry is tried."""
_USUAL_STEP: Final = 2
_LONG: Final = 4
"""Lines of an entry behind which a reader would look for no other one."""

Lines = Sequence[str]


def placed(lines: Lines, start: int, edit: Edit) -> Iterator[list[str]]:
    """Texts, as lines, with an edit made in the document that begins on the 1-based line ``start``, the best place first."""
    root = _compose("\n".join(lines[start - 1 :]))
    if root is not None:
        yield from _Document(lines, start - 1, root).with_edit(edit)


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a text's first document; None where they cannot be had."""
    parser: Parser = yaml.CBaseLoader(text.encode())
    try:
        node = parser.get_node() if parser.check_node() else None
    except yaml.YAMLError:
        return None
    finally:
        parser.dispose()
    return node if isinstance(node, yaml.Node) else None


def _descend(root: yaml.Node, path: FieldPath) -> tuple[yaml.Node, FieldPath]:
    """The node that stands nearest to a path, and what of the path is left from there."""
    here = root
    for depth, part in enumerate(path):
        inner = _child(here, part)
        if inner is None:
            return here, path[depth:]
        here = inner
    return here, ()


def _child(node: yaml.Node, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        # Of a key that is given twice the later one counts.
        return next((value for key, value in reversed(node.value) if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    return None


def _wrapped(path: FieldPath, value: object) -> object:
    """A value inside the mappings that a path leads through."""
    for part in reversed(path):
        value = {part: value}
    return value


def _step(root: yaml.Node) -> int:
    """By how many columns the document sets back what is inside of something."""
    if isinstance(root, yaml.MappingNode) and not root.flow_style:
        for _, value in root.value:
            if isinstance(value, yaml.MappingNode) and not value.flow_style and value.value:
                return max(_column(value) - _column(root), 1)
    return _USUAL_STEP


def _column(node: yaml.MappingNode) -> int:
    """The column of a mapping's keys; an anchor may stand before them."""
    return int((node.value[0][0] if node.value else node).start_mark.column)


def _on_one_line(node: yaml.Node) -> bool:
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return not block and node.start_mark.line == node.end_mark.line and node.start_mark.column < node.end_mark.column


def _last_line(node: yaml.Node) -> int | None:
    """The zero-based line on which a node ends, without the comments behind it; None where that is not sure."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.style in ("|", ">") else int(node.end_mark.line)
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.line)
    last = node.value[-1]
    return _last_line(last[1] if isinstance(node, yaml.MappingNode) else last)


@dataclass(frozen=True, slots=True)
class _Document:
    """A document of a text, and its nodes."""

    lines: Lines
    """Of the whole text."""
    offset: int
    """Lines before the document, whose nodes count theirs from there."""
    root: yaml.Node

    def with_edit(self, edit: Edit) -> Iterator[list[str]]:
        """Texts with an edit made."""
        held, rest = _descend(self.root, edit.path)
        if not rest:
            yield from self._replaced(held, edit.value)
        elif isinstance(held, yaml.MappingNode) and isinstance(rest[0], str):
            yield from self._into_mapping(held, rest[0], _wrapped(rest[1:], edit.value))
        elif isinstance(held, yaml.SequenceNode) and rest == (len(held.value),):
            yield from self._into_sequence(held, edit.value)
        elif isinstance(held, yaml.ScalarNode):
            yield from self._into_nothing(held, edit, len(edit.path) - len(rest))

    def _replaced(self, node: yaml.Node, value: object) -> Iterator[list[str]]:
        """With another scalar in the place of one, in the quotes that it has."""
        if isinstance(node, yaml.ScalarNode) and not isinstance(value, dict | list) and _on_one_line(node):
            yield self._with_text(node, scalar(value, (node.style or None) if isinstance(value, str) else None))

    def _into_nothing(self, node: yaml.ScalarNode, edit: Edit, depth: int) -> Iterator[list[str]]:
        """Below a key that has no value yet."""
        value = _wrapped(edit.path[depth:], edit.value)
        holder, _ = _descend(self.root, edit.path[: depth - 1])
        if not isinstance(value, dict) or not isinstance(holder, yaml.MappingNode):
            return
        if _on_one_line(node):
            yield self._with_text(node, inline(value))
        else:
            indent, step = _column(holder) + _step(self.root), _step(self.root)
            added = [line for key, each in value.items() for line in entry(key, each, indent, step)]
            yield self._with_lines(node.start_mark.line + 1, added)

    def _into_mapping(self, node: yaml.MappingNode, key: str, value: object) -> Iterator[list[str]]:
        if node.flow_style:
            yield from self._into_brackets(node, f"{scalar(key)}: {inline(value)}")
            return
        added = list(entry(key, value, _column(node), _step(self.root)))
        yield from (self._with_lines(number, added) for number in self._gaps(node))

    def _into_sequence(self, node: yaml.SequenceNode, value: object) -> Iterator[list[str]]:
        last = _last_line(node)
        if node.flow_style:
            yield from self._into_brackets(node, inline(value))
        elif last is not None and node.value:
            first = self.lines[node.value[0].start_mark.line + self.offset]
            yield self._with_lines(last + 1, list(item(value, len(first) - len(first.lstrip(" ")), _step(self.root))))

    def _into_brackets(self, node: yaml.CollectionNode, text: str) -> Iterator[list[str]]:
        if not _on_one_line(node):
            return
        number, end = node.end_mark.line + self.offset, node.end_mark.column - 1
        line = self.lines[number]
        inside = line[:end].rstrip() if node.value else line[:end]
        changed = f"{inside}{', ' if node.value else ''}{text}{line[len(inside) :]}"
        yield [*self.lines[:number], changed, *self.lines[number + 1 :]]

    def _gaps(self, node: yaml.MappingNode) -> list[int]:
        """Zero-based lines before which an entry can stand: behind short ones, the last first; before all; behind long ones."""
        ends = [
            (
                end - key.start_mark.line + (_LONG if isinstance(value, yaml.SequenceNode) and not value.flow_style else 0),
                -end - 1,
            )
            for key, value in node.value
            if (end := _last_line(value)) is not None
        ]
        first = (node.value[0][0] if node.value else node).start_mark
        # The first entry of a list's item stands behind its hyphen.
        if not self.lines[first.line + self.offset][: first.column].strip():
            ends.append((_LONG, -first.line))
        return list(dict.fromkeys(-line for _, line in sorted(ends)))[:MOST_PLACES]

    def _with_text(self, node: yaml.Node, text: str) -> list[str]:
        """The lines with a text in place of a node."""
        number = node.start_mark.line + self.offset
        line = self.lines[number]
        changed = line[: node.start_mark.column] + text + line[node.end_mark.column :]
        return [*self.lines[:number], changed, *self.lines[number + 1 :]]

    def _with_lines(self, number: int, added: Lines) -> list[str]:
        """The lines with others before one of the document's."""
        return [*self.lines[: number + self.offset], *added, *self.lines[number + self.offset :]]
