"""What Go templates of ApplicationSets come to, as far as they name parameters and call functions that only work on values.

Syntax: pkg.go.dev/text/template; functions: those of ``template_functions``. Conditions, loops and variables are carried out;
templates inside templates are not understood, and said not to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workloads.rendering.not_known import NotKnownError
from workloads.rendering.template_action import Scope, Value, true_of, value_of
from workloads.rendering.template_bounds import Steps, fitting
from workloads.rendering.template_functions import shown

DEEPEST: Final = 20
"""Conditions and loops inside one another."""
_BLOCKS: Final = frozenset({"if", "with", "range"})
_OTHERS: Final = frozenset({"define", "block", "template", "break", "continue"})
"""What has an end, or a course, of its own, and is not carried out."""
_DECLARED: Final = re.compile(r"\s*(\$\w+)\s*(?:,\s*(\$\w+)\s*)?(:?=)(?!=)\s*(.*)\Z", re.DOTALL)
"""Variables that an action gives values to."""


def filled(template: str, parameters: Mapping[str, object], *, steps: Steps, lenient: bool = False) -> str:
    """A template with its actions carried out; parameters of parameters are mappings.

    ``steps`` are those that are left to it and to all that is filled in with it. ``lenient`` says that what no
    generator gives counts as nothing where a condition asks for it: Go's default.

    :raises NotKnownError: where an action is not understood, or names what no parameter is; with the line of the template.
    """
    writing = _Writing(list(_pieces(template)), steps, lenient)
    try:
        writing.whole(Scope.of(parameters))
    except NotKnownError as error:
        raise error.at(writing.line) from None
    return "".join(writing.written)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text or an action; signs that trim what is beside an action have done so."""

    is_action: bool
    text: str
    line: int


def _pieces(template: str) -> Iterator[_Piece]:
    first, *rest = template.split("{{")
    line = 1
    pending, lines = first, first.count("\n")
    for piece in rest:
        action, closed, after = piece.partition("}}")
        if not closed:
            raise NotKnownError(f"its template does not close {action[:60]}")
        if action.startswith("-") and action[1:2].isspace():
            action, pending = action[1:], pending.rstrip()
        yield _Piece(False, pending, line)
        line += lines
        pending, lines = after, after.count("\n") + action.count("\n")
        if action.endswith("-") and action[-2:-1].isspace():
            action, pending = action[:-1], after.lstrip()
        yield _Piece(True, action.strip(), line)
    yield _Piece(False, pending, line)


