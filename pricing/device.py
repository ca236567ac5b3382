"""How much of a machine's accelerators a pod takes: whole devices, cores of one, or MIG slices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from pricing.book import Machine, MigProfile, PriceBook
from pricing.demand import GIB, Demand
from pricing.precision import fraction
from workloads.devices.accelerator import AcceleratorRequest

_NOTHING = Decimal(0)
_ONE = Decimal(1)
_WHOLE = Decimal("0.999")
"""NVIDIA's table gives fractions to four digits: seven sevenths come to 1.0003."""

_CORES = {"Inferentia1": 4, "Inferentia2": 2, "Trainium1": 2, "Trainium2": 8}
"""Neuron cores a device (AWS Neuron documentation)."""

_MODELS = {
    "NVIDIA": (
        *("A10", "A10G", "A100-40GB", "A100-80GB", "A30", "A40", "A800-80GB", "B200", "B300", "GB200", "GB300", "GH200"),
        *("GRID-K520", "H100", "H100-NVL", "H100-PCIe", "H200", "K80", "L4", "L40", "L40S", "M60", "P100", "P4"),
        *("Quadro-M4000", "Quadro-P4000", "RTX-3060", "RTX-3070", "RTX-3090", "RTX-4060", "RTX-4070", "RTX-4090", "RTX-5070"),
        *("RTX-5090", "RTX-5880-Ada", "RTX-6000", "RTX-6000-Ada", "RTX-A4000", "RTX-A5000", "RTX-A6000", "RTX-PRO-4500"),
        *("RTX-PRO-6000", "T4", "T4G", "V100-16GB", "V100-32GB"),
    ),
    "AMD": ("MI25", "MI300X", "Radeon-Pro-V520", "V620", "V710"),
    "Intel Gaudi": ("Gaudi1",),
    "Google": ("TPU-v3", "TPU-v4", "TPU-v5e", "TPU-v5p", "TPU-v6e", "TPU-v7x"),
    "AWS": ("Inferentia1", "Inferentia2", "Trainium1", "Trainium2"),
    "Qualcomm": ("Qualcomm-AI100",),
}
"""Which models of the price book a vendor's resources can mean."""

_OWN_MODELS = {
    "NVIDIA": ("A2", "A16", "H20", "H800", "L2", "L20"),
    "AMD": ("MI210", "MI250", "MI250X", "MI300A", "MI308X", "MI325X", "MI350X", "MI355X"),
    "Intel": ("Arc-A770", "Arc-Pro-B60", "Flex-140", "Flex-170", "Max-1100", "Max-1550"),
    "Intel Gaudi": ("Gaudi2", "Gaudi3"),
    "Huawei": ("Ascend-310P", "Ascend-910A", "Ascend-910B", "Ascend-910C"),
    "Cambricon": ("MLU370", "MLU590"),
    "Hygon": ("K100", "Z100"),
    "Iluvatar": ("BI-V100", "BI-V150", "MR-V100"),
    "Moore Threads": ("MTT-S4000",),
    "MetaX": ("C500",),
    "Enflame": ("S60",),
    "Kunlunxin": ("P800",),
    "Biren": ("BR104",),
    "Rebellions": ("ATOM",),
    "FuriosaAI": ("RNGD", "Warboy"),
    "Tenstorrent": ("Blackhole", "Wormhole"),
    "AMD FPGA": ("Alveo-U250", "Alveo-U280", "Alveo-U55C"),
    "Intel FPGA": ("Agilex-7", "Stratix-10"),
}
"""Models that no cloud of the price book has, and machines of a company's own may."""

_SIZE = re.compile(r"(?<=gb)\W")
_CLOUDS = {"Google": "gcp", "AWS": "aws"}
"""Vendors whose accelerators only their own cloud has."""

_BEFORE_2016 = frozenset({"GRID-K520", "K80", "M60", "Quadro-M4000"})
"""Kepler and Maxwell: nobody who leaves the model open means these, and NVIDIA's newer driver branches have dropped Kepler."""


@dataclass(frozen=True, slots=True)
class Take:
    """What one pod takes of one machine's accelerators, counted in whole ones."""

    charged: Decimal
    """What nobody else can have of them: for a MIG slice the larger of its compute and memory fractions."""
    usable: Decimal
    """What of it the pod can use; the rest of ``charged`` is stranded."""
    slices: str = ""
    """The slices that it has, ``1g.5gb`` or ``2 × 1g.5gb``; empty for whole devices and for shares without a name."""


NONE_TAKEN = Take(_NOTHING, _NOTHING)


def known_models() -> tuple[str, ...]:
    """Every accelerator model that a request of some vendor's resource can mean."""
    return tuple(model for table in (_MODELS, _OWN_MODELS) for several in table.values() for model in several)


