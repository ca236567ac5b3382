"""What a person should know of several weighings beside figures and verdicts: each note once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from policies.reports.alike import alike_remarks, named
from policies.reports.device_notes import device_notes
from policies.reports.growing import Growing, growing
from policies.reports.row import Row
from policies.reports.uncounted import declared_notes, uncounted_notes
from policies.reports.unpruned import unpruned_notes
from policies.weighing import Weighing
from pricing.age import STALE_YEARS, is_old
from pricing.currency import STALE_DAYS, Currency
from pricing.delta import Kind
from pricing.rounding import WHOLE, to_step

_GROWS: Final = "it may grow to "


def report_notes(weighings: Sequence[Weighing], rows: Sequence[Row], currency: Currency, now: datetime) -> Iterator[str]:
    """What a person should know, each once."""
    yield from irreversible(rows)
    yield from unpruned_notes(rows)
    for alike in alike_remarks(remark for weighing in weighings for remark in weighing.remarks):
        titles = named(remark.manifest.title for remark in alike.members)
        costs = "cost nothing themselves" if len(alike.members) > 1 else "costs nothing itself"
        yield f"{alike.first.manifest.kind} {titles} {costs}: {alike.first.text}"
    yield from device_notes(rows)
    yield from _apart(rows, currency)
    yield from _growth(growing(rows, currency.step))
    yield from _places(rows)
    yield from uncounted_notes(rows, compared=any(weighing.delta.before is not None for weighing in weighings))
    yield from declared_notes(rows, currency.sign)
    yield from _stale(rows, now)
    yield from _snapshots(weighings)
    yield from dict.fromkeys(note for weighing in weighings for note in weighing.notes)
    yield from _stale_rate(currency, now)


def irreversible(rows: Iterable[Row]) -> Iterator[str]:
    """What no later change takes back, with the workloads that it is of: ``shop/db: disks grow, never shrink: …``."""
    titles: dict[str, list[str]] = {}
    for row in rows:
        for note in row.delta.notes:
            titles.setdefault(note, []).append(row.title)
    yield from (f"{named(several)}: {note}" for note, several in titles.items())


def _stale(rows: Sequence[Row], now: datetime) -> Iterator[str]:
    """That prices used are old, or of nobody knows when: once of each, with the sources and their dates."""
    rates = {
        (shown.line.rate.date, shown.line.rate.source) for row in rows for shown in row.lines if row.kind is not Kind.UNCHANGED
    }
    undated = sorted(source for date, source in rates if not date)
    if undated:
        yield f"prices without a date, so that nobody can tell how old they are: {named(undated)}"
    old = sorted((date, source) for date, source in rates if date and is_old(date, now.date()))
    if old:
        yield f"prices more than {STALE_YEARS} years old: {named(f'{source} ({date})' for date, source in old)}"


def _stale_rate(currency: Currency, now: datetime) -> Iterator[str]:
    """That the rate of exchange is an old one."""
    if currency.age(now.date()) > STALE_DAYS:
        yield f"the rate of exchange is more than {STALE_DAYS} days old: {currency.words} (prices.currency)"


def _apart(rows: Sequence[Row], currency: Currency) -> Iterator[str]:
    """What things cost on one side of a change, where nobody can tell what they cost on the other: it is in no sum."""
    for side, when, other in (("before", "before this change", "after it"), ("after", "after this change", "before it")):
        found = [(row.title, known.apart.expected) for row in rows if (known := getattr(row.delta, side)) is not None]
        costing = [(title, amount) for title, amount in found if amount]
        if costing:
            total = f"{currency.sign}{to_step(sum((amount for _, amount in costing), Decimal(0)), WHOLE):,}"
            titles = named(title for title, _ in costing)
            yield f"{total} a month of {titles} {when} is in no sum: what is paid {other} is not known"


def _growth(pools: Iterable[Growing]) -> Iterator[str]:
    """How far pools that make nodes may grow, where that is new, with what it was."""
    for pool in pools:
        was = f" (before: {pool.words_before.removeprefix(_GROWS)})" if pool.words_before else ""
        yield f"NodePool {pool.title}: {pool.words}{was}"


def _places(rows: Sequence[Row]) -> Iterator[str]:
    """Objects whose parts are said to be in several clouds, where that is new."""
    for row in rows:
        if row.kind is not Kind.UNCHANGED:
            yield from (f"{row.workload.manifest.kind} {row.title}: {note}" for note in row.estimate.disagreement)


def _snapshots(weighings: Sequence[Weighing]) -> Iterator[str]:
    """Which snapshots figures rest on, and what these do not tell: it was assumed as if there were none."""
    for context in (weighing.context for weighing in weighings):
        taken = context.snapshot.taken
        if taken is not None:
            missing = f", which does not tell: {', '.join(sorted(taken.not_known))}" if taken.not_known else ""
            yield f"nodes, replicas and classes are those of {taken.words}{missing}"
