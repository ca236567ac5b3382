"""References from one object to another whose text is needed: a Rollout's ``workloadRef``, a TrainJob's ``runtimeRef``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workloads.counting.count import Scope, holds
from workloads.field import text
from workloads.kinds.assembly import look_up
from workloads.kinds.choice import choose
from workloads.kinds.kind import Kind
from workloads.kinds.reference_rule import ReferenceRule
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import Snapshot, Target


@dataclass(frozen=True, slots=True)
class References:
    """The objects that one object refers to, by the name the kind's rule gives each, and what was not found."""

    found: Mapping[str, Manifest]
    missing: tuple[str, ...] = ()


NONE = References({})


def wanted(
    rule: ReferenceRule, body: Mapping[str, object], namespace: str, found: Mapping[str, Manifest] = NONE.found
) -> tuple[Target, ...]:
    """The objects a reference may mean, the first that exists is meant; none where the object refers to nothing.

    What it refers to by another, as a SandboxClaim to the template of its pool, needs that other among ``found``.
    """
    named = look_up(rule.at, Scope(body, references={name: each.body for name, each in found.items()}))
    name = named if isinstance(named, str) else text(named, "name")
    if not name:
        return ()
    stated = text(named, "kind")
    kinds = (stated,) if stated else rule.kinds
    if not stated and rule.cluster_where is not None and holds(rule.cluster_where, Scope(body)):
        kinds = rule.cluster_kinds[:1]
    version = text(named, "apiVersion")
    group = version.rpartition("/")[0] if version else text(named, "apiGroup") or rule.group
    return tuple(Target(group, kind, "" if kind in rule.cluster_kinds else namespace, name) for kind in kinds)


def resolve(kind: Kind, body: Mapping[str, object], namespaces: tuple[str, ...], snapshot: Snapshot) -> References:
    """Everything an object refers to. ``namespaces`` are those it may be in, as its text may state none."""
    if not kind.references:
        return NONE
    found: dict[str, Manifest] = {}
    missing: list[str] = []
    for rule in kind.references:
        targets = wanted(rule, body, namespaces[0], found)
        manifest = next((m for m in _candidates(targets, namespaces, snapshot)), None)
        doubt = f"{targets[0].kind} {targets[0].name}, which it refers to, is not among the objects read" if targets else ""
        if not targets:
            choice = choose(rule, body, namespaces, snapshot.choices)
            manifest, doubt = choice.chosen, choice.doubt
        if manifest is not None:
            found[rule.name] = manifest
        if doubt and (manifest is None or not targets) and _is_needed(rule, body):
            missing.append(doubt)
    return References(found, tuple(missing))


def _is_needed(rule: ReferenceRule, body: Mapping[str, object]) -> bool:
    """Whether an object cannot be priced without what it refers to."""
    return holds(rule.needed, Scope(body)) if rule.needed is not None else not rule.optional


def _candidates(targets: tuple[Target, ...], namespaces: tuple[str, ...], snapshot: Snapshot) -> Iterator[Manifest]:
    for target in targets:
        for namespace in namespaces if target.namespace == namespaces[0] else ("",):
            manifest = snapshot.references.get(target._replace(namespace=namespace))
            if manifest is not None:
                yield manifest
