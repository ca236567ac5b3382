"""Volumes outlive what asked for them: a StatefulSet's claims stay when it is scaled down or deleted, and no disk shrinks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from pricing.estimate import Line, WorkloadEstimate
from pricing.precision import tidy
from pricing.sums import with_lines, workload_estimate
from pricing.volumes.volume import CAPACITY
from workloads.counting.count import CountError, Scope, holds
from workloads.field import text
from workloads.kinds.registry import find
from workloads.manifest import Manifest
from workloads.span import Span
from workloads.workload import VolumeClaim


class Retained(NamedTuple):
    """What is left of a workload after a change, and what a person should know of it."""

    estimate: WorkloadEstimate | None
    notes: tuple[str, ...]


def keeps_claims(manifest: Manifest, when: str) -> bool:
    """Whether a StatefulSet's claims stay when it is scaled down (``whenScaled``) or deleted (``whenDeleted``).

    They do by default (KEP-1847); other kinds' claims are not spoken for.
    """
    if manifest.kind != "StatefulSet" or manifest.group != "apps":
        return False
    return text(manifest.body, "spec", "persistentVolumeClaimRetentionPolicy", when) != "Delete"


def after_change(before: WorkloadEstimate, after: WorkloadEstimate) -> Retained:
    """The estimate after a change, with the volumes that the change does not free. Same object where nothing is kept."""
    claims = {claim.name: claim for claim in before.workload.claims if not claim.ephemeral}
    if not claims:
        return Retained(after, ())
    lines, notes = _lines(before, after, claims)
    if len(lines) == len(after.lines) and all(one is other for one, other in zip(lines, after.lines, strict=True)):
        return Retained(after, notes)
    return Retained(with_lines(after, lines), notes)


def _lines(
    before: WorkloadEstimate, after: WorkloadEstimate, claims: Mapping[str, VolumeClaim]
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The lines after a change, with notes on the volumes among them."""
    scaled = all(keeps_claims(one.workload.manifest, "whenScaled") for one in (before, after))
    old_lines = {_part(line): line for line in before.lines if line.what == "storage"}
    new_claims = {claim.name: claim for claim in after.workload.claims if not claim.ephemeral}
    lines: list[Line] = []
    notes: list[str] = []
    for line in after.lines:
        old, new = claims.get(line.group), new_claims.get(line.group)
        if line.what != "storage" or old is None or new is None or _part(line) not in old_lines:
            lines.append(line)
            continue
        notes += _unlike(old, new, after.workload.manifest)
        sized = _not_smaller(old_lines[_part(line)], line, old, new)
        counted = _not_fewer(old_lines[_part(line)], sized) if scaled else sized
        notes += [_SMALLER.format(_name(new), _gib(old.size))] if sized is not line else []
        notes += [_FEWER.format(_name(new))] if counted is not sized else []
        lines.append(counted)
    present = {_part(line) for line in lines if line.what == "storage"}
    for line in (line for part, line in old_lines.items() if part not in present):
        old, new = claims.get(line.group), new_claims.get(line.group)
        if old is not None and new is not None and new.size < old.size and _same_classes(old, new):
            lines.append(_again(line, line.quantity, _at_least(new.count, line.times) if scaled else new.count, line))
    return tuple(lines), tuple(dict.fromkeys(notes))


def _part(line: Line) -> tuple[str, str]:
    """What of a claim a storage line is for: its size, by whatever unit it is sold, its operations or its throughput."""
    return line.group, "" if line.unit in CAPACITY else line.unit


def after_removal(before: WorkloadEstimate) -> Retained:
    """What a removed workload leaves behind: a StatefulSet's volumes, else nothing."""
    if not keeps_claims(before.workload.manifest, "whenDeleted"):
        return Retained(None, ())
    lasting = {claim.name for claim in before.workload.claims if not claim.ephemeral}
    lines = tuple(line for line in before.lines if line.what == "storage" and line.group in lasting)
    if not lines:
        return Retained(None, ())
    return Retained(workload_estimate(before.workload, before.location, lines), (_LEFT,))


