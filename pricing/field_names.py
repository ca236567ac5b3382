"""Which field of the manifest a part of a change belongs to, and its value before and after in a person's words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from pricing.estimate import MachineUse, WorkloadEstimate
from pricing.network.load_balancer import PUBLIC_ADDRESSES
from pricing.precision import counted, fraction, tidy
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.manifest import Manifest
from workloads.models.usage import PATH
from workloads.network.traffic import PATH as TRAFFIC_PATH
from workloads.network.traffic import Traffic
from workloads.pod_place import pod_spec
from workloads.quantity import QuantityError, parse_quantity
from workloads.span import Span
from workloads.workload import PodGroup, VolumeClaim

_GIB = 2**30
_SHORT = {"HorizontalPodAutoscaler": "HPA"}
_CONTAINERS = ("containers", "initContainers")


class Named(NamedTuple):
    """One field that changed."""

    group: str
    path: FieldPath
    """In the manifest as it is after the change; empty where the cause is elsewhere."""
    what: str
    before: str
    after: str
    detail: str = ""
    """What else there is to say of it: who decides, or what stays."""


class Pair(NamedTuple):
    """One pod group before and after, with the estimates it belongs to."""

    before: WorkloadEstimate
    after: WorkloadEstimate
    old: PodGroup
    new: PodGroup


def size(pair: Pair, what: str, asked: Decimal, asks: Decimal) -> Named:
    """The field of a pod's size: the one container's that changed, else the pod's as a whole."""
    if what == "accelerator":
        return _accelerators(pair, asked, asks)
    after, old, new = pair.after, pair.old, pair.new
    if what == "ephemeralStorage":
        words = (_amount(asked, what), _amount(asks, what))
        return Named(new.name, pod_spec(after.workload.manifest.body, new.path), "ephemeral storage", *words)
    changed = [found for found in _containers(old, new) if found[1].get(what) != found[2].get(what)]
    if len(changed) == 1:
        path, then, now = changed[0]
        if what in then and what in now:
            asked, asks = (number / _GIB if what == "memory" else number for number in (then[what], now[what]))
        return Named(new.name, _stated(after.workload.manifest, path, what), what, _amount(asked, what), _amount(asks, what))
    return Named(new.name, pod_spec(after.workload.manifest.body, new.path), what, _amount(asked, what), _amount(asks, what))


def _amount(quantity: Decimal, what: str) -> str:
    """A quantity as people write it: ``2 GiB``, ``512 MiB``, ``0.5 CPU``."""
    if what == "cpu":
        return f"{_three(quantity)} CPU"
    return f"{_three(quantity)} GiB" if quantity >= 1 else f"{_three(quantity * 1024)} MiB"


def _three(quantity: Decimal) -> str:
    return f"{tidy(quantity.quantize(Decimal('0.001'))):f}"


def _containers(old: PodGroup, new: PodGroup) -> list[tuple[FieldPath, Mapping[str, Decimal], Mapping[str, Decimal]]]:
    """The containers that both templates have: place in the new group, requests before and after."""
    found: list[tuple[FieldPath, Mapping[str, Decimal], Mapping[str, Decimal]]] = []
    for key in _CONTAINERS:
        then = {text(one, "name"): one for one in sequence(old.template, "spec", key)}
        for index, container in enumerate(sequence(new.template, "spec", key)):
            known = then.get(text(container, "name"))
            if known is not None:
                found.append(((*new.path, "spec", key, index), _requests(known), _requests(container)))
    return found


def _requests(container: object) -> Mapping[str, Decimal]:
    stated = mapping(container, "resources", "requests")
    return {what: number for what in ("cpu", "memory") if (number := _number(stated.get(what))) is not None}


def _number(value: object) -> Decimal | None:
    try:
        return parse_quantity(value)
    except QuantityError:
        return None


def _stated(manifest: Manifest, path: FieldPath, what: str) -> FieldPath:
    """The resource's field as the manifest states it: in requests, else in limits, else the container's resources."""
    if dig(manifest.body, *path) is None and len(path) > 3:  # a bare PodSpec: its containers stand without "spec"
        path = (*path[:-3], *path[-2:])
    for kind in ("requests", "limits"):
        if dig(manifest.body, *path, "resources", kind, what) is not None:
            return (*path, "resources", kind, what)
    return (*path, "resources")


