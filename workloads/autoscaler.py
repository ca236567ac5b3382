"""What an autoscaler's text says: its target and its bounds, for every version of HorizontalPodAutoscaler and those beside it.

One whose bounds nobody can read, or that no API server takes, leaves its target unknown: what scaled it may go on so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from workloads.counting.count import CountError, Expression, Scope, holds, number, whole
from workloads.field import FieldPath, mapping, sequence, text
from workloads.kind_mistakes import misnamed
from workloads.kinds.assembly import look_up, place
from workloads.kinds.kind import Kind, ScalerRule
from workloads.kinds.registry import find
from workloads.manifest import Manifest
from workloads.refusal import refusal
from workloads.schedule.keda import NONE, Triggers, read_triggers
from workloads.snapshots.snapshot import Autoscaler, Snapshot, Target
from workloads.text.near_word import misspelt, near_word

_STEM: Final = 3
"""Letters by which bounds are told apart: ``min``, ``max``."""
_STROKES: Final = 2
"""By how many letters a name may be too long or too short to be taken for another that is misspelt."""
_MOST_COMPARED: Final = 200
"""Names that one is compared with at most: where there are more, too many are alike."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An autoscaler, or why it scales nothing."""

    autoscaler: Autoscaler | None
    idle_because: str = ""
    """Why it is left aside: paused, or made by another autoscaler that is counted."""
    wrong: str = ""
    """What is wrong with its text."""
    path: FieldPath = ()
    target: Target | None = None
    """What it scales, or would if nothing were wrong; None where its text does not tell."""


def read_autoscaler(manifest: Manifest, kind: Kind) -> Reading | None:
    """The autoscaler a manifest is; None where its kind is none."""
    if kind.scaler is None:
        return None
    reading = _read(manifest, kind.scaler, Scope(manifest.body))
    if find(manifest.group, manifest.kind) is None and not misnamed(manifest):
        return Reading(None, "", f"its kind is not known: did you mean {kind.name}?", ("kind",), reading.target)
    refused = refusal(manifest) if not reading.idle_because else None
    return reading if refused is None else Reading(None, "", refused.reason, refused.path, reading.target)


def scaler_of(manifest: Manifest, namespace: str, snapshot: Snapshot) -> Autoscaler | None:
    """What scales an object, whether its own text and the autoscaler's state the namespace or only one of them does."""
    return _of(snapshot.autoscalers, manifest, namespace)


def left_by(manifest: Manifest, namespace: str, snapshot: Snapshot) -> Autoscaler | None:
    """What scaled an object until the change took it away, which nothing has done since."""
    return _of(snapshot.left, manifest, namespace)


def _of(autoscalers: Mapping[Target, Autoscaler], manifest: Manifest, namespace: str) -> Autoscaler | None:
    if not autoscalers:
        return None
    target = Target(manifest.group, manifest.kind, namespace, manifest.name)
    return autoscalers.get(target) or autoscalers.get(target._replace(namespace=""))


def unscaled_because(manifest: Manifest, namespace: str, snapshot: Snapshot) -> str:
    """Why nobody can tell what scales an object: what is to do so cannot. Empty where that is known, and where nothing is."""
    if not snapshot.unscaled:
        return ""
    target = Target(manifest.group, manifest.kind, namespace, manifest.name)
    return snapshot.unscaled.get(target) or snapshot.unscaled.get(target._replace(namespace="")) or ""


def larger(known: Autoscaler, found: Autoscaler) -> Autoscaler:
    """Of two on one target neither works, until one is taken away: the larger of each bound tells what may run."""
    most = found if found.maximum >= known.maximum else known
    return replace(most, minimum=max(known.minimum, found.minimum))


def unmet(reading: Reading, present: frozenset[Target]) -> str:
    """That an autoscaler's target is not among some objects, which are told apart by all but a namespace that one leaves out.

    With the one of them that is probably meant. Empty where it is there, and where nothing is scaled.
    """
    target = reading.autoscaler.target if reading.autoscaler is not None else None
    if target is None or target._replace(namespace="") in present:
        return ""
    named = f"{target.kind[:60]} {target.name[:80]}"
    near = _meant(target, present)
    hint = f" (did you mean {near!r}?)" if near else ""
    return f"{named}, which it scales, is not among the objects read{hint}: what it may add is not counted"


def _meant(target: Target, present: frozenset[Target]) -> str:
    """The object of its kind whose name an autoscaler's target probably misspells; empty where none is that near."""
    names = _names(present, target.group, target.kind)
    alike = [name for name in names if abs(len(name) - len(target.name)) <= _STROKES]
    return misspelt(target.name, alike)[:80] if len(alike) <= _MOST_COMPARED else ""


