"""What Go templates of ApplicationSets come to, as far as they name parameters and call functions that only work on texts.

Syntax: pkg.go.dev/text/template; functions: those of ``template_functions``. Conditions are carried out; loops and variables are
not understood, and said not to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.rendering.template_functions import NotKnownError, called, shown, true

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\\n]|\\[\"\\])*\"|`[^`]*`)|(?P<number>-?\d{1,9}(?![\w.]))|\$?(?P<field>(?:\.[A-Za-z_]\w*)+)"
    r"|(?P<word>[A-Za-z]\w*)|(?P<sign>[()|]))"
)
DEEPEST: Final = 20
"""Parentheses, or conditions, inside one another."""
_BLOCKS: Final = frozenset({"range", "with", "define", "block", "template", "break", "continue"})
"""What has an end, or a course, of its own."""


def filled(template: str, parameters: Mapping[str, object]) -> str:
    """A template with its actions carried out; parameters of parameters are named with dots.

    :raises NotKnownError: where an action is not understood, or names what no parameter is.
    """
    writing = _Writing(_pieces(template), parameters)
    text, ended = writing.block(True, 0)
    if ended:
        raise NotKnownError(f"its template does what is not understood: {ended[:60]}")
    return text


def _pieces(template: str) -> list[tuple[bool, str]]:
    """Texts and actions in turn, and which of both each is; signs that trim what is beside them have done so."""
    first, *rest = template.split("{{")
    found = [(False, first)]
    for piece in rest:
        action, closed, after = piece.partition("}}")
        if not closed:
            raise NotKnownError(f"its template does not close {action[:60]}")
        if action.startswith("-") and action[1:2].isspace():
            action, found[-1] = action[1:], (False, found[-1][1].rstrip())
        if action.endswith("-") and action[-2:-1].isspace():
            action, after = action[:-1], after.lstrip()
        found += [(True, action.strip()), (False, after)]
    return found


@dataclass(slots=True)
class _Writing:
    """A template, as far as it is written."""

    pieces: list[tuple[bool, str]]
    parameters: Mapping[str, object]
    place: int = 0

    def block(self, wanted: bool, depth: int) -> tuple[str, str]:
        """What stands up to the ``else`` or ``end`` of a condition, and that; none of it is carried out where not wanted."""
        found: list[str] = []
        while self.place < len(self.pieces):
            is_action, text = self.pieces[self.place]
            self.place += 1
            word = (re.match(r"\w*", text) or [""])[0] if is_action else ""
            if word in ("else", "end"):
                return "".join(found), text
            if word in _BLOCKS:
                raise NotKnownError(f"its template calls {word}, which is not understood")
            if word == "if":
                found.append(self._condition(text[2:], wanted, depth + 1))
            elif wanted:
                found.append(self._carried_out(text) if is_action else text)
        return "".join(found), ""

    def _condition(self, test: str, wanted: bool, depth: int) -> str:
        """What stands in the branch of a condition that is taken."""
        if depth > DEEPEST:
            raise NotKnownError("its template holds conditions too deep inside one another")
        open_, taken, branch = wanted, "", f"if {test}"
        while branch != "end":
            chosen = open_ and self._holds(branch)
            text, ended = self.block(chosen, depth)
            taken, open_ = taken + text, open_ and not chosen
            if not ended or (branch == "else" and ended != "end"):
                raise NotKnownError(f"its template does not close {branch[:60]}")
            branch = ended if ended in ("else", "end") else ended.removeprefix("else").strip()
            if branch not in ("else", "end") and not re.match(r"if\b", branch):
                raise NotKnownError(f"its template does what is not understood: {ended[:60]}")
        return taken

    def _holds(self, branch: str) -> bool:
        if branch == "else":
            return True
        value = self._value(branch[2:].strip())
        if value is None:
            raise NotKnownError(f"its template asks for {branch[2:60].strip()}, which no generator gives")
        return true(value)

    def _value(self, action: str) -> object:
        reading = _Reading(list(_tokens(action)), self.parameters, action)
        value = reading.pipeline(0)
        if reading.left:
            raise NotKnownError(f"its template does what is not understood: {action[:60]}")
        return value

    def _carried_out(self, action: str) -> str:
        if action.startswith("/*") and action.endswith("*/"):
            return ""
        value = self._value(action)
        if value is None:
            raise NotKnownError(f"its template names {action[:60]}, which no generator gives")
        return shown(value)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise NotKnownError(f"its template does what is not understood: {text[:60]}")
        yield match.lastgroup or "", match[match.lastgroup or 0]
        place = match.end()


@dataclass(slots=True)
class _Reading:
    """One action, as far as it is read."""

    tokens: list[tuple[str, str]]
    parameters: Mapping[str, object]
    whole: str
    place: int = 0

    @property
    def left(self) -> bool:
        """Whether something follows."""
        return self.place < len(self.tokens)

    def pipeline(self, depth: int) -> object:
        """What commands come to of which each is given what the one before came to."""
        given: list[object] = []
        while True:
            given = [self._command(given, depth)]
            if not self._takes("|"):
                return given[0]

    def _takes(self, sign: str) -> bool:
        if self.left and self.tokens[self.place] == ("sign", sign):
            self.place += 1
            return True
        return False

    def _command(self, given: Sequence[object], depth: int) -> object:
        name = ""
        if self.left and self.tokens[self.place][0] == "word":
            name = self.tokens[self.place][1]
            self.place += 1
        operands: list[object] = []
        while self.left and self.tokens[self.place] not in {("sign", "|"), ("sign", ")")}:
            operands.append(self._operand(depth))
        if name:
            return called(name, [*operands, *given])
        if len(operands) != 1 or given:
            raise NotKnownError(f"its template does what is not understood: {self.whole[:60]}")
        return operands[0]

    def _operand(self, depth: int) -> object:
        kind, token = self.tokens[self.place]
        self.place += 1
        if kind == "field":
            return self._field(token[1:])
        if kind == "text":
            return token[1:-1] if token[0] == "`" else re.sub(r"\\(.)", r"\1", token[1:-1])
        if kind == "number":
            return int(token)
        if token == "(" and depth < DEEPEST:
            value = self.pipeline(depth + 1)
            if self._takes(")"):
                return value
        raise NotKnownError(f"its template does what is not understood: {self.whole[:60]}")

    def _field(self, name: str) -> object:
        """A parameter: a text, a number, or all the parts of a path; None for what no generator gives."""
        if name in self.parameters:
            return self.parameters[name]
        if f"{name}.0" in self.parameters and name.endswith("path.segments"):
            parts = (f"{name}.{number}" for number in range(len(self.parameters)))
            return [self.parameters[part] for part in parts if part in self.parameters]
        if any(each.startswith(f"{name}.") for each in self.parameters):
            raise NotKnownError(f"its template writes {name[:60]} whole, which is more than one value")
        return None
