"""What the price book has, explained as a tree: a machine, a kind of volume, a network item, a service or an AI model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from pricing.ai.model import AiModel
from pricing.book import PriceBook, ServerlessRates, StorageRates
from pricing.catalogue import Explanation, explain
from pricing.explanation import UNDATED, money
from pricing.precision import tidy
from pricing.rate import Location, Rate
from pricing.step import Step
from pricing.volumes.storage_class import AZURE_DISK, AZURE_FILE, EBS, PERSISTENT_DISK
from workloads.settings.assumptions import HOURS_PER_MONTH

_HUNDRED_GIB = Decimal(100)
"""The size at which volumes are shown: some are sold by tier."""
_KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "aws": ((EBS, "type"), ("efs.csi.aws.com", "type")),
    "gcp": ((PERSISTENT_DISK, "type"),),
    "azure": ((AZURE_DISK, "skuName"), (AZURE_FILE, "skuName")),
}
"""By cloud, who provisions volumes, and by which parameter it is told of which kind."""


def explain_item(prices: PriceBook, name: str, location: Location) -> Step | None:
    """How the price of whatever has a name comes about in a region; None where the book has nothing of that name there."""
    found = (each(prices, name, location) for each in _KNOWN) if name else ()
    return next((step for step in found if step is not None), None)


def _machine(prices: PriceBook, name: str, location: Location) -> Step | None:
    explanation = explain(prices, name, location)
    return machine_step(explanation) if explanation is not None else None


def machine_step(explanation: Explanation) -> Step:
    """A machine's price, where it is from, and how it divides over what pods can ask of the machine."""
    machine = explanation.offer.machine
    accelerators = f", {_plain(machine.gpu_count)} x {machine.gpu_model}" if machine.gpu_model else ""
    shape = Step(f"{_plain(machine.cpu)} vCPU, {_plain(machine.memory)} GiB, {machine.architecture}{accelerators}")
    where = f"{machine.type} in {machine.location.cloud} {machine.location.region}"
    if machine.on_demand is None or explanation.month is None:
        return Step(f"{where}: no price in the book, only its shape", (shape,))
    hourly = f"${_plain(machine.on_demand.value)} an hour x {HOURS_PER_MONTH} = {money(explanation.month)} a month"
    steps = [shape, *([Step(f"not listed there: {explanation.modelled}")] if explanation.modelled else ())]
    steps += _source(machine.on_demand)
    if machine.suspect:
        steps.append(Step("implausibly low: never chosen for being cheap"))
    if explanation.sustained is not None:
        month = explanation.sustained
        steps.append(Step(f"${_plain(month.value)} an hour where it runs all month", tuple(_source(month))))
    if machine.spot:
        steps.append(Step(f"spot: ${_plain(machine.spot.value)} an hour", tuple(_source(machine.spot))))
    return Step(f"{where}: {hourly}", (*steps, *_divided(explanation), *_elsewhere(explanation)))


def _divided(explanation: Explanation) -> Iterator[Step]:
    if not explanation.by or not explanation.shares:
        return
    parts = []
    left = explanation.offer.machine.allocatable
    for share in explanation.shares:
        lost = f"; {_plain(share.unallocatable)} of it not for pods, {left.because}" if left and share.unallocatable else ""
        product = f"{_plain(share.quantity)} {share.unit} x ${_plain(share.each)} = ${_plain(share.whole)} an hour"
        parts.append(Step(f"{share.resource}: {product}{lost}"))
    if left is None:
        parts.append(Step("what a node keeps of it for itself is not known: all of it is taken to be for pods"))
    yield Step(f"divided by rates {explanation.by.because}", tuple(parts))


def _elsewhere(explanation: Explanation) -> Iterator[Step]:
    if explanation.regions:
        yield Step(f"also in {', '.join(explanation.regions)}")


def _volume(prices: PriceBook, name: str, location: Location) -> Step | None:
    for provisioner, parameter in _KINDS.get(location.cloud, ()):
        rates = prices.storage(location, provisioner, {parameter: name}, _HUNDRED_GIB)
        if rates is not None:
            return _volume_step(rates, provisioner, location)
    return None


def _volume_step(rates: StorageRates, provisioner: str, location: Location) -> Step:
    where = f"volume {rates.kind} in {location.cloud} {location.region}"
    if rates.capacity.unit == "disk-month":
        size = f" of {rates.tier_size:f} GiB" if rates.tier_size is not None else ""
        price = f"${_plain(rates.capacity.value)} a month for {_plain(_HUNDRED_GIB)} GiB, sold as tier {rates.tier}{size}"
    else:
        price = f"${_plain(rates.capacity.value)} a GiB and month"
    beyond = (
        (rates.operations, rates.free_operations, "IOPS"),
        (rates.throughput, rates.free_throughput, "MiB/s"),
    )
    steps = [Step(f"provisioned by {provisioner}"), *_source(rates.capacity)]
    steps += [
        Step(f"${_plain(rate.value)} for each {unit} and month beyond {_plain(free)}", tuple(_source(rate)))
        for rate, free, unit in beyond
        if rate is not None
    ]
    return Step(f"{where}: {price}", (*steps, *([Step(rates.note)] if rates.note else [])))


def _network(prices: PriceBook, name: str, location: Location) -> Step | None:
    rate = prices.network(location, name)
    if rate is None:
        return None
    month = money(rate.value * HOURS_PER_MONTH)
    where = f"{name} in {location.cloud} {location.region}"
    return Step(f"{where}: ${_plain(rate.value)} an hour x {HOURS_PER_MONTH} = {month} a month", tuple(_source(rate)))


def _serverless(prices: PriceBook, name: str, location: Location) -> Step | None:
    rates = prices.serverless(location, name)
    return _serverless_step(rates, location) if rates is not None else None


def _serverless_step(rates: ServerlessRates, location: Location) -> Step:
    parts = [("vCPU", rates.cpu), ("GiB", rates.memory)]
    if rates.ephemeral_storage is not None:
        parts.append(("GiB of ephemeral storage", rates.ephemeral_storage))
    steps = tuple(Step(f"${_plain(rate.value)} for each {unit} and hour", tuple(_source(rate))) for unit, rate in parts)
    return Step(f"{rates.service} in {location.cloud} {location.region}, sold by the pod", steps)


def _ai_model(prices: PriceBook, name: str, _: Location) -> Step | None:
    model = prices.ai_model(name)
    return _model_step(model) if model is not None else None


def _model_step(model: AiModel) -> Step:
    title = f"AI model {model.provider}/{model.name}"
    if model.rates is None:
        return Step(f"{title}: not sold by the token")
    parts = (("input", model.rates.input), ("output", model.rates.output), ("input read from a cache", model.rates.cached))
    steps = (Step(f"${_plain(rate.value)} a million tokens of {what}") for what, rate in parts if rate is not None)
    first = model.rates.input or model.rates.output
    words = (Step(each) for each in model.rates.words)
    return Step(title, (*steps, *words, *(_source(first) if first is not None else ())))


def _source(rate: Rate) -> Iterator[Step]:
    yield Step(f"rate: {rate.source}, {rate.date or UNDATED}, {rate.confidence}")


def _plain(value: Decimal) -> str:
    return f"{tidy(value):f}"


_KNOWN: tuple[Callable[[PriceBook, str, Location], Step | None], ...] = (_machine, _volume, _network, _serverless, _ai_model)
