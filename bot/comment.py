"""The comment on a pull request, as Markdown: what a change costs, what blocks it, and why the figures can be believed.

Blocks are dropped whole from the end where the comment would be too large, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from urllib.parse import quote

from bot.amount import Unit
from bot.arithmetic import details
from bot.bullets import bullets
from bot.heading import Summary, heading, sentence, summarize
from bot.markdown import code, escaped
from bot.marker import NO_MARKER, Marker
from bot.proposals import proposals
from bot.rows import ShownRow, cost_table, estimate_table, shown_rows
from bot.violations import alert
from policies.figures import Figures, require_sum, total_of
from policies.report import Report
from policies.row import Row
from policies.verdict import Verdict
from pricing.currency import Sign
from pricing.precision import exactly
from workloads.problem import Severity

LARGEST = 60_000
"""Bytes of a comment: safe under every limit that GitHub has been seen to have."""
TITLE = "Cost"
"""What the heading begins with, where nobody chose something else."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a comment's links lead. Empty ones are shown as text."""

    blob: str = ""
    """Address of the head commit's tree: files are linked as ``{blob}/{path}#L{line}``."""
    head: str = ""
    """Short name of the head commit."""
    base: str = ""
    """Short name of what it is compared with."""
    run: str = ""
    """Address of the CI's run."""
    reported: bool = False
    """Whether the figures are those of the pull request's own run, which nobody else has weighed."""

    def place(self, file: str, line: int) -> str:
        """The address of a line; empty without a tree to link to, and for a path that would lead out of it."""
        inside = not {"", ".", ".."} & set(file.split("/"))
        return f"{self.blob}/{quote(file, errors='replace')}#L{line}" if self.blob and inside else ""


NO_LINKS = Links()


def comment(report: Report, links: Links = NO_LINKS, marker: Marker = NO_MARKER, title: str = TITLE) -> str:
    """A report as a comment of at most 60,000 bytes, with its marker as the last line.

    :raises SumError: when the rows shown do not sum to the heading: such a comment must not be posted.
    """
    with exactly():
        blocks = list(_change_blocks(report, links, title) if report.compared else _estimate_blocks(report, links, title))
    return _fitted(blocks, f"{_footer(report, links)}\n{marker.line}\n")


def _change_blocks(report: Report, links: Links, title: str) -> Iterator[str]:
    changed = report.changed
    require_sum([row.change for row in changed], report.delta)
    unit = _unit(changed, report.prices.currency.sign)
    shown = shown_rows(changed, unit)
    summary = _summary(report, changed, shown)
    yield heading(summary, unit, report.verdict, escaped(title))
    if not changed and not report.unpriced_changes and not report.violations:
        yield f"Nothing in {code(links.head)} changes cost." if links.head else "Nothing in it changes cost."
    if changed:
        yield sentence(summary, unit, _high_end(changed), _unchanged(report, unit))
    yield from alert(report, links.place)
    if changed or report.unpriced_changes:
        yield "\n".join(cost_table(shown, report, summary, unit, links.place))
    yield from bullets(report, shown, unit)
    yield from details(report, [row for several in shown for row in several.rows])
    yield from proposals(report)


def _unit(changed: Sequence[Row], sign: Sign) -> Unit:
    """The unit of a change's amounts: cents too where whole dollars would say that nothing changes."""
    before, after = total_of([row.before for row in changed]), total_of([row.total for row in changed])
    unit = Unit.fitting(*(row.before for row in changed), *(row.total for row in changed), sign=sign)
    hidden = before != after and (unit.round(after) - unit.round(before)).nothing
    return Unit(sign.step, sign) if hidden else unit


def _unchanged(report: Report, unit: Unit) -> str:
    """What the sum leaves out because it stays as it is: ``3 unchanged, $18``; empty where there is nothing."""
    amount = total_of([row.total for row in report.unchanged])
    return f"{len(report.unchanged)} unchanged, {unit.money(unit.round(amount).expected)}" if report.unchanged else ""


def _high_end(changed: Sequence[Row]) -> str:
    """Under which condition the change costs its high end."""
    scaled = {row.workload.autoscaler is not None for row in changed if row.change.high != row.change.expected}
    if scaled == {True}:
        return "if every autoscaler runs at its maximum"
    if scaled == {True, False}:
        return "if every autoscaler runs at its maximum, and all else that may run does"
    return "if all runs that may"


def _estimate_blocks(report: Report, links: Links, title: str) -> Iterator[str]:
    unit = Unit.fitting(*(row.total for row in report.rows), sign=report.prices.currency.sign)
    total = unit.round(report.total)
    denied = sum(violation.verdict is Verdict.DENY for violation in report.violations)
    parts = [f"{unit.range(total)} a month"]
    parts += [f"{unit.range(unit.round(report.one_off))} once"] if not report.one_off.nothing else []
    parts += [f"{denied} denied"] if denied else []
    parts += [f"{report.not_priced} not priced"] if report.not_priced else []
    yield f"### {escaped(title)}: {', '.join(parts)}"
    yield from alert(report, links.place)
    yield "\n".join(estimate_table(report, unit, links.place))
    yield from bullets(report, [], unit)
    yield from details(report, report.rows)


def _summary(report: Report, changed: Sequence[Row], shown: Sequence[ShownRow]) -> Summary:
    counts: Mapping[str, int] = {
        "denied": len({violation.identity for violation in report.violations if violation.verdict is Verdict.DENY}),
        "accepted": len({violation.identity for violation in report.violations if violation.accepted}),
        "unpriced": len({entry.identity for entry in report.unpriced_objects}),
        "partly": sum(row.partly for row in changed),
        "uncounted": sum(bool(row.uncounted) for row in changed),
        "unread": sum(problem.severity is Severity.ERROR for problem in report.problems),
    }
    once = Figures(Decimal(0), Decimal(0), Decimal(0))
    for row in shown:
        once += row.once
    return summarize(changed, [(row.before, row.total) for row in shown], once, **counts)


def _footer(report: Report, links: Links) -> str:
    weighed = f"Weighed {code(links.head)} against {code(links.base)}. " if links.head and links.base else ""
    places = "; ".join(escaped(place) for place in report.prices.told()[:5])
    dates = ", ".join(escaped(f"{cloud} list {date}") for cloud, date in report.prices.dates().items())
    own = "".join(f" under {escaped(name)}" for name in reversed(report.prices.overlays))
    rate = f"{report.prices.currency.words}; " if report.prices.currency.words else ""
    reported = "As reported by the pull request's own run. " if links.reported else ""
    said = f"{weighed}{reported}Prices: {rate}{dates or escaped(report.prices.version)}{own}, {places}"
    run = f" [Run]({links.run})." if links.run else ""
    rendered = f". {escaped(report.rendering.words.capitalize())}" if report.rendering else ""
    return f"<sub>{said}{rendered}.{run} weighbridge {version('weighbridge')}</sub>"


def _fitted(blocks: list[str], end: str) -> str:
    """Blocks with the end, without as many of the last ones as do not fit."""
    left_out = 0
    while True:
        said = (
            [f"<sub>Left out for length: the last {left_out} of {len(blocks) + left_out} parts, all in the JSON.</sub>"]
            if left_out
            else []
        )
        text = "\n\n".join([*blocks, *said, end])
        if len(text.encode()) <= LARGEST or len(blocks) == 1:
            return text
        blocks = blocks[:-1]
        left_out += 1
