"""Memory limits far above the requests: what a container may take of its node that nobody kept for it, and no cost tells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policies.advice.amounts import amount, at_most
from policies.advice.proposal import Changed, Proposal
from policies.message import amount_of, quoted
from workloads.edit import Edit
from workloads.field import FieldPath, mapping, sequence, text

MOST_TIMES: Final = Decimal(4)
"""How many times its request a memory limit may be."""


def proposals(changed: Changed) -> Iterator[Proposal]:
    """A lower limit for each container whose limit is far above its request. Limits cost nothing, so this saves nothing told."""
    for group in changed.workload.groups:
        spec = changed.spec_of(group)
        for place, container in enumerate(sequence(changed.manifest.body, *spec, "containers") if spec else ()):
            path: FieldPath = (*spec, "containers", place, "resources", "limits", "memory")
            request = amount(mapping(container, "resources", "requests"), "memory")
            limit = amount(mapping(container, "resources", "limits"), "memory")
            if request is None or limit is None or not request or limit <= request * MOST_TIMES:
                continue
            written = at_most("memory", request * MOST_TIMES)
            if written and not _was_so(changed, path):
                yield _lower(changed, path, text(container, "name"), (request, limit), written)


def _lower(changed: Changed, path: FieldPath, name: str, stated: tuple[Decimal, Decimal], written: str) -> Proposal:
    request, limit = (amount_of("memory", each) for each in stated)
    settled = next((each for each in changed.violations if each.path == path), None)
    return Proposal(
        settled.policy if settled else "lower-limits",
        f"with a memory limit of {written} for container {quoted(name)}",
        changed.manifest,
        ((Edit(path, written),),),
        condition="if it never needs more",
        why=f"It may take {limit} of a node that keeps {request} for it; what it takes beyond that, others lack.",
        settles=settled,
        about_money=False,
    )


def _was_so(changed: Changed, path: FieldPath) -> bool:
    """Whether the change left the resources as they were."""
    if changed.before is None:
        return False
    resources = path[:-2]
    return mapping(changed.before.workload.manifest.body, *resources) == mapping(changed.manifest.body, *resources)
