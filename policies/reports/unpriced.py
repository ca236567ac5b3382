"""What has no price and has to do with a change: what was as unknown before, and is as it was, concerns nobody now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pricing.delta import Delta, WorkloadDelta
from workloads.autoscaler import read_autoscaler
from workloads.kinds.registry import find
from workloads.manifest import Identity, Manifest
from workloads.rendering.upkeep import deciding
from workloads.snapshots.snapshot import Target
from workloads.stamp import alike_but_for_stamps
from workloads.workload import Unpriced


def unpriced_changes(delta: Delta) -> tuple[Unpriced, ...]:
    """What has no price and is added, changed or removed; everything without a price where there is no before.

    A workload is changed in part where its delta says so, any other object where its text is. Linear in what has no price.
    """
    if delta.before is None:
        return delta.after.unpriced
    earlier, later = _by_identity(delta.before.unpriced), _by_identity(delta.after.unpriced)
    in_part = {each.identity for each in delta.workloads if each.in_part}
    settled = {name for each in delta.workloads if not each.in_part for name in _names(each)}
    touched = [
        entry
        for identity, entries in later.items()
        if identity in in_part
        or (identity not in settled and not _same(earlier.get(identity, []), entries))
        or _rests_otherwise(earlier.get(identity, []), entries)
        for entry in entries
    ]
    met = _met(delta, [entry for identity, entries in earlier.items() if identity not in later for entry in entries])
    known = later.keys() | settled | met
    gone = [entry for identity, entries in earlier.items() if identity not in known for entry in entries]
    return (*touched, *gone)


def _met(delta: Delta, earlier: Sequence[Unpriced]) -> set[Identity]:
    """The autoscalers that had nothing to scale, and whose target comes with the change: what they add is counted there."""
    waiting = [entry for entry in earlier if entry.refused is None and scales(entry)]
    if not waiting:
        return set()
    come = {_place(each.identity) for each in delta.workloads if each.after is not None and _before(each) != each.identity}
    return {entry.identity for entry in waiting if _target(entry) in come}


def _place(identity: Identity) -> Target:
    """By what an autoscaler's target is found: the object or the autoscaler may leave the namespace out."""
    return Target(identity.group, identity.kind, "", identity.name)


def _target(entry: Unpriced) -> Target | None:
    """What an autoscaler is to scale; None where its text does not tell."""
    kind = find(entry.manifest.group, entry.manifest.kind)
    reading = read_autoscaler(entry.manifest, kind) if kind is not None else None
    return reading.target._replace(namespace="") if reading is not None and reading.target is not None else None


def _names(delta: WorkloadDelta) -> Iterator[Identity]:
    """What a workload is called, and what it was called before."""
    yield delta.identity
    if (before := _before(delta)) is not None:
        yield before


def _before(delta: WorkloadDelta) -> Identity | None:
    """What a workload was called before; None where it was not there."""
    return delta.before.workload.manifest.identity(delta.before.workload.cluster) if delta.before is not None else None


def unseen_changes(delta: Delta) -> Iterator[Unpriced]:
    """Of what has no price and has to do with a change, what is about objects that nobody saw: no rule was held against them.

    It stands for what was not rendered, it scales what is not there, or no API server takes it for what it is.
    """
    return (entry for entry in unpriced_changes(delta) if _is_unseen(entry))


def _is_unseen(entry: Unpriced) -> bool:
    return scales(entry) or entry.manifest.unrendered is not None or entry.refused is not None


def scales(entry: Unpriced) -> bool:
    """Whether it is an autoscaler: no workload, but what may let one grow."""
    kind = find(entry.manifest.group, entry.manifest.kind)
    return kind is not None and kind.scaler is not None


def _by_identity(entries: Sequence[Unpriced]) -> dict[Identity, list[Unpriced]]:
    found: dict[Identity, list[Unpriced]] = {}
    for entry in entries:
        found.setdefault(entry.identity, []).append(entry)
    return found


def _same(before: Sequence[Unpriced], after: Sequence[Unpriced]) -> bool:
    """Whether both sides say the same of objects that are the same, but for what decides no cost, and what charts stamp on them.

    What of their labels and annotations decides a price is in the reason that there is none. So it is with what they rest on.
    """
    return [entry.reason for entry in before] == [entry.reason for entry in after] and all(
        _alike((old.manifest, *old.rests_on), (new.manifest, *new.rests_on)) for old, new in zip(before, after, strict=True)
    )


def _rests_otherwise(before: Sequence[Unpriced], after: Sequence[Unpriced]) -> bool:
    """Whether what something rests on that has no price is not what it was: its own text may be, and what is known of it."""
    return len(before) == len(after) and not all(
        _alike(old.rests_on, new.rests_on) for old, new in zip(before, after, strict=True)
    )


def _alike(before: Sequence[Manifest], after: Sequence[Manifest]) -> bool:
    return len(before) == len(after) and all(
        alike_but_for_stamps(deciding(old), deciding(new)) for old, new in zip(before, after, strict=True)
    )
