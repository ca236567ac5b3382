"""The price book: what can be asked of prices, whoever holds them.

Every method answers None, or nothing, for what the book does not know: the caller says so in words, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from pricing.ai.model import AiModel
from pricing.rate import Confidence, Location, Rate


@dataclass(frozen=True, slots=True)
class Allocatable:
    """What pods can have of a node: Kubernetes' Node Allocatable."""

    cpu: Decimal
    """vCPUs."""
    memory: Decimal
    """GiB."""
    because: str
    """Who says so: ``by what GKE keeps of a node``."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine type in one region."""

    location: Location
    type: str
    cpu: Decimal
    """vCPUs, capacity."""
    memory: Decimal
    """GiB, capacity."""
    gpu_count: Decimal
    """Devices; a fraction where the machine has part of a GPU; zero for none."""
    gpu_model: str
    """``H100``, ``L4``, …; empty for none."""
    gpu_memory: Decimal
    """GiB of one whole GPU; zero where unknown or none."""
    architecture: str
    """``amd64`` or ``arm64``."""
    on_demand: Rate | None
    """Unit ``machine-hour``; None where only the shape is known."""
    spot: Rate | None
    allocatable: Allocatable | None
    """What pods can have of it as a node; None where nobody says."""
    suspect: bool = False
    """The price is implausible: never choose this machine for being cheap."""
    spot_stated: bool = False
    """Whether the spot price is the company's own word, which no bound of a provider's list applies to."""
    spot_share: Decimal = Decimal(0)
    """The part of pods that only tolerate spot which is expected on it; zero where nobody says."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A machine type at a modelled price in a region whose list lacks it."""

    machine: Machine
    because: str
    """How its price came about: ``us-east-1's price × 1.3231, median of 8 m7g types in af-south-1``."""
    family_listed: bool
    """Whether the region's list has others of its family."""
    family: str


@dataclass(frozen=True, slots=True)
class ComputeRates:
    """What a vCPU, a GiB and, for GPU machines, a GPU of one family cost an hour in one region."""

    family: str
    """``series c7i+m7i+r7i``, ``general-purpose``, ``gpu`` …"""
    cpu: Rate
    memory: Rate
    gpu: Rate | None
    """None for families without GPUs."""
    median_error: Decimal
    """Median relative error of the fit over its machine types; 0.075 is 7.5 %."""


@dataclass(frozen=True, slots=True)
class MigProfile:
    """One MIG profile of one GPU model, from NVIDIA's table."""

    gpu_model: str
    profile: str
    """``1g.10gb``."""
    compute_fraction: Decimal
    memory_fraction: Decimal
    maximum_per_gpu: int


@dataclass(frozen=True, slots=True)
class StorageRates:
    """What a volume of one kind costs in one region."""

    kind: str
    """``gp3``, ``pd-ssd``, ``StandardSSD_LRS`` …"""
    capacity: Rate
    """Unit ``GiB-month``, or ``disk-month`` for a disk sold by tier."""
    tier: str = ""
    """Azure's tier (``E10``) where disks are sold by tier; empty elsewhere."""
    tier_size: Decimal | None = None
    """GiB of the tier."""
    note: str = ""
    """``billed on used bytes``, ``plus provisioned IOPS``."""
    operations: Rate | None = None
    """Unit ``IOPS-month``, for those provisioned beyond ``free_operations``."""
    free_operations: Decimal = Decimal(0)
    throughput: Rate | None = None
    """Unit ``MiB/s-month``, for what is provisioned beyond ``free_throughput``."""
    free_throughput: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ServerlessRates:
    """What a pod costs an hour where capacity is sold by the pod, in one region."""

    service: str
    """``eks-fargate``, ``gke-autopilot``, ``virtual-nodes``."""
    cpu: Rate
    """Unit ``vCPU-hour``."""
    memory: Rate
    """Unit ``GiB-hour``."""
    ephemeral_storage: Rate | None = None
    """Unit ``GiB-hour``; None where it is not charged apart."""


@dataclass(frozen=True, slots=True)
class CommitmentOffer:
    """What a commitment to one family of machines takes off its on-demand price."""

    cloud: str
    family: str
    """``m5``; ``*`` for every family of the cloud."""
    instrument: str
    """``reserved-convertible``, ``committed-use``; ``sustained-use`` needs no commitment."""
    years: str
    """``1``, ``3``; ``1-3`` where the source does not part them, ``0`` without a commitment."""
    payment: str
    """``no-upfront``, ``partial-upfront``, ``all-upfront``, ``monthly``, ``automatic``; ``any`` where it does not matter."""
    percent: Decimal | None
    """Off the on-demand price, the median over its types; None where only a bound is known."""
    lowest: Decimal | None
    highest: Decimal | None
    types: int
    """How many offers that is the median of; zero where the source does not say."""
    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Edition:
    """Which prices these are."""

    version: str
    """Digest of the book's content, short enough to print."""
    newest: Mapping[str, str]
    """The newest price date by cloud."""
    rows: int
    overlays: tuple[str, ...] = ()
    """Prices of one's own that are laid over it, by name, the last one on top."""


