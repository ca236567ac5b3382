"""Weighings as they are shown: every figure rounded once, the same in the table, the comment and the JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from policies.advice.advice import in_order
from policies.advice.shown import ShownAdvice, ShownLines, shown_advice
from policies.context import Context
from policies.exemptions.use import Use
from policies.mistaken import marked, sound
from policies.reports.alike import named
from policies.reports.certainty import certainty
from policies.reports.conversion import converted
from policies.reports.figures import Figures, require_sum, total_of
from policies.reports.growing import Growing, growing
from policies.reports.legible import legible
from policies.reports.notes import report_notes
from policies.reports.row import Row, Sides, rows
from policies.reports.unpriced import unpriced_changes
from policies.verdict import SEVERITY, Verdict, Violation
from policies.weighing import Weighing
from pricing.currency import USD, Currency
from pricing.delta import Kind
from pricing.estimate import Estimate
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.problem import Problem
from workloads.rendering.confinement import Rendering
from workloads.snapshots.snapshot import Taken
from workloads.span import NOTHING, Span
from workloads.workload import Unpriced


@dataclass(frozen=True, slots=True)
class Prices:
    """Which prices were used, and where."""

    version: str
    newest: Mapping[str, str]
    """The newest price date by cloud."""
    overlays: tuple[str, ...]
    """Prices of one's own, by name, the last one on top."""
    places: tuple[tuple[str, Location, str], ...]
    """For each cluster its name, where it was priced, and what decided that."""
    snapshots: tuple[tuple[str, Taken], ...] = ()
    """The snapshots that estimates rest on, each with the name of its cluster."""
    used: frozenset[Location] = frozenset()
    """Where workloads were in fact priced: their own labels, volumes or machines may say another place than their cluster's."""
    currency: Currency = USD
    """In which every figure is."""
    configured: int = 0
    """How many clusters the settings name, those that are not in ``places`` among them."""

    def told(self) -> list[str]:
        """The places in words, those that nothing was priced at left out: ``gcp us-central1 (default)``."""
        stated = {location for _, location, _ in self.places}
        names: dict[tuple[Location, str], list[str]] = {}
        for name, location, because in self.places:
            if location in self.used or not self.used:
                names.setdefault((location, because), []).append(name)
        words = [
            f"{f'{named(several)}: ' if len(names) > 1 and all(several) else ''}{location.cloud} {location.region} ({because})"
            for (location, because), several in names.items()
        ]
        return words + [f"{place.cloud} {place.region} (as the workloads say)" for place in sorted(self.used - stated)]

    def dates(self) -> dict[str, str]:
        """The newest price date of each cloud that prices were taken from."""
        clouds = dict.fromkeys(place.cloud for place in sorted(self.used) or [location for _, location, _ in self.places])
        return {cloud: self.newest[cloud] for cloud in clouds if self.newest.get(cloud)}


