"""What an object without a price names of others, and what these name in turn: where that changes, what it costs may change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from workloads.kinds.registry import find
from workloads.manifest import Manifest
from workloads.reach import naming_kinds, tells_of_others
from workloads.reference_words import every_word
from workloads.workload import Unpriced


def resting(entries: Sequence[Unpriced], manifests: Iterable[Manifest]) -> tuple[Unpriced, ...]:
    """What has no price, with what of some objects it rests on: the templates, classes and the like that are named in it.

    Linear in what is followed; each such object is followed once for each entry, in the order of their names.
    """
    if not entries:
        return ()
    known: dict[str, list[Manifest]] = {}
    for each in manifests:
        if _is_named(each):
            known.setdefault(each.name, []).append(each)
    return tuple(replace(entry, rests_on=_followed(entry.manifest, known)) for entry in entries) if known else tuple(entries)


def _is_named(manifest: Manifest) -> bool:
    """Whether an object decides what those are that name it. An autoscaler names what it is about."""
    if manifest.kind not in naming_kinds() or not tells_of_others(manifest):
        return False
    kind = find(manifest.group, manifest.kind)
    return kind is None or kind.scaler is None


def _followed(manifest: Manifest, known: dict[str, list[Manifest]]) -> tuple[Manifest, ...]:
    found: dict[int, Manifest] = {}
    waiting = [manifest]
    while waiting:
        words = every_word(waiting.pop().body)
        named = [each for name in sorted(words & known.keys()) for each in known[name] if _reachable(manifest, each)]
        fresh = [each for each in named if id(each) not in found and each is not manifest]
        found |= {id(each): each for each in fresh}
        waiting += fresh
    return tuple(sorted(found.values(), key=lambda each: (each.kind, each.namespace, each.name)))


def _reachable(manifest: Manifest, named: Manifest) -> bool:
    """Whether an object may mean another of this namespace: one that is in none is of the whole cluster, or is not placed yet."""
    return not named.namespace or not manifest.namespace or named.namespace == manifest.namespace
