"""A weighing as the API server takes it: denials as the message, the rest as warnings, and what the audit log keeps."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

from policies.exemptions.use import Use
from policies.message import SHORTEST, fitted, inert, quoted, shortened
from policies.verdict import Verdict, Violation
from policies.weighing import Weighing
from pricing.rounding import to_cents
from webhook.doubts import doubts
from webhook.mistakes import mistakes
from webhook.review import LONGEST_WARNING, Answer
from workloads.field import render

MOST_DENIALS: Final = 5
"""Violations that a denial tells; the rest is counted."""
LONGEST_FIELD: Final = 120
"""Characters of a field's path."""
LONGEST_ANNOTATION: Final = 4096
"""Characters of one value for the audit log."""


def answer_of(uid: str, weighing: Weighing, today: datetime.date) -> Answer:
    """A weighing as the API server takes it: the denials as the message, the rest as warnings."""
    stopping = [each for each in weighing.violations if each.verdict is Verdict.DENY or each.blocks]
    others = (each for each in weighing.violations if each not in stopping)
    told = [each for each in others if each.verdict is not Verdict.PASS or each.exemption]
    message = "\n".join(map(_denial, stopping[:MOST_DENIALS]))
    if len(stopping) > MOST_DENIALS:
        message += f"\nand {len(stopping) - MOST_DENIALS} more"
    doubted = doubts(weighing, today)
    return Answer(
        uid,
        allowed=not stopping,
        message=message,
        warnings=(
            *map(_used, weighing.exemptions),
            *map(_note, weighing.notes),
            *map(_warning, told),
            *map(_note, mistakes(weighing)),
            *map(_note, doubted),
        ),
        exemptions=tuple(quoted(use.exemption.title, 120) for use in weighing.exemptions),
        annotations=_annotations(weighing),
    )


def _denial(violation: Violation) -> str:
    """What is wrong on a line of its own, since many tools show no other; below it by which rule, where, and what to do."""
    whose = f"[{violation.id}] {quoted(violation.identity.kind, 60)} {quoted(violation.title, 80)}".rstrip()
    where = f", {inert(shortened(render(violation.path), LONGEST_FIELD))}" if violation.path else ""
    below = (f"{whose}{where}", violation.fix)
    return "\n".join((denial_line(violation), *(f"  {line}" for line in below if line)))


def denial_line(violation: Violation) -> str:
    """A denial's first line, under 120 characters: what is wrong, whole, after the object's name where there is room for it."""
    name = quoted(violation.title, 80)
    return (fitted(f"{name}: {violation.message}", (name,)) if name else None) or violation.message


def _warning(violation: Violation) -> str:
    cannot_tell = "cannot tell: " if violation.verdict is Verdict.UNKNOWN else ""
    exempted = "exempted: " if violation.exemption else ""
    first = violation.message.split("\n", 1)[0]
    head, tail = f"weighbridge: {exempted}{cannot_tell}", f": {first} [{violation.id}]"
    # What is wrong is told whole: the API server cuts a warning at its end, so the name gives way.
    room = LONGEST_WARNING - len(f"{head}{tail}".encode())
    return f"{head}{_in_bytes(violation.title, max(room, SHORTEST))}{tail}"


def _in_bytes(name: str, longest: int) -> str:
    """A name in at most so many bytes, and in no more characters than a message shows."""
    shown = quoted(name, 80)
    while len(shown.encode()) > longest and len(shown) > 1:
        shown = quoted(shown, len(shown) - 1)
    return shown


def _note(words: str) -> str:
    return f"weighbridge: {words}"


def _used(use: Use) -> str:
    """By whom, why and for how long: in a warning of its own, which is not cut off behind what was exempted."""
    return f"weighbridge: exempted by {use.exemption.words}"


def _annotations(weighing: Weighing) -> Mapping[str, str]:
    """What the audit log keeps: the verdict, the money and the digest of the context."""
    delta = weighing.delta
    once = {"once": f"{to_cents(delta.after.one_off.expected)} USD"} if delta.after.one_off.expected else {}
    unknown = delta.after.unpriced or any(each.after is not None and each.after.unpriced for each in delta.workloads)
    least = "at least " if unknown else ""
    exempted = "; ".join(use.exemption.words for use in weighing.exemptions)
    return {
        "verdict": str(weighing.verdict),
        "month": f"{least}{to_cents(delta.after.total.expected)} USD",
        "delta": f"{to_cents(delta.change.expected):+} USD",
        "context": weighing.digest,
        **once,
        **({"exempted": exempted[:LONGEST_ANNOTATION]} if exempted else {}),
    }