def _devices(use: MachineUse | None, amount: Decimal) -> str:
    if not use or not amount:
        return "none"
    return f"{use.slices} of {use.accelerators_model}" if use.slices else f"{fraction(amount)} × {use.accelerators_model}"


def _accelerators(pair: Pair, asked: Decimal, asks: Decimal) -> Named:
    before, after, old, new = pair
    then, now = machine_of(before, old.name), machine_of(after, new.name)
    was, words = (_devices(use, amount) for use, amount in ((then, asked), (now, asks)))
    return Named(new.name, pod_spec(after.workload.manifest.body, new.path), "accelerators", was, words)


def machine_of(estimate: WorkloadEstimate, group: str) -> MachineUse | None:
    """The machine a group of a workload is charged by."""
    return next((machine for machine in estimate.machines if machine.group == group), None)


def replicas(before: WorkloadEstimate, after: WorkloadEstimate, old: PodGroup | None, new: PodGroup | None) -> list[Named]:
    """The fields of the number of pods, or of the hours they run: two where both bounds of an autoscaler changed."""
    group = new or old
    if group is None:
        return []
    if old is None or new is None:
        return [Named(group.name, group.path, "pods", _pods(old), _pods(new))]
    if old.running != new.running:
        return [Named(new.name, (), "running hours", old.running or "always", new.running or "always")]
    return _bounds(before, after, group) or [_count(before, after, old, new)]


def _count(before: WorkloadEstimate, after: WorkloadEstimate, old: PodGroup, new: PodGroup) -> Named:
    """The field that says how many pods there are; of one that an autoscaler goes on from, who decides."""
    path = new.because_path
    what, words = str(path[-1]) if path else "pods", (_range(old.pods), _range(new.pods))
    if not (old.pods.high or new.pods.high):
        sides = ((machine_of(before, old.name), old), (machine_of(after, new.name), new))
        nodes = [_range(use.count) if use is not None else group.because for use, group in sides]
        return Named(new.name, path, "nodes", *nodes)
    if old.pods == new.pods:
        return Named(new.name, path, what if path else "hours", old.because, new.because)
    if not path or words[0] != words[1]:
        return Named(new.name, path, what, *words)
    scaler = after.workload.autoscaler
    who = f"the {kind_in_words(scaler.manifest.kind)} decides" if scaler is not None else "it scales itself"
    was, is_ = (_or_default(dig(side.workload.manifest.body, *path)) for side in (before, after))
    return Named(new.name, path, what, was, is_, f"{who} ({words[1]}), and this is only where it starts")


def _or_default(stated: object) -> str:
    return str(stated) if isinstance(stated, int | str) else "not stated"


def _bounds(before: WorkloadEstimate, after: WorkloadEstimate, group: PodGroup) -> list[Named]:
    """What changed of an autoscaler; its own fields are in another manifest, so there is no path."""
    then, now = before.workload.autoscaler, after.workload.autoscaler
    if then is None and now is None:
        return []
    if then is None or now is None:
        present = now or then
        kind = kind_in_words(present.manifest.kind) if present else ""
        was, is_ = (f"{one.minimum} to {one.maximum}" if one else "none" for one in (then, now))
        return [Named(group.name, (), kind, was, is_, "" if now else _left_alone(after, group))]
    kind = kind_in_words(now.manifest.kind)
    bounds = [
        Named(group.name, (), f"{kind} {bound}", str(one), str(other))
        for bound, one, other in (("minimum", then.minimum, now.minimum), ("maximum", then.maximum, now.maximum))
        if one != other
    ]
    if bounds or then.triggers == now.triggers:
        return bounds
    return [Named(group.name, (), f"{kind} triggers", str(then.triggers) or "none", str(now.triggers) or "none")]


