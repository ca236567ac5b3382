"""The report on a terminal: a table that fits its width, what the rules say, and on request each line's arithmetic.

ASCII only; colour is never the only sign. A narrow terminal loses columns, no cell is wrapped.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from policies.advice.words import savings, sentence
from policies.reports.alike import alike_unpriced, enumerated, named
from policies.reports.certainty import percent
from policies.reports.explanation import explained
from policies.reports.figures import total_of
from policies.reports.report import Report
from policies.reports.row import Row
from policies.reports.undecided import undecided
from pricing.age import sureness
from pricing.currency import Sign
from pricing.precision import counted, exactly
from pricing.rate import Confidence
from pricing.step import drawn
from weighbridge.output.amount import Amounts
from weighbridge.output.changed_words import changed_words
from weighbridge.output.columns import GAP, Heading, column_of, fitting, taken, widths
from weighbridge.output.judged_lines import judged_lines
from weighbridge.output.terminal_text import printable
from workloads.problem import Severity

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

DIM_FROM = 3
"""Depth of an explanation from which on it is set back: what a line rests on."""

MOST_CHEAPER = 3
"""Pieces of advice that are told."""


def render_table(report: Report, *, width: int, colour: bool, explain: bool) -> str:
    """A report as text of at most ``width`` columns, ending in a newline. ``explain`` adds each line's arithmetic."""
    with exactly():
        return _rendered(report, width=width, colour=colour, explain=explain)


def _rendered(report: Report, *, width: int, colour: bool, explain: bool) -> str:
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second that JSON and Markdown do not need
    from rich.text import Text as RichText  # noqa: PLC0415

    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False, soft_wrap=False)
    console.print(RichText(printable(_where(report))), soft_wrap=True)
    rows = _ordered(report)
    if rows:
        console.print()
        table = _table(report, rows, width)
        # A terminal that is narrower than an amount breaks the line, and the amount is all there.
        console.width = max(width, taken([column.width or 0 for column in table.columns]))
        console.print(table)
    for style, line in _tail(report, rows if explain else ()):
        console.print(RichText(line, style=style), soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _where(report: Report) -> str:
    """Which prices, where, and what decided that; where nothing has a price, only that."""
    prices = report.prices
    if not any(row.lines or row.lines_before for row in report.rows):
        return f"{prices.currency.code} a month of 730 h; {_nothing(report)}"
    dates = ", ".join(f"{cloud} {date}" for cloud, date in prices.dates().items()) or prices.version
    own = "".join(f" under {name}" for name in reversed(prices.overlays))
    rate = f", {prices.currency.words}" if prices.currency.words else ""
    return f"{prices.currency.code} a month of 730 h{rate}; prices of {dates}{own}, {'; '.join(prices.told())}"


def _nothing(report: Report) -> str:
    """Why nothing has a price: what is not read may cost anything."""
    if report.not_priced:
        return "nothing was priced"
    unread = any(problem.severity is Severity.ERROR for problem in report.problems)
    return "nothing that could be read costs anything" if unread else "nothing costs anything"


def _ordered(report: Report) -> list[Row]:
    """The rows of what has a price: what changes, by the size of its change; without a before all, by what it costs."""
    if not report.compared:
        priced = [row for row in report.rows if not row.unknown]
        return sorted(priced, key=lambda row: (-max(row.total.weight, row.one_off.weight), row.title))
    return sorted(report.changed, key=lambda row: (-max(row.change.weight, row.one_off_change.weight), row.title))


def _table(report: Report, rows: Sequence[Row], width: int) -> Table:
    from rich.table import Table as RichTable  # noqa: PLC0415

    cells = [_cells(report, row) for row in rows] + (list(_totals(report)) if len(rows) > 1 else [])
    columns = fitting([column_of(heading, place, cells) for place, heading in enumerate(_headings(report))], width)
    table = RichTable(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_footer=False)
    for column, room in zip(columns, widths(columns, width), strict=True):
        justify: Literal["left", "right"] = "right" if column.heading.right else "left"
        table.add_column(column.heading.text, justify=justify, no_wrap=True, overflow="ellipsis", width=room)
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*_plain_cells(row))
    return table


_ESTIMATE = (
    Heading("A MONTH", right=True, whole=True),
    Heading("UP TO", right=True, whole=True, given_up=1),
    Heading("WORKLOAD"),
    Heading("KIND", given_up=3),
    Heading("PODS", right=True, whole=True, given_up=4),
    Heading("SURE", whole=True, given_up=2),
)
_CHANGE = (
    Heading("CHANGE", right=True, whole=True),
    Heading("UP TO", right=True, whole=True, given_up=2),
    Heading("WORKLOAD"),
    Heading("WHAT CHANGES", given_up=1),
    Heading("BEFORE", right=True, whole=True, given_up=4),
    Heading("AFTER", right=True, whole=True, given_up=3),
)


def _headings(report: Report) -> tuple[Heading, ...]:
    return _CHANGE if report.compared else _ESTIMATE


def _plain_cells(cells: Sequence[str]) -> list[Text]:
    """Cells as they are: a name like ``[red]`` is no markup."""
    from rich.text import Text as RichText  # noqa: PLC0415

    return [RichText(printable(cell), no_wrap=True, overflow="ellipsis") for cell in cells]


def _cells(report: Report, row: Row) -> list[str]:
    title = f"{row.cluster}: {row.title}" if report.clusters > 1 and row.cluster else row.title
    shown = Amounts(report.prices.currency.ascii_sign)
    if report.compared:
        change, once = row.change, row.one_off_change
        return [
            _untold(shown.change(change, once), shown, unsure=row.unsure),
            shown.high_change(change, once),
            title,
            changed_words(row),
            *_sides([row], shown),
        ]
    return [
        shown.amount(row.total, row.one_off),
        shown.high(row.total, row.one_off),
        title,
        row.manifest.kind,
        _pods(row),
        _sure(row, report.generated_at.date()),
    ]


