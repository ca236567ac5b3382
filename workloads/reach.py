"""How far a change reaches: which other objects a changed one can affect, or be affected by, told by the words in their text.

A change to one file can change the weight of an object in another: an autoscaler sizes a Deployment, a LimitRange fills in
requests, a StorageClass prices volumes, a template of claims says how many accelerators. Those files are searched for by words,
so that the rest of a repository is not parsed. Which kinds say something of others is told by the registry of kinds, and by what
is read of a cluster's surroundings: nothing is listed here that is known there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Final

from workloads.autoscaler import read_autoscaler
from workloads.field import mapping, text
from workloads.kinds.choice import sought
from workloads.kinds.kind import Category, Kind
from workloads.kinds.reference import wanted
from workloads.kinds.registry import choosing_kinds, find, telling_kinds
from workloads.manifest import Identity, Manifest
from workloads.models.config_map import read_config_map
from workloads.models.usage import ANNOTATION
from workloads.network.service import INGRESS_GROUP
from workloads.nodes.fargate_profile import fargate_selectors
from workloads.reference_words import CLAIMS, DEFAULT_CLASS, STORAGE, config_map_words, mentions, reference_words
from workloads.surroundings import read_kinds

ENCLOSING_KINDS: Final = frozenset({"LimitRange", "Namespace"})
"""Kinds that change the weight, or the owner, of every object of a namespace."""
CONTAINERS: Final = "containers"
"""In every workload whose pods are written out."""
NO_NAMESPACE: Final = ""
"""Of an object that states none: of which namespace it is, only whoever applies it knows."""
_PARAMETERS: Final = frozenset({"IngressClassParams", "LoadBalancerConfiguration"})
"""Kinds that hold what a class of load balancers, or one of them, is built with."""
_CONFIG_MAP: Final = "ConfigMap"
"""So common, and so seldom about cost, that only those are searched for which say something of AI models."""
_PROFILES: Final = frozenset({"FargateProfile", "AWSFargateProfile"})
"""Kinds that take pods by their namespace, which may have wildcards."""
_NODE: Final = "Node"


@cache
def naming_kinds() -> frozenset[str]:
    """Kinds that change the weight of objects they name, or that name them."""
    return (telling_kinds() | read_kinds() | _PARAMETERS) - ENCLOSING_KINDS - {_CONFIG_MAP}


@dataclass(frozen=True, slots=True)
class Reach:
    """Words to search other files for."""

    names: frozenset[str]
    """In files that hold one of ``naming_kinds``: such an object with one of these words may affect a changed one."""
    namespaces: frozenset[str]
    """The same for ``ENCLOSING_KINDS``; with ``NO_NAMESPACE``, any limit range that states none may, too."""
    dependents: frozenset[str]
    """In any file: an object with one of these words may be affected by a changed one, or be what that refers to."""

    def __sub__(self, other: Reach) -> Reach:
        return Reach(self.names - other.names, self.namespaces - other.namespaces, self.dependents - other.dependents)

    def __bool__(self) -> bool:
        return bool(self.names or self.namespaces or self.dependents)


NOWHERE: Final = Reach(frozenset(), frozenset(), frozenset())


def joined(parts: Sequence[Reach]) -> Reach:
    """The words of several at once. Linear in them."""
    kinds = zip(*((each.names, each.namespaces, each.dependents) for each in (NOWHERE, *parts)), strict=True)
    return Reach(*(frozenset().union(*words) for words in kinds))


def reach(touched: Iterable[Manifest], unchanged: Set[Identity] = frozenset()) -> Reach:
    """The words by which the surroundings and the dependents of changed objects can be found. Linear in the objects' text.

    Of what is rendered anew, most is ``unchanged``: nothing depends on that which did not before, unless it depends on what
    is changed itself (``workloads.trail``).
    """
    names: set[str] = set()
    namespaces: set[str] = set()
    dependents: set[str] = set()
    for manifest in touched:
        names |= reference_words(manifest.body)
        if tells_of_others(manifest):
            dependents |= _reached(manifest) if manifest.identity() not in unchanged else set()
        else:
            names |= _around(manifest)
            namespaces.add(manifest.namespace)
            dependents |= _needed(manifest)
    return Reach(frozenset(names - {""}), frozenset(namespaces), frozenset(dependents - {""}))


def depends(manifest: Manifest, words: Reach) -> bool:
    """Whether an object may be affected by what these words tell of, or be what they name. Linear in the object."""
    found = words.dependents
    return bool(found) and (manifest.kind in found or manifest.namespace in found or mentions(manifest.body, found))


def affects(manifest: Manifest) -> bool:
    """Whether an object may affect others by being of its kind."""
    return manifest.kind in ENCLOSING_KINDS or manifest.kind in naming_kinds()


def tells_of_others(manifest: Manifest) -> bool:
    """Whether an object weighs little by itself, and decides what others do."""
    if manifest.kind in ENCLOSING_KINDS | read_kinds() | _PARAMETERS:
        return True
    kind = find(manifest.group, manifest.kind)
    if kind is None:
        return False
    return kind.scaler is not None or (kind.category is Category.TEMPLATE and manifest.kind in naming_kinds())


def _reached(manifest: Manifest) -> set[str]:
    """What an autoscaler scales, or the name by which others use a class, a template or a namespace; what names no class or
    states no namespace is found by what it cannot do without."""
    kind = find(manifest.group, manifest.kind)
    if kind is not None and kind.scaler is not None:
        return _scaled(manifest, kind)
    if manifest.kind == "LimitRange":
        return {manifest.namespace or CONTAINERS}
    if manifest.kind in _PROFILES:
        spaces = {selector.namespace for selector in fargate_selectors(manifest.body)}
        return {CONTAINERS} if any("*" in space or "?" in space for space in spaces) else spaces
    if manifest.kind == _CONFIG_MAP:
        known = read_config_map(manifest.body)
        return {manifest.name} if known.suggested or known.settings or known.gateway else set()
    choosing = choosing_kinds().get((manifest.group, manifest.kind), frozenset())
    return {manifest.name} | _used_unnamed(manifest) | choosing


def _scaled(manifest: Manifest, kind: Kind) -> set[str]:
    """What an autoscaler scales, also where the rest of its text makes no autoscaler."""
    reading = read_autoscaler(manifest, kind)
    if reading is not None and reading.autoscaler is not None:
        return {reading.autoscaler.target.name}
    return reference_words(manifest.body)


def _used_unnamed(manifest: Manifest) -> set[str]:
    """By what else than its name something is found that others use."""
    body = manifest.body
    if any(key.endswith(f"/{DEFAULT_CLASS}") for key in mapping(body, "metadata", "annotations")):
        return {STORAGE if manifest.kind == "StorageClass" else "Ingress"}
    if manifest.kind == _NODE:
        return {"DaemonSet"}
    if manifest.kind == "ResourceSlice":
        return {CLAIMS}
    backed = text(body, "spec", "extendedResourceName")
    return {backed, text(body, "spec", "channel", "resourceClaimTemplate", "name")}


def _around(manifest: Manifest) -> set[str]:
    """The words of what concerns a workload without being named by it."""
    words = {manifest.name, *_PROFILES}
    if manifest.kind == "Ingress":
        words.add(DEFAULT_CLASS)
    kind = find(manifest.group, manifest.kind)
    if kind is not None and any(rule.count.per_node for rule in kind.pods):
        words.add(_NODE)
    for rule in kind.references if kind is not None else ():
        by = sought(rule.choice, manifest.body) if rule.choice is not None else {}
        words.update(list(by.values())[:1])
    return words


def _needed(manifest: Manifest) -> set[str]:
    """The names of what a workload refers to that is not told by its kind: what a Rollout runs, the Kafka of its brokers, and
    where AI models cost something, the ConfigMaps that may name them."""
    body = manifest.body
    kind = find(manifest.group, manifest.kind)
    rules = [rule for rule in (kind.references if kind is not None else ()) if not naming_kinds().issuperset(rule.kinds)]
    words = {target.name for rule in rules for target in wanted(rule, body, manifest.namespace)}
    words.add(text(body, "metadata", "annotations", INGRESS_GROUP))
    if ANNOTATION in mapping(body, "metadata", "annotations"):
        words |= config_map_words(body)
    return words
