"""What the caller of a weighing knows of the world, beside the objects themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from policies.exemptions.exemption import Exemption
from policies.verdict import Point
from pricing.rate import Location
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.settings.ownership import STANDARD, Ownership
from workloads.snapshots.snapshot import UNKNOWN, Snapshot
from workloads.workload import Inventory

DEFAULT_LOCATION = Location("aws", "us-east-1")
"""Where prices are taken when nothing says where: named in the output wherever it was used."""


@dataclass(frozen=True, slots=True)
class Unknowns:
    """What an ``unknown`` answer does at each point: ``pass``, ``warn`` or ``fail``. Key ``unknown`` in weighbridge.yaml."""

    pull_request: str = "warn"
    sync: str = "warn"
    admission: str = "warn"
    audit: str = "warn"

    def at(self, point: Point) -> str:
        """What to do at a point."""
        return {
            Point.PULL_REQUEST: self.pull_request,
            Point.SYNC: self.sync,
            Point.ADMISSION: self.admission,
            Point.AUDIT: self.audit,
        }[point]


@dataclass(frozen=True, slots=True)
class Derivation:
    """At admission: the object was made by a controller from a live owner that was weighed before."""

    owner: str
    """``ReplicaSet shop/web-7d9f``: how messages name the owner."""
    certain: bool = True
    """False where the controller's service account is not known: weighed as derived and warned of, never denied."""
    template: Mapping[str, object] | None = field(default=None, repr=False)
    """The owner's pod template, where the object is a pod made of it."""
    explained: Inventory | None = field(default=None, repr=False)
    """The object as its owner's template alone makes it, where it asks for something else than that."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What is known of the objects that control one, the nearest first."""

    labels: Mapping[str, object]
    """What they lend: the labels of the nearest that states each."""
    unknown: str = ""
    """Why their labels are not known, in words; empty where they are."""
    kinds: tuple[str, ...] = ()
    """``Job``, ``CronJob``."""


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """One cluster, one point, one moment's knowledge. Two are equal where they are one: what they hold may be large."""

    point: Point = Point.PULL_REQUEST
    cluster: str = ""
    """Name of the cluster; empty where there is only one."""
    clusters: int = field(default=0, repr=False)
    """How many clusters the caller's settings name, whether or not anything of them is weighed: no verdict rests on it."""
    location: Location = DEFAULT_LOCATION
    location_because: str = "default"
    """What decided the location: ``--region``, ``weighbridge.yaml``, ``default``."""
    series: str = ""
    """Machine series that CPU and memory are priced by; empty for the cloud's default."""
    default_namespace: str = ""
    """The namespace of objects that state none."""
    snapshot: Snapshot = UNKNOWN
    earlier: Snapshot | None = None
    """What was known before the change; None where that is the same."""
    assumptions: Assumptions = DEFAULTS
    ownership: Ownership = STANDARD
    unknowns: Unknowns = field(default_factory=Unknowns)
    derivation: Derivation | None = None
    owner: Owner | None = None
    """At admission, what the object's live owner lends it; None where the objects of the change are to be looked at."""
    config_maps: Mapping[tuple[str, str], Mapping[str, object]] = field(default_factory=dict)
    """ConfigMaps that policies take values from, by namespace and name, beside those of the change itself."""
    accelerators: Mapping[str, Decimal] | None = None
    """By namespace, the accelerators that run beside the objects weighed; None where nobody counted them."""
    request: Mapping[str, object] | None = field(default=None, repr=False)
    """At admission, the request as expressions read it: operation, who asks, whether it is a dry run. None elsewhere.

    No part of what a verdict's digest names: it belongs to the object, not to the world around it.
    """
    exemptions: tuple[Exemption, ...] = ()
    """Every exemption that is known, in effect or not."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """What would be needed and is not there, with the reason: ``namespaces: no cluster is connected``."""
