"""The price book in an SQLite file: opened without reading it whole, each question one look-up by index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import ParamSpec, TypeVar, cast

from pricing.ai.model import AiModel
from pricing.book import CommitmentOffer, ComputeRates, Edition, Machine, MigProfile, ServerlessRates, StandIn, StorageRates
from pricing.machines.family import family_of
from pricing.rate import Location, Rate
from pricing.sources.ai_models import ai_model, ai_offers, similar_models
from pricing.sources.attribution import attributions
from pricing.sources.commitments import CommitmentTable
from pricing.sources.connection import BookError, Connection
from pricing.sources.factors import FactorTable
from pricing.sources.fallback import Fallback
from pricing.sources.fits import FitTable
from pricing.sources.machines import MachineTable
from pricing.sources.networks import NetworkTable
from pricing.sources.seal import intact, sealed
from pricing.sources.serverless import ServerlessTable
from pricing.sources.stand_ins import StandInTable
from pricing.sources.volumes import VolumeTable

_P = ParamSpec("_P")
_R = TypeVar("_R")

__all__ = ["EMBEDDED", "BookError", "SqliteBook", "open_book"]

EMBEDDED = Path(__file__).resolve().parent.parent / "data" / "prices.sqlite"
"""The prices that the program comes with."""
SUSTAINED_USE = "sustained-use"
"""The discount that needs no commitment."""
LONGEST_NAME = 128
"""Characters of a name worth looking up: a longer one is in no book, and would only fill the caches."""
_SEVENTHS = Context(prec=28)
"""Division of slices; not the caller's context, since answers are kept for other callers."""
_REFRESHED = "refreshed "
"""Begins the key of the date on which a cloud's prices were refreshed."""
_MIG = "SELECT profile, slices, of_slices, memory_fraction, maximum FROM mig_profiles WHERE model = ? AND profile = ?"


