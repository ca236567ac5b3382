"""Machines that an object keeps whether pods need them or not: a NodePool of a fixed size, a MachineDeployment, a node group.

They are paid whole. What runs on them is counted where it is declared, beside them, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from workloads.counting.count import CountError, Expression, Scope, holds, text
from workloads.counting.pattern import expand
from workloads.field import mapping
from workloads.group import FoundGroup, Setting
from workloads.kinds.assembly import INSTANCE_TYPE, look_up, place
from workloads.kinds.kind import MachineRule
from workloads.nodes.affinity import MOST_VALUES
from workloads.nodes.capacity_type import CAPACITY_TYPE
from workloads.nodes.disk import disks
from workloads.nodes.place import region_of_zone
from workloads.nodes.provisioner import Spec, fixed_nodes, names_machines, on_nodes, requirements, stated_requirements
from workloads.nodes.selection import select
from workloads.quantity import QuantityError, parse_quantity
from workloads.replicas import Replicas, count_pods
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import PodGroup, PodRequests, VolumeClaim

_BESIDE = "its nodes are counted whole, and pods are counted where they are declared: what runs on them is counted beside them"
_NO_DISK = "the disk that each machine boots from is not counted: its size is not stated"
_WHATEVER = "nodes are paid for whether or not pods fill them"
_GPU_COUNT = "karpenter.k8s.aws/instance-gpu-count"
_GPUS = ("nvidia.com/gpu", "amd.com/gpu")
_NONE = Decimal(0)


def fixed_pool(body: Spec, setting: Setting) -> Iterator[FoundGroup | str]:
    """The machines of a NodePool of a fixed size, a group without pods; nothing for one that follows its pods.

    Raises:
        CountError: its number of nodes is no count.
    """
    nodes = fixed_nodes(body)
    if nodes is None:
        return
    spec = on_nodes(requirements(body))
    if not names_machines(select(spec)):
        yield f"it keeps {nodes:,} nodes, of which machines its requirements do not tell: node.kubernetes.io/instance-type does"
        return
    count = Replicas(Span.exactly(nodes), f"spec.replicas, {nodes:,} nodes", ("spec", "replicas"))
    template = {"metadata": mapping(body, "spec", "template", "metadata"), "spec": spec}
    yield FoundGroup(replace(_group(template, count, setting), path=("spec", "template")), (_BESIDE,))


def kept_machines(rule: MachineRule, scope: Scope, setting: Setting) -> Iterator[FoundGroup | VolumeClaim | str]:
    """The machines that one rule tells of, a group without pods for each place, with their disks; in words, what is unknown."""
    for path, _ in expand(scope.body, rule.item.steps):
        here = scope.at(rule.item, path) if path else scope
        try:
            if rule.where is None or holds(rule.where, here):
                yield from _machines(rule, here, setting)
        except CountError as error:
            yield str(error)


def _machines(rule: MachineRule, scope: Scope, setting: Setting) -> Iterator[FoundGroup | VolumeClaim | str]:
    count = count_pods(rule.count, scope)
    if not count.pods.high:
        return
    spec = _spec(rule, scope)
    if not names_machines(select(spec)):
        yield _untold(rule, scope, count)
        return
    group = _group({"spec": spec}, count, setting)
    name = text(rule.name, scope) if rule.name is not None else ""
    group = replace(group, name=name or group.name, path=place(rule.item, scope), requests=_held(rule, scope))
    found = list(disks(rule, scope, group, count.pods * setting.times))
    yield FoundGroup(group, (*(() if rule.alone else (_BESIDE,)), *(() if found else (_NO_DISK,))))
    yield from found


def _held(rule: MachineRule, scope: Scope) -> PodRequests:
    """The CPU and memory that each machine has to hold. Raises `CountError` for what is no quantity."""
    stated = mapping(look_up(rule.requests, scope)) if rule.requests is not None else {}
    cpu, memory = (_amount(stated, name) for name in ("cpu", "memory"))
    return PodRequests(cpu, memory)


def _amount(stated: Spec, name: str) -> Decimal:
    try:
        return parse_quantity(stated[name]) if name in stated else _NONE
    except QuantityError as error:
        raise CountError(("spec", "resources", "requests", name), str(error)) from error


def _devices(stated: Spec) -> Iterator[Mapping[str, object]]:
    """That the machine carries the GPUs which it has to hold, as a requirement."""
    asked = [_amount(stated, name) for name in _GPUS if name in stated]
    if asked and max(asked) >= 1:
        yield {"key": _GPU_COUNT, "operator": "Gt", "values": [str(int(max(asked)) - 1)]}


def _untold(rule: MachineRule, scope: Scope, count: Replicas) -> str:
    machines = f"{count.pods.expected:,} {'machine' if rule.alone else 'node'}{'' if count.pods.expected == 1 else 's'}"
    if rule.requirements is not None:
        return f"it keeps {machines}, of which type its requirements do not tell: node.kubernetes.io/instance-type does"
    referred = any(pattern.root and pattern.root not in scope.references for each in rule.types for pattern in each.patterns())
    if referred:
        return (
            f"it keeps {machines}, whose machine type stands in the template it refers to, which is not among the objects read"
            f" or states none: {_WHATEVER}, so weigh that template with it"
        )
    return f"it keeps {machines}, whose machine type it does not state: {_WHATEVER}, so state it or count them by hand"


def _spec(rule: MachineRule, scope: Scope) -> Spec:
    """The part of a pod's spec that asks for such a machine."""
    if rule.requirements is not None:
        stated = look_up(rule.requirements, scope)
        held = mapping(look_up(rule.requests, scope)) if rule.requests is not None else {}
        return on_nodes((*stated_requirements(stated, mapping(scope.body, "metadata", "labels")), *_devices(held)))
    types = next((found for each in rule.types if (found := _texts(each, scope))), (rule.usual,) if rule.usual else ())
    expressions: list[Mapping[str, object]] = [{"key": INSTANCE_TYPE, "operator": "In", "values": list(types)}] if types else []
    if rule.spot is not None and holds(rule.spot, scope):
        expressions.append({"key": CAPACITY_TYPE, "operator": "In", "values": ["spot"]})
    where = text(rule.place, scope) if rule.place is not None else ""
    if where:
        zone = bool(region_of_zone(where))
        key = "topology.kubernetes.io/zone" if zone else "topology.kubernetes.io/region"
        # Azure's regions have a name for people too: East US is eastus.
        expressions.append({"key": key, "operator": "In", "values": [where.replace(" ", "").lower()]})
    return on_nodes(expressions)


def _texts(expression: Expression, scope: Scope) -> tuple[str, ...]:
    """A text, or the texts of a list."""
    value = expression.evaluate(scope)
    listed: Sequence[object] = value if isinstance(value, list) else (value,)
    flat = [each for one in listed[:MOST_VALUES] for each in (one if isinstance(one, list) else [one])]
    return tuple(each for each in flat[:MOST_VALUES] if isinstance(each, str) and each)


def _group(template: Spec, count: Replicas, setting: Setting) -> PodGroup:
    """A group without pods, whose hours are those of its machines."""
    return PodGroup(
        name="nodes",
        path=(),
        template=template,
        requests=PodRequests(_NONE, _NONE),
        pods=Span(_NONE, _NONE, _NONE),
        hours=count.pods * Decimal(HOURS_PER_MONTH) * setting.times,
        because=count.because,
        because_path=count.path,
        assumption=count.assumption,
        whole_machine=True,
        endless=count.unbounded,
    )
