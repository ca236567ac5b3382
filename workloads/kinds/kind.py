"""What is known of each kind: which fields make pods, how many, for how long, and what else of it costs.

The facts stand in ``data/kinds.json``, one kind a line; a line is read into these values when its kind is first met. Nothing in
Python branches on a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workloads.counting.count import Expression
from workloads.counting.pattern import Pattern
from workloads.kinds.disk import DiskRule
from workloads.kinds.fee import FeeRule
from workloads.kinds.reference_rule import ReferenceRule


class Category(StrEnum):
    """What a kind has to do with cost."""

    PODS = "pods"
    """It makes pods, volumes or load balancers."""
    SCALER = "scaler"
    """It changes how many pods another object has."""
    TEMPLATE = "template"
    """Others are made from it; it runs nothing by itself."""
    FREE = "free"
    UNPRICED = "unpriced"
    """It may cost, and its text does not tell how much."""


class Period(StrEnum):
    """For how long pods run."""

    ALWAYS = "always"
    ONCE = "once"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class CountRule:
    """How many: ``count x times``, between ``least x times`` and ``most x times`` where the object scales itself."""

    count: Expression
    times: Expression
    least: Expression | None = None
    most: Expression | None = None
    autoscaled: Expression | None = None
    """Whether it scales itself; absent where stating ``least`` or ``most`` says so."""
    per_node: bool = False
    """Whether the count is that of the nodes."""
    triggers: Pattern | None = None
    """Where the spec stands that holds KEDA's triggers, for what scales itself by them."""


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """For how long pods run."""

    period: Period = Period.ALWAYS
    job: Pattern | None = None
    """Where a JobSpec stands: completions, parallelism, back-off and deadline are read from it."""
    schedule: Pattern | None = None
    """Where the cron expression stands, or a list of them."""
    zone: Pattern | None = None
    policy: Pattern | None = None
    """Where the concurrency policy stands."""
    deadline: Pattern | None = None
    """Where a bound on the duration stands, in seconds, for kinds that have no JobSpec."""


@dataclass(frozen=True, slots=True)
class ContainerRule:
    """A container that an operator builds, and the fields its resources are read from."""

    name: str
    resources: tuple[Pattern, ...] = ()
    """Where a ResourceRequirements may stand: the first that is stated counts."""
    flat: tuple[Pattern, ...] = ()
    """Where a plain mapping of requests may stand: ``{cpu: 100m, memory: 2Gi}``."""
    rename: Mapping[str, str] = field(default_factory=dict)
    """Resource names as the kind writes them, to Kubernetes' own; empty for keys that are no resources."""
    requests: Mapping[str, Expression] = field(default_factory=dict)
    """Requests that are computed, in cores, bytes or pieces."""
    device: tuple[Expression, Expression] | None = None
    """Name and count of one more resource."""
    devices: Pattern | None = None
    """Where a list of devices stands, one piece each, named by ``deviceName``."""
    default: Mapping[str, str] = field(default_factory=dict)
    """What the operator requests where the text does not."""
    where: Expression | None = None
    """Only where this holds."""
    wins: bool = False
    """Whether its resources replace those of the template's container of that name, rather than fill them."""


@dataclass(frozen=True, slots=True)
class PodRule:
    """One role of a kind: where its pod template stands or how it is built, how many pods, how long."""

    item: Pattern
    """Each place it stands for is a group of pods; relative paths start there."""
    count: CountRule
    period: PeriodRule
    name: Expression | None = None
    template: tuple[Pattern, ...] = ()
    """Where a PodTemplateSpec may stand: the first that is stated counts."""
    pod_spec: tuple[Pattern, ...] = ()
    """Where a bare PodSpec may stand."""
    picked: Expression | None = None
    """The PodSpec, where it is one of several that the object picks by name."""
    containers: tuple[ContainerRule, ...] = ()
    merge: tuple[Pattern, ...] = ()
    """Where lists of containers stand, or one container, that are laid over the built ones by name."""
    beneath: tuple[Pattern, ...] = ()
    """Where lists of containers stand that fill what all the others leave open."""
    spec: Mapping[str, Expression] = field(default_factory=dict)
    """Fields of the PodSpec that stand elsewhere in the object."""
    machine: Expression | None = None
    """The machine type that each pod takes whole."""
    where: Expression | None = None
    suspended: Expression | None = None
    """Whether this role alone is stopped."""
    walk: str = ""
    """The name of the walk that finds pods which no path leads to: ``workflow``."""


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """Volumes that an object claims: a claim template, a claim's spec, or a bare size."""

    item: Pattern
    count: CountRule
    name: Expression | None = None
    size: Expression | None = None
    """The size in bytes; absent where the item is a claim or its spec."""
    storage_class: Expression | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class LoadBalancerRule:
    """Load balancers that an object makes the cloud build."""

    item: Pattern
    count: Expression
    where: Expression | None = None
    load_balancer_class: Expression | None = None
    annotations: tuple[Pattern, ...] = ()
    """Where annotations stand; those of the last one win."""
    through: str = ""
    """Whose class decides what is built: ``Ingress`` or ``Gateway``; empty for a Service of type LoadBalancer."""
    ports: Pattern | None = None
    """Where the list of ports stands, each with its ``protocol``."""
    scheme: Expression | None = None
    """``internal`` or ``internet-facing``, where something beside its class and annotations says so."""


