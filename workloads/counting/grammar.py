"""How the data file of kinds writes paths and counts, read into the nodes that are evaluated.

::

    expression := term (('+' | '-') term)*
    term       := default (('*' | '/') default)*
    default    := atom ('??' atom)*                       the first that is stated; binds tightest
    atom       := number | 'text' | '$nodes' | '$key' | function '(' expression, … ')' | path | '(' expression ')'
    path       := [ '@' reference '.' | '.' ] step ('.' key | '.*' | '[]' | "['any key']")*

A path that begins with a dot is relative to the rule's own item. Operators stand between spaces, since keys may hold dashes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from workloads.counting.count import Constant, Default, Expression, Field, Key, Nodes
from workloads.counting.functions import FUNCTIONS, Call
from workloads.counting.pattern import Pattern, Step, Wildcard

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<text>[^']*)'|(?P<variable>\$(?:nodes|key))"
    r"|(?P<path>(?:@[a-z]+\.|\.)?(?:[A-Za-z_][\w-]*|\*(?=\.))(?:\.[A-Za-z_][\w-]*|\.\*|\[\]|\['[^']+'\])*|\.(?![\w*]))"
    r"|(?P<symbol>\?\?|[-+*/(),]))"
)
_STEP = re.compile(r"\.?([A-Za-z_][\w-]*)|(\[\])|\.?(\*)|\['([^']+)'\]")


class GrammarError(ValueError):
    """An expression of the data file is not written as the grammar has it."""


def read_pattern(written: str, base: Pattern | None = None) -> Pattern:
    """The pattern a path stands for; relative ones continue ``base``; an empty one is the object. Raises `GrammarError`."""
    root, steps = "", written
    if written.startswith("@"):
        root, _, steps = written[1:].partition(".")
    relative = written.startswith(".")
    read = tuple(_steps(steps.removeprefix(".") if relative else steps))
    if not relative:
        return Pattern(read, root)
    if base is None:
        raise GrammarError(f"a relative path has nothing to start from: {written}")
    return base + read


def _steps(written: str) -> Iterator[Step]:
    position = 0
    while position < len(written):
        match = _STEP.match(written, position)
        if match is None:
            raise GrammarError(f"no path: {written}")
        key, items, values, quoted = match.groups()
        yield Wildcard.ITEMS if items else Wildcard.VALUES if values else key or quoted
        position = match.end()


@lru_cache(maxsize=4096)
def read_expression(written: str, base: Pattern | None = None) -> Expression:
    """The expression a text stands for. Raises `GrammarError`."""
    reader = _Reader(written, base)
    expression = reader.sum()
    if reader.kind:
        raise GrammarError(f"nothing may follow at {reader.value!r}: {written}")
    return expression


class _Reader:
    """Reads one expression from left to right, one token ahead."""

    def __init__(self, written: str, base: Pattern | None) -> None:
        self.written = written
        self.base = base
        self.position = 0
        self.kind = self.value = ""
        self.advance()

    def advance(self) -> str:
        """Moves to the next token and returns the value of the last."""
        last = self.value
        match = _TOKEN.match(self.written, self.position)
        if match is not None and match.lastgroup is not None:
            self.kind, self.value, self.position = match.lastgroup, match.group(match.lastgroup), match.end()
        elif self.written[self.position :].strip():
            raise GrammarError(f"cannot be read from {self.position}: {self.written}")
        else:
            self.kind = self.value = ""
        return last

    def at(self, *symbols: str) -> bool:
        """Whether the next token is one of these symbols."""
        return self.kind == "symbol" and self.value in symbols

    def expect(self, symbol: str) -> None:
        """Moves past a symbol that must stand here."""
        if not self.at(symbol):
            raise GrammarError(f"{symbol} expected at {self.position}: {self.written}")
        self.advance()

    def sum(self) -> Expression:
        """``term + term - term``."""
        return self._chain(self.product, "+", "-")

    def product(self) -> Expression:
        """``default * default / default``."""
        return self._chain(self.default, "*", "/")

    def _chain(self, operand: Callable[[], Expression], *symbols: str) -> Expression:
        left = operand()
        while self.at(*symbols):
            symbol = self.advance()
            left = Call(symbol, (left, operand()))
        return left

    def default(self) -> Expression:
        """``atom ?? atom``."""
        options = [self.atom()]
        while self.at("??"):
            self.advance()
            options.append(self.atom())
        return options[0] if len(options) == 1 else Default(tuple(options))

    def atom(self) -> Expression:
        """A number, text, path, call, or an expression in brackets."""
        kind = self.kind
        if self.at("("):
            self.advance()
            inner = self.sum()
            self.expect(")")
            return inner
        if kind not in ("number", "text", "variable", "path"):
            raise GrammarError(f"a value expected at {self.position}: {self.written}")
        value = self.advance()
        if kind == "number":
            return Constant(Decimal(value))
        if kind == "text":
            return Constant(value)
        if kind == "variable":
            return Nodes() if value == "$nodes" else Key()
        return self.call(value) if self.at("(") else Field(read_pattern(value, self.base))

    def call(self, name: str) -> Expression:
        """The arguments of a function whose name was read."""
        if name not in FUNCTIONS:
            raise GrammarError(f"no function {name}: {self.written}")
        self.expect("(")
        arguments = [self.sum()]
        while self.at(","):
            self.advance()
            arguments.append(self.sum())
        self.expect(")")
        return Call(name, tuple(arguments))