def _totals(report: Report) -> Iterator[list[str]]:
    """What the rows come to; of a change also what it leaves as it is, which is in no row."""
    shown = Amounts(report.prices.currency.ascii_sign)
    name = f"sum, {report.not_priced} not priced" if report.not_priced else "sum"
    if not report.compared:
        yield [shown.amount(report.total, report.one_off), shown.high(report.total, report.one_off), name, "", "", ""]
        return
    unsure = any(row.uncounted or row.mistaken for row in report.changed)
    change = _untold(shown.change(report.delta, report.one_off_delta), shown, unsure=unsure)
    yield [change, shown.high_change(report.delta, report.one_off_delta), name, "", *_sides(report.changed, shown)]
    if report.unchanged:
        yield ["", "", f"and {len(report.unchanged)} unchanged", "", *_sides(report.unchanged, shown)]


def _sides(rows: Sequence[Row], shown: Amounts) -> list[str]:
    """What rows come to before and after, a month; what is paid once where nothing else is."""
    before, after = total_of([row.before for row in rows]), total_of([row.total for row in rows])
    once_before, once = total_of([row.one_off_before for row in rows]), total_of([row.one_off for row in rows])
    single = before.nothing and after.nothing
    sides = ((before, once_before), (after, once))
    return [shown.amount(*side) if single else shown.money(side[0].expected) for side in sides]


def _untold(change: str, shown: Amounts, *, unsure: bool) -> str:
    """A change that is not known in part, or of what is probably mistaken: what is known, and that this is not all."""
    if not unsure:
        return change
    return "?" if change == shown.signed(0) else f"{change} ?"


def _pods(row: Row) -> str:
    groups = row.workload.groups
    if not groups:
        return ""
    expected, high = (sum(getattr(group.pods, end) for group in groups) for end in ("expected", "high"))
    return counted(expected) if expected == high else f"{counted(expected)} to {counted(high)}"


def _sure(row: Row, today: date) -> str:
    """How sure a workload's figure is, by its oldest price, and whether it is all of it."""
    oldest = min((shown.line.rate.date for shown in row.lines if shown.line.rate.date), default="")
    least = sureness(Confidence.least(*(shown.line.confidence for shown in row.lines)), oldest, today)
    return f"{least}, in part" if row.estimate.unpriced or row.uncounted else least


def _tail(report: Report, explained: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Style and text of every line below the table, in the order in which they matter."""
    sign = report.prices.currency.ascii_sign
    if report.misread:
        yield "", ""
        yield "bold", f"Not read, and in no figure: {printable(named(dict.fromkeys(each.place for each in report.misread)))}"
    elif report.compared and not report.changed and not report.unpriced_changes:
        yield "", ""
        what = "Nothing but how far nodes may grow changes" if report.growing else "Nothing changes"
        yield "", f"{what}: {Amounts(sign).money(report.total.expected)} a month before and after."
    for row in explained:
        yield from _explanation(row, sign)
    if report.unpriced_changes:
        yield "", ""
        yield "bold", f"Not priced, and not {sign}0 ({report.not_priced}):"
        for alike in alike_unpriced(report.unpriced_changes):
            manifest = alike.first.manifest
            place = f"{manifest.origin.file}:{alike.first.line}: " if manifest.origin else ""
            titles = named(entry.manifest.title for entry in alike.members)
            yield "", printable(f"  {place}{manifest.kind} {titles}: {alike.first.reason}")
        rules = undecided(report).unpriced_rules
        if rules:
            yield "", printable(f"Without a price, these rules could not be decided: {enumerated(rules, len(rules))}")
    notes = (*([report.own_settings] if report.own_settings else []), *report.notes)
    if notes:
        yield "", ""
    for note in notes:
        yield "", printable(f"To know: {note.replace('→', '->')}")
    yield from _assumptions(report)
    yield from _cheaper(report, Amounts(sign))
    yield from judged_lines(report)


def _cheaper(report: Report, shown: Amounts) -> Iterator[tuple[str, str]]:
    """What could be had for less, the largest savings alone: the JSON has all."""
    saving = savings(report.advice)[:MOST_CHEAPER]
    if saving:
        yield "", ""
    for each in saving:
        place = f"{each.file}:{each.line}: " if each.file else ""
        yield "", printable(f"{place}cheaper: {sentence(each, shown.money)}")


def _explanation(row: Row, sign: Sign) -> Iterator[tuple[str, str]]:
    yield "", ""
    for depth, text in drawn(explained(row, sign)):
        style = "bold" if not depth else "" if depth < DIM_FROM else "dim"
        yield style, printable(text.replace("×", "x"))


def _assumptions(report: Report) -> Iterator[tuple[str, str]]:
    """What was assumed, each once, with how much of the total rests on it."""
    rows = report.changed if report.compared else report.rows
    words = dict.fromkeys(shown.line.assumption for row in rows for shown in row.lines if shown.line.assumption)
    share = report.certainty[Confidence.ASSUMED] if report.certainty else Decimal(0)
    once = any(shown.line.one_off and shown.line.assumption for row in rows for shown in row.lines)
    if words and (share or once):
        yield "", ""
        yield "", f"{percent(share)} of the total a month rests on what was assumed:" if share else "What is paid once rests on:"
        listed = list(words)
        for assumption in listed[:5]:
            yield "", printable(f"  {assumption}")
        if len(listed) > 5:
            yield "", f"  and {len(listed) - 5} more: see --explain"
