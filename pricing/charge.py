"""What one pod is charged for one hour: its own part of a machine, what it strands, or CPU and memory at fitted rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pricing.book import ComputeRates, Machine
from pricing.demand import Demand
from pricing.device import Take
from pricing.fits.split import Weights, split
from pricing.precision import bounded, tidy
from pricing.rate import Confidence, Rate

_NOTHING = Decimal(0)
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")
_ACCELERATOR_UNITS = {"TPU": "chip", "Inf": "device", "Tra": "device"}
CPU_KEY = "assume.cpu"
MEMORY_KEY = "assume.memory"


@dataclass(frozen=True, slots=True)
class Part:
    """One resource of one pod for one hour."""

    what: str
    """``cpu``, ``memory``, ``accelerator`` or ``stranded``."""
    quantity: Decimal
    unit: str
    rate: Rate
    """Of one unit for an hour, as shown; ``cost`` keeps what a division left over."""
    cost: Decimal
    """US dollars, expected."""
    least: Decimal
    """US dollars at least: at the spot price where spot is permitted."""
    confidence: Confidence
    assumption: str = ""
    derivation: tuple[str, ...] = ()
    more: Decimal = Decimal(0)
    """US dollars beyond ``cost`` at most: on demand, where a part of such pods is expected on spot."""

    @property
    def most(self) -> Decimal:
        """US dollars at most."""
        return self.cost + self.more

    def dearest(self, other: Part) -> Part:
        """The same part, costing at most what another does."""
        return replace(self, more=max(other.cost - self.cost, _NOTHING))

    def resting_on(self, words: str) -> Part:
        """The same part, resting on an assumption as well; itself where there is none."""
        if not words:
            return self
        told = "; ".join(text for text in (self.assumption, words) if text)
        return replace(self, confidence=Confidence.ASSUMED, assumption=told)


@dataclass(frozen=True, slots=True)
class Offer:
    """A machine and the prices of it that apply to a pod."""

    machine: Machine
    rate: Rate
    """What the machine costs an hour: on-demand, or spot where the pod asks for spot."""
    weights: Weights
    """How that is split over its resources."""
    spot: Rate | None = None
    """Its spot price, where spot is only permitted."""
    confidence: Confidence = Confidence.EXACT
    """How sure the choice of this machine is."""

    @property
    def lowest(self) -> Decimal:
        """The lower of its two prices, in US dollars an hour."""
        return min(self.rate.value, self.spot.value) if self.spot else self.rate.value


def share(demand: Demand, taken: Take, machine: Machine) -> Decimal:
    """The dominant share: the largest fraction of the machine that a pod takes of any resource."""
    return max(_shares(demand, taken.charged, machine))


def _shares(demand: Demand, devices: Decimal, machine: Machine) -> tuple[Decimal, Decimal, Decimal]:
    accelerators = devices / machine.gpu_count if machine.gpu_count else _NOTHING
    return demand.cpu / machine.cpu, demand.memory / machine.memory, accelerators


def on_machine(demand: Demand, taken: Take, offer: Offer) -> tuple[Part, ...]:
    """A pod's parts of a machine's price. With accelerators they sum to its dominant share of the price, exactly.

    The caller has set the context of exact arithmetic.
    """
    shares = _shares(demand, taken.usable, offer.machine)
    if not demand.accelerators and not demand.whole:
        return tuple(part for own in _own(demand, offer, _own_confidence(shares, offer)) for part in _doubtful_apart(own, demand))
    dominant = share(demand, taken, offer.machine)
    sure = Confidence.least(
        offer.rate.confidence, offer.confidence, _dominant_confidence(demand, shares[2], dominant, offer.machine)
    )
    parts = [_moved_split(own, demand) for own in _own(demand, offer, sure)]
    if shares[2]:
        parts.append(_accelerators(taken, shares[2], offer, sure))
    if any(part != dominant for part in shares):
        parts.append(_stranded(dominant, parts, offer, sure))
    return tuple(part for part in parts if part.cost > 0)


def _own_confidence(shares: tuple[Decimal, ...], offer: Offer) -> Confidence:
    """A pod that takes as much of the CPU as of the memory pays that part of the price, however it is split."""
    even = shares[0] == shares[1] and not offer.weights.accelerator
    model = Confidence.EXACT if even else Confidence.ASSUMED if offer.weights.assumed else Confidence.MODELLED
    return Confidence.least(offer.rate.confidence, offer.confidence, model)


def _dominant_confidence(demand: Demand, accelerators: Decimal, dominant: Decimal, machine: Machine) -> Confidence:
    """Assumed requests matter only where one of them decides the pod's share; else they only shift the split."""
    if accelerators >= dominant:
        return Confidence.EXACT
    cpu = demand.cpu / machine.cpu >= dominant
    return Confidence.ASSUMED if (demand.assumed_cpu if cpu else demand.assumed_memory) else Confidence.EXACT


