"""A comment's table: one row for each workload that changes, biggest first, or one for many that change alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.amount import Unit
from bot.cause import cause, contents
from bot.heading import Summary
from bot.markdown import code, escaped, link, table
from policies.alike import Alike, alike_unpriced
from policies.figures import Figures, Sides, spread_sides, spread_spans, total_of
from policies.report import Report
from policies.row import Row
from policies.verdict import Verdict
from pricing.delta import Kind
from workloads.workload import Unpriced

MOST_ROWS = 20
"""Rows of a table before the rest is summed in one."""
ALIKE = 4
"""Workloads that change alike from which on they share a row."""

Place = Callable[[str, int], str]
"""The address of a file's line; empty where nothing can be linked."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it is shown: one workload, or several that change alike."""

    rows: tuple[Row, ...]
    before: Figures
    total: Figures
    once: Figures
    words: str
    """What changes."""

    @property
    def change(self) -> Figures:
        """What it adds a month."""
        return self.total - self.before


def shown_rows(rows: Sequence[Row], unit: Unit) -> list[ShownRow]:
    """Rows in a comment's unit, summing by eye in every column; alike ones together, biggest change first."""
    before, total = _in_unit(rows, unit)
    once = _spread([row.one_off_change for row in rows], unit)
    shown = [
        ShownRow((row,), *amounts, cause(row)) for row, amounts in zip(rows, zip(before, total, once, strict=True), strict=True)
    ]
    return sorted(_grouped(shown), key=lambda row: -max(row.change.weight, row.once.weight))


def _in_unit(rows: Sequence[Row], unit: Unit) -> Sides:
    """Before and after of each row. What does not change reads the same on both sides."""
    before, after = [row.before for row in rows], [row.total for row in rows]
    return spread_sides(before, after, unit.round(total_of(before)), unit.round(total_of(after)), unit.step)


def _spread(amounts: Sequence[Figures], unit: Unit) -> tuple[Figures, ...]:
    """Amounts in a unit, which sum to their sum in that unit."""
    return spread_spans(amounts, unit.round(total_of(amounts)), unit.step)


def _grouped(rows: Sequence[ShownRow]) -> list[ShownRow]:
    """Rows that change alike as one, where there are several."""
    alike: dict[tuple[str, Kind, str], list[ShownRow]] = {}
    for row in rows:
        only = row.rows[0]
        alike.setdefault((row.words, only.kind, only.manifest.kind), []).append(row)
    found: list[ShownRow] = []
    for several in alike.values():
        found += [_together(several)] if len(several) >= ALIKE else several
    return found


def _together(several: Sequence[ShownRow]) -> ShownRow:
    return ShownRow(
        tuple(row for shown in several for row in shown.rows),
        total_of([shown.before for shown in several]),
        total_of([shown.total for shown in several]),
        total_of([shown.once for shown in several]),
        several[0].words,
    )


def cost_table(shown: Sequence[ShownRow], report: Report, summary: Summary, unit: Unit, place: Place) -> list[str]:
    """The table of a change, with what is not priced as rows of their own and a total."""
    denied = {violation.identity for violation in report.violations if violation.verdict is Verdict.DENY}
    several = report.clusters > 1
    body = [
        _cells(row, unit, place, several, {r.delta.identity for r in row.rows} & denied != set()) for row in shown[:MOST_ROWS]
    ]
    if len(shown) > MOST_ROWS:
        body.append(_rest(shown[MOST_ROWS:], unit))
    body += [[*_unknown(alike, place, several), "not priced"] for alike in _unpriced(report.unpriced_objects)]
    if len(body) > 1:
        body.append(_total(summary, unit))
    return table(["Δ a month", "Workload", "What changes", "Before → after"], "rllr", body)


def _cells(row: ShownRow, unit: Unit, place: Place, several: bool, denied: bool) -> list[str]:
    change = _change(row, unit)
    name = f"{_name(row, place, several)}{', denied' if denied else ''}"
    return [change, name, row.words, f"{unit.range(row.before)} → {unit.range(row.total)}"]


def _change(row: ShownRow, unit: Unit) -> str:
    """What it adds a month and once. Of what is not known in part, what is known."""
    monthly, once = unit.changes(row.change), f"{unit.changes(row.once)} once"
    parts = [monthly] if not row.change.nothing else []
    parts += [once] if not row.once.nothing else []
    if not parts and any(not (each.change.nothing and each.one_off_change.nothing) for each in row.rows):
        single = all(each.change.nothing for each in row.rows)
        parts = [f"under {unit.money(unit.step)}{' once' if single else ''}"]
    if any(each.uncounted or each.partly for each in row.rows):
        parts.append("**?**")
    return ", ".join(parts) or monthly


