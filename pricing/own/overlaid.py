"""A price book under prices of one's own: what an overlay states counts, for the rest the book below it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from pricing.ai.model import AiModel, AiRates
from pricing.book import (
    CommitmentOffer,
    ComputeRates,
    Edition,
    Machine,
    MigProfile,
    PriceBook,
    ServerlessRates,
    StandIn,
    StorageRates,
)
from pricing.own.overlay import ANY, Discount, Overlay, OwnMachine, Place
from pricing.precision import exactly, tidy
from pricing.rate import Confidence, Location, Rate


class OverlaidBook:
    """A price book (pricing.book.PriceBook) of a book and one overlay; several overlays are laid one over the other."""

    def __init__(self, below: PriceBook, overlay: Overlay) -> None:
        self._below = below
        self._overlay = overlay
        self._machine = lru_cache(maxsize=4096)(self._read_machine)
        own = frozenset(key for machine in overlay.machines for key, _ in machine.labels)
        self._labels = below.own_labels() | own

    @property
    def edition(self) -> Edition:
        """Which prices these are: the book's, and the overlay's name."""
        below = self._below.edition
        version = hashlib.sha256(f"{below.version}\n{self._overlay.digest}".encode()).hexdigest()[: len(below.version)]
        newest = {**below.newest, **{cloud: self._overlay.date for cloud in self._own_clouds() if cloud not in below.newest}}
        return replace(below, version=version, newest=newest, overlays=(*below.overlays, self._overlay.name))

    def clouds(self) -> tuple[str, ...]:
        """Every cloud with machines, one's own among them, by name."""
        return tuple(sorted({*self._below.clouds(), *self._own_clouds()}))

    def regions(self, cloud: str) -> tuple[str, ...]:
        """Every region of a cloud with machines, by name."""
        own = {place.region for place in self._own_places() if place.cloud == cloud and place.region}
        return tuple(sorted({*self._below.regions(cloud), *own}))

    def machine(self, location: Location, machine_type: str) -> Machine | None:
        """A machine type in a region, at one's own price, else at the list price less a discount."""
        return self._machine(location, machine_type)

    def _read_machine(self, location: Location, machine_type: str) -> Machine | None:
        listed = self._below.machine(location, machine_type)
        own = self._own(location, machine_type)
        if own is not None:
            return own.priced(listed) if listed else own.made(location, machine_type)
        if listed is None:
            return None
        return self._by_parts(listed) or self._on_spot(self._discounted(listed), listed)

    def stand_in(self, location: Location, machine_type: str) -> StandIn | None:
        """A type that the region's list lacks, at its modelled price less a discount."""
        found = self._below.stand_in(location, machine_type) if self.machine(location, machine_type) is None else None
        return replace(found, machine=self._discounted(found.machine)) if found else None

    def machines(self, location: Location) -> tuple[Machine, ...]:
        """Every machine type of a region, by name."""
        return self._all(location, self._below.machines(location))

    def machines_with(self, location: Location, gpu_model: str) -> tuple[Machine, ...]:
        """Every machine of a region that carries a GPU model, by type name."""
        found = self._all(location, self._below.machines_with(location, gpu_model))
        return tuple(machine for machine in found if machine.gpu_model == gpu_model)

    def _all(self, location: Location, listed: Sequence[Machine]) -> tuple[Machine, ...]:
        types = {machine.type for machine in listed}
        made = [each for each in self._overlay.machines if each.shape is not None and each.place.holds(location)]
        types |= {name for each in made for name in each.types if not _is_pattern(name)}
        found = (self.machine(location, name) for name in sorted(types))
        return tuple(machine for machine in found if machine is not None)

    def regions_of_machine(self, cloud: str, machine_type: str) -> tuple[str, ...]:
        """The regions of a cloud that list a machine type, by name."""
        own = {each.place.region for each in self._made(machine_type) if each.place.cloud == cloud and each.place.region}
        return tuple(sorted({*self._below.regions_of_machine(cloud, machine_type), *own}))

    def clouds_of_machine(self, machine_type: str) -> tuple[str, ...]:
        """The clouds that list a machine type anywhere, by name."""
        return tuple(
            sorted({*self._below.clouds_of_machine(machine_type), *(each.place.cloud for each in self._made(machine_type))})
        )

    def compute_rates(self, location: Location, series: str = "") -> ComputeRates | None:
        """The rates of CPU and memory: one's own, else the book's less a discount on all machines."""
        for place, cpu, memory in self._overlay.compute:
            if place.holds(location):
                return ComputeRates(self._overlay.name, cpu, memory, None, Decimal(0))
        rates = self._below.compute_rates(location, series)
        discounts = self._discounts_of(location, rates) if rates and self._overlay.discounts else ()
        if rates is None or not discounts:
            return rates
        return replace(rates, cpu=_mean(discounts, rates.cpu), memory=_mean(discounts, rates.memory))

    def _discounts_of(self, location: Location, rates: ComputeRates) -> Sequence[Discount]:
        """The discount of each family that rates are fitted over; none where one of them has none."""
        families = rates.family.removeprefix("series ").split("+")
        found = [next((each for each in self._discounts(location) if each.covers(family)), None) for family in families]
        return [] if None in found else list(dict.fromkeys(each for each in found if each))

    def machine_series(self, cloud: str) -> Sequence[str]:
        """Every series of a cloud's machines that rates are fitted over."""
        return self._below.machine_series(cloud)

    def gpu_rates(self, location: Location, gpu_model: str) -> ComputeRates | None:
        """The rates by which machines with a GPU model are split; one's own price of the GPU among them."""
        gpu, general = self._own_gpu(location, gpu_model), self.compute_rates(location)
        if gpu is None or general is None:
            return self._below.gpu_rates(location, gpu_model)
        return replace(general, family=self._overlay.name, gpu=gpu)

    def _own_gpu(self, location: Location, gpu_model: str) -> Rate | None:
        found = (rate for place, model, rate in self._overlay.gpus if place.holds(location) and model in (ANY, gpu_model))
        return next(found, None) if gpu_model else None

    def _by_parts(self, listed: Machine) -> Machine | None:
        """A machine with GPUs at the sum of its parts, where the GPU has a price of one's own and a list does not count."""
        gpu = self._own_gpu(listed.location, listed.gpu_model) if listed.gpu_count else None
        rates = self.compute_rates(listed.location) if gpu else None
        if gpu is None or rates is None:
            return None
        with exactly():
            value = listed.cpu * rates.cpu.value + listed.memory * rates.memory.value + listed.gpu_count * gpu.value
        sure = Confidence.least(rates.cpu.confidence, rates.memory.confidence, gpu.confidence)
        words = f"{gpu.source}: {tidy(listed.gpu_count):f} GPUs, with CPU and memory at {rates.cpu.source}"
        return replace(listed, on_demand=Rate(value, "machine-hour", words, gpu.date, sure), spot=None, suspect=False)

    def mig_profile(self, gpu_model: str, profile: str) -> MigProfile | None:
        """A MIG profile of a GPU model."""
        return self._below.mig_profile(gpu_model, profile)

    def gpu_model(self, label: str, value: str) -> str | None:
        """The GPU model that a node label's value names."""
        return self._below.gpu_model(label, value)

    def storage(self, location: Location, provisioner: str, parameters: Mapping[str, str], size: Decimal) -> StorageRates | None:
        """What a volume costs: one's own price for its provisioner, else the book's."""
        for place, name, rate in self._overlay.storage:
            if place.holds(location) and name in (ANY, provisioner):
                return StorageRates(provisioner, rate)
        return self._below.storage(location, provisioner, parameters, size)

    def serverless(self, location: Location, service: str) -> ServerlessRates | None:
        """The rates of a service that sells capacity by the pod: one's own, else the book's less a discount that names it."""
        for place, own in self._overlay.serverless:
            if place.holds(location) and own.service == service:
                return own
        listed = self._below.serverless(location, service)
        discount = next((each for each in self._discounts(location) if service in each.types), None)
        if listed is None or discount is None:
            return listed
        return replace(listed, cpu=discount.off(listed.cpu), memory=discount.off(listed.memory))

    def commitments(self, cloud: str) -> Sequence[CommitmentOffer]:
        """Every commitment that a cloud sells."""
        return self._below.commitments(cloud)

    def sustained_use(self, location: Location, machine_type: str) -> CommitmentOffer | None:
        """What a cloud takes off by itself, of the price that holds; None where a price or discount of one's own does.

        Of what commitments cover in part, it is off the list price of the rest.
        """
        discount = self._discount_of(location, machine_type)
        if self._own(location, machine_type) or (discount and discount.covered >= 1):
            return None
        offer = self._below.sustained_use(location, machine_type)
        if discount is None or offer is None or offer.percent is None:
            return offer
        with exactly():
            return replace(offer, percent=offer.percent * (1 - discount.covered) / discount.factor)

    def own_labels(self) -> frozenset[str]:
        """Keys of the node labels by which machines of one's own are selected."""
        return self._labels

    def labelled(self, labels: Sequence[tuple[str, str]]) -> tuple[tuple[Location, str], ...]:
        """Machines of one's own that carry, of each key, one of the values; their region is empty where it is any."""
        keys = {key for key, _ in labels}
        found = (
            (Location(each.place.cloud, each.place.region), name)
            for each in self._overlay.machines
            if each.labels and keys <= {key for key, value in each.labels if (key, value) in labels}
            for name in each.types
            if not _is_pattern(name)
        )
        return (*found, *self._below.labelled(labels))

    def network(self, location: Location, item: str) -> Rate | None:
        """The hourly rate of a network item: one's own, else the book's."""
        own = (rate for place, name, rate in self._overlay.network if place.holds(location) and name == item)
        return next(own, None) or self._below.network(location, item)

    def transfer(self, location: Location, item: str) -> Rate | None:
        """The rate of a GiB of traffic: one's own, which has no tiers, else the book's."""
        own = (
            rate
            for place, name, rate in self._overlay.transfers
            if place.holds(location) and (item == name or item.startswith(f"{name}-"))
        )
        return next(own, None) or self._below.transfer(location, item)

    def network_items(self, location: Location) -> Sequence[str]:
        """Every network item with an hourly rate in a region."""
        return self._below.network_items(location)

    def ai_model(self, name: str, seller: str = "", address: str = "") -> AiModel | None:
        """The model behind an API that a name means, less a discount on it."""
        found = self._below.ai_model(name, seller, address)
        return self._ai_discounted(found) if found else None

    def ai_offers(self, name: str) -> Sequence[AiModel]:
        """Who sells a model of published weights by the token."""
        return [self._ai_discounted(each) for each in self._below.ai_offers(name)]

    def _ai_discounted(self, model: AiModel) -> AiModel:
        holding = (off for provider, off in self._overlay.ai if provider in (ANY, model.provider) and off.named(model.name))
        discount = next(holding, None)
        if discount is None or model.rates is None:
            return model
        rates = model.rates
        input_, output, cached, write, batch_input, batch_output = (
            discount.off(rate) if rate else None
            for rate in (rates.input, rates.output, rates.cached, rates.cache_write, rates.batch_input, rates.batch_output)
        )
        return replace(model, rates=AiRates(input_, output, cached, write, batch_input, batch_output, rates.words))

    def similar_ai_models(self, name: str) -> Sequence[str]:
        """Names near to one that the book does not have."""
        return self._below.similar_ai_models(name)

    def _own(self, location: Location, machine_type: str) -> OwnMachine | None:
        holding = (each for each in self._overlay.machines if each.place.holds(location))
        return next((each for each in holding if each.named(machine_type)), None)

    def _made(self, machine_type: str) -> list[OwnMachine]:
        return [each for each in self._overlay.machines if each.shape is not None and each.named(machine_type)]

    def _own_places(self) -> list[Place]:
        made = [each.place for each in self._overlay.machines if each.shape is not None]
        return [*made, *(place for place, _, _ in self._overlay.compute)]

    def _own_clouds(self) -> set[str]:
        return {place.cloud for place in self._own_places() if place.cloud}

    def _discounts(self, location: Location) -> list[Discount]:
        return [each for each in self._overlay.discounts if each.place.holds(location)]

    def _discount_of(self, location: Location, machine_type: str) -> Discount | None:
        return next((each for each in self._discounts(location) if each.named(machine_type)), None)

    def _on_spot(self, machine: Machine, listed: Machine) -> Machine:
        """A machine at the spot price that is usual with the company, and with the share of pods that it expects there."""
        terms = next((t for t in self._overlay.spot if t.place.holds(machine.location) and t.named(machine.type)), None)
        if terms is None:
            return machine
        if terms.factor is None or listed.on_demand is None:
            return replace(machine, spot_share=terms.share)
        rate = listed.on_demand
        with exactly():
            words = f"{rate.source} x {tidy(terms.factor):f} (prices.spot)"
            spot = Rate(
                rate.value * terms.factor, rate.unit, words, rate.date, Confidence.least(rate.confidence, Confidence.MODELLED)
            )
        return replace(machine, spot=spot, spot_stated=True, spot_share=terms.share)

    def _discounted(self, machine: Machine) -> Machine:
        discount = self._discount_of(machine.location, machine.type)
        if discount is None or machine.on_demand is None:
            return machine
        return replace(machine, on_demand=discount.off(machine.on_demand))


def _is_pattern(name: str) -> bool:
    return bool(set(name) & set("*?["))


def _mean(discounts: Sequence[Discount], rate: Rate) -> Rate:
    """A rate with the mean of several discounts."""
    off = [discount.off(rate) for discount in discounts]
    with exactly():
        value = tidy(sum((each.value for each in off), Decimal(0)) / len(off)) if len(off) > 1 else off[0].value
    words = f"{rate.source}, {'; '.join(discount.because for discount in discounts)}"
    return replace(off[0], value=value, source=words, confidence=Confidence.least(*(each.confidence for each in off)))
