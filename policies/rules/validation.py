"""``expression``: a condition in CEL that an object has to meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.cel.expression import Compiled, EvaluationError
from policies.finding import Finding, untold
from policies.message import FIRST_LINE, LONGEST_REASON, inert, quoted
from policies.policy import Validation
from policies.subject import Subject
from policies.variables import ABSENT, variables

LONGEST = 2000
"""Characters of an expression's own message that are kept."""


def find(check: Validation, subject: Subject, before: Subject | None) -> Iterator[Finding]:
    """What an object does not meet; undecided where the expression has no answer."""
    known = variables(subject, before, check.params)
    try:
        held = answer(check.expression, known)
    except EvaluationError as error:
        yield untold("expression", "whether it is as the expression asks", str(error))
        return
    if not held:
        words, long = _words(check, known), quoted(check.expression.text, LONGEST_REASON)
        # What does not fit on the first line is told after it.
        after = words if len(words) > FIRST_LINE else ""
        yield Finding("expression", words, after, required=quoted(check.expression.text, 200), parts=(after or long,))


def answer(expression: Compiled, known: Mapping[str, object]) -> bool:
    """Whether an expression holds.

    :raises EvaluationError: when it has no answer, with why a variable that it reads is not there.
    """
    absent = [f"{name}: {ABSENT[name]}" for name in sorted(expression.reads) if name not in known]
    if absent:
        raise EvaluationError("; ".join(absent))
    return expression.holds(known)


def _words(check: Validation, known: Mapping[str, object]) -> str:
    """The expression's own message, else the condition itself. One that has no answer is no reason to let anything through."""
    if check.words is not None:
        try:
            words = inert(check.words.words(known)[:LONGEST])
        except EvaluationError:
            words = ""
        if words:
            return words
    return f"does not meet {quoted(check.expression.text, LONGEST_REASON)}"
