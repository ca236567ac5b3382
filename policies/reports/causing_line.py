"""Which line of a change makes a rendered workload cost something else, where that is certain."""

from __future__ import annotations

from pricing.delta import Kind, WorkloadDelta
from workloads.field import dig
from workloads.rendering.single_change import Cause


def cause_of(delta: WorkloadDelta) -> Cause | None:
    """The file and line; None where anything of the change comes from elsewhere, or may. Without a line where several may be it.

    Only what comes out of the rendering differently is caused by the one file that the rendering reads differently: an autoscaler
    or a price is not.
    """
    if delta.kind is not Kind.CHANGED or delta.before is None or delta.after is None or not delta.fields:
        return None
    old, new = (side.workload.manifest for side in (delta.before, delta.after))
    if new.origin is None or new.origin.single_change is None:
        return None
    lines: set[int | None] = set()
    for field in delta.fields:
        was, now = (dig(side.body, *field.path) for side in (old, new))
        if not field.path or was == now:
            return None
        lines.add(new.origin.single_change.cause(field.path, was, now).line)
    return Cause(new.origin.single_change.file, lines.pop() if len(lines) == 1 else None)