@dataclass(frozen=True, slots=True)
class Report:
    """What a command says: figures in the currency of ``prices``, a month unless ``one_off``."""

    command: str
    generated_at: datetime
    prices: Prices
    compared: bool
    """Whether there is a before; without one, ``before`` and the deltas mean nothing."""
    before: Figures
    total: Figures
    one_off_before: Figures
    one_off: Figures
    certainty: Mapping[Confidence, Decimal] | None
    """Share of ``total.expected`` by confidence, summing to one; None where the total is zero."""
    rows: tuple[Row, ...]
    """Every workload, then every resource without pods, both in the order read."""
    unpriced: tuple[Unpriced, ...]
    """Everything without a price, after the change."""
    unpriced_changes: tuple[Unpriced, ...]
    """Of it what the change touches, and what it removes; all of it where there is no before."""
    problems: tuple[Problem, ...]
    verdict: Verdict
    violations: tuple[Violation, ...]
    exemptions: tuple[Use, ...]
    """The exemptions that were used, with what each let pass."""
    notes: tuple[str, ...]
    digest: str
    """Digest of the contexts of all weighings."""
    rendering: Rendering | None = None
    """What was rendered to be weighed, and how it was confined; None where nothing was."""
    advice: tuple[ShownAdvice, ...] = ()
    """What could be had for less, and what settles a violation: denials first, then by what is saved."""
    doubts: tuple[str, ...] = ()
    """Why what somebody did to accept a denial does not count."""
    own_settings: str = ""
    """What the change does to the settings that it is weighed by, in words; empty where it leaves them alone."""
    misread: tuple[Problem, ...] = ()
    """Of the problems, those of files of which something would seem to come or to go: it has neither row nor figure."""
    proposals: tuple[Mapping[str, object], ...] = ()
    """Exemptions that say what was accepted, for the change to take along."""
    growing: tuple[Growing, ...] = ()
    """Pools that make nodes and may make more or others by the change."""
    pull_request: int = 0
    """Number of the pull request that it is of; 0 for none."""

    @property
    def delta(self) -> Figures:
        """What the change adds a month."""
        return self.total - self.before

    @property
    def one_off_delta(self) -> Figures:
        """What the change adds once."""
        return self.one_off - self.one_off_before

    @property
    def unpriced_objects(self) -> tuple[Unpriced, ...]:
        """Of what has no price and the change touches, the objects that have none at all: those without a row."""
        partly = {row.delta.identity for row in self.changed if row.partly}
        return tuple(entry for entry in self.unpriced_changes if entry.identity not in partly)

    @property
    def not_priced(self) -> int:
        """How many objects have no price, or not all of it, and have to do with the change."""
        return len({entry.identity for entry in self.unpriced_changes})

    @property
    def untold(self) -> bool:
        """Whether nobody can tell what the change comes to: its files cannot be read, or nothing of what changes has a price."""
        priced = any(row.lines or row.lines_before for row in self.changed)
        return bool(self.misread) or (bool(self.unpriced_changes) and not priced)

    @property
    def mistakes(self) -> tuple[Problem, ...]:
        """What the change probably mistakes in objects, beside what already says why one has no price."""
        said = {(entry.manifest.origin.file, entry.line) for entry in self.unpriced_changes if entry.manifest.origin}
        return tuple(each for each in self.problems if each.mistaken and (each.file, each.line or 1) not in said)

    @property
    def changed(self) -> tuple[Row, ...]:
        """Of a change, the rows that it touches and that have a price: those that are shown."""
        return tuple(row for row in self.rows if row.kind is not Kind.UNCHANGED and not row.unknown)

    @property
    def unchanged(self) -> tuple[Row, ...]:
        """Of a change, the rows that cost something and that it leaves as they are: a NodePool costs nothing itself."""
        return tuple(row for row in self.rows if row.kind is Kind.UNCHANGED and row.lines)

    @property
    def clusters(self) -> int:
        """How many clusters there are, whether or not it reaches them: rows name theirs where there are several."""
        return max(len(self.prices.places), self.prices.configured)


def report(
    weighings: Sequence[Weighing],
    command: str,
    now: datetime,
    currency: Currency = USD,
    rendering: Rendering | None = None,
    lines: ShownLines | None = None,
) -> Report:
    """Several weighings, one for each cluster, as one report. Linear in the workloads. On ``lines`` advice can be committed.

    :raises SumError: when rows do not sum to totals: such a report must not be shown.
    """
    with exactly():
        found, whole = _summed(weighings, currency)
        # What is wrong with what parts of a cluster share, each of them tells.
        problems = tuple(dict.fromkeys(problem for weighing in weighings for problem in weighing.problems))
        every = _whole_rows(marked(found, problems), whole)
        compared = any(weighing.delta.before is not None for weighing in weighings)
        told = Report(
            command=command,
            generated_at=now,
            prices=_prices(weighings, every, currency),
            compared=compared,
            before=whole.before,
            total=whole.total,
            one_off_before=whole.one_off_before,
            one_off=whole.one_off,
            certainty=certainty([weighing.delta.after for weighing in weighings]),
            rows=every,
            unpriced=tuple(entry for weighing in weighings for entry in weighing.delta.after.unpriced),
            unpriced_changes=tuple(entry for weighing in weighings for entry in unpriced_changes(weighing.delta)),
            problems=problems,
            verdict=min((weighing.verdict for weighing in weighings), key=SEVERITY.index, default=Verdict.PASS),
            violations=tuple(violation for weighing in weighings for violation in weighing.violations),
            exemptions=tuple(use for weighing in weighings for use in weighing.exemptions),
            notes=tuple(report_notes(weighings, every, currency, now)),
            digest=_digest(weighings),
            rendering=rendering,
            advice=_advice(weighings, every, currency, lines),
            growing=tuple(growing(every, currency.step)) if compared else (),
        )
        return legible(told)