@lru_cache(maxsize=4)
def _names(present: frozenset[Target], group: str, kind: str) -> tuple[str, ...]:
    """The names of all objects of one kind: gathered once for all autoscalers that miss theirs."""
    return tuple(each.name for each in present if (each.group, each.kind) == (group, kind))


def _read(manifest: Manifest, rule: ScalerRule, scope: Scope) -> Reading:
    target = _target(manifest, rule, scope)
    try:
        fixed = number(rule.fixed, scope) if rule.fixed is not None else None
        aside = _aside(manifest, rule, scope, held=fixed is not None)
        if aside:
            return Reading(None, idle_because=aside)
        if target is None:
            return Reading(None, wrong="it names no target to scale", path=place(rule.target, scope))
        return _bounded(manifest, rule, scope, target, fixed)
    except CountError as error:
        return Reading(None, wrong=str(error), path=error.path, target=target)


def _bounded(manifest: Manifest, rule: ScalerRule, scope: Scope, target: Target, fixed: Decimal | None) -> Reading:
    if fixed is None:
        _require_spelling(rule, scope)
    least, most = (_bound(rule.least, scope), _bound(rule.most, scope)) if fixed is None else (int(fixed), int(fixed))
    if least > most:
        return Reading(None, wrong=f"its minimum {least:,} is above its maximum {most:,}", target=target)
    idle = number(rule.idle, scope) if rule.idle is not None and fixed is None else None
    # An autoscaler that may go to zero also comes back from there.
    from_zero = rule.from_zero or not least
    triggers = _triggers(rule, scope, least, most) if fixed is None else NONE
    found = Autoscaler(manifest, target, least, most, None if idle is None else int(idle), from_zero, triggers)
    return Reading(found, target=target)


def _require_spelling(rule: ScalerRule, scope: Scope) -> None:
    """That no bound is left to its default by a name that looks like its own: kinds of others have fields that nobody knows.

    :raises CountError: when one is.
    """
    for path in _bounds(rule, scope):
        *above, name = path
        holder = mapping(scope.body, *above)
        alike = (key for key in holder if key[:_STEM].lower() == name[:_STEM].lower() and near_word(key, (name,)))
        wrong = next(alike, None) if holder.get(name) is None else None
        if wrong is not None:
            raise CountError((*above, wrong), f"is none of its bounds (did you mean {name!r}?)")


def _bounds(rule: ScalerRule, scope: Scope) -> Iterator[tuple[str, ...]]:
    """The paths of the fields that bound it."""
    expressions = (each for each in (rule.most, rule.least, rule.idle) if each is not None)
    for path in (place(pattern, scope) for expression in expressions for pattern in expression.patterns()):
        if path:
            yield tuple(str(step) for step in path)


def _triggers(rule: ScalerRule, scope: Scope, least: int, most: int) -> Triggers:
    if rule.triggers is None:
        return NONE
    return read_triggers(mapping(look_up(rule.triggers, scope)), place(rule.triggers, scope), least, most)


def _bound(expression: Expression, scope: Scope) -> int:
    value = number(expression, scope)
    if value is None:
        path = next((place(pattern, scope) for pattern in expression.patterns()), ())
        raise CountError(path, "is not stated")
    return int(whole(value if value == int(value) else float(value)))


def _aside(manifest: Manifest, rule: ScalerRule, scope: Scope, *, held: bool) -> str:
    # What is paused at a stated count is held there, whether or not it is also said to be paused.
    if rule.paused is not None and not held and holds(rule.paused, scope):
        return "paused"
    for owner in sequence(manifest.body, "metadata", "ownerReferences"):
        if rule.owner and text(owner, "kind") == rule.owner:
            return f"made by {rule.owner} {text(owner, 'name')}, which is counted"
    return ""


def _target(manifest: Manifest, rule: ScalerRule, scope: Scope) -> Target | None:
    named = look_up(rule.target, scope)
    if isinstance(named, str) and named:
        return Target(rule.group, rule.kind, manifest.namespace, named)
    if not isinstance(named, dict) or not text(named, "name"):
        return None
    kind, version = text(named, "kind") or rule.kind, named.get("apiVersion")
    if not kind:
        return None
    group = version.rpartition("/")[0] if isinstance(version, str) and version else rule.group
    return Target(group, kind, manifest.namespace, text(named, "name"))