def _name(row: ShownRow, place: Place, several: bool) -> str:
    if len(row.rows) > 1:
        namespaces = len({each.namespace for each in row.rows})
        return f"{len(row.rows)} workloads" + (f" in {namespaces} namespaces" if namespaces > 1 else "")
    only = row.rows[0]
    origin = only.manifest.origin
    where = f"{only.cluster}: " if several and only.cluster else ""
    return link(code(f"{where}{only.title}"), place(origin.file, origin.line) if origin else "")


def _rest(rows: Sequence[ShownRow], unit: Unit) -> list[str]:
    change = total_of([row.change for row in rows])
    largest = max(row.change.weight for row in rows)
    count = sum(len(row.rows) for row in rows)
    before, total = total_of([row.before for row in rows]), total_of([row.total for row in rows])
    return [
        unit.changes(change),
        f"{count} more, none above {unit.money(largest)}",
        "in the JSON",
        f"{unit.range(before)} → {unit.range(total)}",
    ]


def _unpriced(entries: Sequence[Unpriced]) -> list[Alike[Unpriced]]:
    """What has no price, several for one reason together where there are many; as many as a table takes."""
    found: list[Alike[Unpriced]] = []
    objects = {entry.identity: entry for entry in reversed(entries)}
    for alike in alike_unpriced(reversed(objects.values())):
        found += [alike] if len(alike.members) >= ALIKE else [Alike((entry,)) for entry in alike.members]
    return found[:MOST_ROWS]


def _unknown(alike: Alike[Unpriced], place: Place, several: bool) -> list[str]:
    entry = alike.first
    if len(alike.members) > 1:
        return ["**?**", f"{len(alike.members)} objects", f"{code(entry.manifest.kind)}, not priced"]
    origin = entry.manifest.origin
    where = f"{entry.cluster}: " if several and entry.cluster else ""
    name = link(code(f"{where}{entry.manifest.title}"), place(origin.file, origin.line) if origin else "")
    return ["**?**", name, f"{code(entry.manifest.kind)}, not priced"]


def _total(summary: Summary, unit: Unit) -> list[str]:
    counted = f"{summary.priced} of {summary.every} workloads" if summary.unknown else f"{summary.workloads} workloads"
    change = unit.changes(summary.delta)
    if not summary.once.nothing:
        change = f"{change}, {unit.changes(summary.once)} once"
    if summary.uncounted or summary.partly:
        change = f"{change}, **?**"
    before, total = unit.range(summary.before), unit.range(summary.total)
    return [change, f"**{counted}**", "", f"**{before} → {total}**"]


def estimate_table(report: Report, unit: Unit, place: Place) -> list[str]:
    """The table of what there is, biggest first."""
    priced = [row for row in report.rows if not row.unknown]
    amounts = _spread([row.total for row in priced], unit)
    single = _spread([row.one_off for row in priced], unit)
    shown = [ShownRow((row,), each, each, once, "") for row, each, once in zip(priced, amounts, single, strict=True)]
    ordered = sorted(shown, key=lambda row: (-max(row.total.weight, row.once.weight), row.rows[0].title))
    body = [_estimate_cells(row, unit, place, report.clusters > 1) for row in ordered[:MOST_ROWS]]
    if len(ordered) > MOST_ROWS:
        rest = ordered[MOST_ROWS:]
        amount = _paid(total_of([row.total for row in rest]), total_of([row.once for row in rest]), unit)
        body.append([amount, f"{len(rest)} more", "in the JSON"])
    several = report.clusters > 1
    body += [[*_unknown(alike, place, several)[:2], escaped(alike.first.reason)] for alike in _unpriced(report.unpriced_changes)]
    if len(ordered) > 1:
        paid = _paid(unit.round(report.total), unit.round(report.one_off), unit)
        lacking = f", {report.not_priced} not priced" if report.not_priced else ""
        body.append([f"**{paid}**", f"**{len(ordered)} workloads{lacking}**", ""])
    return table(["A month", "Workload", "What it runs"], "rll", body)


def _paid(total: Figures, once: Figures, unit: Unit) -> str:
    """``$91``, ``$6 once``, ``$91, $6 once``."""
    if once.nothing:
        return unit.range(total)
    return f"{unit.range(once)} once" if total.nothing else f"{unit.range(total)}, {unit.range(once)} once"


def _estimate_cells(row: ShownRow, unit: Unit, place: Place, several: bool) -> list[str]:
    runs = ", ".join(contents(row.rows[0])) or "nothing"
    return [_paid(row.total, row.once, unit), _name(row, place, several), runs]
