"""What has no price and has to do with a change: what was as unknown before, and is as it was, concerns nobody now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pricing.delta import Delta, Kind, WorkloadDelta
from workloads.manifest import Identity
from workloads.stamp import alike_but_for_stamps
from workloads.workload import Unpriced


def unpriced_changes(delta: Delta) -> tuple[Unpriced, ...]:
    """What has no price and is added, changed or removed; everything without a price where there is no before.

    An object is changed where its text is, or the workload it makes. Linear in what has no price.
    """
    if delta.before is None:
        return delta.after.unpriced
    earlier, later = _by_identity(delta.before.unpriced), _by_identity(delta.after.unpriced)
    moved = {each.identity for each in delta.workloads if each.kind is not Kind.UNCHANGED}
    touched = [
        entry
        for identity, entries in later.items()
        if identity in moved or not _same(earlier.get(identity, []), entries)
        for entry in entries
    ]
    here = {*later, *(each.identity for each in delta.workloads if each.kind is not Kind.REMOVED and not _of_one_side(each))}
    gone = [entry for identity, entries in earlier.items() if identity not in here for entry in entries]
    return (*touched, *gone)


def _of_one_side(delta: WorkloadDelta) -> bool:
    """Whether it has a price on one side only: what it had none for before is then what is said of it."""
    return delta.after is not None and not delta.after.lines and bool(delta.after.unpriced)


def unrendered_changes(delta: Delta) -> Iterator[Unpriced]:
    """Of what has no price and has to do with a change, what stands for objects that nobody knows: nothing can be said of it."""
    return (entry for entry in unpriced_changes(delta) if entry.manifest.unrendered is not None)


def _by_identity(entries: Sequence[Unpriced]) -> dict[Identity, list[Unpriced]]:
    found: dict[Identity, list[Unpriced]] = {}
    for entry in entries:
        found.setdefault(entry.identity, []).append(entry)
    return found


def _same(before: Sequence[Unpriced], after: Sequence[Unpriced]) -> bool:
    """Whether both sides say the same of objects that are the same, but for what charts stamp on these."""
    return [entry.reason for entry in before] == [entry.reason for entry in after] and all(
        alike_but_for_stamps(old.manifest.body, new.manifest.body) for old, new in zip(before, after, strict=True)
    )