def _advice(
    weighings: Sequence[Weighing], rows: Sequence[Row], currency: Currency, lines: ShownLines | None
) -> tuple[ShownAdvice, ...]:
    """What is advised for all weighings, the biggest first, as it is shown."""
    every = (each for weighing in weighings for each in weighing.advice)
    return shown_advice(in_order(sound(every, rows)), currency, lines)


def _summed(weighings: Sequence[Weighing], currency: Currency) -> tuple[tuple[Row, ...], Sides]:
    """The rows of all weighings, in the order of the document, so that what is read from there says the same; and their sums."""
    parts = [_part(weighing, currency) for weighing in weighings]
    whole = _whole([sides for _, sides in parts])
    every = sorted((row for found, _ in parts for row in found), key=lambda row: not row.workload.has_pods)
    return tuple(every), whole


def _whole_rows(rows: tuple[Row, ...], whole: Sides) -> tuple[Row, ...]:
    """The rows as they are shown, none of which was lost on the way.

    :raises SumError: when they do not sum to the totals.
    """
    require_sum([row.total for row in rows], whole.total)
    require_sum([row.before for row in rows], whole.before)
    return rows


def _whole(sides: Sequence[Sides]) -> Sides:
    """What all weighings come to."""
    return Sides(
        before=total_of([each.before for each in sides]),
        total=total_of([each.total for each in sides]),
        one_off_before=total_of([each.one_off_before for each in sides]),
        one_off=total_of([each.one_off for each in sides]),
    )


def _part(weighing: Weighing, currency: Currency) -> tuple[tuple[Row, ...], Sides]:
    delta = weighing.delta if currency.usd == 1 else converted(weighing.delta, currency.factor)
    step = currency.step
    sides = Sides(
        before=Figures.of(_total(delta.before), step),
        total=Figures.of(delta.after.total, step),
        one_off_before=Figures.of(_one_off(delta.before), step),
        one_off=Figures.of(delta.after.one_off, step),
    )
    return rows(delta.workloads, sides, weighing.context, step), sides


def _total(estimate: Estimate | None) -> Span:
    return estimate.total if estimate else NOTHING


def _one_off(estimate: Estimate | None) -> Span:
    return estimate.one_off if estimate else NOTHING


def _prices(weighings: Sequence[Weighing], rows: Sequence[Row], currency: Currency) -> Prices:
    first = weighings[0].edition
    places = tuple((context.cluster, context.location, context.location_because) for context in map(_context, weighings))
    used = frozenset(row.estimate.location for row in rows if not row.unknown)
    taken = tuple((context.cluster, found) for context in map(_context, weighings) if (found := context.snapshot.taken))
    configured = max(context.clusters for context in map(_context, weighings))
    return Prices(first.version, first.newest, first.overlays, places, taken, used, currency, configured)


def _context(weighing: Weighing) -> Context:
    return weighing.context


def _digest(weighings: Sequence[Weighing]) -> str:
    if len(weighings) == 1:
        return weighings[0].digest
    return hashlib.sha256("\n".join(weighing.digest for weighing in weighings).encode()).hexdigest()[:16]
