"""A comment's bullets: what is not known, who pays, what is only warned of, what cannot be undone. Five at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from bot.amount import Unit
from bot.markdown import code, escaped
from bot.rows import ShownRow
from policies.acceptance import acceptances, allowance
from policies.alike import Alike, alike_unpriced, alike_violations
from policies.exemption_use import Use, left_in_words
from policies.figures import Figures
from policies.report import Report
from policies.verdict import Verdict, Violation

MOST_NAMED = 3
"""Things that one bullet names; the rest is counted."""
MOST_TEAMS = 6


def bullets(report: Report, shown: Sequence[ShownRow], unit: Unit) -> Iterator[str]:
    """The bullets that have something to say, as one block."""
    lines = [
        *_not_priced(report, unit),
        *_by_team(shown, unit),
        *_told(report, Verdict.UNKNOWN, "Could not be decided"),
        *_told(report, Verdict.WARN, "Warned"),
        *_accepted(report),
        *_exempted(report),
        *_notes(report),
    ]
    if lines:
        yield "\n".join(lines[:5])


def _not_priced(report: Report, unit: Unit) -> Iterator[str]:
    entries = [
        f"{_titles(entry.manifest.title for entry in alike.members)}: {escaped(alike.first.reason)}"
        for alike in alike_unpriced(report.unpriced_changes)
    ]
    if entries:
        yield f"- **Not priced, and not {unit.money(Decimal(0))}:** {_listed(entries)}."


def _by_team(shown: Sequence[ShownRow], unit: Unit) -> Iterator[str]:
    teams: dict[str, Figures] = {}
    for row in shown:
        owners = {each.owners.get("team", "") for each in row.rows}
        if len(owners) > 1:
            return
        team = owners.pop() if owners else ""
        teams[team] = teams[team] + row.change if team in teams else row.change
    if len(teams) > 1:
        order = sorted(teams, key=lambda team: (-teams[team].weight, team))
        words = [f"{code(team) if team else 'no team'} {unit.changes(teams[team]).replace('**', '')}" for team in order]
        rest = f", {len(words) - MOST_TEAMS} more" if len(words) > MOST_TEAMS else ""
        yield f"- **By team:** {', '.join(words[:MOST_TEAMS])}{rest}."


def _told(report: Report, verdict: Verdict, words: str) -> Iterator[str]:
    found = [_violation(alike) for alike in alike_violations(report.violations) if alike.first.verdict is verdict]
    if found:
        yield f"- **{words}:** {_listed(found)}"


def _accepted(report: Report) -> Iterator[str]:
    found = [
        f"{code(violation.title)} from {code(violation.id)} by {escaped(violation.accepted)}" for violation in acceptances(report)
    ]
    allowed = allowance(report)
    if found:
        sign = report.prices.currency.sign
        most = f", for up to {sign}{sign.digits(allowed.amount)} a month" if allowed else ""
        yield f"- **Accepted{most}:** {_listed(found)}"


def _exempted(report: Report) -> Iterator[str]:
    found = [_exemption(use, report.generated_at) for use in report.exemptions]
    if found:
        yield f"- **Exempted:** {_listed(found)}"


def _exemption(use: Use, now: datetime) -> str:
    left = use.exemption.expires - now
    soon = f", which ends in {left_in_words(left)}" if use.exemption.ends_soon(now) else ""
    rules = ", ".join(code(rule) for rule in use.rules[:MOST_NAMED])
    more = f" and {len(use.rules) - MOST_NAMED} more" if len(use.rules) > MOST_NAMED else ""
    return f"{_titles(use.objects)} from {rules}{more} by {escaped(use.exemption.words)}{soon}"


def _violation(alike: Alike[Violation]) -> str:
    titles = _titles(violation.title for violation in alike.members)
    return f"{titles} {escaped(alike.first.message.split(chr(10), 1)[0])}"


def _titles(titles: Iterable[str]) -> str:
    """The first of several objects by name, and how many more there are."""
    first, *more = dict.fromkeys(titles)
    return f"{code(first)} and {len(more)} more" if more else code(first)


def _notes(report: Report) -> Iterator[str]:
    if report.notes:
        yield f"- **To know:** {_listed([escaped(note) for note in report.notes])}"


def _listed(entries: Sequence[str]) -> str:
    shown = "; ".join(entries[:MOST_NAMED])
    return f"{shown}; and {len(entries) - MOST_NAMED} more" if len(entries) > MOST_NAMED else shown
