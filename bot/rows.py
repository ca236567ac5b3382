"""A comment's table: one row for each workload that changes, biggest first, or one for many that change alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from bot.amount import Unit
from bot.cause import contents
from bot.heading import Summary
from bot.markdown import code, escaped, link, prose, table
from bot.reasons import Reasons, fits, reasons
from bot.shown_row import ALIKE, ShownRow
from policies.reports.alike import Alike, alike_unpriced
from policies.reports.figures import NO_FIGURES, Figures, spread_spans, total_of
from policies.reports.report import Report
from policies.verdict import Verdict
from workloads.manifest import Identity
from workloads.workload import Unpriced

MOST_ROWS = 20
"""Rows of a table before the rest is summed in one."""
MOST_UNKNOWN = 5
"""Rows of what has no price before the rest is counted in one."""

Place = Callable[[str, int], str]
"""The address of a file's line; empty where nothing can be linked."""


@dataclass(frozen=True, slots=True)
class Space:
    """How much a table may take, and where the rest is."""

    place: Place
    rest: str
    """In words, as Markdown: ``in the JSON``."""


def cost_table(shown: Sequence[ShownRow], report: Report, summary: Summary, unit: Unit, space: Space) -> list[str]:
    """The table of a change, with what is not priced as rows of their own and a total."""
    denied = {violation.identity for violation in report.violations if violation.verdict is Verdict.DENY}
    several = report.clusters > 1
    listed, rest = [row for row in shown if row.words], [row for row in shown if not row.words]
    ordered = _by_cluster(listed) if several else listed
    twice = _called_alike(listed)
    body = [cells(row, unit, space.place, several, _denied(row, denied), twice) for row in ordered]
    body += [_rest(row, unit, space.rest) for row in rest]
    body += _unknown_rows(report, space, several)
    if len(body) > 1:
        body.append(_total(summary, unit))
    return table(["Δ a month", "Workload", "What changes", "Before → after"], "rllr", body)


def _denied(row: ShownRow, denied: set[Identity]) -> bool:
    return any(each.delta.identity in denied for each in row.rows)


def _by_cluster(rows: Sequence[ShownRow]) -> list[ShownRow]:
    """Rows of one cluster together, the one that changes most first; before all what changes alike in several."""
    moved: dict[str, Decimal] = {}
    for row in rows:
        moved[row.cluster] = moved.get(row.cluster, Decimal(0)) + row.weight
    return sorted(rows, key=lambda row: (row.cluster != "", -moved[row.cluster], row.cluster))


def _called_alike(rows: Sequence[ShownRow]) -> Set[tuple[str, str]]:
    """The clusters and names that several rows have: a Service and the Ingress before it are often called the same."""
    names = Counter((row.rows[0].cluster, row.rows[0].title) for row in rows if len(row.rows) == 1)
    return {name for name, times in names.items() if times > 1}


def cells(
    row: ShownRow, unit: Unit, place: Place, several: bool, denied: bool, twice: Set[tuple[str, str]] = frozenset()
) -> list[str]:
    """One row of the table of a change. What is called as another row is, in ``twice``, is shown with its kind."""
    change, only = _change(row, unit), row.rows[0]
    kind = f" ({escaped(only.manifest.kind)})" if len(row.rows) == 1 and (only.cluster, only.title) in twice else ""
    name = f"{_name(row, place, several)}{kind}{', denied' if denied else ''}"
    return [change, name, f"{row.words}{_caused(row, place)}", _sides(row, unit)]


def _sides(sums: ShownRow | Summary, unit: Unit) -> str:
    """What is paid before and after, a month, and what is paid once: ``$1,274 → $99``, ``$0.75 → $7.82 once``."""
    once = not (sums.once_before.nothing and sums.once_total.nothing)
    monthly = not (once and sums.before.nothing and sums.total.nothing)
    amount = unit.whole_range if (sums.total - sums.before).low_alone else unit.range
    parts = [f"{amount(sums.before)} → {amount(sums.total)}"] if monthly else []
    parts += [f"{unit.range(sums.once_before)} → {unit.range(sums.once_total)} once"] if once else []
    return ", ".join(parts)


