"""Workloads that a change renames, or moves to another namespace: one row of a report, not one removed and one new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pricing.estimate import Change, FieldChange, WorkloadEstimate
from pricing.volumes.retention import after_removal
from workloads.likeness import ENOUGH, Features, features, likeness

MOST_PAIRS: Final = 2_500
"""Pairs of one kind that are held against each other; of more, only what has kept its name is known again."""
_NOTHING: Final = Change(Decimal(0), Decimal(0), Decimal(0))

Pairs = dict[int, WorkloadEstimate]
"""What a workload was before, by ``id`` of its estimate after."""


def renamed(removed: Sequence[WorkloadEstimate], added: Sequence[WorkloadEstimate]) -> Pairs:
    """Which added workloads are removed ones under another name: of one kind, running the same images, and alike.

    One whose volumes stay behind is none: both sets of disks are paid for. Linear where all have kept their names.
    """
    found: Pairs = {}
    kinds = {_kind(each) for each in added}
    freed = [each for each in removed if _kind(each) in kinds and not after_removal(each).notes]
    for kind in dict.fromkeys(map(_kind, freed)):
        old, new = ([each for each in side if _kind(each) == kind] for side in (freed, added))
        found |= _of_kind(old, new)
    return found


def _kind(estimate: WorkloadEstimate) -> tuple[str, str]:
    manifest = estimate.workload.manifest
    return manifest.group, manifest.kind


def _of_kind(old: Sequence[WorkloadEstimate], new: Sequence[WorkloadEstimate]) -> Pairs:
    told = {id(each): features(each.workload.manifest) for each in (*old, *new)}
    found: Pairs = {}
    taken: set[int] = set()
    for score, before, after in sorted(_candidates(old, new, told), key=_best):
        if score >= ENOUGH and id(after) not in found and id(before) not in taken:
            found[id(after)] = before
            taken.add(id(before))
    return found


Candidate = tuple[Fraction, WorkloadEstimate, WorkloadEstimate]


def _best(candidate: Candidate) -> tuple[bool, Fraction]:
    """What has kept its name first, then what is most alike."""
    score, before, after = candidate
    return before.workload.manifest.name != after.workload.manifest.name, -score


def _candidates(
    old: Sequence[WorkloadEstimate], new: Sequence[WorkloadEstimate], told: dict[int, Features]
) -> Iterator[Candidate]:
    for before, after in _pairs(old, new):
        yield likeness(told[id(before)], told[id(after)]), before, after


def _pairs(
    old: Sequence[WorkloadEstimate], new: Sequence[WorkloadEstimate]
) -> Iterable[tuple[WorkloadEstimate, WorkloadEstimate]]:
    if len(old) * len(new) <= MOST_PAIRS:
        return ((before, after) for before in old for after in new)
    named: dict[str, list[WorkloadEstimate]] = {}
    for after in new:
        named.setdefault(after.workload.manifest.name, []).append(after)
    return ((before, after) for before in old for after in named.get(before.workload.manifest.name, ())[:1])


def naming(before: WorkloadEstimate, after: WorkloadEstimate) -> list[FieldChange]:
    """The fields by which a workload is called otherwise than before; they cost nothing."""
    old, new = before.workload.manifest, after.workload.manifest
    pairs = {"name": (old.name, new.name), "namespace": (old.namespace, new.namespace)}
    return [FieldChange("", ("metadata", what), what, *both, _NOTHING) for what, both in pairs.items() if both[0] != both[1]]