def models(requests: Sequence[AcceleratorRequest]) -> tuple[str, ...]:
    """Every model that all the requested resources can mean where none is stated.

    Empty where their vendors differ or have none in the book; models from before 2016 have to be named.
    """
    return tuple(model for model in _meant(requests, _MODELS) if model not in _BEFORE_2016)


def own_models(requests: Sequence[AcceleratorRequest]) -> tuple[str, ...]:
    """Every model that all the requested resources can mean on machines of a company's own."""
    return _meant(requests, _OWN_MODELS)


def _meant(requests: Sequence[AcceleratorRequest], table: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    first, *others = [table.get(request.vendor, ()) for request in requests] or [()]
    return tuple(model for model in first if all(model in meaning for meaning in others))


def vendors_without_models(requests: Sequence[AcceleratorRequest]) -> tuple[str, ...]:
    """The vendors asked for of whom the price book has no accelerator."""
    return tuple(dict.fromkeys(request.vendor for request in requests if not request.models and request.vendor not in _MODELS))


def cloud_of_vendors(requests: Sequence[AcceleratorRequest]) -> str:
    """The only cloud that has such accelerators; empty where several may."""
    clouds = {_CLOUDS.get(request.vendor, "") for request in requests}
    return clouds.pop() if len(clouds) == 1 else ""


def stated(requests: Sequence[AcceleratorRequest]) -> tuple[str, ...]:
    """The models that the requests themselves allow, as a device claim's selector does; empty where none of them says."""
    saying = [request.models for request in requests if request.models]
    return tuple(model for model in saying[0] if all(model in allowed for allowed in saying)) if saying else ()


def take(demand: Demand, machine: Machine, prices: PriceBook) -> Take | None:
    """What a pod takes of a machine's accelerators; None where the machine's model cannot give it."""
    parts = [_part(request, machine, prices) for request in demand.accelerators]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    charged, usable = (sum(amounts, _NOTHING) for amounts in ([part.charged for part in found], [part.usable for part in found]))
    return Take(charged, usable, " and ".join(part.slices for part in found) if all(part.slices for part in found) else "")


def _part(request: AcceleratorRequest, machine: Machine, prices: PriceBook) -> Take | None:
    if not _may_be(request, machine.gpu_model):
        return None
    if request.kind == "mig":
        return _of_slices(request, machine, prices)
    devices = _devices(request, machine) if request.kind in {"whole", "shared"} else None
    return Take(devices, devices) if devices is not None else None


def _may_be(request: AcceleratorRequest, model: str) -> bool:
    """Whether a request can mean a model."""
    return model in (request.models or (*_MODELS.get(request.vendor, ()), *_OWN_MODELS.get(request.vendor, ())))


def _of_slices(request: AcceleratorRequest, machine: Machine, prices: PriceBook) -> Take | None:
    # What follows the size (+me, .gfx) says what else a slice has, not how much of the GPU it takes.
    profile = prices.mig_profile(machine.gpu_model, _SIZE.split(request.profile)[0])
    if profile is None:
        return None
    if request.every:
        return Take(machine.gpu_count, machine.gpu_count)
    count = request.count * (request.share.fraction or _ONE)
    return replace(_slices(profile, count), slices=request.profile if count == 1 else f"{fraction(count)} × {request.profile}")


def _devices(request: AcceleratorRequest, machine: Machine) -> Decimal | None:
    """Devices of a machine, or parts of them, that a request comes to; None where the machine cannot tell."""
    if request.every:
        return machine.gpu_count
    if request.kind == "shared":
        part = request.share.of(machine.gpu_memory * GIB)
        return request.count * part if part is not None else None
    if request.resource.endswith("/neuroncore"):
        cores = _CORES.get(machine.gpu_model)
        return request.count / cores if cores else None
    # A machine with a fraction of a GPU offers that fraction as one device.
    return request.count * min(machine.gpu_count, Decimal(1))


def _slices(profile: MigProfile, count: Decimal) -> Take:
    """What MIG slices take. A GPU full of one profile has nothing left for others: what it leaves over is stranded."""
    compute, memory = _exact(profile.compute_fraction), _exact(profile.memory_fraction)
    larger, smaller = max(compute, memory), min(compute, memory)
    most = profile.maximum_per_gpu
    gpus = (count / most).to_integral_value(rounding=ROUND_CEILING)
    fills = larger * most >= _WHOLE
    return Take(min(count * larger, gpus), min(count * (smaller if fills else larger), gpus))


def _exact(fraction: Decimal) -> Decimal:
    """A fraction of four digits as the sevenths it stands for, where it does."""
    sevenths = (fraction * 7).to_integral_value()
    return sevenths / 7 if abs(fraction * 7 - sevenths) < Decimal("0.001") else fraction
