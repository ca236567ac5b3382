"""Machine types of a price book: shapes, prices, regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pricing.book import Allocatable, Machine
from pricing.machines.allocatable import allocatable
from pricing.rate import Location, Rate
from pricing.sources.attribution import Attribution
from pricing.sources.connection import Connection, Row
from pricing.sources.decimals import decimal, dollars

_BY_TYPE = "SELECT * FROM listing WHERE cloud = ? AND region = ? AND type = ?"
_BY_MODEL = "SELECT * FROM listing WHERE cloud = ? AND region = ? AND gpu_model = ? AND gpu_model <> '' ORDER BY type"
_ALL = "SELECT * FROM listing WHERE cloud = ? AND region = ? ORDER BY type"
_REGIONS_OF_TYPE = (
    "SELECT DISTINCT r.name FROM machine_type t CROSS JOIN region r ON r.cloud = t.cloud"
    " CROSS JOIN machine m ON m.region = r.id AND m.type = t.id WHERE t.cloud = ? AND t.name = ? ORDER BY r.name"
)
_SUSPECT = "suspect-low"
_LISTED = "as Karpenter lists nodes of EKS"


class MachineTable:
    """Reads machines; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection, sources: Mapping[int, Attribution]) -> None:
        self._connection = connection
        self._sources = sources

    def clouds(self) -> tuple[str, ...]:
        """Every cloud, by name."""
        return self._names("SELECT DISTINCT cloud FROM region ORDER BY cloud")

    def regions(self, cloud: str) -> tuple[str, ...]:
        """Every region of a cloud, by name."""
        return self._names("SELECT name FROM region WHERE cloud = ? ORDER BY name", cloud)

    def clouds_of(self, machine_type: str) -> tuple[str, ...]:
        """The clouds that list a type anywhere."""
        return self._names("SELECT DISTINCT cloud FROM machine_type WHERE name = ? ORDER BY cloud", machine_type)

    def regions_of(self, cloud: str, machine_type: str) -> tuple[str, ...]:
        """The regions of a cloud that list a type."""
        return self._names(_REGIONS_OF_TYPE, cloud, machine_type)

    def one(self, location: Location, machine_type: str) -> Machine | None:
        """One type in one region."""
        rows = self._connection.rows(_BY_TYPE, *location, machine_type)
        return self._machine(location, rows[0]) if rows else None

    def with_gpu(self, location: Location, model: str) -> tuple[Machine, ...]:
        """Every type of a region that carries a GPU model, by name."""
        return self._machines(location, self._connection.rows(_BY_MODEL, *location, model))

    def every(self, location: Location) -> tuple[Machine, ...]:
        """Every type of a region, by name."""
        return self._machines(location, self._connection.rows(_ALL, *location))

    def _names(self, statement: str, *values: str) -> tuple[str, ...]:
        return tuple(row[0] for row in self._connection.rows(statement, *values))

    def _machines(self, location: Location, rows: Sequence[Row]) -> tuple[Machine, ...]:
        return tuple(self._machine(location, row) for row in rows)

    def _machine(self, location: Location, row: Row) -> Machine:
        name, cpu, memory, gpus, model, gpu_memory, architecture, pods_cpu, pods_memory = row[2:11]
        on_demand, spot, source, spot_source, basis = row[11:]
        return Machine(
            location=location,
            type=name,
            cpu=decimal(cpu),
            memory=decimal(memory),
            gpu_count=decimal(gpus),
            gpu_model=model,
            gpu_memory=decimal(gpu_memory),
            architecture=architecture,
            on_demand=self._rate(on_demand, source),
            spot=self._rate(spot, spot_source),
            allocatable=_listed(pods_cpu, pods_memory) or allocatable(location.cloud, name, decimal(cpu), decimal(memory)),
            suspect=basis == _SUSPECT,
        )

    def _rate(self, millionths: int | None, source: int | None) -> Rate | None:
        if millionths is None or source is None:
            return None
        return self._sources[source].rate(dollars(millionths), "machine-hour")


def _listed(cpu: str, memory: str) -> Allocatable | None:
    """What the book itself says that pods can have; None where it says nothing."""
    return Allocatable(decimal(cpu), decimal(memory), _LISTED) if cpu and memory else None