class SqliteBook:
    """A price book (pricing.book.PriceBook) in a file. Immutable; safe between threads and after a fork.

    Answers are kept, in bounded number; every method raises BookError where the file turns out damaged.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        sources = attributions(connection)
        fallback = Fallback(connection)
        machines = MachineTable(connection, sources)
        factors = FactorTable(connection)
        fits = FitTable(connection, sources, factors)
        self._networks = NetworkTable(connection, sources, fallback)
        self._volumes = VolumeTable(connection, sources, fallback)
        self._every = _undamaged(machines.every)
        self._edition = _kept(1, self._read_edition)
        self._clouds = _kept(1, machines.clouds)
        self._regions = _kept(128, machines.regions)
        self._clouds_of = _kept(1024, machines.clouds_of)
        self._regions_of = _kept(1024, machines.regions_of)
        self._machine = _kept(4096, machines.one)
        self._stand_in = _kept(1024, StandInTable(connection, machines, factors).of)
        self._with_gpu = _kept(256, machines.with_gpu)
        self._compute = _kept(1024, fits.compute)
        self._series = _kept(16, fits.series)
        self._gpu = _kept(1024, fits.gpu)
        self._mig = _kept(256, self._read_mig_profile)
        self._storage = _kept(1024, self._read_storage)
        self._network = _kept(1024, self._networks.rate)
        self._transfer = _kept(1024, self._networks.transfer)
        self._items = _kept(128, self._networks.items)
        self._commitments = _kept(16, CommitmentTable(connection, sources).of)
        self._serverless = _kept(256, ServerlessTable(connection, sources, fallback).rates)

    @property
    def edition(self) -> Edition:
        """Which prices these are."""
        return self._edition()

    def clouds(self) -> tuple[str, ...]:
        """Every cloud with machines, by name."""
        return self._clouds()

    def regions(self, cloud: str) -> tuple[str, ...]:
        """Every region of a cloud with machines, by name."""
        return self._regions(cloud) if _nameable(cloud) else ()

    def machine(self, location: Location, machine_type: str) -> Machine | None:
        """A machine type in a region, ``n1-standard-4+1xT4`` with a GPU attached. None where the region does not list it."""
        return self._machine(location, machine_type) if _nameable(*location, machine_type) else None

    def stand_in(self, location: Location, machine_type: str) -> StandIn | None:
        """A type that the region's list lacks, at the reference region's price times a factor; None for accelerators."""
        return self._stand_in(location, machine_type) if _nameable(*location, machine_type) else None

    def machines(self, location: Location) -> tuple[Machine, ...]:
        """Every machine type of a region, by name. Not kept: a thousand rows."""
        return self._every(location) if _nameable(*location) else ()

    def clouds_of_machine(self, machine_type: str) -> tuple[str, ...]:
        """The clouds that list a machine type anywhere, by name."""
        return self._clouds_of(machine_type) if _nameable(machine_type) else ()

    def regions_of_machine(self, cloud: str, machine_type: str) -> tuple[str, ...]:
        """The regions of a cloud that list a machine type, by name."""
        return self._regions_of(cloud, machine_type) if _nameable(cloud, machine_type) else ()

    def machines_with(self, location: Location, gpu_model: str) -> tuple[Machine, ...]:
        """Every machine of a region that carries a GPU model, by type name; N1 machines with GPUs attached too."""
        return self._with_gpu(location, gpu_model) if _nameable(*location, gpu_model) else ()

    def compute_rates(self, location: Location, series: str = "") -> ComputeRates | None:
        """The rates of the cloud's usual machines (AWS: c7i+m7i+r7i), or of a named series; times the region's factor.

        None for an unknown region, for a series that was not fitted, and for clouds without a fit.
        """
        return self._compute(location, series) if _nameable(*location, series) else None

    def machine_series(self, cloud: str) -> tuple[str, ...]:
        """Every series of a cloud's machines that rates are fitted over, by name."""
        return self._series(cloud) if _nameable(cloud) else ()

    def gpu_rates(self, location: Location, gpu_model: str) -> ComputeRates | None:
        """The rates of the family of machines with one GPU model: the region's row, else the cloud's."""
        return self._gpu(location, gpu_model) if _nameable(*location, gpu_model) else None

    def mig_profile(self, gpu_model: str, profile: str) -> MigProfile | None:
        """A MIG profile of a GPU model; ``1g.10gb+me`` is priced as ``1g.10gb``."""
        return self._mig(gpu_model, profile) if _nameable(gpu_model, profile) else None

    def gpu_model(self, label: str, value: str) -> str | None:
        """The GPU model that a node label's value names."""
        from workloads.devices.gpu_label import model_of  # noqa: PLC0415 (its table is read on first use)

        return model_of(label, value)

    def storage(self, location: Location, provisioner: str, parameters: Mapping[str, str], size: Decimal) -> StorageRates | None:
        """What a volume of ``size`` GiB costs, by the GiB or by the next tier up.

        None for an unknown provisioner, for a type that it does not offer, and for a disk beyond the largest tier. A region
        without a price of its own takes the cloud's reference region's, modelled and said so.
        """
        chosen = tuple(sorted((str(key), str(value)) for key, value in parameters.items()))
        if not size.is_finite() or not _nameable(*location, provisioner, *(text for pair in chosen for text in pair)):
            return None
        return self._storage(location, provisioner, chosen, size)

    def network(self, location: Location, item: str) -> Rate | None:
        """The hourly rate of a network item; from the cloud's reference region, modelled, where a region has none of its own."""
        return self._network(location, item) if _nameable(*location, item) else None

    def transfer(self, location: Location, item: str) -> Rate | None:
        """The rate of a GiB of traffic; from the cloud's reference region, modelled, where a region has none of its own."""
        return self._transfer(location, item) if _nameable(*location, item) else None

    def network_items(self, location: Location) -> tuple[str, ...]:
        """Every network item with an hourly rate in a region."""
        return self._items(location) if _nameable(*location) else ()

    def serverless(self, location: Location, service: str) -> ServerlessRates | None:
        """The rates of a service that sells capacity by the pod; another region's, modelled, where a region has none."""
        return self._serverless(location, service) if _nameable(*location, service) else None

    def commitments(self, cloud: str) -> tuple[CommitmentOffer, ...]:
        """Every commitment that a cloud sells, by family, instrument, years and payment."""
        return self._commitments(cloud) if _nameable(cloud) else ()

    def sustained_use(self, location: Location, machine_type: str) -> CommitmentOffer | None:
        """What a cloud takes off by itself when a machine of a family runs all month; None where it does not."""
        family = family_of(machine_type)
        return next(
            (each for each in self.commitments(location.cloud) if each.instrument == SUSTAINED_USE and each.family == family),
            None,
        )

    def own_labels(self) -> frozenset[str]:
        """None: the labels of a cloud's machines are known by their names."""
        return frozenset()

    def labelled(self, labels: Sequence[tuple[str, str]]) -> tuple[tuple[Location, str], ...]:  # noqa: ARG002 - there are none
        """None."""
        return ()

    def ai_model(self, name: str, seller: str = "", address: str = "") -> AiModel | None:
        """The model behind an API that a name means; ``seller`` and ``address`` say what is known of its provider otherwise."""
        return ai_model(name, seller, address)

    def ai_offers(self, name: str) -> tuple[AiModel, ...]:
        """Who sells a model of published weights by the token; empty where no name is surely it."""
        return ai_offers(name)

    def similar_ai_models(self, name: str) -> tuple[str, ...]:
        """Names near to one that the book does not have."""
        return similar_models(name)

    def _read_edition(self) -> Edition:
        meta = dict(map(tuple, self._connection.rows("SELECT key, value FROM meta")))
        newest = dict(map(tuple, self._connection.rows("SELECT cloud, date FROM newest ORDER BY cloud")))
        refreshed = tuple(
            f"{key.removeprefix(_REFRESHED)} prices refreshed {date}"
            for key, date in sorted(meta.items())
            if key.startswith(_REFRESHED)
        )
        return Edition(meta["version"], MappingProxyType(newest), int(meta["rows"]), refreshed)

    def _read_storage(
        self, location: Location, provisioner: str, parameters: tuple[tuple[str, str], ...], size: Decimal
    ) -> StorageRates | None:
        return self._volumes.rates(location, provisioner, dict(parameters), size)

    def _read_mig_profile(self, gpu_model: str, profile: str) -> MigProfile | None:
        plain = profile.removesuffix(".me").removesuffix("+me")
        rows = self._connection.rows(_MIG, gpu_model, plain)
        if not rows:
            return None
        _, slices, of_slices, memory, maximum = rows[0]
        # From the slices: the table's 0.1429 is rounded.
        compute = _SEVENTHS.divide(Decimal(slices), Decimal(of_slices))
        return MigProfile(gpu_model, profile, compute, Decimal(memory), maximum)


