"""YAML and JSON text to plain values: dictionaries, lists and scalars as the API server reads them.

Here a text is taken apart into its documents, and what is wrong with it is told; ``workloads.text.composition`` makes the value
of each. Lines are kept for documents only; ``workloads.text.location`` finds any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import orjson
import yaml

from workloads.problem import Problem, Severity
from workloads.quick_dataclass import quick_dataclass
from workloads.text.composition import Event, Parser, RefusedError, compose
from workloads.text.location import first_given
from workloads.text.pointer import FETCH, POINTER, is_pointer


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much of an input is read before it is refused."""

    size: int = 10 * 1024 * 1024
    """Bytes of one file."""
    searched: int = 64 * 1024 * 1024
    """Bytes of one that is larger, and is looked through for anything that an object begins with, unless somebody named it."""
    depth: int = 200
    """Containers inside one another."""
    values: int = 1_000_000
    """Values of one document, counting what its aliases stand for each time."""


DEFAULT_LIMITS = ReadLimits()
TEMPLATE: Final = "a template, not YAML until it is rendered"
_UNSPACED = re.compile(rb"\s*(?:- +)?[A-Za-z0-9._-]+:[^\s:/]\S*\s*\Z")
_LONGEST_LINE = 1_000
_BEGINNINGS = frozenset(("apiVersion", "kind"))
"""Keys at the root of a document with which an object begins."""
_JSON = re.compile(rb'\{\s*"')
"""How a text begins that was meant as JSON."""
MOST_MALFORMED = 100
"""Malformed documents of one file: what follows each is read anew, so that many would take for ever."""


@quick_dataclass(frozen=True, slots=True)
class Document:
    """One document of a file."""

    value: object
    index: int
    """Zero-based place in the file."""
    start: int
    """1-based line from which the document can be parsed again by itself."""
    line: int
    """1-based line on which its content begins."""
    item_lines: tuple[int, ...] = ()
    """1-based lines of the mappings that stand in a list directly under the document's root: the objects of a List."""


@dataclass(slots=True)
class Documents:
    """What a text holds: its documents, and what is wrong with the rest of it."""

    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_documents(data: bytes, file: str, limits: ReadLimits = DEFAULT_LIMITS) -> Documents:
    """Every document of a text. After a malformed one, reading goes on behind the next ``---``.

    Costs about two thirds of what PyYAML's C loader costs on the same bytes.
    """
    found = Documents()
    refusal = _refusal(data, limits)
    if refusal:
        found.problems.append(Problem(Severity.ERROR, refusal, file, hint=FETCH if refusal is POINTER else ""))
        return found
    if data[:1] == b"{" and _read_json(data, found, limits):
        return found
    _Reader(data, file, limits, found).read()
    return found


def _refusal(data: bytes, limits: ReadLimits) -> str:
    """Why a text is not read at all; empty where it is."""
    if len(data) > limits.size:
        return f"larger than {limits.size // 1024 // 1024} MiB: not read"
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary content, neither YAML nor JSON: not read"
    return POINTER if is_pointer(data) else ""


def _read_json(data: bytes, found: Documents, limits: ReadLimits) -> bool:
    """Read a text as one JSON value, where it is one within the limits; else YAML's reader tells what is wrong."""
    if data.count(b"{") + data.count(b"[") > limits.depth and _depth_bound(data) > limits.depth:
        return False
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    found.documents.append(Document(value, 0, 1, 1))
    return True


def _depth_bound(data: bytes) -> int:
    """How deep a JSON text may nest at most: brackets counted wherever they stand, in texts too."""
    depth = deepest = 0
    for byte in data:
        if byte in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"}]":
            depth -= 1
    return deepest


