"""A comment's details: each figure's arithmetic, its source and how sure it is, folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.amount import MINUS
from bot.markdown import code, escaped, table
from bot.patches import patches
from policies.reports.certainty import percents
from policies.reports.figures import Figures, require_sum, total_of
from policies.reports.report import Report
from policies.reports.row import Row
from policies.reports.shown_line import ShownLine, keys
from pricing.age import sureness
from pricing.currency import Sign
from pricing.explanation import UNDATED, derivation
from pricing.rate import Confidence

MOST_LINES = 60
"""Lines of arithmetic that are shown; the JSON has them all."""

Pair = tuple[Row, ShownLine | None, ShownLine | None]
"""A row, a line of it before, and the same line after."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One line of the table: a part of a workload's cost, or the same part of several that change alike."""

    name: str
    words: str
    sure: str
    pairs: tuple[Pair, ...]

    def cells(self, compared: bool, sign: Sign) -> list[str]:
        """The line, with the sums of its columns."""
        before, after = _columns(self.pairs)
        columns = [_amount(before, sign)] if compared else []
        return [self.name, f"{self.words}{_range(after, sign)}", *columns, _amount(after, sign), self.sure]


def details(report: Report, groups: Sequence[Sequence[Row]]) -> Iterator[str]:
    """One folded block: a table of arithmetic whose columns sum, and what the figures rest on; none without rows.

    Rows of one group change alike: what is the same of them is said once.
    """
    sign = report.prices.currency.sign
    rows = [row for group in groups for row in group]
    found = [part for group in groups for part in _parts(group, report)]
    changes = list(patches(report))
    if not found:
        yield from [folded("What to change", changes)] if changes else []
        return
    _require_sums(rows)
    compared = report.compared
    header = ["line", "arithmetic", *(["before"] if compared else []), "after" if compared else "amount", "sure"]
    body = [part.cells(compared, sign) for part in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        body.append(_rest([pair for part in found[MOST_LINES:] for pair in part.pairs], compared, sign))
    body += _sums(rows, compared, sign)
    told = [*table(header, "llrrl" if compared else "llrl", body), "", _certainty(report)]
    yield folded("How each figure was worked out, and how sure it is", [*told, *(["", *changes] if changes else [])])


def folded(summary: str, lines: Sequence[str]) -> str:
    """Lines that are shown on demand."""
    return "\n".join([f"<details><summary>{summary}</summary>", "", *lines, "</details>"])


def _parts(group: Sequence[Row], report: Report) -> Iterator[_Part]:
    """The parts of one row, or of several that change alike."""
    sign, several, today = report.prices.currency.sign, report.clusters > 1, report.generated_at.date()
    alike: dict[tuple[str, str, str], list[Pair]] = {}
    for pair in (pair for row in group for pair in pairs(row)):
        _, old, new = pair
        shown = new or old
        if shown is None:
            continue
        if len(group) == 1:
            yield _Part(f"{_owner(pair[0], several)} {_what(shown)}", _arithmetic(old, new, sign), _sure(shown, today), (pair,))
        else:
            alike.setdefault((_what(shown), _arithmetic(old, new, sign), _sure(shown, today)), []).append(pair)
    for (what, words, sure), found in alike.items():
        count = len({id(row) for row, _, _ in found})
        name, each = (f"{count:,} workloads,", "each ") if count > 1 else (_owner(found[0][0], several), "")
        yield _Part(f"{name} {what}", f"{each}{words}", sure, tuple(found))


def _rest(pairs: Sequence[Pair], compared: bool, sign: Sign) -> list[str]:
    """Lines that are not shown, summed, so that the columns still sum by eye."""
    before, after = (_expected(side) for side in _columns(pairs))
    return [f"{len(pairs):,} more", "in the JSON", *([_cents(before, sign)] if compared else []), _cents(after, sign), ""]


def _columns(pairs: Sequence[Pair]) -> tuple[list[ShownLine], list[ShownLine]]:
    """What there is before, and after."""
    return [old for _, old, _ in pairs if old], [new for _, _, new in pairs if new]


def _expected(side: Sequence[ShownLine]) -> Decimal:
    return sum((shown.amount.expected for shown in side), Decimal("0.00"))


def _require_sums(rows: Sequence[Row]) -> None:
    """Make sure that the lines of each row sum to what the row says."""
    for row in rows:
        require_sum([shown.amount for shown in row.lines], row.total + row.one_off)
        require_sum([shown.amount for shown in row.lines_before], row.before + row.one_off_before)


def _sums(rows: Sequence[Row], compared: bool, sign: Sign) -> list[list[str]]:
    """A row for what the lines come to a month, and one for what is paid once: they are different money."""
    monthly = [(row.before, row.total) for row in rows]
    single = [(row.one_off_before, row.one_off) for row in rows]
    paid, paid_once = (any(not (old.nothing and new.nothing) for old, new in sides) for sides in (monthly, single))
    apart = [("**sum a month**" if paid_once else "**sum**", monthly)] if paid or not paid_once else []
    apart += [("**sum once**", single)] if paid_once else []
    return [_sum_row(words, amounts, compared, sign) for words, amounts in apart]


def _sum_row(words: str, amounts: Sequence[tuple[Figures, Figures]], compared: bool, sign: Sign) -> list[str]:
    before, after = (sum((side.expected for side in sides), Decimal("0.00")) for sides in zip(*amounts, strict=True))
    change = f"**{_signed(after - before, sign)}**" if compared else ""
    return [words, change, *([f"**{_cents(before, sign)}**"] if compared else []), f"**{_cents(after, sign)}**", ""]


def pairs(row: Row) -> Iterator[Pair]:
    """The lines of both sides, those of one part together."""
    before, after = (dict(zip(keys(shown.line for shown in side), side, strict=True)) for side in (row.lines_before, row.lines))
    for key, shown in after.items():
        yield row, before.pop(key, None), shown
    for shown in before.values():
        yield row, shown, None


def _owner(row: Row, several: bool) -> str:
    """The workload, with its cluster where there are several."""
    return code(f"{row.cluster}: {row.manifest.called}" if several and row.cluster else row.manifest.called)


def _what(shown: ShownLine) -> str:
    """Which part of its cost."""
    line = shown.line
    return escaped(" ".join(filter(None, (line.group, PARTS.get(line.what, line.what)))))


PARTS = {
    "loadBalancer": "load balancer",
    "aiApi": "tokens",
    "stranded": "rest of the machine",
    "network": "",
    "controlPlane": "",
}
"""Parts of a cost whose names in the JSON are not what people call them."""


def _amount(side: Sequence[ShownLine], sign: Sign) -> str:
    return _cents(_expected(side), sign) if side else "–"


def _arithmetic(old: ShownLine | None, new: ShownLine | None, sign: Sign) -> str:
    """The product of each side, without its result, which the columns have; once where both are the same."""
    return " → ".join(escaped(side) for side in products(old, new, sign))


def products(old: ShownLine | None, new: ShownLine | None, sign: Sign) -> list[str]:
    """The product of each side, once where both are the same."""
    return list(dict.fromkeys(derivation(shown.line, sign)[0].rsplit(" = ", 1)[0] for shown in (old, new) if shown))


def _range(side: Sequence[ShownLine], sign: Sign) -> str:
    """What the lines may come to after the change; empty where that is certain."""
    amounts = total_of([shown.amount for shown in side])
    return "" if amounts.certain else f"; {_cents(amounts.low, sign)} to {_cents(amounts.high, sign)}"


def _sure(shown: ShownLine, today: date) -> str:
    line = shown.line
    dated = f"{line.rate.source} {line.rate.date or UNDATED}"
    assumption = f"; {escaped(line.assumption)}" if line.assumption else ""
    once = ", once" if line.one_off else ""
    return f"{sureness(line.confidence, line.rate.date, today)}{once}: {escaped(dated)}{assumption}"


_LEFT_OUT = "Not included: tax, discounts, undeclared traffic."


def _certainty(report: Report) -> str:
    """What part of the total rests on what."""
    if not report.certainty:
        return _LEFT_OUT
    sign = report.prices.currency.sign
    shares = [f"{share} is {_RESTS[name]}" for name, share in percents(report.certainty).items()]
    total = _cents(report.total.expected, sign)
    moved = {name: amount for name, amount in _moved(report).items() if amount}
    parts = [f"{_signed(amount, sign)} {_RESTS[name]}" for name, amount in moved.items()]
    change = f" Of the change, {', '.join(parts)}." if len(moved) > 1 else ""
    return f"Of the {total} a month weighed{_unchanged(report)}, {', '.join(shares)}.{change} {_LEFT_OUT}"


_RESTS = {
    Confidence.EXACT: "by list prices of what is stated",
    Confidence.MODELLED: "modelled",
    Confidence.ASSUMED: "assumed, as the last column says",
}


def _moved(report: Report) -> dict[Confidence, Decimal]:
    """What of the change a month rests on what; the parts sum to it. Nothing where there is no before."""
    found = dict.fromkeys(Confidence, Decimal("0.00"))
    for row in report.changed if report.compared else ():
        for side, sign in ((row.lines, 1), (row.lines_before, -1)):
            for shown in (each for each in side if not each.line.one_off):
                found[shown.line.confidence] += sign * shown.amount.expected
    return found


def _unchanged(report: Report) -> str:
    """How much of the total is in no row above, since it stays as it is."""
    if not report.compared or not report.unchanged:
        return ""
    amount = total_of([row.total for row in report.unchanged])
    return f" ({_cents(amount.expected, report.prices.currency.sign)} of it in {len(report.unchanged):,} unchanged)"


def _cents(amount: Decimal, sign: Sign) -> str:
    return f"{MINUS if amount < 0 else ''}{sign}{sign.digits(amount)}"


def _signed(amount: Decimal, sign: Sign) -> str:
    return f"+{_cents(amount, sign)}" if amount > 0 else _cents(amount, sign)
