"""A comment's details: each figure's arithmetic, its source and how sure it is, folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.amount import MINUS
from bot.markdown import code, escaped, table
from bot.patches import patches
from policies.figures import Figures, require_sum, total_of
from policies.report import Report, percent
from policies.row import Row, ShownLine
from pricing.currency import Sign
from pricing.explanation import UNDATED, derivation
from pricing.rate import Confidence

MOST_LINES = 60
"""Lines of arithmetic that are shown; the JSON has them all."""

Pair = tuple[Row, ShownLine | None, ShownLine | None]
"""A row, a line of it before, and the same line after."""


def details(report: Report, rows: Sequence[Row]) -> Iterator[str]:
    """One folded block: a table of arithmetic whose columns sum, and what the figures rest on; none without rows."""
    found = [pair for row in rows for pair in pairs(row)]
    changes = list(patches(report))
    if not found:
        yield from [folded("What to change", changes)] if changes else []
        return
    _require_sums(rows)
    compared = report.compared
    header = ["line", "arithmetic", *(["before"] if compared else []), "after" if compared else "amount", "sure"]
    sign = report.prices.currency.sign
    several = report.clusters > 1
    body = [_cells(pair, compared, sign, several) for pair in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        body.append(_rest(found[MOST_LINES:], compared, sign))
    body += _sums(rows, compared, sign)
    told = [*table(header, "llrrl" if compared else "llrl", body), "", _certainty(report)]
    yield folded("How each figure was worked out, and how sure it is", [*told, *(["", *changes] if changes else [])])


def folded(summary: str, lines: Sequence[str]) -> str:
    """Lines that are shown on demand."""
    return "\n".join([f"<details><summary>{summary}</summary>", "", *lines, "</details>"])


def _rest(pairs: Sequence[Pair], compared: bool, sign: Sign) -> list[str]:
    """Lines that are not shown, summed, so that the columns still sum by eye."""
    before, after = (sum((shown.amount.expected for shown in side if shown), Decimal("0.00")) for side in _columns(pairs))
    return [f"{len(pairs):,} more", "in the JSON", *([_cents(before, sign)] if compared else []), _cents(after, sign), ""]


def _columns(pairs: Sequence[Pair]) -> tuple[list[ShownLine | None], list[ShownLine | None]]:
    return [old for _, old, _ in pairs], [new for _, _, new in pairs]


def _require_sums(rows: Sequence[Row]) -> None:
    """Make sure that the lines of each row sum to what the row says."""
    for row in rows:
        require_sum([shown.amount for shown in row.lines], row.total + row.one_off)
        require_sum([shown.amount for shown in row.lines_before], row.before + row.one_off_before)


def _sums(rows: Sequence[Row], compared: bool, sign: Sign) -> list[list[str]]:
    """A row for what the lines come to a month, and one for what is paid once: they are different money."""
    monthly = [(row.before, row.total) for row in rows]
    single = [(row.one_off_before, row.one_off) for row in rows]
    paid_once = any(not (old.nothing and new.nothing) for old, new in single)
    apart = [("**sum a month**", monthly), ("**sum once**", single)] if paid_once else [("**sum**", monthly)]
    return [_sum_row(words, amounts, compared, sign) for words, amounts in apart]


def _sum_row(words: str, amounts: Sequence[tuple[Figures, Figures]], compared: bool, sign: Sign) -> list[str]:
    before, after = (sum((side.expected for side in sides), Decimal("0.00")) for sides in zip(*amounts, strict=True))
    change = f"**{_signed(after - before, sign)}**" if compared else ""
    return [words, change, *([f"**{_cents(before, sign)}**"] if compared else []), f"**{_cents(after, sign)}**", ""]


def pairs(row: Row) -> Iterator[Pair]:
    """The lines of both sides, those of one part together."""
    earlier = dict(_keyed(row.lines_before))
    for key, shown in _keyed(row.lines):
        yield row, earlier.pop(key, None), shown
    for shown in earlier.values():
        yield row, shown, None


def _keyed(lines: Sequence[ShownLine]) -> Iterator[tuple[tuple[str, str, bool, int], ShownLine]]:
    """Lines by what makes two of them the same part; the stated and the assumed part of one request are told by their order."""
    seen: Counter[tuple[str, str, bool]] = Counter()
    for shown in lines:
        part = (shown.line.what, shown.line.group, shown.line.one_off)
        yield (*part, seen[part]), shown
        seen[part] += 1


def _cells(pair: Pair, compared: bool, sign: Sign, several: bool) -> list[str]:
    row, old, new = pair
    shown = new or old
    if shown is None:
        return []
    line = shown.line
    where = f"{row.cluster}: " if several and row.cluster else ""
    part = escaped(" ".join(filter(None, (line.group, _WORDS.get(line.what, line.what)))))
    name = f"{code(f'{where}{row.manifest.name}')} {part}"
    columns = [_amount(old, sign)] if compared else []
    return [name, _arithmetic(old, new, sign), *columns, _amount(new, sign), _sure(shown)]


_WORDS = {"loadBalancer": "load balancer", "aiApi": "tokens", "network": "", "controlPlane": ""}


def _amount(shown: ShownLine | None, sign: Sign) -> str:
    return _cents(shown.amount.expected, sign) if shown else "–"


def _arithmetic(old: ShownLine | None, new: ShownLine | None, sign: Sign) -> str:
    """The product of each side, without its result, which the columns have; once where both are the same."""
    high = new.amount if new and not new.amount.certain else None
    words = " → ".join(escaped(side) for side in products(old, new, sign))
    return f"{words}; {_range(high, sign)}" if high else words


def products(old: ShownLine | None, new: ShownLine | None, sign: Sign) -> list[str]:
    """The product of each side, once where both are the same."""
    return list(dict.fromkeys(derivation(shown.line, sign)[0].rsplit(" = ", 1)[0] for shown in (old, new) if shown))


def _range(amounts: Figures, sign: Sign) -> str:
    return f"{_cents(amounts.low, sign)} to {_cents(amounts.high, sign)}"


def _sure(shown: ShownLine) -> str:
    line = shown.line
    dated = f"{line.rate.source} {line.rate.date or UNDATED}"
    assumption = f"; {escaped(line.assumption)}" if line.assumption else ""
    once = ", once" if line.one_off else ""
    return f"{line.confidence}{once}: {escaped(dated)}{assumption}"


_LEFT_OUT = "Not included: tax, discounts, undeclared traffic."


def _certainty(report: Report) -> str:
    """What part of the total rests on what."""
    if not report.certainty:
        return _LEFT_OUT
    words = {
        Confidence.EXACT: "are list prices of what is stated",
        Confidence.MODELLED: "are modelled",
        Confidence.ASSUMED: "rest on an assumption named above",
    }
    shares = [f"{percent(share)} {words[name]}" for name, share in report.certainty.items() if share]
    total = _cents(report.total.expected, report.prices.currency.sign)
    return f"Of the {total} a month weighed{_unchanged(report)}, {', '.join(shares)}. {_LEFT_OUT}"


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
