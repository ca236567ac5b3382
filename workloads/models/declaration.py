"""Tokens of AI models that a change begins, or ceases, to declare: that a figure becomes known is no change of what is paid."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from enum import StrEnum

from workloads.field import mapping
from workloads.manifest import Identity, Manifest
from workloads.models.usage import ANNOTATION, AiUsage
from workloads.workload import Inventory, Workload


class Declaration(StrEnum):
    """What a change does to a declaration of tokens."""

    BEGUN = "begun"
    CEASED = "ceased"
    AS_BEFORE = "as before"


def declaration(before: Manifest, after: Manifest) -> Declaration:
    """Whether one side alone has the annotation that declares tokens."""
    was, is_ = (ANNOTATION in mapping(side.body, "metadata", "annotations") for side in (before, after))
    if was is is_:
        return Declaration.AS_BEFORE
    return Declaration.BEGUN if is_ else Declaration.CEASED


def declared_alike(before: Inventory, after: Inventory) -> Inventory:
    """The side before a change, with tokens that the change begins to declare of models which were called before, too.

    What ceases to be declared, of models that are still called, is taken away: it is neither saved nor spent. Objects of one
    identity are matched in their order. Linear in the workloads; the same object where nothing of that is so.
    """
    if not any(workload.ai_usage for side in (before, after) for workload in side.workloads):
        return before
    later: dict[Identity, deque[Workload]] = {}
    for each in after.workloads:
        later.setdefault(each.manifest.identity(each.cluster), deque()).append(each)
    told = [_told(each, later.get(each.manifest.identity(each.cluster))) for each in before.workloads]
    changed = any(one is not other for one, other in zip(told, before.workloads, strict=True))
    return replace(before, workloads=tuple(told)) if changed else before


def _told(before: Workload, waiting: deque[Workload] | None) -> Workload:
    """A workload as it was, told of its tokens as it is after the change; the same object where both are told alike.

    ``waiting`` are those of its identity after the change that none has been matched with; the first is taken.
    """
    if not waiting:
        return before
    after = waiting.popleft()
    found = declaration(before.manifest, after.manifest)
    if found is Declaration.BEGUN and not before.ai_usage:
        usage = _of_then(before, after.ai_usage)
        return replace(before, ai_usage=usage) if usage else before
    if found is Declaration.CEASED and not after.ai_usage and _called(after):
        return replace(before, ai_usage=())
    return before


def _of_then(before: Workload, declared: tuple[AiUsage, ...]) -> tuple[AiUsage, ...]:
    """What is declared now as the models of before had it: of the only one that was called, else of those that still are."""
    called = _called(before)
    if len(called) == 1 and len(declared) == 1:
        return (replace(declared[0], model=""),)
    return tuple(usage for usage in declared if usage.model.rpartition("/")[2] in called)


def _called(workload: Workload) -> set[str]:
    """The names of the models behind an API that it calls, without their providers."""
    return {each.name.rpartition("/")[2] for each in workload.models if not each.served}
