"""Objects that run nothing by themselves: which of them leave it untold what others cost, or how many of others run."""

from __future__ import annotations

from collections.abc import Sequence, Set

from workloads.autoscaler import Reading, read_autoscaler, unmet
from workloads.copies import DECIDES, TORN
from workloads.kinds.kind import Category, Kind
from workloads.manifest import Manifest
from workloads.mistake import Mistake
from workloads.refusal import first_refusal, identity_meant
from workloads.snapshots.snapshot import Target
from workloads.workload import Unpriced

RUNS_NOTHING = (Category.FREE, Category.TEMPLATE, Category.SCALER)

Idle = tuple[Unpriced | None, Mistake | None]
"""What is not known for an object, and what is wrong with it that nothing else says; None for neither."""


def idle(
    manifest: Manifest, kind: Kind, mistakes: Sequence[Mistake], torn: Set[int], present: frozenset[Target] | None, cluster: str
) -> Idle:
    """What of others is not known, given what somebody mistook in an object of a kind that runs nothing.

    ``torn`` are the ids of what is given more than once and not alike, ``present`` all that may be scaled; None where the caller
    looks that up.
    """
    reading = read_autoscaler(manifest, kind)
    if reading is not None:
        return _of_scaler(manifest, reading, mistakes, present, cluster)
    if id(manifest) in torn:
        return Unpriced(manifest, TORN, cluster), None
    refused = first_refusal(manifest, mistakes) if kind.name in DECIDES else None
    if refused is None:
        return None, None
    return Unpriced(manifest, refused.reason, cluster, refused.path, identity_meant(manifest, cluster)), None


def _of_scaler(
    manifest: Manifest, reading: Reading, mistakes: Sequence[Mistake], present: frozenset[Target] | None, cluster: str
) -> Idle:
    """Of an autoscaler whose target is there, the target says what is not known."""
    if not reading.wrong:
        reason = unmet(reading, present) if present is not None else ""
        return Unpriced(manifest, reason, cluster) if reason else None, None
    words = f"{manifest.kind} {manifest.title} scales nothing: {reading.wrong}"
    mistake = None if any(each.path == reading.path for each in mistakes) else Mistake(reading.path, words)
    if present is None or (reading.target is not None and reading.target._replace(namespace="") in present):
        return None, mistake
    reason = f"it scales nothing: {reading.wrong}"
    return Unpriced(manifest, reason, cluster, reading.path, identity_meant(manifest, cluster)), mistake
