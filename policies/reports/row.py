"""One workload as it is shown: its figures in whole cents, its lines, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from policies.context import Context
from policies.reports.causing_line import cause_of
from policies.reports.causing_object import causing_object
from policies.reports.figures import NO_FIGURES, Figures, spread_sides
from policies.reports.shown_line import ShownLine, shown_lines
from pricing.ai.swap import uncounted
from pricing.delta import Kind, WorkloadDelta
from pricing.estimate import WorkloadEstimate
from pricing.placement import OF_POOL
from pricing.rounding import CENT
from workloads.manifest import Manifest
from workloads.quick_dataclass import quick_dataclass
from workloads.rendering.single_change import Cause
from workloads.schedule.pod_duration import EACH_POD_RUNS
from workloads.span import NOTHING, Span
from workloads.workload import Workload


@quick_dataclass(frozen=True, slots=True)
class Row:
    """One workload, or one resource without pods."""

    delta: WorkloadDelta
    manifest: Manifest
    """As it is after the change; as it was, where it was removed."""
    cluster: str
    namespace: str
    """The stated one, else the cluster's default."""
    owners: Mapping[str, str]
    before: Figures
    total: Figures
    one_off_before: Figures
    one_off: Figures
    stranded: Figures
    lines: tuple[ShownLine, ...]
    """Of the workload after the change."""
    lines_before: tuple[ShownLine, ...]
    cause: Cause | None = None
    """Of a rendered workload, the line of the change that changes it; else the object beside it that does, such as its limit
    range. None where that is not certain."""
    mistaken: bool = False
    """Whether the change probably mistakes something in its manifest, or in what scales it: its figures are then of what is
    written, not meant."""
    runs_on: str = ""
    """Of what is removed, or has another name than before, why it goes on running under the old one; empty where it does not, or
    nobody knows."""

    @property
    def former(self) -> str:
        """What it was called before, as ``title``."""
        before = self.delta.before.workload.manifest if self.delta.before is not None else self.manifest
        namespace = before.namespace or self.namespace
        return f"{namespace}/{before.called}" if namespace else before.called

    @property
    def unknown(self) -> bool:
        """Whether nothing of it has a price, before or after: its figures are then zero and stand for nothing."""
        return not self.lines and not self.lines_before and bool(self.estimate.unpriced)

    @property
    def partly(self) -> bool:
        """Whether a part of what changes has no price: its figures are then what is known of it."""
        return not self.unknown and self.delta.in_part

    @property
    def uncounted(self) -> tuple[str, ...]:
        """AI models that come or go with the change and whose tokens are not told: its figures hold none of them."""
        if self.kind in (Kind.CHANGED, Kind.ADDED):
            then, now = (uncounted(side) if side is not None else [] for side in (self.delta.before, self.delta.after))
            old, new = ({each.model: each.label for each in side} for side in (then, now))
            return tuple(new[model] for model in new if model not in old) + tuple(old[model] for model in old if model not in new)
        return ()

    @property
    def unscaled(self) -> bool:
        """Whether the change takes its autoscaler away."""
        before, after = self.delta.before, self.delta.after
        return self.kind is Kind.CHANGED and _scaled(before) and not _scaled(after)

    @property
    def unsure(self) -> bool:
        """Whether its figures are not all that there is to say of what it costs."""
        return self.partly or self.mistaken or bool(self.uncounted)

    @property
    def assumed_run(self) -> str:
        """How long its pods are assumed to run, where it ends and nothing says when: ``each pod runs 1 h (assumed)``."""
        words = (part for shown in self.lines for part in shown.line.assumption.split("; ") if part.startswith(EACH_POD_RUNS))
        said = next(words, "").partition(" (")[0].partition(",")[0]
        return f"{said} (assumed)" if said else ""

    @property
    def assumed(self) -> str:
        """What is assumed that decides its figure more than anything: how long pods run, what nodes of an unknown pool have."""
        every = (part for shown in self.lines for part in shown.line.assumption.split("; ") if part.startswith(OF_POOL))
        nodes = next(every, "")
        return "; ".join(filter(None, (self.assumed_run, f"assumed, as {nodes}" if nodes else "")))

    @property
    def exact_before(self) -> Decimal:
        """What it was expected to cost a month, unrounded."""
        return _total(self.delta.before).expected

    @property
    def exact_total(self) -> Decimal:
        """What it is expected to cost a month, unrounded."""
        return _total(self.delta.after).expected

    @property
    def change(self) -> Figures:
        """What the change adds a month."""
        return self.total - self.before

    @property
    def one_off_change(self) -> Figures:
        """What the change adds once."""
        return self.one_off - self.one_off_before

    @property
    def kind(self) -> Kind:
        """What happened to it."""
        return self.delta.kind

    @property
    def title(self) -> str:
        """``namespace/name``, as far as both are known."""
        return f"{self.namespace}/{self.manifest.called}" if self.namespace else self.manifest.called

    @property
    def workload(self) -> Workload:
        """The workload as it is after the change; as it was, where it was removed."""
        estimate = self.estimate
        return estimate.workload

    @property
    def estimate(self) -> WorkloadEstimate:
        """The estimate after the change; the one before, where it was removed."""
        estimate = self.delta.after if self.delta.kind is not Kind.REMOVED else self.delta.before
        found = estimate or self.delta.before or self.delta.after
        if found is None:
            raise ValueError("a delta without either side")
        return found