def open_book(path: Path | None = None) -> SqliteBook:
    """Open a price book; the embedded one by default.

    Raises:
        BookError: the file is missing, no price book, of another schema version, cut short, damaged, or refreshed over
            another embedded book.
    """
    connection = Connection(EMBEDDED if path is None else path)
    if path is not None:
        _require_sound(path, connection)
    return _undamaged(SqliteBook)(connection)


def _require_sound(path: Path, connection: Connection) -> None:
    """Make sure that a refreshed book is what was written, and over the embedded book that this program has."""
    base = connection.rows("SELECT value FROM meta WHERE key = 'base'")
    digest = sealed(path)
    if (base and not digest) or (digest and not intact(path)):
        raise BookError(f"price book {path}: is damaged: its digest is not that of its content")
    if base and base != Connection(EMBEDDED).rows("SELECT value FROM meta WHERE key = 'version'"):
        raise BookError(
            f"price book {path}: was refreshed over the prices of another version of this program: "
            "run weighbridge prices refresh again"
        )


def _kept(most: int, read: Callable[_P, _R]) -> Callable[_P, _R]:
    return cast("Callable[_P, _R]", lru_cache(maxsize=most)(_undamaged(read)))


def _undamaged(read: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same reading, where values that no book holds (a price that is no number) are a damaged file and not a crash."""

    def reading(*arguments: _P.args, **named: _P.kwargs) -> _R:
        try:
            return read(*arguments, **named)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise BookError(f"price book: is damaged ({type(error).__name__}: {error})") from error

    return reading


def _nameable(*names: str) -> bool:
    """Whether names can be in a book at all. Manifests name regions and types, so they may hold anything."""
    return all(len(name) <= LONGEST_NAME and name.isascii() for name in names)
