"""Replicas that are stated above an autoscaler's minimum, and autoscalers that may run many times what they begin with."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policies.advice.proposal import Changed, Proposal
from policies.message import quoted, several
from workloads.edit import Edit
from workloads.field import FieldPath, dig
from workloads.snapshots.snapshot import Autoscaler, Target

WIDEST: Final = 10
"""How many times its minimum, or the replicas that were seen, an autoscaler's maximum may be before it is called wide."""
_MAXIMUM: Final[dict[str, FieldPath]] = {
    "HorizontalPodAutoscaler": ("spec", "maxReplicas"),
    "ScaledObject": ("spec", "maxReplicaCount"),
}


def proposals(changed: Changed) -> Iterator[Proposal]:
    """What is stated of the number of pods, by what scales them."""
    autoscaler = changed.workload.autoscaler
    if autoscaler is not None:
        yield from _fewer(changed, autoscaler)
        yield from _narrower(changed, autoscaler)


def _fewer(changed: Changed, autoscaler: Autoscaler) -> Iterator[Proposal]:
    """Every time the object is applied, it is set to the replicas that it states, and the autoscaler has to undo that."""
    path: FieldPath = ("spec", "replicas")
    stated, least = dig(changed.manifest.body, *path), max(autoscaler.minimum, 1)
    if isinstance(stated, int) and not isinstance(stated, bool) and stated > least:
        yield Proposal(
            "fewer-replicas",
            f"with {several(least, 'replica')} stated",
            changed.manifest,
            ((Edit(path, least),),),
            condition="if its load at first needs no more",
            why=f"{_named(autoscaler)} scales it from {least:,} to {autoscaler.maximum:,}, and starts from {stated:,}.",
        )


def _narrower(changed: Changed, autoscaler: Autoscaler) -> Iterator[Proposal]:
    path = _MAXIMUM.get(autoscaler.manifest.kind)
    seen = _seen(changed)
    base = max(autoscaler.minimum, seen or 0, 1)
    if path is None or autoscaler.maximum <= base * WIDEST:
        return
    of = (
        f"the {several(seen, 'replica')} seen on {changed.context.snapshot.observed.on}"
        if seen and seen == base
        else f"its minimum of {base:,}"
    )
    yield Proposal(
        "narrower-autoscaler",
        f"with at most {base * WIDEST:,} replicas",
        autoscaler.manifest,
        ((Edit(path, base * WIDEST),),),
        condition="if that is enough at its peak",
        why=f"{_named(autoscaler)} may run {autoscaler.maximum:,}, {_times(autoscaler.maximum, base)} times {of}.",
    )


def _named(autoscaler: Autoscaler) -> str:
    return quoted(autoscaler.name, 80)


def _times(maximum: int, base: int) -> str:
    return f"{(Decimal(maximum) / base).quantize(Decimal(1)):,}"


def _seen(changed: Changed) -> int | None:
    target = Target.of(changed.manifest, changed.context.default_namespace)
    return changed.context.snapshot.observed.replicas.get(target)
