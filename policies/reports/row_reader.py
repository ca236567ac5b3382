"""One workload or resource of a JSON document as the row of a report it was written from, as far as a comment needs it.

What the document does not have stays empty: a row that was read is shown, and never weighed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from policies.reports.figures import Figures, require_sum
from policies.reports.figures_reader import decimal_at, exact_at, figures_at, span_at, span_of
from policies.reports.row import Row
from policies.reports.shown_line import ShownLine
from pricing.ai.model import AiModel, UsedModel
from pricing.delta import Kind, WorkloadDelta
from pricing.estimate import Change, FieldChange, Line, MachineUse, WorkloadEstimate
from pricing.rate import Confidence, Location, Rate
from workloads.field import dig, mapping, sequence, text
from workloads.manifest import Identity, Manifest, Origin
from workloads.models.name import ModelName
from workloads.network.traffic import Traffic
from workloads.rendering.single_change import Cause
from workloads.snapshots.snapshot import Autoscaler, Target
from workloads.span import NOTHING
from workloads.workload import Fee, LoadBalancer, PodGroup, PodRequests, Unpriced, VolumeClaim, Workload

_NO_CHANGE: Final = Change(Decimal(0), Decimal(0), Decimal(0))
_NO_RATE: Final = Rate(Decimal(0), "", "", "", Confidence.EXACT)


def manifest_of(entry: object, namespace: str) -> Manifest:
    """The object that an entry is about, without what it says."""
    file, line = text(entry, "file"), dig(entry, "line")
    origin = Origin(file, line=line if isinstance(line, int) else 1) if dig(entry, "file") is not None else None
    unrendered = "" if dig(entry, "unrendered") is True else None
    return Manifest(text(entry, "apiVersion"), text(entry, "kind"), namespace, text(entry, "name"), {}, origin, unrendered)


def read_row(entry: object, step: Decimal) -> Row:
    """The row that an entry of ``workloads`` or ``resources`` was written from.

    :raises ValueError: when a figure is none.
    :raises SumError: when its lines do not sum to it.
    """
    return _Entry(entry, step).row()


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry that the schema has been held to, and the smallest amount of the document's currency."""

    entry: object
    step: Decimal

    def row(self) -> Row:
        before, total = self._figures("before"), self._figures("total")
        once_before, once = self._figures("oneOff", "before"), self._figures("oneOff", "total")
        after, lines_before = self._sides()
        require_sum([shown.amount for shown in after or ()], total + once)
        if self.kind is not Kind.UNCHANGED:
            require_sum([shown.amount for shown in lines_before], before + once_before)
        manifest = manifest_of(self.entry, self._stated_namespace)
        delta = self._delta(manifest, after, lines_before)
        owners = {key: str(value) for key, value in mapping(self.entry, "labels").items()}
        named = (delta, manifest, text(self.entry, "cluster"), text(self.entry, "namespace"), owners)
        amounts = (before, total, once_before, once, self._figures("stranded"))
        mistaken = dig(self.entry, "mistaken") is True
        return Row(*named, *amounts, tuple(after or ()), lines_before, self._cause, mistaken, text(self.entry, "runsOn"))

    @property
    def kind(self) -> Kind:
        """What happened to it; where there is no before, all is as if it were new."""
        return Kind(text(self.entry, "change") or "added")

    @property
    def _cause(self) -> Cause | None:
        file, line = text(self.entry, "cause", "file"), dig(self.entry, "cause", "line")
        of = text(self.entry, "cause", "object")
        return Cause(file, line if isinstance(line, int) else None, of) if file or of else None

    @property
    def _stated_namespace(self) -> str:
        return text(self.entry, "namespace") if dig(self.entry, "namespaceStated") is True else ""

    def _figures(self, *path: str) -> Figures:
        return figures_at(self.entry, self.step, *path)

    def _sides(self) -> tuple[tuple[ShownLine, ...] | None, tuple[ShownLine, ...]]:
        """The lines after the change, None where nothing is left of it, and those before."""
        lines = tuple(self._line(each) for each in sequence(self.entry, "lines"))
        before = tuple(self._line(each) for each in sequence(self.entry, "linesBefore"))
        gone = self.kind is Kind.REMOVED and dig(self.entry, "remains") is not True
        return (None if gone else lines), before

    def _delta(self, manifest: Manifest, after: tuple[ShownLine, ...] | None, before: tuple[ShownLine, ...]) -> WorkloadDelta:
        workload = self._workload(manifest)
        new = self._estimate(workload, after, "total") if after is not None else None
        earlier = replace(workload, autoscaler=_scaler(manifest)) if dig(self.entry, "autoscalerRemoved") is True else workload
        old = self._estimate(earlier, before, "before") if self.kind is not Kind.ADDED else None
        identity = Identity(text(self.entry, "cluster"), manifest.group, manifest.kind, manifest.namespace, manifest.name)
        fields = tuple(self._field(each) for each in sequence(self.entry, "changes"))
        notes = tuple(str(note) for note in sequence(self.entry, "oneWay"))
        in_part = dig(self.entry, "inPart") is True
        return WorkloadDelta(identity, self.kind, old, new, _NO_CHANGE, _NO_CHANGE, fields, notes, in_part)

    def _estimate(self, workload: Workload, lines: tuple[ShownLine, ...], side: str) -> WorkloadEstimate:
        """One side. What is said of the workload as a whole belongs to the side that is shown."""
        location = Location(text(self.entry, "location", "cloud"), text(self.entry, "location", "region"))
        total = exact_at(self.entry, "unrounded", side)
        told = tuple(shown.line for shown in lines)
        if side == "before" and self.kind is not Kind.REMOVED:
            return WorkloadEstimate(workload, location, told, total=total)
        unpriced = tuple(Unpriced(workload.manifest, str(reason)) for reason in sequence(self.entry, "unpriced"))
        machines = tuple(self._machines())
        return WorkloadEstimate(workload, location, told, machines, total, unpriced=unpriced, ai_models=tuple(self._models()))

    def _workload(self, manifest: Manifest) -> Workload:
        balancers = dig(self.entry, "loadBalancers")
        one = LoadBalancer("", {})
        return Workload(
            manifest,
            text(self.entry, "cluster"),
            tuple(_group(each) for each in sequence(self.entry, "pods")),
            tuple(_claim(each) for each in sequence(self.entry, "volumes")),
            (one,) * min(balancers, MOST_BALANCERS) if isinstance(balancers, int) else (),
            _scaler(manifest) if dig(self.entry, "autoscaled") is True else None,
            traffic=Traffic() if dig(self.entry, "declaresTraffic") is True else None,
            fees=tuple(Fee(str(item), "") for item in sequence(self.entry, "fees")),
        )

    def _machines(self) -> Iterator[MachineUse]:
        for use in sequence(self.entry, "machines"):
            named = (text(use, "group"), text(use, "type"), _NO_RATE, span_at(use, "count"), Decimal(1))
            yield MachineUse(*named, text(use, "model"), decimal_at(use, "accelerators"), "", slices=text(use, "slices"))

    def _models(self) -> Iterator[UsedModel]:
        for label in sequence(self.entry, "uncounted"):
            yield UsedModel(ModelName(str(label), (), ""), AiModel("", str(label), None))

    def _line(self, entry: object) -> ShownLine:
        amount = figures_at(entry, self.step, "amount")
        confidence = Confidence(text(entry, "confidence"))
        named = (text(entry, "rateUnit"), text(entry, "source"), text(entry, "sourceDate"), confidence)
        line = Line(
            what=text(entry, "what"),
            group=text(entry, "group"),
            quantity=decimal_at(entry, "quantity"),
            unit=text(entry, "unit"),
            times=span_at(entry, "hours"),
            rate=Rate(decimal_at(entry, "rate"), *named),
            amount=span_of(amount),
            confidence=confidence,
            one_off=dig(entry, "oneOff") is True,
            assumption=text(entry, "assumption"),
            counted=text(entry, "counted"),
        )
        return ShownLine(line, amount)

    def _field(self, entry: object) -> FieldChange:
        said = (text(entry, "what"), text(entry, "before"), text(entry, "after"))
        return FieldChange("", (), *said, _NO_CHANGE, text(entry, "detail"))


MOST_BALANCERS: Final = 1_000
"""Load balancers of one object: a number that somebody wrote must not fill the memory."""


def _scaler(manifest: Manifest) -> Autoscaler:
    """That something scales it: what its bounds are, a document does not tell."""
    return Autoscaler(manifest, Target("", "", "", ""), 0, 0)


def _group(entry: object) -> PodGroup:
    requests = PodRequests(decimal_at(entry, "cpu"), decimal_at(entry, "memoryBytes"))
    assumption = text(entry, "assumption")
    return PodGroup(text(entry, "name"), (), {}, requests, span_at(entry, "count"), NOTHING, assumption=assumption)


def _claim(entry: object) -> VolumeClaim:
    size, count = decimal_at(entry, "sizeBytes"), span_at(entry, "count")
    return VolumeClaim(text(entry, "name"), (), size, count, text(entry, "storageClass"))
