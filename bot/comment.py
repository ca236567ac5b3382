"""The comment on a pull request, as Markdown: what a change costs, what blocks it, and why the figures can be believed.

Blocks are dropped whole from the end where the comment would be too large, and that is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import quote

from bot.amount import Unit
from bot.arithmetic import details
from bot.bullets import MOST_BULLETS, bullets, not_read
from bot.earlier import NOT_WEIGHED
from bot.heading import EVERYTHING, Summary, heading, sentence, summarize
from bot.markdown import code, escaped
from bot.marker import NO_MARKER, Marker
from bot.numbered_links import numbered
from bot.proposals import proposals
from bot.rows import MOST_ROWS, MOST_UNKNOWN, Space, cost_table, estimate_table, said_of_change, said_of_estimate
from bot.shown_row import ShownRow, shown_rows
from bot.violations import alert
from bot.worth import judged, nothing_moves, refused
from policies.reports.figures import require_sum, total_of
from policies.reports.growing import in_words
from policies.reports.report import Report
from policies.reports.row import Row
from policies.reports.unpriced import scales
from policies.verdict import Verdict
from pricing.currency import Sign
from pricing.precision import exactly
from workloads.problem import Severity

LARGEST = 60_000
"""Bytes of a comment: safe under every limit that GitHub has been seen to have."""
LINES = 30
"""Lines with something on them before the details, at most: a screen."""
OTHERS = 5 + MOST_BULLETS
"""Of these, lines that are not the alert's nor rows: heading, sentence, the table's first two and its total, bullets."""
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
    changes: str = ""
    """Address of the pull request's changes, on GitHub."""
    reported: bool = False
    """Whether the figures are those of the pull request's own run, which nobody else has weighed."""
    summary: str = ""
    """Address of the job's summary, where there is one that holds every row."""
    command: str = ""
    """What prints the JSON in a clone of the repository, where no run is there that may have left it."""

    def place(self, file: str, line: int) -> str:
        """The address of a line; empty without a tree to link to, and for a path that would lead out of it."""
        inside = not {"", ".", ".."} & set(file.split("/"))
        return f"{self.blob}/{quote(file, errors='replace')}#L{line}" if self.blob and inside else ""

    @property
    def rest(self) -> str:
        """Where everything is that there is no room for, as Markdown."""
        return f"in the [job summary]({self.summary}) and the JSON" if self.summary else "in the JSON"

    def change(self, file: str, line: int) -> str:
        """The address of a line among the pull request's changes, by GitHub's name for it; else of the file's line.

        GitHub documents no such names. Its pages have them, as tools that link there know (piceaTech/node-gitlab-2-github#215,
        shiraji/find-pull-request#138): ``diff-`` and the SHA-256 of the path, which was an MD5 before, then ``R`` and the line
        after the change. Where a name means nothing, a browser shows the pull request's changes from their beginning.
        """
        name = hashlib.sha256(file.encode("utf-8", "replace")).hexdigest()
        return f"{self.changes}#diff-{name}R{line}" if self.changes else self.place(file, line)


NO_LINKS = Links()


def comment(report: Report, links: Links = NO_LINKS, marker: Marker = NO_MARKER, title: str = TITLE) -> str:
    """A report as a comment of at most 60,000 bytes, with its marker as the last line.

    :raises SumError: when the rows shown do not sum to the heading: such a comment must not be posted.
    """
    with exactly():
        blind = bool(report.misread) and not (report.changed or report.unpriced_changes)
        blocks = list(_blind_blocks(report, links, title) if blind else _blocks(report, links, title))
    footer = f"<sub>{_program(links)}</sub>" if blind else _footer(report, links)
    return _fitted(blocks, footer, marker)


def _blocks(report: Report, links: Links, title: str) -> Iterator[str]:
    if not report.compared:
        return _estimate_blocks(report, links, title)
    return _change_blocks(report, links, title)


def _blind_blocks(report: Report, links: Links, title: str) -> Iterator[str]:
    """What is said where files are not read, so that what is in them would look as if it came or went."""
    denied = len({violation.identity for violation in report.violations if violation.verdict is Verdict.DENY})
    yield f"### {escaped(title)}: {NOT_WEIGHED}{f', {denied:,} denied' if denied else ''}"
    yield f"{f'{code(links.head)}: ' if links.head else ''}{not_read(report.misread)}"
    yield from alert(report, links.place, links.change)