@dataclass(frozen=True, slots=True)
class Sides:
    """The rounded totals that a weighing's rows sum to."""

    before: Figures
    total: Figures
    one_off_before: Figures
    one_off: Figures


def rows(deltas: Sequence[WorkloadDelta], sides: Sides, context: Context, step: Decimal = CENT) -> tuple[Row, ...]:
    """Every workload of a weighing as a row; the rows sum to ``sides``.

    :raises SumError: when they do not.
    """
    before, after = spread_sides(
        [_total(delta.before) for delta in deltas], [_total(delta.after) for delta in deltas], sides.before, sides.total, step
    )
    once_before, once = spread_sides(
        [_one_off(delta.before) for delta in deltas],
        [_one_off(delta.after) for delta in deltas],
        sides.one_off_before,
        sides.one_off,
        step,
    )
    return tuple(_row(*parts, context, step) for parts in zip(deltas, before, after, once_before, once, strict=True))


def _row(
    delta: WorkloadDelta, before: Figures, total: Figures, once_before: Figures, once: Figures, context: Context, step: Decimal
) -> Row:
    present = delta.after if delta.kind is not Kind.REMOVED and delta.after else delta.before or delta.after
    manifest = present.workload.manifest if present else Manifest("", "", "", "", {})
    namespace = manifest.namespace or context.default_namespace
    lines_before, lines = shown_lines(delta, (before, once_before), (total, once), step)
    elsewhere, own = causing_object(delta, context), cause_of(delta)
    if elsewhere is not None and elsewhere.refused:
        delta = replace(delta, notes=(*delta.notes, *elsewhere.refused))
    return Row(
        delta,
        manifest,
        delta.identity.cluster,
        namespace,
        context.ownership.of(manifest, context.snapshot.namespaces.get(namespace)),
        before,
        total,
        once_before,
        once,
        Figures.of(delta.after.stranded, step) if delta.after else NO_FIGURES,
        lines,
        lines_before,
        own or (elsewhere.cause if elsewhere is not None else None),
        runs_on=_runs_on(delta),
    )


def _runs_on(delta: WorkloadDelta) -> str:
    before, after = delta.before, delta.after
    origin = before.workload.manifest.origin if before is not None else None
    if before is None or origin is None or not origin.unpruned:
        return ""
    gone = delta.kind is Kind.REMOVED or after is None
    renamed = after is not None and before.workload.manifest.identity() != after.workload.manifest.identity()
    return origin.unpruned if gone or renamed else ""


def _scaled(estimate: WorkloadEstimate | None) -> bool:
    return estimate is not None and estimate.workload.autoscaler is not None


def _total(estimate: WorkloadEstimate | None) -> Span:
    return estimate.total if estimate else NOTHING


def _one_off(estimate: WorkloadEstimate | None) -> Span:
    return estimate.one_off if estimate else NOTHING
