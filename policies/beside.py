"""What a snapshot says runs beside the objects of a change, where a rule limits what all of a namespace has together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from policies.context import Context
from workloads.snapshots.snapshot import Target
from workloads.workload import Inventory


def with_neighbours(context: Context, *sides: Inventory) -> Context:
    """The context with the accelerators, by namespace, of what runs in the cluster and is on no side of a change.

    The same context where no snapshot tells. Linear in the snapshot's and the sides' objects.
    """
    known = context.snapshot.accelerators
    if known is None:
        return context
    changed = {Target.of(manifest, context.default_namespace) for side in sides for manifest in side.manifests()}
    found: dict[str, Decimal] = {}
    for target, count in known.items():
        if target not in changed:
            found[target.namespace] = found.get(target.namespace, Decimal(0)) + count
    return replace(context, accelerators=found)
