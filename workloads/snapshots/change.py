"""What is known of a cluster before and after a change: each side with what only the other one has, where that says something."""

from __future__ import annotations

from dataclasses import replace

from workloads.snapshots.snapshot import Snapshot


def both_sides(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Both sides, the earlier one with the NodePools that the change adds, the later one with those that it takes away."""
    then, now = before.node_requirements.keys(), after.node_requirements.keys()
    return replace(before, coming_pools=tuple(sorted(now - then))), replace(after, former_pools=tuple(sorted(then - now)))
