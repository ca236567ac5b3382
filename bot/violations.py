"""A comment's one alert: what blocks the change, where, what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.markdown import code, ended, escaped, link
from policies.report import Report
from policies.verdict import Verdict, Violation
from workloads.settings.approval import LABEL
from workloads.text.location import locate

MOST_DOUBTS = 3
"""Reasons that are told of why nobody has accepted them yet."""
MOST = 5
"""Denials that are told; the rest is counted."""

Place = Callable[[str, int], str]


def alert(report: Report, place: Place) -> Iterator[str]:
    """One block however many denials; none where nothing is denied."""
    denied = [violation for violation in report.violations if violation.verdict is Verdict.DENY]
    if not denied:
        return
    body = _one(denied[0], place) if len(denied) == 1 else _several(denied, place)
    body += [f"Not accepted: {escaped(doubt)}." for doubt in report.doubts[:MOST_DOUBTS]]
    yield "\n".join(f"> {line}".rstrip() for line in ["[!CAUTION]", *body])


def _one(violation: Violation, place: Place) -> list[str]:
    first = f"**{code(violation.title)} is denied: {escaped(ended(_first_line(violation)))}**"
    more = " ".join(filter(None, [escaped(violation.fix), _instead(violation)]))
    return [f"{first} {_where(violation, place)}.", *([more] if more else [])]


def _instead(violation: Violation) -> str:
    """Who may accept it instead of having it mended; empty where nobody may."""
    teams = [code(name) for name in violation.approvers if not name.startswith(LABEL)]
    labels = [code(name.removeprefix(LABEL)) for name in violation.approvers if name.startswith(LABEL)]
    marked = f"by the label {' or '.join(labels)}" if labels else ""
    if teams:
        return f"{' or '.join(teams)} may accept it instead, by a review{f' or {marked}' if labels else ''}."
    return f"Somebody else who may write here may accept it instead, {marked}." if labels else ""


def _several(denied: Sequence[Violation], place: Place) -> list[str]:
    lines = [f"**{len(denied):,} denials.**", ""]
    for violation in denied[:MOST]:
        told = f"{code(violation.title)}: {escaped(ended(_first_line(violation)))} {_where(violation, place)}."
        lines.append(" ".join(filter(None, [f"- {told}", escaped(violation.fix), _instead(violation)])))
    return lines + ([f"- and {len(denied) - MOST:,} more"] if len(denied) > MOST else [])


def _first_line(violation: Violation) -> str:
    return violation.message.split("\n", 1)[0]


def _where(violation: Violation, place: Place) -> str:
    rule = f"rule {code(violation.id)}"
    if violation.origin is None:
        return rule
    line = locate(violation.origin, violation.path)[0]
    shown = code(f"{violation.origin.file}:{line}")
    return f"{link(shown, place(violation.origin.file, line))}, {rule}"
