"""What was found of one object so far, by whatever rules of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from workloads.field import FieldPath
from workloads.group import FoundGroup
from workloads.group_names import told_apart
from workloads.kinds.unread import Unread, Value
from workloads.manifest import Manifest
from workloads.models.named import NO_MODELS, Models
from workloads.models.usage import AiUsage
from workloads.network.service import ServedAnyway
from workloads.network.traffic import Traffic
from workloads.nodes.provisioner import Growth
from workloads.refusal import Refusal, identity_meant
from workloads.snapshots.snapshot import Autoscaler
from workloads.untold import Untold
from workloads.workload import Fee, LoadBalancer, PodGroup, Unpriced, VolumeClaim, Workload

Found = FoundGroup | VolumeClaim | LoadBalancer | AiUsage | Traffic | Fee | ServedAnyway | Growth | Unread | Untold | str
"""What a rule finds; a text is why something could not be told."""


@dataclass(slots=True)
class Parts:
    """Everything of one object that costs, and what there is to know of it."""

    groups: list[PodGroup] = field(default_factory=list)
    claims: list[VolumeClaim] = field(default_factory=list)
    balancers: list[LoadBalancer] = field(default_factory=list)
    ai_usage: list[AiUsage] = field(default_factory=list)
    traffic: Traffic | None = None
    fees: list[Fee] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    """Why what looks as if it cost does not."""
    reasons: dict[str, FieldPath] = field(default_factory=dict)
    """Why something could not be told, each with the path of its field."""
    untold: list[str] = field(default_factory=list)
    """Those of the reasons for which its pods may be larger, or more, than the groups tell."""
    refused: Untold | None = None
    """That of the reasons for which no API server takes the object; None where one may."""
    unscaled: Untold | None = None
    """That for which nobody can tell how many run at all; None where somebody can."""
    problems: list[tuple[FieldPath, str]] = field(default_factory=list)
    modelled: str = ""
    models: Models = NO_MODELS
    growth: Growth | None = None
    unread: tuple[Value, ...] = ()
    """Fields that may decide what it costs and that nobody understands."""

    def add(self, found: Iterable[Found]) -> None:
        """Take in what a rule found."""
        for each in found:
            if isinstance(each, FoundGroup):
                self.groups.append(each.group)
                self.notes += each.notes
                self.problems += each.problems
            elif isinstance(each, VolumeClaim):
                self.claims.append(each)
            elif isinstance(each, LoadBalancer):
                self.balancers.append(each)
            elif isinstance(each, AiUsage):
                self.ai_usage.append(each)
            elif isinstance(each, Traffic):
                self.traffic = each
            elif isinstance(each, Fee):
                self.fees.append(each)
            elif isinstance(each, Growth):
                self.growth = each
            elif isinstance(each, ServedAnyway):
                self.free.append(each.words)
            else:
                self._tell(each)

    def leave_unknown(self, refused: Refusal | None, unscaled: str) -> None:
        """Take in that no API server takes the object, and why nobody can tell how many of it run; None and empty otherwise."""
        self.refused = Untold(*refused) if refused is not None else None
        self.unscaled = Untold(unscaled) if unscaled else None
        self.add(each for each in (self.refused, self.unscaled) if each is not None)

    def _tell(self, reason: Untold | Unread | str) -> None:
        """Take in why something could not be told."""
        if isinstance(reason, str):
            self.reasons.setdefault(reason, ())
        elif isinstance(reason, Unread):
            self.unread += reason.fields
            self.add([Untold(reason.words, reason.path)] if reason.words else [])
        else:
            self.reasons.setdefault(reason.words, reason.path)
            self.untold.append(reason.words)

    def unpriced(self, manifest: Manifest, cluster: str) -> Iterator[Unpriced]:
        """Why the object, or a part of it, has no price: of the field for which it is refused, only that."""
        for words, path in self.reasons.items():
            told = Untold(words, path)
            if told == self.refused:
                yield Unpriced(manifest, words, cluster, path, identity_meant(manifest, cluster), whole=True)
            elif self.refused is None or path != self.refused.path:
                yield Unpriced(manifest, words, cluster, path, whole=told == self.unscaled)

    @property
    def empty(self) -> bool:
        """Whether nothing that costs was found."""
        costs = self.groups or self.claims or self.balancers or self.ai_usage or self.traffic or self.fees
        return not (costs or self.growth)

    def workload(self, manifest: Manifest, cluster: str, autoscaler: Autoscaler | None, modelled: str) -> Workload:
        """The object as a workload; ``modelled`` says why pods of its kind are only modelled."""
        return Workload(
            manifest,
            cluster,
            tuple(told_apart(self.groups, manifest.body)),
            tuple(self.claims),
            tuple(self.balancers),
            autoscaler,
            self.modelled or modelled,
            tuple(self.ai_usage),
            self.models.names,
            self.traffic,
            tuple(self.fees),
            tuple(dict.fromkeys((*self.notes, *self.free, *self.models.notes))),
            self.growth,
            tuple(dict.fromkeys(self.untold)),
            self.unread,
        )