def _change(row: ShownRow, unit: Unit) -> str:
    """What it adds a month and once. Of what is not known in part, what is known."""
    monthly, once = unit.changes(row.change), f"{unit.changes(row.once)} once"
    parts = [monthly] if not row.change.nothing else []
    parts += [once] if not row.once.nothing else []
    if not parts and any(not (each.change.nothing and each.one_off_change.nothing) for each in row.rows):
        single = all(each.change.nothing for each in row.rows)
        parts = [f"under {unit.money(unit.step)}{' once' if single else ''}"]
    if row.untold:
        parts.append("**?**")
    return ", ".join(parts) or monthly


def _name(row: ShownRow, place: Place, several: bool) -> str:
    if len(row.rows) > 1:
        return f"{len(row.rows):,} workloads{_spread_over(row, place)}"
    only = row.rows[0]
    origin = only.manifest.origin
    where = f"{only.cluster}: " if several and only.cluster else ""
    # What is rendered of a file that the change changes is linked to the line of the change in it.
    line = only.cause.line if only.cause and origin and not only.cause.of and only.cause.file == origin.file else None
    return link(code(f"{where}{only.title}"), place(origin.file, line or origin.line) if origin else "")


def _caused(row: ShownRow, place: Place) -> str:
    """Where the change comes from: ``, all from `base.yaml:12```, ``, from `LimitRange shop/defaults` (`limits.yaml:8`)``."""
    causes = {each.cause for each in row.rows}
    cause = causes.pop()
    if causes or cause is None:
        return ""
    origin = row.rows[0].manifest.origin
    if len(row.rows) == 1 and origin is not None and origin.file == cause.file and not cause.of:
        return ""
    shown = code(f"{cause.file}:{cause.line}" if cause.line else cause.file)
    where = link(shown, place(cause.file, cause.line or 1)) if cause.file else "removed"
    named = f"{code(cause.of)} ({where})" if cause.of else where
    return f", {'all ' if len(row.rows) > 1 else ''}from {named}"


def _spread_over(row: ShownRow, place: Place) -> str:
    """Where rows that change alike are: in how many namespaces and clusters, and in which file where it is one."""
    namespaces, clusters = ({getattr(each, name) for each in row.rows} for name in ("namespace", "cluster"))
    words = f" in {len(namespaces):,} namespaces" if len(namespaces) > 1 else ""
    words += f" of {len(clusters):,} clusters" if len(clusters) > 1 else ""
    files = {each.manifest.origin.file if each.manifest.origin else "" for each in row.rows}
    file = files.pop()
    told = files or not file or all(each.cause for each in row.rows)
    return words if told else f"{words}, all in {link(code(file), place(file, 1))}"


def _rest(row: ShownRow, unit: Unit, where: str) -> list[str]:
    """What has no row of its own, summed, so that the columns still sum by eye."""
    parts = [unit.changes(row.change)] if not row.change.nothing or row.once.nothing else []
    parts += [f"{unit.changes(row.once)} once"] if not row.once.nothing else []
    parts += ["**?**"] if row.untold else []
    largest = unit.round(Figures(*[max(max(each.change.weight, each.one_off_change.weight) for each in row.rows)] * 3)).expected
    bound = f"none above {unit.money(largest)}" if largest else f"each under {unit.money(unit.step)}"
    return [", ".join(parts), f"{len(row.rows):,} more, {bound}", where, _sides(row, unit)]


def said_of_change(report: Report) -> Reasons:
    """Why what changes has no price, and what of that the rows do not say."""
    named, _ = _room_for_unknown(report)
    return reasons(report.unpriced_changes, [entry for alike in named for entry in alike.members if fits(entry)])


def said_of_estimate(report: Report) -> Reasons:
    """Why what there is has no price: its rows say all, as far as they go."""
    named = _unpriced(report.unpriced_changes)[:MOST_ROWS]
    return reasons(report.unpriced_changes, [entry for alike in named for entry in alike.members])


def _room_for_unknown(report: Report) -> tuple[list[Alike[Unpriced]], list[Alike[Unpriced]]]:
    """What without a price has a row, and what there is no room for."""
    every = _unpriced(report.unpriced_objects)
    room = MOST_UNKNOWN + (len(every) == MOST_UNKNOWN + 1)
    return every[:room], every[room:]


def _unknown_rows(report: Report, space: Space, several: bool) -> list[list[str]]:
    """What has no price, and how many more there are than a table has room for."""
    (named, more), said = _room_for_unknown(report), said_of_change(report)
    rows = [["**?**", _unknown(alike, space.place, several), said.in_row(alike.first), "not priced"] for alike in named]
    count = sum(len(alike.members) for alike in more)
    return rows + ([["**?**", f"{count:,} more", space.rest, "not priced"]] if more else [])


