"""Why no machine holds a pod that asks for accelerators, in words, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pricing.book import Machine, PriceBook
from pricing.demand import Demand
from pricing.device import vendors_without_models
from pricing.machines.choice import room, takes_whole_machines
from pricing.machines.site import Site
from pricing.precision import tidy
from pricing.sold import elsewhere
from workloads.settings.usual_nodes import USUAL_NODES

_HUNDREDTH = Decimal("0.01")
_OWN = "prices.overlays"
_GENERATION = "node selector cloud.google.com/gke-tpu-accelerator"


def no_machine(demand: Demand, site: Site, wanted: Sequence[str], prices: PriceBook, nearly: Machine | None) -> str:
    """That no machine has what a pod asks for, of the models that were looked for; ``nearly`` all that has it as a machine."""
    vendors = vendors_without_models(demand.accelerators)
    if vendors and not site.models:
        named = ", ".join(request.resource for request in demand.accelerators)
        return f"{named}: no machine of the price book has an accelerator of {' or '.join(vendors)}; one of yours can ({_OWN})"
    if site.listed:
        return none_listed(demand, site, nearly, " or ".join(site.models))
    size = _size(demand)
    here = site.location.region or site.location.cloud
    if takes_whole_machines(demand) and wanted and not site.models:
        held = f"no machine in {here} holds {asked(demand, wanted[0])} with {size}"
        return f"{held}, the generation whose chips cost least there, as none is stated: {_GENERATION} states it"
    found = elsewhere(wanted, site.location, prices) if site.models else ""
    return f"no machine in {here} holds {asked(demand, ' or '.join(site.models))} with {size}{found}{_left(nearly)}"


def none_listed(demand: Demand, site: Site, nearly: Machine | None, model: str = "") -> str:
    """That none of the machine types that the cluster's nodes usually are has what a pod asks for."""
    what = f"{asked(demand, model)} with {_size(demand)}" if demand.accelerators or model else _size(demand)
    built = f" on {site.architecture} (kubernetes.io/arch)" if site.architecture else ""
    words = f"fits on none of {USUAL_NODES} ({', '.join(site.listed)}) in {site.location.region}: it asks {what}{built}"
    return f"{words}{_left(nearly)}; list a type there that holds it, or ask for less"


def _left(nearly: Machine | None) -> str:
    """What a node leaves to pods of a machine that has all they ask for; empty where there is none."""
    if nearly is None:
        return ""
    cpu, memory = room(nearly)
    return f"; of a {nearly.type}, which has that much, pods can have {tidy(cpu):f} vCPU and {memory.quantize(_HUNDREDTH):f} GiB"


def _size(demand: Demand) -> str:
    return f"{tidy(demand.cpu):f} vCPU and {demand.memory.quantize(_HUNDREDTH):f} GiB"


def asked(demand: Demand, model: str) -> str:
    """``2 × L4``, ``1 × mig-1g.10gb of H100``; by the resource's name where no model is stated."""
    if not demand.accelerators:
        return f"a pod on {model}"
    request = demand.accelerators[0]
    if model and request.kind == "mig":
        return f"{tidy(request.count):f} × mig-{request.profile} of {model}"
    return f"{tidy(request.count):f} × {model or request.resource}"