class _Reader:
    """Reads one text, document by document, going on behind what is malformed."""

    def __init__(self, data: bytes, file: str, limits: ReadLimits, found: Documents) -> None:
        self._data = data
        self._file = file
        self._limits = limits
        self._found = found
        self._offset = 0
        """Lines before the part that is being read."""
        self._index = 0
        self._begun = 0
        """Zero-based line of that part on which the last document began."""
        self._joined = -1
        """The last document that was told to be two: that each of its keys is given twice is said by that."""

    def read(self) -> None:
        rest: bytes | None = self._data
        for _ in range(MOST_MALFORMED):
            if rest is None:
                return
            rest = self._read_until_malformed(rest)
        if rest is not None:
            words = f"{MOST_MALFORMED} documents before this line are malformed: the rest of the file was not read"
            self._found.problems.append(Problem(Severity.ERROR, words, self._file, self._offset + 1, 1))

    def _read_until_malformed(self, data: bytes) -> bytes | None:
        """Read documents up to the first that is malformed; return what follows that one, or None at the end."""
        try:
            parser = yaml.CBaseLoader(data)
        except yaml.YAMLError as error:
            self._malformed(error)
            return None
        try:
            for document in self._documents(parser):
                self._found.documents.append(document)
        except (yaml.YAMLError, RefusedError) as error:
            line = self._malformed(error, data)
            return self._behind(data, line)
        finally:
            parser.dispose()
        return None

    def _behind(self, data: bytes, line: int) -> bytes | None:
        """The text from the next document separator on; an unclosed bracket is noticed only at that separator."""
        lines = data.split(b"\n")
        for number in range(max(line, self._begun + 1), len(lines)):
            if lines[number].startswith(b"---"):
                self._offset += number
                self._index += 1
                self._begun = 0
                return b"\n".join(lines[number:])
        return None

    def _malformed(self, error: Exception, data: bytes = b"") -> int:
        """Tell what is wrong, and return its zero-based line in the part being read."""
        line, column = _place(error, data)
        message, hint = _words(error), ""
        mistake = None if self._offset else _json_mistake(self._data, self._file)
        if mistake is not None:
            line, column, message = mistake.lineno - 1, mistake.colno - 1, f"not valid JSON: {mistake.msg}"
        elif _indented_by_tab(data, line):
            message = "not valid YAML: the line is indented by a tab, and YAML takes only spaces there"
        if number := _unspaced_colon(data, line, message):
            message = f"{message}: line {self._offset + number} has no space behind its colon"
        if is_template(self._data):
            message = TEMPLATE
            hint = "render it first, for example: helm template . | weighbridge estimate -"
        severity = Severity.WARNING if hint else Severity.ERROR
        self._found.problems.append(Problem(severity, message, self._file, self._offset + line + 1, column + 1, hint))
        return line

    def _documents(self, parser: Parser) -> Iterator[Document]:
        next_event = parser.get_event
        while True:
            event = next_event()
            kind = event.__class__
            if kind is yaml.DocumentStartEvent:
                self._begun = event.start_mark.line
                start = self._begun + self._offset + 1
                value, line, item_lines = compose(parser, self._limits.depth, self._limits.values, self._duplicate)
                items = tuple(number + self._offset for number in item_lines)
                yield Document(value, self._index, start, line + self._offset, items)
                self._index += 1
            elif kind is yaml.StreamEndEvent:
                return

    def _duplicate(self, name: str, event: Event) -> None:
        mark = event.start_mark
        if not mark.column and self._joined == self._index:
            return
        if not mark.column and name in _BEGINNINGS:
            self._joined = self._index
        first = first_given(self._data, self._offset + self._begun + 1, (mark.line - self._begun, mark.column))
        words, hint = _twice(name, first, joined=not mark.column and self._joined == self._index)
        place = (self._offset + mark.line + 1, mark.column + 1)
        self._found.problems.append(Problem(Severity.WARNING, words, self._file, *place, hint))


def _twice(name: str, first: int, *, joined: bool) -> tuple[str, str]:
    """What is said of a key that is given again, and what to do; ``first`` is the line of the first, 0 where it is not known."""
    place = f"the first is on line {first}" if first else ""
    if not joined:
        return f"key {name[:80]!r} is given twice: the last one counts, as it does for kubectl", place
    words = "a second object begins here without a line '---' before it: of the two, the last of each key counts"
    return words, "; ".join(filter(None, ("write --- on a line of its own between them", place)))


def is_template(data: bytes) -> bool:
    """Whether a text is a template of Helm, Jinja or the like, which is YAML only once it is rendered."""
    return (b"{{" in data and b"}}" in data) or b"{%" in data


def _place(error: Exception, data: bytes) -> tuple[int, int]:
    """Zero-based line and column of an error in the part being read."""
    mark = (
        error.mark
        if isinstance(error, RefusedError)
        else getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    )
    if mark is not None:
        return mark.line, mark.column
    position = getattr(error, "position", None)
    if isinstance(position, int):
        before = data[:position]
        return before.count(b"\n"), position - before.rfind(b"\n") - 1
    return 0, 0


def _indented_by_tab(data: bytes, line: int) -> bool:
    """Whether a zero-based line begins with white space that has a tab in it."""
    written = next(iter(data.split(b"\n", line + 1)[line : line + 1]), b"")
    return b"\t" in written[: len(written) - len(written.lstrip(b" \t"))]


def _unspaced_colon(data: bytes, line: int, message: str) -> int:
    """The 1-based line before a zero-based one whose colon has no space behind it, where that is what is wrong; else 0."""
    if "mapping values are not allowed" not in message or not line:
        return 0
    before = next(iter(data.split(b"\n", line)[line - 1 : line]), b"")
    return line if len(before) < _LONGEST_LINE and _UNSPACED.match(before) else 0


def _json_mistake(data: bytes, file: str) -> orjson.JSONDecodeError | None:
    """What is wrong with a text that was meant as JSON, by its name or as it begins; None where none was, or it is that."""
    if not (file.lower().endswith(".json") or _JSON.match(data)):
        return None
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return error
    return None


def _words(error: Exception) -> str:
    """What is wrong, in one line."""
    if isinstance(error, RefusedError):
        return str(error)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    return f"not valid YAML: {problem}"
