"""Load balancers that several objects share, charged once: the Ingresses of one group of the AWS Load Balancer Controller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workloads.workload import Remark, Workload

_Key = tuple[str, str]
"""Cluster and group: a group reaches over namespaces."""


def charged_once(workloads: Iterable[Workload]) -> tuple[list[Workload], list[Remark]]:
    """The workloads with each shared load balancer at the first of its sharers by namespace and name, and words on the others.

    One that has nothing left but words costs nothing, and is no longer among the workloads.
    """
    listed = list(workloads)
    bearers = _bearers(listed)
    if not bearers:
        return listed, []
    kept: list[Workload] = []
    remarks: list[Remark] = []
    for workload in listed:
        foreign = [key for key in _keys(workload) if bearers[key] is not workload]
        if not foreign:
            kept.append(workload)
            continue
        words = [_words(group, bearers[cluster, group]) for cluster, group in dict.fromkeys(foreign)]
        own = tuple(each for each in workload.load_balancers if (workload.cluster, each.shared) not in foreign)
        left = replace(workload, load_balancers=own, notes=(*workload.notes, *words))
        if left.bare:
            remarks += [Remark(workload.manifest, each) for each in words]
        else:
            kept.append(left)
    return kept, remarks


def _keys(workload: Workload) -> list[_Key]:
    return [(workload.cluster, each.shared) for each in workload.load_balancers if each.shared]


def _bearers(workloads: Iterable[Workload]) -> Mapping[_Key, Workload]:
    found: dict[_Key, Workload] = {}
    for workload in workloads:
        for key in _keys(workload) if workload.load_balancers else ():
            known = found.get(key)
            if known is None or _order(workload) < _order(known):
                found[key] = workload
    return found


def _order(workload: Workload) -> tuple[str, str]:
    return workload.manifest.namespace, workload.manifest.name


def _words(group: str, bearer: Workload) -> str:
    title = f"{bearer.manifest.kind} {bearer.manifest.title}"
    return f"shares the load balancer of group {group[:100]}, which is charged once, with {title}"
