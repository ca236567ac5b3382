"""Node pools that a pod selects and its cluster does not have: it waits, and on which machine it would run nobody can tell.

Which pools a cluster has is known by the NodePools among its objects, and by the nodes that a snapshot tells of. Where neither
tells of any, pools are made elsewhere, and nothing is said of their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from workloads.nodes.affinity import alternatives, either
from workloads.nodes.labels import POOL_LABELS
from workloads.nodes.provisioner import NODE_POOL, names_machines, selected_pools, with_requirements
from workloads.nodes.selection import select
from workloads.snapshots.snapshot import Snapshot
from workloads.text.near_word import near_word

_LABELS = frozenset(POOL_LABELS)
LONGEST = 80
"""Characters of a pool's name that are told."""
_MOST = 3
"""Pools that are named of those that are known."""


def unknown_pool(spec: Mapping[str, object], snapshot: Snapshot) -> str:
    """That a pod selects a pool which is not there, in words, with those that are; empty where it selects none, or a known one.

    Of pools that only nodes tell of, one may have no node now: a pod that names its machine besides has a price all the same.
    """
    nodes = snapshot.pools.pools and not snapshot.pools.types
    made = snapshot.node_requirements or snapshot.former_pools or snapshot.coming_pools
    if not (nodes or made) or not (spec.get("nodeSelector") or spec.get("affinity")):
        return ""
    return (_not_made(spec, snapshot) if made else "") or (_not_seen(spec, snapshot) if nodes else "")


def _not_made(spec: Mapping[str, object], snapshot: Snapshot) -> str:
    """That no NodePool of the cluster's objects is the one that is selected."""
    named = selected_pools(spec)
    if not named:
        return ""
    there = {*snapshot.node_requirements, *_seen(NODE_POOL, snapshot)}.difference(snapshot.former_pools)
    if not there.isdisjoint(named):
        return ""
    if removed := [name for name in named if name in snapshot.former_pools]:
        return f"this change leaves no NodePool {_listed(removed)} for its pods ({NODE_POOL}){_known(there)}"
    if come := [name for name in named if name in snapshot.coming_pools]:
        return f"NodePool {_listed(come)} ({NODE_POOL}) comes with this change: where its pods ran before is not known"
    # The same on both sides of a change: that another pool comes or goes changes nothing here. Not all pools of a cluster need be
    # among its objects: only of a name that is nearly one of theirs can be told that it is meant for it.
    near = near_word(named[0], there.union(snapshot.former_pools, snapshot.coming_pools))
    return f"no NodePool {_listed(named)} is known here ({NODE_POOL}); did you mean {near[:LONGEST]}?" if near else ""


def _not_seen(spec: Mapping[str, object], snapshot: Snapshot) -> str:
    """That no node of a snapshot is of the pool that is selected, where nothing else tells its machine."""
    found = alternatives(spec, _LABELS)
    for label in POOL_LABELS:
        named = either(found, (label,))
        if not named or (label == NODE_POOL and not snapshot.node_requirements.keys().isdisjoint(named)):
            continue
        there = _seen(label, snapshot)
        if there and there.isdisjoint(named):
            selection = select(with_requirements(spec, snapshot.node_requirements))
            if names_machines(selection) or selection.gpu_models:
                return ""
            return f"no node of {snapshot.pools.because} is of pool {_listed(named)} ({label}){_meant(named, there)}"
    return ""


def _seen(label: str, snapshot: Snapshot) -> Set[str]:
    """The pools that nodes are of by a label."""
    return {pool.labels[label] for pool in snapshot.pools.pools if label in pool.labels}


def _meant(named: Sequence[str], there: Set[str]) -> str:
    near = near_word(named[0], there)
    return f"; did you mean {near[:LONGEST]}?" if near else _known(there)


def _known(there: Set[str]) -> str:
    return f"; known here: {_listed(sorted(there))}" if there else ""


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:LONGEST] for name in names[:_MOST])
    return f"{shown} and {len(names) - _MOST:,} more" if len(names) > _MOST else shown
