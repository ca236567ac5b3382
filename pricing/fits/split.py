"""The price of a machine, split over what pods can ask of it: CPU, memory and accelerators.

In proportion to the rates of the machine's family and over its capacity, scaled so that the parts sum to the price (OpenCost
specification, "marginal rates of the provider by family"), with the rates of the machine's own GPU model.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from pricing.book import ComputeRates, Machine, PriceBook
from pricing.machines.family import family_of
from pricing.precision import RATE_STEP

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Weights:
    """In which proportion a vCPU, a GiB and an accelerator of one machine share its price."""

    cpu: Decimal
    memory: Decimal
    accelerator: Decimal
    because: str
    """Which rates these are."""
    assumed: bool = False
    """Whether no rates of the machine's own family were found."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What all the CPU, all the memory and all the accelerators of one machine cost an hour: exactly its price together."""

    cpu: Decimal
    memory: Decimal
    accelerators: Decimal


def proportions(machine: Machine, prices: PriceBook, series: str = "") -> Weights:
    """The weights that a price book gives a machine: of its GPU model, else of its own family, else of a series of machines."""
    general = prices.compute_rates(machine.location, series) or prices.compute_rates(machine.location)
    if machine.gpu_count:
        return weights(machine, prices.gpu_rates(machine.location, machine.gpu_model), general)
    return weights(machine, _family_rates(machine, prices), general)


def _family_rates(machine: Machine, prices: PriceBook) -> ComputeRates | None:
    """The rates fitted over the machine's own family."""
    return prices.compute_rates(machine.location, family_of(machine.type))


def weights(machine: Machine, family: ComputeRates | None, general: ComputeRates | None) -> Weights:
    """How a machine's price is to be split: by its family's rates, else by those of general-purpose machines.

    Without a row for the GPU model, its accelerators get what is left of the price after CPU and memory at general-purpose
    rates. Where a cloud has no rates at all, the accelerators get the price; without accelerators CPU and memory get half each.
    """
    if not machine.gpu_count:
        rates = family or general
        return Weights(rates.cpu.value, rates.memory.value, _NOTHING, rates.cpu.source) if rates else _blind(machine)
    if family and family.gpu:
        return Weights(family.cpu.value, family.memory.value, family.gpu.value, family.gpu.source)
    if not general or not machine.on_demand:
        return _blind(machine)
    plain = machine.cpu * general.cpu.value + machine.memory * general.memory.value
    left = max(machine.on_demand.value - plain, _NOTHING)
    words = f"no rates for {machine.gpu_model or 'its accelerator'}: its part is the machine's price less CPU and memory"
    return Weights(general.cpu.value, general.memory.value, left / machine.gpu_count, words, assumed=True)


def _blind(machine: Machine) -> Weights:
    if machine.gpu_count:
        return Weights(_NOTHING, _NOTHING, Decimal(1), "no rates to split by: all of it for the accelerators", assumed=True)
    words = "no rates to split by: half for CPU, half for memory"
    return Weights(1 / machine.cpu, 1 / machine.memory, _NOTHING, words, assumed=True)


def split(price: Decimal, machine: Machine, by: Weights) -> Parts:
    """A machine's hourly price in parts, by its capacity; CPU and memory cost whole steps a unit, the last part takes the rest.

    The machine has CPU and memory. The caller has set the context of exact arithmetic.
    """
    whole = machine.cpu * by.cpu + machine.memory * by.memory + machine.gpu_count * by.accelerator
    cpu = machine.cpu * (price * by.cpu / whole).quantize(RATE_STEP, rounding=ROUND_DOWN)
    if not by.accelerator:
        return Parts(cpu, price - cpu, _NOTHING)
    memory = machine.memory * (price * by.memory / whole).quantize(RATE_STEP, rounding=ROUND_DOWN)
    return Parts(cpu, memory, price - cpu - memory)
