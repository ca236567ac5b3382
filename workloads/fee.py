"""The fees of an object: what it makes a cloud charge by the hour whatever runs, by the rules of its kind."""

from __future__ import annotations

from collections.abc import Iterator

from workloads.counting.count import Scope, holds, text
from workloads.counting.pattern import expand
from workloads.field import shown
from workloads.kinds.fee import FeeRule
from workloads.network.service import ServedAnyway
from workloads.workload import Fee


def fees(rule: FeeRule, scope: Scope) -> Iterator[Fee | ServedAnyway | str]:
    """What a rule finds in an object, and in words what of it is free or not known."""
    for path, _ in expand(scope.body, rule.item.steps):
        here = scope.at(rule.item, path)
        if rule.where is not None and not holds(rule.where, here):
            continue
        stated = text(rule.what, here)
        item = rule.items.get(stated) if rule.items else stated
        if item is None:
            yield f"what it charges for {shown(stated)} is not known: {', '.join(sorted(rule.items))} are"
        elif not item:
            yield ServedAnyway(rule.free)
        else:
            yield Fee(item, rule.cloud, text(rule.region, here) if rule.region is not None else "", path)