class _Writing:
    """A template, as far as it is written."""

    def __init__(self, pieces: list[_Piece], steps: Steps, lenient: bool) -> None:
        self._pieces = pieces
        self._steps = steps
        self._lenient = lenient
        self._place = 0
        self._length = 0
        self.written: list[str] = []

    @property
    def line(self) -> int:
        """The line of the template that was read last."""
        return self._pieces[max(self._place - 1, 0)].line

    def whole(self, scope: Scope) -> None:
        """Write all of it."""
        ended = self.block(scope, True, 0)
        if ended:
            raise NotKnownError(f"its template does what is not understood: {ended[:60]}")

    def block(self, scope: Scope, wanted: bool, depth: int) -> str:
        """Write what stands up to an ``else`` or ``end``, and return that; nothing is carried out where not wanted."""
        while self._place < len(self._pieces):
            piece = self._next()
            word = (re.match(r"\w*", piece.text) or [""])[0] if piece.is_action else ""
            if word in ("else", "end"):
                return piece.text
            if word in _OTHERS:
                raise NotKnownError(f"its template calls {word}, which is not understood")
            if word in _BLOCKS:
                self._control(piece.text, scope, wanted, depth + 1)
            elif wanted:
                self._write(self._carried_out(piece.text, scope) if piece.is_action else piece.text)
        return ""

    def _next(self) -> _Piece:
        self._place += 1
        self._steps.take(1)
        return self._pieces[self._place - 1]

    def _write(self, text: str) -> None:
        self._length += len(text)
        fitting(self._length)
        self._steps.read(text)
        self.written.append(text)

    def _control(self, opening: str, scope: Scope, wanted: bool, depth: int) -> None:
        """Carry out a condition or a loop, with its branches."""
        if depth > DEEPEST:
            raise NotKnownError("its template holds conditions too deep inside one another")
        open_, branch = wanted, opening
        while branch != "end":
            word = branch.split(None, 1)[0] if branch else ""
            taken, ended = self._branch(word, branch[len(word) :], scope, open_, depth)
            if not ended or (word == "else" and ended != "end"):
                raise NotKnownError(f"its template does not close {branch[:60]}")
            open_ = open_ and not taken
            branch = self._following(word, ended)

    @staticmethod
    def _following(word: str, ended: str) -> str:
        """The branch that an ``else`` begins, which may ask anew."""
        asked = ended.removeprefix("else").strip() if ended != "end" else "end"
        if asked in ("", "end"):
            return asked or "else"
        if word == "range" or asked.split(None, 1)[0] not in ("if", "with"):
            raise NotKnownError(f"its template does what is not understood: {ended[:60]}")
        return asked

    def _branch(self, word: str, asked: str, scope: Scope, open_: bool, depth: int) -> tuple[bool, str]:
        """Whether a branch is taken, and what ends it."""
        if word == "else" or not open_:
            return open_, self.block(scope.inner(), open_, depth)
        names, value = self._asked(asked, scope)
        if word == "range":
            return self._loop(names, value, scope, depth)
        taken, inner = self._true(value, asked), scope.inner(*([value] if word == "with" else []))
        inner.declare(zip(names, [value], strict=False))
        return taken, self.block(inner, taken, depth)

    def _asked(self, asked: str, scope: Scope) -> tuple[list[str], Value]:
        """What a condition or a loop is about, and the variables that it declares."""
        found = _DECLARED.match(asked)
        if found is None:
            return [], value_of(asked.strip(), scope, self._steps)
        if found[3] != ":=":
            raise NotKnownError(f"its template does what is not understood: {asked[:60]}")
        return [each for each in found.group(1, 2) if each], value_of(found[4].strip(), scope, self._steps)

    def _true(self, value: Value, asked: str) -> bool:
        if value is None and not self._lenient:
            raise NotKnownError(f"its template asks for {asked[:60].strip()}, which no generator gives")
        return value is not None and true_of(value)

    def _loop(self, names: list[str], value: Value, scope: Scope, depth: int) -> tuple[bool, str]:
        entries = self._entries(value)
        start = self._place
        ended = "" if entries else self.block(scope.inner(), False, depth)
        for key, entry in entries:
            self._place = start
            inner = scope.inner(entry)
            inner.declare(zip(names, [entry] if len(names) == 1 else [key, entry], strict=False))
            ended = self.block(inner, True, depth)
        return bool(entries), ended

    def _entries(self, value: Value) -> list[tuple[Value, Value]]:
        """What a loop goes through: a list, or a mapping by its keys in order."""
        if isinstance(value, list):
            return list(enumerate(value))
        if isinstance(value, dict):
            return sorted(value.items())
        if value is None and self._lenient:
            return []
        raise NotKnownError("its template goes through what is neither a list nor a mapping")

    def _carried_out(self, action: str, scope: Scope) -> str:
        if action.startswith("/*") and action.endswith("*/"):
            return ""
        found = _DECLARED.match(action)
        if found is not None and not found[2]:
            value = value_of(found[4].strip(), scope, self._steps)
            if found[3] == ":=":
                scope.declare([(found[1], value)])
            else:
                scope.assign(found[1], value)
            return ""
        value = value_of(action, scope, self._steps)
        if value is None:
            raise NotKnownError(f"its template names {action[:60]}, which no generator gives")
        return shown(value)
