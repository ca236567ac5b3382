"""Policies as values: what a CostPolicy document says, read and checked.

Group ``weighbridge.dev/v1alpha1``. The same YAML works as a file in a repository and as an object in the cluster; words are
Kubernetes' own where it has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from policies.cel.expression import Compiled
from policies.matching.image_set import NO_IMAGES, ImageSet
from policies.matching.pattern import Pattern
from policies.verdict import Action, Point
from workloads.manifest import Origin

Amounts = Mapping[str, Decimal]
"""Exact amounts by resource name."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One of a selector's ``matchExpressions``."""

    key: str
    operator: str
    """``In``, ``NotIn``, ``Exists`` or ``DoesNotExist``."""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector; an empty one selects everything."""

    expressions: tuple[Expression, ...] = ()
    """``matchLabels`` are expressions with one value."""


@dataclass(frozen=True, slots=True)
class ResourceRule:
    """Which resources are meant, as in an API server's admission policies; ``*`` means all."""

    groups: tuple[str, ...]
    resources: tuple[str, ...]
    versions: tuple[str, ...] = ("*",)
    operations: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class Match:
    """What a policy is about. Without resource rules: every object that costs anything."""

    resources: tuple[ResourceRule, ...] = ()
    excluded: tuple[ResourceRule, ...] = ()
    namespaces: Selector | None = None
    objects: Selector | None = None


class ConfigMapKey(NamedTuple):
    """One value of a ConfigMap in a cluster."""

    namespace: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class RequireLabels:
    """A label that has to be stated, by one of several keys."""

    keys: tuple[str, ...]
    """Empty where ``dimension`` says which."""
    values: tuple[str, ...] = ()
    """Allowed values; any where empty."""
    pattern: Pattern | None = None
    """What the whole value has to match."""
    sources: tuple[str, ...] = ("object", "template", "namespace")
    """Where it may be stated: ``object``, ``template``, ``namespace``, ``owner``."""
    default: str = ""
    """What is added at admission where nobody states it."""
    dimension: str = ""
    """A cost dimension (``team``) whose keys weighbridge.yaml lists under ``ownership``; empty where ``keys`` are stated."""
    values_from: ConfigMapKey | None = None
    """Where more allowed values stand."""
    add_to_template: bool = False
    """Whether the label is also added to the pods' template of a workload that is created."""


@dataclass(frozen=True, slots=True)
class LimitAccelerators:
    """How many accelerators, which, and how they are asked for."""

    container: Decimal | None = None
    pod: Decimal | None = None
    workload: Decimal | None = None
    namespace: Decimal | None = None
    models: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    """Allowed MIG profiles."""
    equal_limits: bool = False
    """Whether an accelerator's request has to equal its limit."""
    requested_access: bool = False
    """Whether GPUs and GPU nodes may only be used by pods that request an accelerator."""
    deadline: bool = False
    """Whether Jobs with accelerators need ``activeDeadlineSeconds``."""


@dataclass(frozen=True, slots=True)
class LimitResources:
    """What has to be stated, and how large it may be."""

    requests: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    container: Amounts = field(default_factory=dict)
    pod: Amounts = field(default_factory=dict)
    container_limits: Amounts = field(default_factory=dict)
    """Largest limits of one container; ``container`` and ``pod`` are about requests."""
    ratio: Amounts = field(default_factory=dict)
    """How many times its request a limit may be, by resource."""
    replicas: Decimal | None = None
    volume_size: Decimal | None = None
    """Bytes of one volume."""
    load_balancers: Decimal | None = None
    initial: bool = False
    """Whether init containers that end have to state requests and limits too."""
    exempt: ImageSet = NO_IMAGES
    """Images whose containers are not looked at one by one."""

    @property
    def about_pods(self) -> bool:
        """Whether it is about what pods ask for, or how many there are: not of volumes and load balancers alone."""
        stated = (self.requests, self.limits, self.container, self.pod, self.container_limits, self.ratio)
        return any(stated) or self.replicas is not None


@dataclass(frozen=True, slots=True)
class LimitCost:
    """What a workload may cost, or what a change may add, in US dollars."""

    run: bool = False
    """Whether it is about what is paid once (a Job's run) and not about a month."""
    exposed: bool = False
    """Whether the high end counts (an autoscaler's maximum), and not what is expected."""
    amount: Decimal | None = None
    increase: Decimal | None = None
    increase_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PreferSpot:
    """What runs to its end runs on spot machines."""

    kinds: tuple[str, ...] = ()
    """The kinds that are meant; every kind whose pods end, where neither these nor labels are stated."""
    labels: Selector | None = None
    """The labels, of the object or of its pods' template, by which workloads are meant."""
    required: bool = False
    """Whether pods have to require spot; else it is enough that they may run there."""
    least_saving: Decimal = Decimal(0)
    """US dollars a month, or a run, below which nothing is said."""
    place: str = ""
    """By whose labels pods are put on spot at admission: ``byCloud``, ``karpenter``, ``eks``, ``gke``, ``aks``; empty for not."""


@dataclass(frozen=True, slots=True)
class Validation:
    """A condition in CEL that an object has to meet."""

    expression: Compiled
    """True where it is met, as in a ValidatingAdmissionPolicy."""
    words: Compiled | None = None
    """What is said where it is not; None for the rule's own message."""
    params: Mapping[str, object] = field(default_factory=dict)
    """The policy's own values, which the expression reads as ``params``."""


Check = RequireLabels | LimitAccelerators | LimitResources | LimitCost | PreferSpot | Validation


@dataclass(frozen=True, slots=True)
class MatchCondition:
    """A condition in CEL under which a policy is about an object at all."""

    name: str
    expression: Compiled


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a policy."""

    name: str
    check: Check
    message: str = ""
    """The author's own words, shown before ours."""


@dataclass(frozen=True, slots=True)
class AtPoint:
    """What a policy does at one point, where it differs."""

    actions: tuple[Action, ...] = ()
    unknown: str = ""
    """``pass``, ``warn`` or ``fail``; empty for the caller's choice."""
    denies_injected: bool = False
    """Whether a controller's pod is denied for what its owner's template does not explain."""


_STRONGEST_FIRST = tuple(Action)


@dataclass(frozen=True, slots=True)
class Policy:
    """One CostPolicy."""

    name: str
    rules: tuple[Rule, ...]
    match: Match = Match()
    conditions: tuple[MatchCondition, ...] = ()
    """All of them have to hold."""
    params: Mapping[str, object] = field(default_factory=dict)
    """Values of its own for its expressions."""
    actions: tuple[Action, ...] = (Action.DENY,)
    points: Mapping[Point, AtPoint] = field(default_factory=dict)
    digest: str = ""
    """Digest of the document."""
    origin: Origin | None = None

    @property
    def expressions(self) -> tuple[Compiled, ...]:
        """Every expression that decides: of its conditions and of its rules."""
        rules = tuple(rule.check.expression for rule in self.rules if isinstance(rule.check, Validation))
        return (*(condition.expression for condition in self.conditions), *rules)

    def action(self, point: Point) -> Action:
        """The strongest of the actions at a point."""
        stated = self.points[point].actions if point in self.points else ()
        return min(stated or self.actions, key=_STRONGEST_FIRST.index)

    def denies_injected(self, point: Point) -> bool:
        """Whether what an accepted template does not explain is denied at a point, as far as the policy denies there."""
        return point in self.points and self.points[point].denies_injected

    def unknown(self, point: Point, otherwise: str) -> str:
        """What an undecided rule does at a point."""
        return (self.points[point].unknown if point in self.points else "") or otherwise
