"""What a page says, as plain texts and amounts, each cut to what a page takes. How it looks is the template's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.amount import MINUS
from bot.arithmetic import PARTS, pairs, products
from bot.cause import cause, contents
from bot.markdown import plain, text_of
from bot.page.bars import Bar, Step, side_by_side, waterfall
from policies.advice.shown import ShownAdvice
from policies.advice.words import sentence
from policies.reports.certainty import percents
from policies.reports.figures import Figures, total_of
from policies.reports.report import Report
from policies.reports.row import Row
from policies.reports.shown_line import ShownLine
from policies.verdict import Violation
from pricing.age import sureness
from pricing.currency import Sign
from pricing.explanation import UNDATED
from pricing.rate import Confidence
from workloads.problem import Problem
from workloads.text.location import place_of
from workloads.workload import Unpriced

LONGEST = 200
"""Characters of a name or a message that are shown."""
MOST_BARS = 12
"""Workloads with a bar of their own."""
MOST_TOLD = 200
"""Violations, problems, unpriced objects, notes: the rest is counted."""


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts in words, with the sign of a currency that may not break from its number."""

    sign: Sign

    def amount(self, value: Decimal) -> str:
        """``$1,031.97``."""
        return f"{MINUS if value < 0 else ''}{self.sign}{self.sign.digits(value)}"

    def change(self, value: Decimal) -> str:
        """``+$77.10``; ``$0.00`` for nothing."""
        return f"+{self.amount(value)}" if value > 0 else self.amount(value)


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a workload's cost."""

    name: str
    arithmetic: str
    before: str
    after: str
    sure: str


