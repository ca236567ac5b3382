"""Pods that select machines of a company's own by labels of its own, which its prices name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pricing.book import PriceBook
from workloads.nodes.affinity import alternatives, either
from workloads.nodes.selection import ANYWHERE, NodeSelection


def on_own_nodes(spec: Mapping[str, object], selection: NodeSelection, prices: PriceBook) -> NodeSelection:
    """A pod's node selection with the machine types whose labels it requires; as it is where it names a type or no such label."""
    labels = prices.own_labels()
    if not labels or selection is ANYWHERE or selection.machine_types:
        return selection
    found = alternatives(spec, labels)
    stated = {key: values for key in sorted(labels) if (values := either(found, (key,)))}
    machines = prices.labelled(tuple((key, value) for key, values in stated.items() for value in values)) if stated else ()
    if not machines:
        return selection
    clouds = {cloud for (cloud, _), _ in machines}
    regions = tuple(dict.fromkeys(region for (_, region), _ in machines if region))
    return replace(
        selection,
        machine_types=tuple(dict.fromkeys(machine_type for _, machine_type in machines)),
        cloud=selection.cloud or (clouds.pop() if len(clouds) == 1 else ""),
        regions=selection.regions or regions,
    )
