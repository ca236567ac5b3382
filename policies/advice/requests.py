"""Requests and limits that a policy asks for: what was seen to be used, and a limit as high as the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from policies.advice.amounts import at_least
from policies.advice.proposal import Proposal
from policies.context import Context
from policies.message import quoted
from policies.policy import LimitResources
from policies.verdict import Violation
from workloads.edit import Edit
from workloads.field import dig, mapping, text
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import ContainerUsage, Target

HEADROOM: Final[Mapping[str, Decimal]] = {"cpu": Decimal("1.15"), "memory": Decimal("1.25")}
"""How many times what nearly all pods were seen to use is requested: who is short of memory is ended, of CPU only slowed."""


def proposals(check: LimitResources, violation: Violation, manifest: Manifest, context: Context) -> Iterator[Proposal]:
    """What a container lacks, where it can be told."""
    if not violation.path or violation.path[-1] != "resources":
        return
    container = dig(manifest.body, *violation.path[:-1])
    if not isinstance(container, dict):
        return
    stated = mapping(container, "resources")
    if "request" in violation.required:
        yield from _requests(check, violation, manifest, container, context)
    elif "limit" in violation.required:
        yield from _limits(check, violation, manifest, stated, text(container, "name"))


def _requests(
    check: LimitResources, violation: Violation, manifest: Manifest, container: Mapping[str, object], context: Context
) -> Iterator[Proposal]:
    """Requests by what the containers of that name were seen to use, all that are missing or none."""
    used = usage_of(manifest, text(container, "name"), context)
    missing = [resource for resource in check.requests if resource not in mapping(container, "resources", "requests")]
    if used is None or not set(missing) <= HEADROOM.keys():
        return
    values = {resource: wanted(resource, used)[1] for resource in missing}
    name = quoted(text(container, "name"))
    yield Proposal(
        violation.policy,
        f"with {_listed(values)} requested by container {name}",
        manifest,
        (tuple(Edit((*violation.path, "requests", resource), value) for resource, value in values.items()),),
        condition=f"if one reading of {context.snapshot.observed.on} shows what it needs",
        why=told(used),
        settles=violation,
        about_money=False,
    )


def _limits(
    check: LimitResources, violation: Violation, manifest: Manifest, stated: Mapping[str, object], name: str
) -> Iterator[Proposal]:
    """A limit as high as the request, which every node that takes the pod can give."""
    requests, limits = mapping(stated, "requests"), mapping(stated, "limits")
    missing = [resource for resource in check.limits if resource not in limits]
    values = {resource: str(requests[resource]) for resource in missing if isinstance(requests.get(resource), str | int)}
    if not missing or values.keys() != set(missing):
        return
    yield Proposal(
        violation.policy,
        f"with {_listed(values)} as the limit of container {quoted(name)}",
        manifest,
        (tuple(Edit((*violation.path, "limits", resource), requests[resource]) for resource in missing),),
        condition="if it needs no more than it requests",
        why="As high as the request: no pod of it takes what its node has not kept for it.",
        settles=violation,
        about_money=False,
    )


def usage_of(manifest: Manifest, container: str, context: Context) -> ContainerUsage | None:
    """What containers of one name of an object were seen to use; None where nobody looked."""
    target = Target.of(manifest, context.default_namespace)
    return context.snapshot.observed.usage.get(target, {}).get(container)


def wanted(resource: str, used: ContainerUsage) -> tuple[Decimal, str]:
    """What should be requested by what was seen, with headroom: the amount, and how it is written."""
    seen = used.cpu.p95 if resource == "cpu" else used.memory.p95
    return at_least(resource, seen * HEADROOM[resource])


def told(used: ContainerUsage) -> str:
    """What was seen, in a sentence."""
    cpu, memory = at_least("cpu", used.cpu.p95)[1], at_least("memory", used.memory.p95)[1]
    pods = "1 pod" if used.pods == 1 else f"{used.pods:,} pods"
    return f"Seen in use: {cpu} CPU and {memory} memory at most by 19 of 20, over {pods}."


def _listed(values: Mapping[str, str]) -> str:
    return " and ".join(f"{quoted(value)} {quoted(resource)}" for resource, value in values.items())
