"""What the rules say of a report, as lines below its table: each violation with what to do, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from policies.reports.alike import Alike, alike_violations, named
from policies.reports.report import Report
from policies.reports.undecided import undecided
from policies.verdict import Verdict, Violation
from weighbridge.output.terminal_text import printable
from workloads.text.location import place_of

_COLOURS = {Verdict.DENY: "red", Verdict.UNKNOWN: "magenta", Verdict.WARN: "yellow", Verdict.PASS: "green"}
_WORDS = {Verdict.DENY: "denied", Verdict.UNKNOWN: "cannot tell", Verdict.WARN: "warning", Verdict.PASS: "audited"}


def judged_lines(report: Report) -> Iterator[tuple[str, str]]:
    """Style and text of each line."""
    # What has no price is told above, with the rules that want it.
    repeated = {id(violation) for violation in undecided(report).repeated}
    told = [violation for violation in report.violations if not violation.settled and id(violation) not in repeated]
    if told:
        yield "", ""
    for alike in alike_violations(told):
        yield _COLOURS[alike.first.verdict], printable(_violations(alike))
        if alike.first.exemption:
            yield "", printable(f"  by {alike.first.exemption}")
        elif alike.first.fix:
            yield "", printable(f"  {alike.first.fix}")
    if report.rendering:
        yield "", ""
        yield "dim", printable(report.rendering.words)
    if report.command != "estimate":
        yield "", ""
        yield _COLOURS[report.verdict], f"Verdict: {report.verdict}"


def _violations(alike: Alike[Violation]) -> str:
    violation = alike.first
    place = f"{place_of(violation.origin, violation.path)}: " if violation.origin else ""
    first = violation.message.split("\n", 1)[0]
    titles = named(each.title for each in alike.members)
    rules = ", ".join(dict.fromkeys(each.id for each in alike.members))
    word = "exempted" if violation.exemption else _WORDS[violation.verdict]
    return f"{place}{word}: {titles}: {first} [{rules}]"