@dataclass(frozen=True, slots=True)
class Item:
    """A workload, or what else costs."""

    title: str
    kind: str
    cluster: str
    team: str
    place: str
    words: str
    before: Decimal
    after: Decimal
    moved: Decimal
    """What it adds a month; without a before, what it costs."""
    high: Decimal
    """Of the same, what it may come to."""
    once: Figures
    untold: bool
    """Whether a part of it is not known, or probably mistaken."""
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about something in a file, and what to do about it."""

    tone: str
    """``denied``, ``warning``, ``unknown``, ``audited``, ``error``, …"""
    place: str
    what: str
    words: str
    advice: str


def shown(text: str, most: int = LONGEST) -> str:
    """A text on one line, without what is invisible, cut to what a page takes."""
    line = plain(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def items(report: Report, most: int) -> Iterator[Item]:
    """The workloads that change, or all, biggest first."""
    for row in ordered(report)[:most]:
        yield _item(row, report)


def ordered(report: Report) -> list[Row]:
    """The rows that have a price: those that change; without a before all."""
    rows = report.changed if report.compared else [row for row in report.rows if not row.unknown]
    return sorted(rows, key=lambda row: (-_weight(row, report.compared), row.cluster, row.title))


def _weight(row: Row, compared: bool) -> Decimal:
    monthly, once = (row.change, row.one_off_change) if compared else (row.total, row.one_off)
    return max(monthly.weight, once.weight)


def _item(row: Row, report: Report) -> Item:
    origin = row.manifest.origin
    moved = row.change if report.compared else row.total
    words = cause(row) if report.compared else "; ".join(contents(row)) or "nothing that costs"
    notes = (*row.workload.notes, *row.estimate.warnings, *row.estimate.free, *row.estimate.notes, *row.delta.notes)
    return Item(
        shown(row.title),
        shown(row.manifest.kind),
        shown(row.cluster),
        shown(row.owners.get("team", "")),
        shown(f"{origin.file}:{origin.line}") if origin else "",
        shown(text_of(words)),
        row.before.expected,
        row.total.expected,
        moved.expected,
        moved.high,
        row.one_off_change if report.compared else row.one_off,
        row.unsure,
        tuple(_lines(row, report)),
        tuple(shown(note) for note in dict.fromkeys(notes)),
    )


def _lines(row: Row, report: Report) -> Iterator[Line]:
    sign, today = report.prices.currency.sign, report.generated_at.date()
    money = Money(sign)
    for _, old, new in pairs(row):
        told = new or old
        if told is not None:
            name = " ".join(filter(None, (PARTS.get(told.line.what) or told.line.what, told.line.group)))
            arithmetic = " → ".join(products(old, new, sign))
            yield Line(shown(name), shown(arithmetic), _cents(old, money), _cents(new, money), _sure(told, today))


def _cents(told: ShownLine | None, money: Money) -> str:
    if told is None:
        return "–"
    amount = told.amount
    if amount.certain:
        return money.amount(amount.expected)
    return f"{money.amount(amount.expected)} ({money.amount(amount.low)} to {money.amount(amount.high)})"


def _sure(told: ShownLine, today: date) -> str:
    line = told.line
    sure = f"{sureness(line.confidence, line.rate.date, today)}{', once' if line.one_off else ''}"
    assumption = f"; {line.assumption}" if line.assumption else ""
    return shown(f"{sure}: {line.rate.source} {line.rate.date or UNDATED}{assumption}")


def steps(report: Report) -> list[Bar]:
    """The way from before to after, biggest changes first; without a before, what costs most."""
    rows = ordered(report)
    own, rest = (rows, []) if len(rows) <= MOST_BARS + 1 else (rows[:MOST_BARS], rows[MOST_BARS:])
    several = report.clusters > 1
    parts = [_step(_name(row, several), _detail(row, report), [row], report) for row in own]
    parts += [_step(f"{len(rest):,} more", "", rest, report)] if rest else []
    if not report.compared:
        return side_by_side(parts)
    before, after = total_of([row.before for row in rows]), total_of([row.total for row in rows])
    ends = [Step(words, "", side.expected, side.high, whole=True) for words, side in (("Before", before), ("After", after))]
    return waterfall([ends[0], *parts, ends[1]]) if rows else []


def _detail(row: Row, report: Report) -> str:
    return text_of(cause(row)) if report.compared else row.manifest.kind


def _name(row: Row, several: bool) -> str:
    return shown(f"{row.cluster}: {row.title}" if several and row.cluster else row.title)


def _step(label: str, detail: str, rows: Sequence[Row], report: Report) -> Step:
    moved = total_of([row.change if report.compared else row.total for row in rows])
    return Step(label, shown(detail), moved.expected, moved.high)


def by(part: Callable[[Row], str], nobody: str, report: Report) -> list[Bar]:
    """What each team or cluster pays more or less, or pays; nothing where there is only one."""
    sums: dict[str, list[Row]] = {}
    for row in ordered(report):
        sums.setdefault(part(row), []).append(row)
    found = [_step(shown(name) or nobody, "", rows, report) for name, rows in sums.items()]
    found.sort(key=lambda step: -max(abs(step.amount), abs(step.high)))
    rest = found[MOST_BARS:]
    if len(rest) > 1:
        amount, high = (sum((getattr(step, end) for step in rest), Decimal(0)) for end in ("amount", "high"))
        found = [*found[:MOST_BARS], Step(f"{len(rest):,} more", "", amount, high)]
    return side_by_side(found) if len(sums) > 1 else []


def violations(report: Report) -> list[Told]:
    """What is denied, warned of, not decided, let pass, or only recorded."""
    return [_violation(each) for each in [each for each in report.violations if not each.settled][:MOST_TOLD]]


_TONES = {"deny": "denied", "warn": "warning", "unknown": "cannot tell", "pass": "audited"}


def _violation(violation: Violation) -> Told:
    origin = violation.origin
    place = place_of(origin, violation.path) if origin else ""
    tone = "exempted" if violation.exemption else _TONES[str(violation.verdict)]
    return Told(
        tone,
        shown(place),
        shown(f"{violation.title} ({violation.id})"),
        shown(violation.message),
        shown(f"by {violation.exemption}" if violation.exemption else violation.fix),
    )


def problem(each: Problem) -> Told:
    """What could not be read, or is doubtful."""
    return Told(str(each.severity), shown(each.place), "", shown(each.message), shown(each.hint))


def unpriced(report: Report) -> list[Told]:
    """What has no price, and is not $0."""
    return [_unpriced(each) for each in report.unpriced_changes[:MOST_TOLD]]


def _unpriced(entry: Unpriced) -> Told:
    origin = entry.manifest.origin
    place = f"{origin.file}:{entry.line}" if origin else ""
    what = f"{f'{entry.cluster}: ' if entry.cluster else ''}{entry.manifest.title} ({entry.manifest.kind})"
    return Told("not priced", shown(place), shown(what), shown(entry.reason), "")


def assumptions(report: Report) -> list[str]:
    """What was assumed, each once."""
    return cut(dict.fromkeys(told.line.assumption for row in ordered(report) for told in row.lines if told.line.assumption))


def cut(texts: Iterable[str]) -> list[str]:
    """Texts as far as a page takes them, and how many more there are."""
    every = list(texts)
    more = [f"{len(every) - MOST_TOLD:,} more are in the JSON"] if len(every) > MOST_TOLD else []
    return [*map(shown, every[:MOST_TOLD]), *more]


_SURE = {
    Confidence.EXACT: "list prices of what is stated",
    Confidence.MODELLED: "modelled",
    Confidence.ASSUMED: "rest on an assumption",
}


def certainty(report: Report) -> list[tuple[str, str]]:
    """Which share of what is paid rests on what."""
    return [(_SURE[name], share) for name, share in percents(report.certainty or {}).items()]


def prices(report: Report) -> list[str]:
    """Which prices were used, where, and of when."""
    found = report.prices
    words = [f"{cloud}: list of {date}" for cloud, date in found.dates().items()] or [found.version]
    words += [f"prices of your own: {name}" for name in found.overlays]
    words += [f"priced at {place}" for place in found.told()]
    words += [found.currency.words] if found.currency.words else []
    return [shown(each) for each in words]


def advice(report: Report) -> list[Told]:
    """What could be had for less, and what settles a violation."""
    return [_advice(each, Money(report.prices.currency.sign)) for each in report.advice[:MOST_TOLD]]


def _advice(each: ShownAdvice, money: Money) -> Told:
    place = f"{each.file}:{each.line}" if each.file else ""
    return Told("advice", shown(place), "", shown(sentence(each, money.amount)), shown(each.advice.why))
