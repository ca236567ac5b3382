"""What runs in a namespace beside the object that is reviewed, where a rule limits what all of it has together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from cluster.lookup import Lookup, Unavailable
from policies.context import Context
from policies.owner import controller_of
from policies.side import most_accelerators
from workloads.field import mapping, sequence, text
from workloads.inventory import take_inventory
from workloads.manifest import Manifest

COUNTED: Final = (
    *(("v1", kind) for kind in ("Pod", "ReplicationController")),
    *(("apps/v1", kind) for kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")),
    *(("batch/v1", kind) for kind in ("Job", "CronJob")),
)
"""What is listed: Kubernetes' own kinds, and of all others the Pods and Jobs that they have made."""
_OVER: Final = frozenset(("Succeeded", "Failed"))


def accelerators_beside(manifest: Manifest, context: Context, lookup: Lookup) -> Decimal | Unavailable:
    """The accelerators of everything else in an object's namespace, at the most that may run. Linear in what runs there.

    Costs a list of each kind, remembered for seconds.
    """
    listed: list[Manifest] = []
    for version, kind in COUNTED:
        answer = lookup.list(version, kind, manifest.namespace)
        if isinstance(answer, Unavailable):
            return answer
        listed += map(Manifest.of, answer)
    others = _others(manifest, listed)
    inventory = take_inventory(others, context.snapshot, context.assumptions, context.cluster, context.default_namespace)
    return sum((most_accelerators(workload) for workload in inventory.workloads), Decimal(0))


def _others(manifest: Manifest, listed: list[Manifest]) -> Iterator[Manifest]:
    """The roots among what is listed, without the object itself, what it has made, and what it is made by."""
    by_uid = {uid: each for each in listed if (uid := text(each.body, "metadata", "uid"))}
    own = _root(manifest.body, by_uid)
    for each in listed:
        controller = controller_of(each.body)
        if _is_over(each) or each.identity() == manifest.identity():
            continue
        if controller is None:
            known = text(each.body, "metadata", "uid")
            if not known or known != text(own, "uid"):
                yield each
        elif text(controller, "uid") not in by_uid and not _names(controller, manifest) and controller != own:
            yield each


def _root(body: Mapping[str, object], by_uid: Mapping[str, Manifest]) -> Mapping[str, object]:
    """The reference to the highest owner of an object; an empty one where nothing controls it. An owner is met once."""
    reference: Mapping[str, object] = {}
    for _ in range(len(by_uid) + 1):
        above = controller_of(body)
        if above is None:
            break
        reference = above
        found = by_uid.get(text(above, "uid"))
        if found is None:
            break
        body = found.body
    return reference


def _names(controller: Mapping[str, object], manifest: Manifest) -> bool:
    group = text(controller, "apiVersion").rpartition("/")[0]
    return (group, text(controller, "kind"), text(controller, "name")) == (manifest.group, manifest.kind, manifest.name)


def _is_over(manifest: Manifest) -> bool:
    """Whether a Pod or a Job has come to its end, and holds nothing any more."""
    conditions = sequence(manifest.body, "status", "conditions") if manifest.kind == "Job" else ()
    ended = any(text(each, "type") in {"Complete", "Failed"} and text(each, "status") == "True" for each in conditions)
    return ended or (manifest.kind == "Pod" and text(mapping(manifest.body, "status"), "phase") in _OVER)
