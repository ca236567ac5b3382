"""Requests far above what containers were seen to use, where a snapshot of the cluster tells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from policies.advice.amounts import amount, at_least
from policies.advice.proposal import Changed, Edits, Proposal
from policies.advice.requests import HEADROOM, told, usage_of, wanted
from policies.message import quoted
from workloads.edit import Edit
from workloads.field import FieldPath, mapping, sequence, text
from workloads.snapshots.snapshot import ContainerUsage

FAR: Final = 2
"""How many times what is needed a request is to be called far above it."""


def proposals(changed: Changed) -> Iterator[Proposal]:
    """The requests of each container by what it uses.

    Nothing for what an autoscaler scales: it may count by the share of the requests that is used, and would start more pods.
    """
    if changed.workload.autoscaler is not None or not changed.context.snapshot.observed.usage:
        return
    for group in changed.workload.groups:
        spec = changed.spec_of(group)
        containers = sequence(changed.manifest.body, *spec, "containers") if spec else ()
        for place, container in enumerate(containers):
            used = usage_of(changed.manifest, text(container, "name"), changed.context)
            if used is not None and isinstance(container, dict):
                yield from _proposals(changed, container, (*spec, "containers", place, "resources"), used)


def _proposals(changed: Changed, container: dict[str, object], path: FieldPath, used: ContainerUsage) -> Iterator[Proposal]:
    requests = mapping(container, "resources", "requests")
    lower = {}
    for resource in HEADROOM:
        asked, (needed, written) = amount(requests, resource), wanted(resource, used)
        if asked is not None and asked >= needed * FAR:
            lower[resource] = (asked, needed, written)
    if not lower:
        return
    words = " and ".join(f"{written} {resource}" for resource, (_, _, written) in lower.items())
    yield Proposal(
        "right-size",
        f"with {words} requested by container {quoted(text(container, 'name'))}",
        changed.manifest,
        tuple(_ways(path, lower, mapping(container, "resources", "limits"))),
        condition=f"if one reading of {changed.context.snapshot.observed.on} shows what it needs",
        why=told(used),
    )


def _ways(path: FieldPath, lower: dict[str, tuple[Decimal, Decimal, str]], limits: object) -> Iterator[Edits]:
    """The requests alone; and with limits that stay as many times the request, where a rule asks for that."""
    requests = tuple(Edit((*path, "requests", resource), written) for resource, (_, _, written) in lower.items())
    yield requests
    smaller = []
    for resource, (asked, needed, _) in lower.items():
        limit = amount(mapping(limits), resource)
        if limit is not None:
            times = max((limit / asked).to_integral_value(ROUND_CEILING), Decimal(1))
            smaller.append(Edit((*path, "limits", resource), at_least(resource, min(needed * times, limit))[1]))
    if smaller:
        yield (*requests, *smaller)