class PriceBook(Protocol):
    """Prices by location. A lookup costs microseconds to a millisecond; nothing is parsed whole."""

    def __hash__(self) -> int:
        """A book never changes: what is computed from it is kept by it."""

    @property
    def edition(self) -> Edition:
        """Which prices these are."""

    def clouds(self) -> Sequence[str]:
        """Every cloud with machines, by name."""

    def regions(self, cloud: str) -> Sequence[str]:
        """Every region of a cloud with machines, by name."""

    def machine(self, location: Location, machine_type: str) -> Machine | None:
        """A machine type in a region; None where the region does not list it."""

    def stand_in(self, location: Location, machine_type: str) -> StandIn | None:
        """A type that the region's list lacks, at the reference region's price times a factor; None for accelerators."""

    def machines(self, location: Location) -> Sequence[Machine]:
        """Every machine type of a region, by name."""

    def regions_of_machine(self, cloud: str, machine_type: str) -> Sequence[str]:
        """The regions of a cloud that list a machine type, by name; to tell where one is sold that a region lacks."""

    def clouds_of_machine(self, machine_type: str) -> Sequence[str]:
        """The clouds that list a machine type anywhere, by name."""

    def machines_with(self, location: Location, gpu_model: str) -> Sequence[Machine]:
        """Every machine of a region that carries a GPU model, by type name. Empty where there is none."""

    def compute_rates(self, location: Location, series: str = "") -> ComputeRates | None:
        """The rates of general-purpose machines, or of a named series; adjusted by the region's factor where fitted elsewhere."""

    def machine_series(self, cloud: str) -> Sequence[str]:
        """Every series of a cloud's machines that ``compute_rates`` knows, by name."""

    def gpu_rates(self, location: Location, gpu_model: str) -> ComputeRates | None:
        """The rates of the family of machines with one GPU model: the region's row, else the cloud's."""

    def mig_profile(self, gpu_model: str, profile: str) -> MigProfile | None:
        """A MIG profile of a GPU model."""

    def gpu_model(self, label: str, value: str) -> str | None:
        """The GPU model that a node label's value names: ``nvidia.com/gpu.product``, ``NVIDIA-H100-80GB-HBM3``."""

    def storage(self, location: Location, provisioner: str, parameters: Mapping[str, str], size: Decimal) -> StorageRates | None:
        """What a volume of ``size`` GiB costs; the provisioner's default type where the parameters name none."""

    def network(self, location: Location, item: str) -> Rate | None:
        """The hourly rate of a network item: ``network-load-balancer``, ``public-ipv4``."""

    def transfer(self, location: Location, item: str) -> Rate | None:
        """The rate of a GiB of traffic: ``internet-egress``, ``cross-zone``, or what a network item charges beside its hours."""

    def serverless(self, location: Location, service: str) -> ServerlessRates | None:
        """The rates of a service that sells capacity by the pod: ``eks-fargate``, ``gke-autopilot``."""

    def commitments(self, cloud: str) -> Sequence[CommitmentOffer]:
        """Every commitment that a cloud sells, by family, instrument, years and payment."""

    def sustained_use(self, location: Location, machine_type: str) -> CommitmentOffer | None:
        """What a cloud takes off by itself when a machine runs all month; None where it does not, or another discount holds."""

    def own_labels(self) -> frozenset[str]:
        """Keys of the node labels by which machines of one's own are selected."""

    def labelled(self, labels: Sequence[tuple[str, str]]) -> Sequence[tuple[Location, str]]:
        """Machines of one's own that carry, of each key, one of the values; their region is empty where it is any."""

    def ai_model(self, name: str, seller: str = "", address: str = "") -> AiModel | None:
        """The model behind an API that a name means; ``seller`` and ``address`` say what is known of its provider otherwise."""

    def ai_offers(self, name: str) -> Sequence[AiModel]:
        """Who sells a model of published weights by the token; empty where no name is surely it."""

    def similar_ai_models(self, name: str) -> Sequence[str]:
        """Names near to one that the book does not have."""

    def network_items(self, location: Location) -> Sequence[str]:
        """Every network item with an hourly rate in a region."""
