"""What has no price and has to do with a change: what was as unknown before, and is as it was, concerns nobody now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pricing.delta import Delta, Kind
from workloads.manifest import Identity
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
    here = {*later, *(each.identity for each in delta.workloads if each.kind is not Kind.REMOVED)}
    gone = [entry for identity, entries in earlier.items() if identity not in here for entry in entries]
    return (*touched, *gone)


def unrendered_changes(delta: Delta) -> Iterator[Unpriced]:
    """Of what has no price and has to do with a change, what stands for objects that nobody knows: nothing can be said of it."""
    return (entry for entry in unpriced_changes(delta) if entry.manifest.unrendered is not None)


def _by_identity(entries: Sequence[Unpriced]) -> dict[Identity, list[Unpriced]]:
    found: dict[Identity, list[Unpriced]] = {}
    for entry in entries:
        found.setdefault(entry.manifest.identity(entry.cluster), []).append(entry)
    return found


def _same(before: Sequence[Unpriced], after: Sequence[Unpriced]) -> bool:
    return [(entry.reason, entry.manifest.body) for entry in before] == [(entry.reason, entry.manifest.body) for entry in after]
