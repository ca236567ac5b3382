"""What runs in a namespace beside the object that is reviewed, where a rule limits what all of it has together."""

from __future__ import annotations

from decimal import Decimal

from cluster.accelerators import COUNTED, Running, counted
from cluster.lookup import Lookup, Unavailable
from policies.context import Context
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import Target


def accelerators_beside(manifest: Manifest, context: Context, lookup: Lookup) -> Decimal | Unavailable:
    """The accelerators of everything else in an object's namespace, at the most that may run. Linear in what runs there.

    Costs a list of each kind, remembered for seconds. What an object is made by is left out where that was verified.
    """
    running = Running(counted(context.snapshot, context.assumptions, context.cluster))
    for version, kind in COUNTED:
        answer = lookup.list(version, kind, manifest.namespace)
        if isinstance(answer, Unavailable):
            return answer
        for body in answer:
            running.see(body)
    own, above = Target.of(manifest), running.root(manifest) if context.derivation is not None else None
    others = (share for share in running.counts.values() if share.root.target != own and share.root != above)
    return sum((share.accelerators for share in others), Decimal(0))
