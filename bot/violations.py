"""A comment's one alert: what blocks the change, where, what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.markdown import code, escaped, link
from policies.message import ended
from policies.reports.report import Report
from policies.verdict import Verdict, Violation
from workloads.manifest import Identity
from workloads.settings.approval import LABEL
from workloads.text.location import locate, place_of

MOST_DOUBTS = 3
"""Reasons that are told of why nobody has accepted them yet."""
MOST_NAMED = 5
"""Teams and people who are named of those that may accept one; the rest is counted."""
MOST = 5
"""Denials that are told; the rest is counted."""

Place = Callable[[str, int], str]
Fixes = Mapping[tuple[str, Identity], str]


def alert(report: Report, place: Place, change_of: Place) -> Iterator[str]:
    """One block however many denials; none where nothing is denied.

    ``place`` is the address of a file's line, ``change_of`` that of one among the change, where something can be committed.
    """
    denied = [violation for violation in report.violations if violation.verdict is Verdict.DENY]
    if not denied:
        return
    fixes = _committable(report, change_of)
    body = _one(denied[0], place, fixes) if len(denied) == 1 else _several(denied, place, fixes)
    body += [f"Not accepted: {escaped(doubt)}." for doubt in report.doubts[:MOST_DOUBTS]]
    yield "\n".join(f"> {line}".rstrip() for line in ["[!CAUTION]", *body])


def _committable(report: Report, change_of: Place) -> Fixes:
    """By rule and object, the address of the suggestion that settles a violation."""
    settling = ((each, each.advice.settles) for each in report.advice if each.suggested)
    return {(settled.id, settled.identity): change_of(each.file, each.line) for each, settled in settling if settled is not None}


def _fix(violation: Violation, fixes: Fixes) -> str:
    """What to do, and where that can be committed."""
    key = violation.id, violation.identity
    committed = f"A {link('suggestion to commit', fixes[key])} is on that line." if key in fixes else ""
    return " ".join(filter(None, (escaped(violation.fix), committed)))


def _one(violation: Violation, place: Place, fixes: Fixes) -> list[str]:
    first = f"**{code(violation.title)} is denied: {escaped(ended(_first_line(violation)))}**"
    more = " ".join(filter(None, [_fix(violation, fixes), _instead(violation)]))
    return [f"{first} {_where(violation, place)}.", *([more] if more else [])]


def _instead(violation: Violation) -> str:
    """Who may accept it instead of having it mended; empty where nobody may."""
    teams = [code(name) for name in violation.approvers if not name.startswith(LABEL)]
    labels = [code(name.removeprefix(LABEL)) for name in violation.approvers if name.startswith(LABEL)]
    marked = f"by the label {' or '.join(labels)}" if labels else ""
    if len(teams) > MOST_NAMED:
        teams = [*teams[:MOST_NAMED], f"{len(teams) - MOST_NAMED:,} more"]
    if teams:
        return f"{' or '.join(teams)} may accept it instead, by a review{f' or {marked}' if labels else ''}."
    return f"Somebody else who may write here may accept it instead, {marked}." if labels else ""


def _several(denied: Sequence[Violation], place: Place, fixes: Fixes) -> list[str]:
    objects = len({violation.identity for violation in denied})
    reasons = f", for {len(denied):,} reasons" if len(denied) != objects else ""
    lines = [f"**{objects:,} denied{reasons}.**", ""]
    for violation in denied[:MOST]:
        told = f"{code(violation.title)}: {escaped(ended(_first_line(violation)))} {_where(violation, place)}."
        lines.append(" ".join(filter(None, [f"- {told}", _fix(violation, fixes), _instead(violation)])))
    return lines + ([f"- and {len(denied) - MOST:,} more"] if len(denied) > MOST else [])


def _first_line(violation: Violation) -> str:
    return violation.message.split("\n", 1)[0]


def _where(violation: Violation, place: Place) -> str:
    rule = f"rule {code(violation.id)}"
    if violation.origin is None:
        return rule
    shown, line = code(place_of(violation.origin, violation.path)), locate(violation.origin, violation.path)[0]
    return f"{link(shown, place(violation.origin.file, line))}, {rule}"