def _change_blocks(report: Report, links: Links, title: str) -> Iterator[str]:
    changed = report.changed
    require_sum([row.change for row in changed], report.delta)
    laid = layout(report, links)
    unit, shown = laid.unit, laid.shown
    summary = _summary(report, changed, shown, unit)
    bounds = in_words(report.growing, unit.sign) if report.growing else ""
    yield heading(summary, unit, report.verdict, escaped(title), bounds)
    # What changes without any figure moving has its row too, unless all that is to be said is that it is denied.
    costs = not nothing_moves(report) or (bool(changed) and not laid.alerts)
    if not costs and not judged(report):
        now = " now; what nodes may come to at most changes" if bounds else ""
        yield f"{_as_read(report)} in {code(links.head) if links.head else 'it'} changes cost{now}."
    if costs and changed:
        yield sentence(summary, unit, _high_end(changed), _unchanged(report, unit))
    if report.own_settings:
        yield f"**{escaped(report.own_settings)}.**"
    yield from laid.alerts
    if costs:
        yield "\n".join(cost_table(shown, report, summary, unit, Space(links.place, links.rest)))
    yield from bullets(report, shown, unit, links.change, said_of_change(report))
    if costs:
        alike = [row.rows for row in shown if row.words]
        yield from details(report, alike + [(each,) for row in shown if not row.words for each in row.rows])
    yield from proposals(report)


def _as_read(report: Report) -> str:
    """``Nothing``, as far as that is known."""
    if any(problem.severity is Severity.ERROR for problem in report.problems):
        return "Nothing that was read"
    return "As it is written, nothing" if report.mistakes else "Nothing"


@dataclass(frozen=True, slots=True)
class Layout:
    """What decides which rows a comment has."""

    unit: Unit
    alerts: Sequence[str]
    """The alert, where there is one."""
    shown: Sequence[ShownRow]


def layout(report: Report, links: Links) -> Layout:
    """The rows of a change, as many as there is room for."""
    unit, alerts = _unit(report.changed, report.prices.currency.sign), list(alert(report, links.place, links.change))
    denied = {violation.identity for violation in report.violations if violation.verdict is Verdict.DENY}
    return Layout(unit, alerts, shown_rows(report.changed, unit, _room(report, alerts), denied))


def _room(report: Report, alerts: Sequence[str]) -> int:
    """Rows of workloads that there is room for."""
    unknown = min(len(report.unpriced_objects), MOST_UNKNOWN + 1)
    return min(LINES - OTHERS - unknown - sum(block.count("\n") + 1 for block in alerts), MOST_ROWS + 1)


def _unit(changed: Sequence[Row], sign: Sign) -> Unit:
    """The unit of a change's amounts: cents too where whole dollars would say that nothing changes."""
    before, after = total_of([row.before for row in changed]), total_of([row.total for row in changed])
    unit = Unit.fitting(*(row.before for row in changed), *(row.total for row in changed), sign=sign)
    hidden = before != after and (unit.round(after) - unit.round(before)).nothing
    return Unit(sign.step, sign) if hidden else unit


def _unchanged(report: Report, unit: Unit) -> str:
    """What the sum leaves out because it stays as it is: ``3 unchanged, $18``; empty where there is nothing."""
    amount = total_of([row.total for row in report.unchanged])
    return f"{len(report.unchanged):,} unchanged, {unit.money(unit.round(amount).expected)}" if report.unchanged else ""


def _high_end(changed: Sequence[Row]) -> str:
    """Under which condition the change costs its high end."""
    ranging = [row for row in changed if row.change.high != row.change.expected]
    if ranging and all(row.unscaled for row in ranging):
        return "if the removed autoscaler ran at its maximum"
    scaled = {row.workload.autoscaler is not None or row.unscaled for row in ranging}
    if scaled == {True}:
        return "if every autoscaler runs at its maximum"
    if scaled == {True, False}:
        return f"if every autoscaler runs at its maximum, and {EVERYTHING.replace('everything', 'everything else')}"
    return f"if {EVERYTHING}"


