"""Declaring functions to CEL: their types, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Kind = Any
"""A type of CEL's; the library publishes no types of its own."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """CEL's types by plain names."""

    cel: Any
    """The library's module."""

    @property
    def boolean(self) -> Kind:
        """``true`` and ``false``."""
        return self.cel.Type.BOOL

    @property
    def integer(self) -> Kind:
        """Whole numbers of 64 bits."""
        return self.cel.Type.INT

    @property
    def double(self) -> Kind:
        """Floating-point numbers."""
        return self.cel.Type.DOUBLE

    @property
    def string(self) -> Kind:
        """Texts."""
        return self.cel.Type.STRING

    @property
    def dynamic(self) -> Kind:
        """Anything, told when it is evaluated."""
        return self.cel.Type.DYN

    def list_of(self, kind: Kind) -> Kind:
        """A list of one type."""
        return self.cel.Type.List(kind)

    def message(self, name: str) -> Kind:
        """A type of ours, by its full name."""
        return self.cel.Type(name)


@dataclass(frozen=True, slots=True)
class Declared:
    """One overload of a function."""

    name: str
    result: Kind
    parameters: tuple[Kind, ...]
    what: Callable[..., object]
    member: bool
    """Whether it is called on its first parameter."""

    @property
    def id(self) -> str:
        """The overload's own name, as errors show it."""
        return f"{self.name}({', '.join(kind.name().lower() for kind in self.parameters)})"


def function(
    name: str, result: Kind, parameters: Sequence[Kind], what: Callable[..., object], *, member: bool = False
) -> Declared:
    """A function of CEL's that Python answers. It may raise: the expression is then an error, as in the API server."""
    return Declared(name, result, tuple(parameters), what, member)
