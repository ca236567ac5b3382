"""Tries what is proposed: the edited object is weighed by the one function that weighs the change itself, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from policies.context import Context
from policies.policy_set import PolicySet
from policies.verdict import Verdict, Violation
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.book import PriceBook
from pricing.estimate import WorkloadEstimate
from workloads.edit import Edit, edited
from workloads.inventory import take_inventory
from workloads.kinds.registry import find
from workloads.manifest import Identity, Manifest
from workloads.snapshots.snapshot import UNKNOWN, Snapshot
from workloads.surroundings import observe
from workloads.workload import Inventory

Found = tuple[str, str, str]
"""A violation by its rule, what it wants where, and its verdict: what a try is compared by."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try."""

    estimate: WorkloadEstimate | None
    """Of the workload; None for an object that costs nothing, or cannot be priced."""
    violations: frozenset[Found]


@dataclass(slots=True)
class Trial:
    """One cluster's change, ready to be weighed again object by object."""

    before: Inventory | None
    after: Inventory
    prices: PriceBook
    policies: PolicySet
    context: Context
    now: datetime
    _earlier: Mapping[Identity, Manifest] = field(init=False)
    _settled: dict[Identity, Outcome] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        old = self.before.manifests() if self.before is not None else ()
        self._earlier = {each.identity(self.context.cluster): each for each in old}

    def as_it_is(self, workload: Manifest) -> Outcome:
        """An object by itself as the change leaves it, against which tries of it are held."""
        key = workload.identity(self.context.cluster)
        if key not in self._settled:
            self._settled[key] = self._weighed([workload], workload)
        return self._settled[key]

    def of(self, workload: Manifest, manifest: Manifest, edits: Sequence[Edit]) -> Outcome | None:
        """A workload with edits of its object, or of what scales it; None where they cannot be made, or change nothing."""
        body = edited(manifest.body, edits)
        if body is None or body == manifest.body:
            return None
        changed = replace(manifest, body=body)
        if manifest.body is workload.body:
            return self._weighed([changed], changed)
        # What else scales the same is still there.
        scalers = [changed if each.body is manifest.body else each for each in self._scalers()]
        return self._weighed([workload, changed], workload, observe(scalers))

    def _scalers(self) -> list[Manifest]:
        return [each for each in self.after.free if (kind := find(each.group, each.kind)) is not None and kind.scaler is not None]

    def _weighed(self, objects: Sequence[Manifest], workload: Manifest, told: Snapshot = UNKNOWN) -> Outcome:
        cluster = self.context.cluster
        context = replace(self.context, snapshot=self.context.snapshot.under(told)) if told is not UNKNOWN else self.context
        earlier = [old for each in objects if (old := self._earlier.get(each.identity(cluster))) is not None]
        then = self.context.earlier or self.context.snapshot
        before = self._inventory(earlier, then) if self.before is not None else None
        weighing = weigh(before, self._inventory(objects, context.snapshot), self.prices, self.policies, context, self.now)
        return Outcome(_estimate(weighing, workload.identity(cluster)), frozenset(map(found, _stopping(weighing))))

    def _inventory(self, manifests: Sequence[Manifest], snapshot: Snapshot) -> Inventory:
        context = self.context
        return take_inventory(manifests, snapshot, context.assumptions, context.cluster, context.default_namespace)


def _estimate(weighing: Weighing, identity: Identity) -> WorkloadEstimate | None:
    deltas = (delta for delta in weighing.delta.workloads if delta.identity == identity)
    estimate = next((delta.after for delta in deltas), None)
    return None if estimate is None or estimate.unpriced else estimate


def _stopping(weighing: Weighing) -> list[Violation]:
    return [violation for violation in weighing.violations if violation.verdict is not Verdict.PASS]


def found(violation: Violation) -> Found:
    """What of a violation stays the same from one try to the next: an object's first label moves the place of others."""
    path = ("metadata", "labels") if violation.path == ("metadata",) else violation.path
    return violation.id, f"{path!r} {violation.required}", str(violation.verdict)


def allowed(now: Outcome, then: Outcome, settles: Violation | None) -> bool:
    """Whether a try is found nothing that was not found before, and no longer what it is to settle."""
    return then.violations <= now.violations and (settles is None or found(settles) not in then.violations)
