"""Pods that name an accelerator or its machine, where another with no less memory is cheaper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from policies.advice.proposal import Changed, Proposal
from policies.message import inert, plain_number
from pricing.book import Machine
from pricing.device import models
from pricing.estimate import MachineUse
from workloads.devices.gpu_label import gpu_labels, model_of, values_of
from workloads.edit import Edit
from workloads.field import FieldPath, mapping
from workloads.nodes.labels import TYPE_LABELS
from workloads.workload import PodGroup

MOST_TRIES: Final = 4
"""Machines or models that are tried for one group of pods, the cheapest first."""
LEAST_SHARE: Final = Decimal("0.15")
"""Of its price, what another accelerator has to save to be worth trying."""


def proposals(changed: Changed) -> Iterator[Proposal]:
    """Each group with accelerators, on what it may name instead."""
    uses = {use.group: use for use in changed.estimate.machines if use.accelerators}
    for group in changed.workload.groups:
        spec = changed.spec_of(group)
        use = uses.get(group.name)
        if use is None or not spec or group.alternatives or len(group.accelerators) != 1:
            continue
        machine = changed.prices.machine(changed.estimate.location, use.type)
        selector = mapping(changed.manifest.body, *spec, "nodeSelector")
        if machine is not None and machine.gpu_memory:
            yield from _by_type(changed, group, spec, selector, machine)
            yield from _by_model(changed, group, spec, selector, use, machine)


def _by_type(
    changed: Changed, group: PodGroup, spec: FieldPath, selector: Mapping[str, object], machine: Machine
) -> Iterator[Proposal]:
    key = next((label for label in TYPE_LABELS if selector.get(label) == machine.type), None)
    if key is None:
        return
    for other in _cheaper(changed, group, machine)[:MOST_TRIES]:
        yield _proposal(changed, group, (*spec, "nodeSelector", key), other.type, machine, other)


def _by_model(
    changed: Changed, group: PodGroup, spec: FieldPath, selector: Mapping[str, object], use: MachineUse, machine: Machine
) -> Iterator[Proposal]:
    stated = ((key, value) for key, value in selector.items() if key in gpu_labels() and isinstance(value, str))
    key = next((key for key, value in stated if model_of(key, value) == use.accelerators_model), None)
    if key is None or any(label in selector for label in TYPE_LABELS):
        return
    names: dict[str, str] = {}
    for value, model in values_of(key).items():
        names.setdefault(model, value)
    seen: set[str] = set()
    for other in _cheaper(changed, group, machine):
        if other.gpu_model in names and other.gpu_model != machine.gpu_model and other.gpu_model not in seen:
            seen.add(other.gpu_model)
            yield _proposal(changed, group, (*spec, "nodeSelector", key), names[other.gpu_model], machine, other)
        if len(seen) >= MOST_TRIES:
            return


def _cheaper(changed: Changed, group: PodGroup, machine: Machine) -> list[Machine]:
    """Machines of the region with accelerators of the same vendor and no less memory each, by price."""
    wanted = models(group.accelerators)
    found = (other for model in wanted for other in changed.prices.machines_with(machine.location, model))
    fitting = [other for other in found if other.type != machine.type and _fits(group, machine, other)]
    return sorted(fitting, key=lambda other: (_price(other), other.type))


def _fits(group: PodGroup, machine: Machine, other: Machine) -> bool:
    """Whether a machine may take a pod's place; the try tells whether it does, and for how much."""
    if other.on_demand is None or other.suspect or other.architecture != machine.architecture:
        return False
    enough = other.gpu_memory >= machine.gpu_memory and other.gpu_count >= group.most_devices
    roomy = other.cpu >= group.requests.cpu and other.memory * 1024**3 >= group.requests.memory
    return enough and roomy and _price(other) / other.gpu_count < _price(machine) / machine.gpu_count * (1 - LEAST_SHARE)


def _price(machine: Machine) -> Decimal:
    return machine.on_demand.value if machine.on_demand is not None else Decimal("Infinity")


def _proposal(changed: Changed, group: PodGroup, path: FieldPath, value: str, machine: Machine, other: Machine) -> Proposal:
    same = other.gpu_model == machine.gpu_model
    return Proposal(
        "cheaper-accelerator",
        f"{changed.named(group)}on {inert(value)}",
        changed.manifest,
        ((Edit(path, value),),),
        condition="if it runs there as well" if same else f"if it runs on {other.gpu_model} and that is fast enough",
        why=f"{_told(other)} against {_told(machine)}.",
    )


def _told(machine: Machine) -> str:
    """``g6.xlarge at 0.8048 an hour, 1 x L4 of 24 GiB``."""
    each = f"{plain_number(machine.gpu_count)} x {machine.gpu_model} of {plain_number(machine.gpu_memory)} GiB"
    return f"{machine.type} at {plain_number(_price(machine))} an hour, {each}"
