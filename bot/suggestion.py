"""Advice as comments on lines of a change, each with what to commit there: what it saves, under which condition, and why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.amount import Unit
from bot.markdown import code, escaped
from bot.marker import FindingMarker
from forge.review import LineComment
from policies.advice.shown import ShownAdvice
from policies.reports.report import Report
from policies.verdict import Verdict, Violation
from pricing.currency import Sign
from workloads.text.rewriting import Rewriting

_BACKTICKS = re.compile(r"`+")
LONGEST_NAME = 40
"""Characters of a rule's name that a marker has."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to commit, and what tells it from all others."""

    marker: FindingMarker
    comment: LineComment


def suggestions(report: Report, key: str) -> tuple[Suggestion, ...]:
    """Everything of a report that can be committed in a review, what settles denials first, then by what it saves."""
    sign = report.prices.currency.sign
    standing = {(each.id, each.identity, each.verdict) for each in report.violations}
    found: dict[str, Suggestion] = {}
    for shown in report.advice:
        settles = shown.advice.settles
        # What somebody accepted needs nobody to mend it.
        stands = settles is None or (settles.id, settles.identity, settles.verdict) in standing
        if stands and shown.suggested and shown.rewriting is not None:
            made = _suggestion(shown, shown.rewriting, key, sign)
            found.setdefault(made.marker.digest, made)
    return tuple(found.values())


def _suggestion(shown: ShownAdvice, rewriting: Rewriting, key: str, sign: Sign) -> Suggestion:
    marker = FindingMarker(key, _name(shown.advice.rule), _digest(shown))
    body = "\n".join([f"{_said(shown, sign)}", *fenced(rewriting.lines, "suggestion"), marker.line])
    return Suggestion(marker, LineComment(rewriting.file, rewriting.first, rewriting.last, body))


def _name(rule: str) -> str:
    """A rule's name as a marker may have it."""
    return re.sub(r"[^A-Za-z0-9]+", "-", rule)[:LONGEST_NAME].strip("-") or "advice"


def _digest(shown: ShownAdvice) -> str:
    """What stays the same while lines and figures move: the rule, the object and the fields."""
    advice = shown.advice
    settled = advice.settles.id if advice.settles else ""
    told = (advice.rule, settled, advice.identity, advice.manifest.kind, tuple(edit.path for edit in advice.edits))
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:12]


def fenced(lines: Sequence[str], language: str) -> list[str]:
    """Lines in a fence that none of them ends."""
    longest = max((len(run) for line in lines for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *lines, fence]


def _said(shown: ShownAdvice, sign: Sign) -> str:
    """What is said above the lines."""
    advice = shown.advice
    condition = f", {escaped(advice.condition)}" if advice.condition else ""
    why = f" {escaped(advice.why)}" if advice.why else ""
    what = f"{code(advice.title)} {escaped(advice.what)}"
    if advice.settles is not None:
        return f"{_settled(advice.settles)} {what}{condition}.{_cost(shown, sign)}{why}"
    return f"{_saved(shown, what, sign)}{condition}.{why}"


def _settled(violation: Violation) -> str:
    word = "Denied" if violation.verdict is Verdict.DENY else "Warned of"
    told = violation.message.split("\n", 1)[0].rstrip(".")
    return f"**{word} by {code(violation.policy)}: {escaped(told)}.**"


def _cost(shown: ShownAdvice, sign: Sign) -> str:
    """What else it costs or saves to settle something."""
    if shown.saves.nothing:
        return ""
    unit = _unit(shown, sign)
    return f" {unit.change(-unit.round(shown.saves).expected)} a month."


def _saved(shown: ShownAdvice, what: str, sign: Sign) -> str:
    """``**−$452 a month for `ml/embedder` on spot** ($1,032 → $580)``."""
    unit, advice = _unit(shown, sign), shown.advice
    if advice.saving is None:
        return f"**{what}**"
    monthly, once = unit.round(shown.saves), unit.round(shown.saves_once)
    parts = [f"{unit.change(-monthly.expected)} a month"] if shown.saves.expected else []
    parts += [f"{unit.change(-once.expected)} once"] if shown.saves_once.expected else []
    if not parts:
        span = f"at most {unit.money(unit.round(shown.before).high)} → {unit.money(unit.round(shown.after).high)}"
        return f"**Up to {unit.change(-monthly.high)} a month for {what}** ({span})"
    before, after = (shown.before, shown.after) if shown.saves.expected else (shown.once_before, shown.once_after)
    span = f"{unit.money(unit.round(before).expected)} → {unit.money(unit.round(after).expected)}"
    return f"**{' and '.join(parts)} for {what}** ({span})"


def _unit(shown: ShownAdvice, sign: Sign) -> Unit:
    return Unit.fitting(shown.before, shown.after, shown.once_before, shown.once_after, sign=sign)