def _estimate_blocks(report: Report, links: Links, title: str) -> Iterator[str]:
    unit = Unit.fitting(*(row.total for row in report.rows), sign=report.prices.currency.sign)
    total = unit.round(report.total)
    denied = sum(violation.verdict is Verdict.DENY for violation in report.violations)
    unread = sum(problem.severity is Severity.ERROR for problem in report.problems)
    once = [f"{unit.range(unit.round(report.one_off))} once"] if not report.one_off.nothing else []
    monthly = "cannot tell" if unread and total.nothing else f"{unit.range(total)} a month"
    parts = [*([] if once and total.nothing else [monthly]), *once]
    parts += [f"{denied} denied"] if denied else []
    parts += [f"{report.not_priced} not priced"] if report.not_priced else []
    parts += [f"{unread} not read"] if unread else []
    yield f"### {escaped(title)}: {', '.join(parts)}"
    yield from alert(report, links.place, links.change)
    if report.rows or report.unpriced_changes:
        yield "\n".join(estimate_table(report, unit, Space(links.place, links.rest)))
    else:
        yield f"Nothing {'that could be read' if unread else 'in it'} costs anything."
    yield from bullets(report, [], unit, links.change, said_of_estimate(report))
    yield from details(report, [(row,) for row in report.rows])


def _summary(report: Report, changed: Sequence[Row], shown: Sequence[ShownRow], unit: Unit) -> Summary:
    counts: Mapping[str, int] = {
        "denied": len({violation.identity for violation in report.violations if violation.verdict is Verdict.DENY}),
        "refused": len(refused(report)),
        "accepted": len({violation.identity for violation in report.violations if violation.accepted}),
        "unpriced": len({entry.identity for entry in report.unpriced_objects}),
        "scalers": len({entry.identity for entry in report.unpriced_objects if scales(entry)}),
        "partly": sum(row.partly for row in changed),
        "uncounted": sum(bool(row.uncounted) for row in changed),
        "unread": sum(problem.severity is Severity.ERROR for problem in report.problems),
        "mistakes": len(report.mistakes),
        "mistaken": sum(row.mistaken for row in changed),
        "misread": len(report.misread),
    }
    return summarize(shown, unit, **counts)


def _footer(report: Report, links: Links) -> str:
    """Which commits were compared, by which prices, and what said it; without prices where none have to do with it."""
    weighed = f"Weighed {code(links.head)} against merge base {code(links.base)}. " if links.head and links.base else ""
    reported = "As reported by the pull request's own run. " if links.reported else ""
    words = report.rendering.words if report.rendering else ""
    rendered = f"{words[0].upper()}{escaped(words[1:])}. " if words else ""
    document = f"JSON: {code(links.command)}. " if links.command else ""
    return f"<sub>{weighed}{reported}{_prices(report)}{rendered}{document}{_program(links)}</sub>"


def _prices(report: Report) -> str:
    """Which prices the figures are by; empty where there are no figures."""
    moves = not report.compared or judged(report) or not nothing_moves(report)
    if not moves or not any(row.lines or row.lines_before for row in report.rows):
        return ""
    places = "; ".join(escaped(place) for place in report.prices.told()[:5])
    dates = ", ".join(escaped(f"{cloud} list {date}") for cloud, date in report.prices.dates().items())
    own = "".join(f" under {escaped(name)}" for name in reversed(report.prices.overlays))
    rate = f"{report.prices.currency.words}; " if report.prices.currency.words else ""
    return f"Prices: {rate}{dates or escaped(report.prices.version)}{own}, {places}. "


def _program(links: Links) -> str:
    """What said it: the run, where there is one, and the version."""
    run = f"[Run]({links.run}). " if links.run else ""
    return f"{run}weighbridge {version('weighbridge')}"


def _fitted(blocks: list[str], footer: str, marker: Marker) -> str:
    """Blocks with the end, without as many of the last ones as do not fit."""
    every = len(blocks)
    for kept in range(every, 0, -1):
        left_out = f"<sub>Left out for length: the last {every - kept} of {every} parts, all in the JSON.</sub>"
        text = _ended([*blocks[:kept], *([left_out] if kept < every else []), footer], marker)
        if len(text.encode()) <= LARGEST:
            break
    return text


def _ended(blocks: Sequence[str], marker: Marker) -> str:
    """Blocks with the addresses of their links, and the marker as the last line."""
    text, addresses = numbered("\n\n".join(blocks))
    return "\n".join([text, *(["", *addresses] if addresses else []), marker.line, ""])
