"""One action of a Go template: fields, variables and calls of functions, each given what the one before came to.

Syntax: pkg.go.dev/text/template, "Pipelines" and "Variables".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workloads.rendering.not_known import NotKnownError
from workloads.rendering.template_bounds import Steps
from workloads.rendering.template_functions import called, true

Value = object
"""A text, a number, a truth, a list or a mapping of these; None for what no generator gives."""
_TOKEN: Final = re.compile(
    r"\s*(?:(?<![^\s(|])(?:(?P<text>\"(?:[^\"\\\n]|\\[\"\\])*\"|`[^`]*`)|(?P<number>-?\d{1,9}(?![\w.]))"
    r"|(?P<field>(?:\$\w*)?(?:\.[A-Za-z_]\w*)+|\$\w*|\.(?!\w))|(?P<word>[A-Za-z]\w*)|(?P<open>\())"
    r"|(?<=\))(?P<within>(?:\.[A-Za-z_]\w*)+)|(?P<sign>[)|]))"
)
"""Operands stand apart from each other; what stands right after a parenthesis are fields of what that comes to."""
DEEPEST: Final = 20
"""Parentheses inside one another."""
_TRUTHS: Final[Mapping[str, bool]] = {"true": True, "false": False}


@dataclass(slots=True)
class Scope:
    """What names mean at one place of a template."""

    dot: Value
    """What ``.`` is."""
    variables: dict[str, Value] = field(default_factory=dict)
    """Those that are declared here; ``$`` is all parameters."""
    outer: Scope | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, Value]) -> Scope:
        """The scope at the top."""
        return cls(parameters, {"$": parameters})

    def inner(self, *dot: Value) -> Scope:
        """The scope of a block, with another ``.`` where one is given."""
        return Scope(dot[0] if dot else self.dot, outer=self)

    def declare(self, values: Iterable[tuple[str, Value]]) -> None:
        """Declare variables, which hold up to the end of the block."""
        self.variables.update(values)

    def assign(self, name: str, value: Value) -> None:
        """Give another value to a variable, wherever it is declared."""
        self._declaring(name).variables[name] = value

    def variable(self, name: str) -> Value:
        """The value of a variable."""
        return self._declaring(name).variables[name]

    def _declaring(self, name: str) -> Scope:
        here: Scope | None = self
        while here is not None:
            if name in here.variables:
                return here
            here = here.outer
        raise NotKnownError(f"its template names {name[:60]}, which it does not declare")


def value_of(action: str, scope: Scope, steps: Steps) -> Value:
    """What an action comes to.

    :raises NotKnownError: where it is not understood, or takes more than the steps that are left.
    """
    tokens = list(_tokens(action))
    steps.take(len(tokens))
    reading = _Reading(tokens, scope, steps, action)
    value = reading.pipeline(0)
    if reading.left:
        raise NotKnownError(f"its template does what is not understood: {action[:60]}")
    return value


def true_of(value: Value) -> bool:
    """Whether a value counts as true."""
    try:
        return true(value)
    except TypeError:
        raise NotKnownError("its template asks for what no generator gives") from None


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
    scope: Scope
    steps: Steps
    whole: str
    place: int = 0

    @property
    def left(self) -> bool:
        """Whether something follows."""
        return self.place < len(self.tokens)

    def pipeline(self, depth: int) -> Value:
        """What commands come to of which each is given what the one before came to."""
        given: list[Value] = []
        while True:
            given = [self._command(given, depth)]
            if not self._takes("|"):
                return given[0]

    def _takes(self, sign: str) -> bool:
        if self.left and self.tokens[self.place] == ("sign", sign):
            self.place += 1
            return True
        return False

    def _command(self, given: Sequence[Value], depth: int) -> Value:
        name = ""
        if self.left and self.tokens[self.place][0] == "word" and self.tokens[self.place][1] not in _TRUTHS:
            name = self.tokens[self.place][1]
            self.place += 1
        operands: list[Value] = []
        while self.left and self.tokens[self.place] not in {("sign", "|"), ("sign", ")")}:
            operands.append(self._operand(depth))
        if name:
            return called(name, [*operands, *given], self.steps)
        if len(operands) != 1 or given:
            raise NotKnownError(f"its template does what is not understood: {self.whole[:60]}")
        return operands[0]

    def _operand(self, depth: int) -> Value:
        kind, token = self.tokens[self.place]
        self.place += 1
        if kind == "field":
            return self._field(token)
        if kind == "text":
            return token[1:-1] if token[0] == "`" else re.sub(r"\\(.)", r"\1", token[1:-1])
        if kind == "number":
            return int(token)
        if kind == "word" and token in _TRUTHS:
            return _TRUTHS[token]
        if kind == "open" and depth < DEEPEST:
            value = self.pipeline(depth + 1)
            if self._takes(")"):
                return self._within(value)
        raise NotKnownError(f"its template does what is not understood: {self.whole[:60]}")

    def _field(self, token: str) -> Value:
        """``.name``, ``$variable.name`` or ``.``; None for what no generator gives."""
        start, _, names = token.partition(".")
        return _inside(self.scope.variable(start) if start else self.scope.dot, names)

    def _within(self, value: Value) -> Value:
        """What a parenthesis comes to, or the field of it that stands right after."""
        if not self.left or self.tokens[self.place][0] != "within":
            return value
        self.place += 1
        return _inside(value, self.tokens[self.place - 1][1])


def _inside(value: Value, names: str) -> Value:
    """What a value has below names with dots between them; None for what no generator gives."""
    for name in filter(None, names.split(".")):
        if not isinstance(value, dict):
            raise NotKnownError(f"its template names {names[:60]} of what has no fields")
        value = value.get(name)
    return value