def _own(demand: Demand, offer: Offer, confidence: Confidence) -> Iterator[Part]:
    """The CPU and memory of a pod at its machine's price."""
    machine, by = offer.machine, offer.weights
    paid, lowest = split(offer.rate.value, machine, by), split(offer.lowest, machine, by)
    for what, unit, quantity, capacity, part, least in (
        ("cpu", "vCPU", demand.cpu, machine.cpu, paid.cpu, lowest.cpu),
        ("memory", "GiB", demand.memory, machine.memory, paid.memory, lowest.memory),
    ):
        rate = _rate(offer, part / capacity, f"{unit}-hour")
        cost, lowest_cost = bounded(part * quantity / capacity), bounded(least * quantity / capacity)
        yield Part(what, quantity, unit, rate, cost, lowest_cost, confidence, "", (f"price split: {by.because}",))


def _assumed(part: Part, demand: Demand) -> tuple[Decimal, str]:
    """How much of a part's quantity is assumed, and by which key."""
    if part.what == "cpu":
        return min(demand.assumed_cpu, part.quantity), CPU_KEY
    return min(demand.assumed_memory, part.quantity), MEMORY_KEY


def _moved_split(part: Part, demand: Demand) -> Part:
    assumed, key = _assumed(part, demand)
    if not assumed:
        return part
    words = f"{_size(assumed, part.unit)} of it assumed ({key}): this moves the split, not the sum"
    return replace(part, derivation=(*part.derivation, words))


def _doubtful_apart(part: Part, demand: Demand) -> Iterator[Part]:
    """A part as its stated and its assumed quantity, each left out where it is nothing."""
    assumed, key = _assumed(part, demand)
    if not part.quantity:
        return
    if not assumed:
        yield part
        return
    words = f"{_size(assumed, part.unit)} assumed: no request is stated ({key})"
    cost, least = bounded(part.cost * assumed / part.quantity), bounded(part.least * assumed / part.quantity)
    if assumed < part.quantity:
        yield replace(part, quantity=part.quantity - assumed, cost=part.cost - cost, least=part.least - least)
    yield replace(part, quantity=assumed, cost=cost, least=least, confidence=Confidence.ASSUMED, assumption=words)


def _size(quantity: Decimal, unit: str) -> str:
    """A request in words; memory below a GiB in MiB, as people write it."""
    return f"{tidy(quantity * 1024):f} MiB" if unit == "GiB" and quantity < 1 else f"{tidy(quantity):f} {unit}"


def _accelerators(taken: Take, usable: Decimal, offer: Offer, confidence: Confidence) -> Part:
    machine, by = offer.machine, offer.weights
    paid, lowest = split(offer.rate.value, machine, by), split(offer.lowest, machine, by)
    unit = _ACCELERATOR_UNITS.get(machine.gpu_model[:3], "GPU")
    rate = _rate(offer, paid.accelerators / machine.gpu_count, f"{unit}-hour")
    cost, least = bounded(paid.accelerators * usable), bounded(lowest.accelerators * usable)
    return Part("accelerator", tidy(taken.usable), unit, rate, cost, least, confidence, "", (f"price split: {by.because}",))


def _stranded(dominant: Decimal, parts: list[Part], offer: Offer, confidence: Confidence) -> Part:
    """What the pod makes unusable for others: its dominant share of the price less its own parts."""
    cost = bounded(dominant * offer.rate.value) - sum((part.cost for part in parts), _NOTHING)
    least = bounded(dominant * offer.lowest) - sum((part.least for part in parts), _NOTHING)
    percent = f"{tidy((dominant * 100).quantize(_HUNDREDTH)):f} %"
    price = f"${tidy(offer.rate.value):f} an hour"
    words = f"the pod takes {percent} of a {offer.machine.type} at {price}; its own parts leave this of it"
    return Part("stranded", Decimal(1), "pod", _rate(offer, cost, "pod-hour"), cost, least, confidence, "", (words,))


def _rate(offer: Offer, value: Decimal, unit: str) -> Rate:
    whole = offer.rate
    return Rate(tidy(value), unit, f"{whole.source}, {offer.machine.type}", whole.date, whole.confidence)


def at_rates(demand: Demand, rates: ComputeRates, factor: Rate | None, least: Rate | None) -> tuple[Part, ...]:
    """A pod's CPU and memory at fitted rates; ``factor`` where it runs on spot, ``least`` where it only may."""
    error = f", median error {(rates.median_error * 100).quantize(_TENTH):f} % a machine type" if rates.median_error else ""
    words = (f"{rates.family}{error}",)
    parts: list[Part] = []
    for what, unit, quantity, rate in (("cpu", "vCPU", demand.cpu, rates.cpu), ("memory", "GiB", demand.memory, rates.memory)):
        paid = _reduced(rate, factor) if factor else rate
        cost = quantity * paid.value
        part = Part(what, quantity, unit, paid, cost, cost * least.value if least else cost, paid.confidence, "", words)
        parts.extend(_doubtful_apart(part, demand))
    return tuple(parts)


def _reduced(rate: Rate, factor: Rate) -> Rate:
    confidence = Confidence.least(rate.confidence, factor.confidence)
    return Rate(rate.value * factor.value, rate.unit, f"{rate.source}, × {factor.value} {factor.source}", rate.date, confidence)