@dataclass(frozen=True, slots=True)
class MachineRule:
    """Machines that an object keeps whether pods need them or not: a MachineDeployment, a cloud's node group, one NodeClaim."""

    item: Pattern
    count: CountRule
    name: Expression | None = None
    types: tuple[Expression, ...] = ()
    """Where the machine type may stand, or a list of those it may be: the first that is stated counts."""
    usual: str = ""
    """The type that the cloud takes where none is stated."""
    requirements: Pattern | None = None
    """Where Karpenter's requirements stand, in place of types."""
    requests: Pattern | None = None
    """Where the resources stand that the machine has to hold."""
    place: Expression | None = None
    """Where its region, or a zone of it, stands."""
    spot: Expression | None = None
    where: Expression | None = None
    alone: bool = False
    """Whether no pods run on it, as far as is known: a virtual machine that is no cluster's node."""
    disks: tuple[DiskRule, ...] = ()


@dataclass(frozen=True, slots=True)
class EmbeddedRule:
    """A whole object, or another kind's spec, inside this one."""

    item: Pattern
    count: CountRule
    group: str = ""
    kind: str = ""
    """The kind whose spec stands here; empty where a whole object does."""
    period: PeriodRule | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class ScalerRule:
    """An autoscaler: what it scales and between which bounds."""

    target: Pattern
    group: str
    kind: str
    least: Expression
    most: Expression
    idle: Expression | None = None
    """What it falls to where nothing happens, below ``least``."""
    fixed: Expression | None = None
    """The count it is held at."""
    paused: Expression | None = None
    from_zero: bool = False
    triggers: Pattern | None = None
    """Where the spec stands that holds KEDA's triggers."""
    owner: str = ""
    """The kind of the object that made it, where it then repeats what that object says."""


ANYWHERE = Pattern()
"""The object itself."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an object, or a part of it, cannot be priced, and when that is so."""

    text: str
    where: Expression | None = None
    item: Pattern = field(default=ANYWHERE)
    """Said once for each place, with the place, where it is wild."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Everything known of one kind."""

    group: str
    name: str
    category: Category
    pods: tuple[PodRule, ...] = ()
    claims: tuple[ClaimRule, ...] = ()
    load_balancers: tuple[LoadBalancerRule, ...] = ()
    fees: tuple[FeeRule, ...] = ()
    machines: tuple[MachineRule, ...] = ()
    embedded: tuple[EmbeddedRule, ...] = ()
    references: tuple[ReferenceRule, ...] = ()
    devices: bool = False
    """Whether it claims devices by itself: a ResourceClaim."""
    makes_nodes: bool = False
    """Whether it makes nodes: Karpenter's NodePool."""
    cluster_scoped: bool = False
    """Whether its objects are in no namespace, as is known of the kind."""
    unlabelled: bool = False
    """Whether its objects have no labels: files of a tool, such as eksctl's, that no API server takes."""
    scale: Expression | None = None
    """What the scale subresource writes: a path with its default."""
    suspended: Expression | None = None
    controller: str = ""
    """``namespace:name`` of the service account by which its controller asks, where the operator's own manifests name it."""
    resizes: Expression | None = None
    """Whether its operator grows claims that exist when their size is raised."""
    downscaled: bool = False
    """Whether kube-downscaler can switch it off."""
    queued: bool = False
    """Whether Kueue suspends it while it waits for quota."""
    scaler: ScalerRule | None = None
    unpriced: tuple[Reason, ...] = ()
    """What of it cannot be priced; the whole object where the category says so."""
    empty: str = ""
    """Why it may have no pods at all; where empty, an object without pods is unpriced."""
    modelled: str = ""
    """Why its pods are only modelled; empty where its own documentation or code says how many there are."""
