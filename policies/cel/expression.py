"""A compiled expression and its answers: true or false, a text, or why there is none.

A result counts only when it is of the type that was asked for. What an evaluation runs into (a field that is missing, two types
that do not compare) comes back from the library as a value, which is truthy: it is told apart here, never taken for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from policies.cel.environment import VARIABLES, compiled_in, environment
from policies.cel.mistake import Mistake, reason

LONGEST: Final = 16 * 1024
"""Characters of an expression."""


class CompileError(ValueError):
    """An expression that CEL does not take; ``mistakes`` says what is wrong, and where."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(mistake.message for mistake in mistakes))
        self.mistakes = mistakes


class EvaluationError(ValueError):
    """An expression that has no answer for what it was asked about, with the reason."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression, checked and ready. Takes some microseconds to evaluate, more with the size of what it goes through."""

    text: str
    program: Any
    reads: frozenset[str]
    """Which of the variables it reads."""

    def holds(self, variables: Mapping[str, object]) -> bool:
        """Whether it is true.

        :raises EvaluationError: when it is neither true nor false.
        """
        answer = self._answer(variables)
        if isinstance(answer, bool):
            return answer
        raise EvaluationError(f"it came to {type(answer).__name__}, neither true nor false")

    def words(self, variables: Mapping[str, object]) -> str:
        """The text it comes to.

        :raises EvaluationError: when it is no text.
        """
        answer = self._answer(variables)
        if isinstance(answer, str):
            return answer
        raise EvaluationError(f"it came to {type(answer).__name__}, not to a text")

    def _answer(self, variables: Mapping[str, object]) -> object:
        absent = sorted(name for name in self.reads if name not in variables)
        if absent:
            raise EvaluationError(f"{' and '.join(absent)} is not known here")
        try:
            value = self.program.eval(data={name: variables[name] for name in self.reads})
        except RuntimeError as error:
            # The library's budget of iterations, and values that no JSON holds.
            raise EvaluationError(reason(str(error))) from None
        if value.type().name() == "ERROR":
            raise EvaluationError(reason(str(value.plain_value())))
        return value.plain_value()


@lru_cache(maxsize=4096)
def compile_expression(text: str, result: str = "BOOL") -> Compiled:
    """The expression of a text, compiled once; ``result`` is the type it must come to (``DYN`` passes, told when evaluated).

    :raises CompileError: when it is not in CEL, reads what is not there, or comes to another type.
    """
    if len(text) > LONGEST:
        raise CompileError((Mistake(1, 1, f"longer than {LONGEST:,} characters"),))
    program = _program(text, VARIABLES)
    found = program.return_type().name()
    if found not in (result, "DYN"):
        raise CompileError((Mistake(1, 1, f"comes to {found.lower()}, not to {result.lower()}"),))
    return Compiled(text, program, frozenset(name for name in VARIABLES if _reads(text, name)))


def _program(text: str, variables: tuple[str, ...]) -> Any:  # noqa: ANN401 - the library publishes no types
    program = compiled_in(environment(variables), text)
    if isinstance(program, tuple):
        raise CompileError(program)
    return program


def _reads(text: str, name: str) -> bool:
    """Whether an expression reads a variable: without it, it does not compile."""
    if name not in text:
        return False
    try:
        _program(text, tuple(other for other in VARIABLES if other != name))
    except CompileError:
        return True
    return False