def _unpriced(entries: Sequence[Unpriced]) -> list[Alike[Unpriced]]:
    """What has no price, several for one reason together where there are many; as many as a table takes."""
    found: list[Alike[Unpriced]] = []
    objects = {entry.identity: entry for entry in reversed(entries)}
    for alike in alike_unpriced(reversed(objects.values())):
        found += [alike] if len(alike.members) >= ALIKE else [Alike((entry,)) for entry in alike.members]
    return found


def _unknown(alike: Alike[Unpriced], place: Place, several: bool) -> str:
    """What it is called; of many the first."""
    entry = alike.first
    origin = entry.manifest.origin
    where = f"{entry.cluster}: " if several and entry.cluster else ""
    name = link(code(f"{where}{entry.manifest.title}"), place(origin.file, origin.line) if origin else "")
    return name if len(alike.members) == 1 else f"{len(alike.members):,} objects, such as {name}"


def _total(summary: Summary, unit: Unit) -> list[str]:
    counted = f"{summary.priced:,} of {summary.every:,} {summary.noun}" if summary.unknown else f"{summary.workloads:,} workloads"
    if not summary.workloads:
        # Zeros that nobody has weighed would look like a change that is free.
        return ["**?**", f"**{counted}**", "", "not priced"]
    change = unit.changes(summary.delta)
    if not summary.once.nothing:
        change = f"{change}, {unit.changes(summary.once)} once"
    if summary.uncounted or summary.partly or summary.mistaken:
        change = f"{change}, **?**"
    return [change, f"**{counted}**", "", f"**{_sides(summary, unit)}**"]


def estimate_table(report: Report, unit: Unit, space: Space) -> list[str]:
    """The table of what there is, biggest first."""
    priced = [row for row in report.rows if not row.unknown]
    amounts = _spread([row.total for row in priced], unit)
    single = _spread([row.one_off for row in priced], unit)
    shown = [ShownRow((row,), each, each, NO_FIGURES, once, "") for row, each, once in zip(priced, amounts, single, strict=True)]
    ordered = sorted(shown, key=lambda row: (-max(row.total.weight, row.once.weight), row.rows[0].title))
    several = report.clusters > 1
    body = [_estimate_cells(row, unit, space.place, several) for row in ordered[:MOST_ROWS]]
    if len(ordered) > MOST_ROWS:
        rest = ordered[MOST_ROWS:]
        amount = _paid(total_of([row.total for row in rest]), total_of([row.once for row in rest]), unit)
        body.append([amount, f"{len(rest):,} more", space.rest])
    every = _unpriced(report.unpriced_changes)
    body += [["**?**", _unknown(alike, space.place, several), prose(alike.first.reason)] for alike in every[:MOST_ROWS]]
    if more := sum(len(alike.members) for alike in every[MOST_ROWS:]):
        body.append(["**?**", f"{more:,} more", space.rest])
    if len(ordered) > 1:
        paid = _paid(unit.round(report.total), unit.round(report.one_off), unit)
        lacking = f", {report.not_priced:,} not priced" if report.not_priced else ""
        body.append([f"**{paid}**", f"**{len(ordered):,} workloads{lacking}**", ""])
    return table(["A month", "Workload", "What it runs"], "rll", body)


def _spread(amounts: Sequence[Figures], unit: Unit) -> tuple[Figures, ...]:
    """Amounts in a unit, which sum to their sum in that unit."""
    return spread_spans(amounts, unit.round(total_of(amounts)), unit.step)


def _paid(total: Figures, once: Figures, unit: Unit) -> str:
    """``$91``, ``$6 once``, ``$91, $6 once``."""
    if once.nothing:
        return unit.range(total)
    return f"{unit.range(once)} once" if total.nothing else f"{unit.range(total)}, {unit.range(once)} once"


def _estimate_cells(row: ShownRow, unit: Unit, place: Place, several: bool) -> list[str]:
    only = row.rows[0]
    runs = f"{', '.join(contents(only)) or 'nothing'}{f'; {escaped(only.assumed)}' if only.assumed else ''}"
    return [_paid(row.total, row.once, unit), _name(row, place, several), runs]