def _left_alone(after: WorkloadEstimate, group: PodGroup) -> str:
    """What becomes of pods whose autoscaler is removed."""
    pods, path = _pods(group), group.because_path
    if path and dig(after.workload.manifest.body, *path) is not None:
        return f"{pods} run from then on, as {path[-1]} says"
    return f"as many pods stay as run then, until {path[-1] if path else 'a count'} is stated: {pods}"


def kind_in_words(kind: str) -> str:
    """A kind as people write it: ``HPA``."""
    return _SHORT.get(kind, kind)


def _pods(group: PodGroup | None) -> str:
    if group is None:
        return "none"
    return f"{_range(group.pods)} {'pod' if group.pods.high == 1 else 'pods'}"


def _range(span: Span) -> str:
    if span.certain:
        return counted(span.expected)
    return f"{counted(span.low)} to {counted(span.high)}"


def volume_size(old: VolumeClaim, new: VolumeClaim) -> Named:
    """The field of a claim's size."""
    path = (*new.path, "spec", "resources", "requests", "storage")
    return Named(new.name, path, "volume size", _amount(old.size / _GIB, "storage"), _amount(new.size / _GIB, "storage"))


def volume_count(old: VolumeClaim | None, new: VolumeClaim | None) -> Named:
    """How many volumes there are; they come and go with the pods, so there is no field of their own."""
    claim = new or old
    words = [f"{_range(one.count)}" if one else "none" for one in (old, new)]
    return Named(claim.name if claim else "", new.path if new else (), "volumes", *words)


def ai_models(before: WorkloadEstimate, after: WorkloadEstimate) -> Named:
    """What changed of the tokens of AI models: the models, else how many tokens."""
    then, now = (", ".join(priced_models(side)) for side in (before, after))
    if then != now:
        return Named("", _model_path(after), "AI model", then or "none", now or "none")
    was, has = (f"{tidy(_tokens(side) / 10**6):f}M" for side in (before, after))
    return Named("", PATH, "AI tokens", was, has)


def priced_models(side: WorkloadEstimate) -> list[str]:
    """The models whose tokens are counted, as their lines name them."""
    return list(dict.fromkeys(line.group.rpartition(" ")[0] for line in side.lines if line.what == "aiApi"))


def _model_path(side: WorkloadEstimate) -> FieldPath:
    """The annotation that names the model, or where that leaves it open, the setting which does."""
    if all(usage.model for usage in side.workload.ai_usage):
        return PATH
    return next((each.named.path for each in side.ai_models if each.model is not None), PATH)


def _tokens(side: WorkloadEstimate) -> Decimal:
    return sum((amount for usage in side.workload.ai_usage for amount in usage.tokens.values()), Decimal(0))


def traffic(before: WorkloadEstimate, after: WorkloadEstimate) -> Named:
    """The annotation that declares traffic, with what it declares on either side."""
    return Named("", TRAFFIC_PATH, "traffic", *(_traffic(side.workload.traffic) for side in (before, after)))


def _traffic(declared: Traffic | None) -> str:
    amounts = declared.amounts if declared is not None else {}
    return " ".join(f"{key}={_three(amount / _GIB)}Gi" for key, amount in amounts.items()) or "none"


def load_balancers(before: WorkloadEstimate, after: WorkloadEstimate) -> Named:
    """The field that makes a load balancer or not; where there are as many, what they are."""
    then, now = before.workload.load_balancers, after.workload.load_balancers
    path = next((balancer.path for balancer in (*now, *then)), ())
    if len(then) != len(now):
        return Named("", path, "load balancers", str(len(then)), str(len(now)))
    return Named("", path, "load balancer", _built(before), _built(after))


def _built(estimate: WorkloadEstimate) -> str:
    """``network-load-balancer, 3 public IPv4``."""
    words = [line.derivation[0] for line in estimate.lines if line.what == "loadBalancer" and line.unit == "load balancer"]
    words += [f"+{tidy(line.quantity):f} rules" for line in estimate.lines if line.unit == "rules"]
    words += [f"{tidy(line.quantity):f} {line.group}" for line in estimate.lines if line.group == PUBLIC_ADDRESSES]
    return ", ".join(words) or "none"