_CLAIM = "PersistentVolumeClaim"
_SMALLER = "disks grow, never shrink: existing claims of {} stay at {}"
_LEFT = "its volumes stay and cost until their claims are deleted"
_FEWER = "volumes outlive a scale-down: claims of {} cost until they are deleted"


def _unlike(old: VolumeClaim, new: VolumeClaim, manifest: Manifest) -> list[str]:
    """What there is to know of a claim that changes: those that were made from a template do not follow it by themselves."""
    if not old.count.expected:
        return []
    templated = manifest.kind != _CLAIM
    found = _grown(old, new, manifest, templated=templated) if new.size > old.size else []
    if templated and old.storage_class and new.storage_class and old.storage_class != new.storage_class:
        kept = f"{_existing(old, 'stay', 'stays')} on StorageClass {old.storage_class}, at its price, until made anew"
        found.append(f"volumes keep their class: {kept} ({_name(new)})")
    return found


def _grown(old: VolumeClaim, new: VolumeClaim, manifest: Manifest, *, templated: bool) -> list[str]:
    if not templated:
        return [f"disks grow, never shrink: {_name(new)} cannot be made smaller than {_gib(new.size)} again"]
    if _resizes(manifest):
        grown = f"its operator grows {_existing(old)} to {_gib(new.size)}, where their StorageClass allows that"
        return [f"disks grow, never shrink: {grown} ({_name(new)})"]
    return [f"disks grow, never shrink: {_existing(old, 'stay', 'stays')} at {_gib(old.size)} until resized ({_name(new)})"]


def _existing(old: VolumeClaim, *verbs: str) -> str:
    """``the 3 existing claims stay``, with the verb for several and for one."""
    count = old.count.expected
    words = f"the {tidy(count):f} existing {'claim' if count == 1 else 'claims'}"
    return f"{words} {verbs[count == 1]}" if verbs else words


def _resizes(manifest: Manifest) -> bool:
    """Whether the operator of its kind raises the size of claims that exist, as is known of the kind."""
    kind = find(manifest.group, manifest.kind)
    try:
        return kind is not None and kind.resizes is not None and holds(kind.resizes, Scope(manifest.body))
    except CountError:  # what is to say so says nothing that anybody can read
        return False


def _not_smaller(was: Line, line: Line, old: VolumeClaim, new: VolumeClaim) -> Line:
    """The line at the old size where the new one is smaller; the same object where it is not.

    What a volume has beside its size, another VolumeAttributesClass may lower.
    """
    modified = old.attributes_class != new.attributes_class
    if modified and line.unit not in CAPACITY:
        return line
    if new.size >= old.size or was.unit != line.unit or was.quantity <= line.quantity or _class(old) != _class(new):
        return line
    return _again(line, was.quantity, line.times, line if modified else was)


def _not_fewer(was: Line, line: Line) -> Line:
    """The line with no fewer claims than there were; the same object where there are as many."""
    times = _at_least(line.times, was.times)
    return line if times == line.times else _again(line, line.quantity, times, line)


def _again(line: Line, quantity: Decimal, times: Span, priced: Line) -> Line:
    """A line with another quantity and count, at the rate of ``priced``."""
    amount = times * (quantity * priced.rate.value)
    return replace(line, quantity=quantity, times=times, rate=priced.rate, amount=amount, derivation=priced.derivation)


def _at_least(span: Span, floor: Span) -> Span:
    return Span(max(span.low, floor.low), max(span.expected, floor.expected), max(span.high, floor.high))


def _class(claim: VolumeClaim) -> tuple[str, str]:
    return claim.storage_class, claim.definition.provisioner if claim.definition else ""


def _same_classes(old: VolumeClaim, new: VolumeClaim) -> bool:
    return _class(old) == _class(new) and old.attributes_class == new.attributes_class


def _name(claim: VolumeClaim) -> str:
    return claim.name or "the volume"


def _gib(size: Decimal) -> str:
    return f"{tidy((size / 2**30).quantize(Decimal('0.01'))):f} GiB"
