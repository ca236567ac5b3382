"""The pod template of a role: as it is written, or put together from the fields an operator builds its pods from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from workloads.counting.count import Scope, holds, number, text
from workloads.counting.pattern import Pattern, Wildcard, expand
from workloads.field import FieldPath, dig, mapping, sequence
from workloads.kinds.kind import ContainerRule, PodRule

INSTANCE_TYPE = "node.kubernetes.io/instance-type"

Written = Mapping[str, object]


def assemble(rule: PodRule, scope: Scope) -> tuple[Pattern, Written] | None:
    """The pattern a role's template was found at and the PodTemplateSpec; None where the object does not have the role.

    Raises `CountError` where a size that has to be computed cannot be.
    """
    found, template = _written(rule, scope)
    if not (rule.containers or rule.merge or rule.spec or rule.machine):
        return None if found is None else (found, template)
    containers = _containers(rule, scope, sequence(template, "spec", "containers"))
    if not containers and found is None:
        return None
    spec = {**_fields(rule, scope), **mapping(template, "spec"), "containers": containers}
    machine = text(rule.machine, scope) if rule.machine is not None else ""
    if machine:
        spec["nodeSelector"] = {**mapping(spec, "nodeSelector"), INSTANCE_TYPE: machine}
    return found or rule.item, {**template, "spec": spec}


def _written(rule: PodRule, scope: Scope) -> tuple[Pattern | None, Written]:
    for pattern in rule.template:
        value = look_up(pattern, scope)
        if isinstance(value, dict):
            return pattern, value
    for pattern in rule.pod_spec:
        value = look_up(pattern, scope)
        if isinstance(value, dict):
            return pattern, {"spec": value}
    picked = rule.picked.evaluate(scope) if rule.picked is not None else None
    return (rule.item, {"spec": picked}) if isinstance(picked, dict) else (None, {})


def place(pattern: Pattern, scope: Scope) -> FieldPath:
    """The concrete path of a pattern, as far as no wildcard is left open."""
    path, rest = scope.item.place(pattern)
    for step in rest:
        if isinstance(step, Wildcard):
            break
        path = (*path, step)
    return path


def look_up(pattern: Pattern, scope: Scope) -> object:
    """What stands first at a pattern; None where nothing does."""
    path, rest = scope.item.place(pattern)
    return next((value for _, value in expand(dig(scope.root(pattern.root), *path), rest)), None)


def _fields(rule: PodRule, scope: Scope) -> dict[str, object]:
    """The fields of the PodSpec that stand elsewhere in the object."""
    stated = ((key, expression.evaluate(scope)) for key, expression in rule.spec.items())
    return {key: value for key, value in stated if value is not None}


def _containers(rule: PodRule, scope: Scope, stated: object) -> list[object]:
    """Containers in three layers: those of the text, those an operator builds, those that fill what is left open."""
    built = [
        _build(container, scope) for container in rule.containers if container.where is None or holds(container.where, scope)
    ]
    fallback = rule.containers[0].name if rule.containers else ""
    over = [item for pattern in rule.merge for item in _listed(pattern, scope, fallback)]
    winning = {container.name for container in rule.containers if container.wins}
    layers: dict[object, object] = {}
    for index, container in enumerate([*(stated if isinstance(stated, list) else []), *over]):
        _lay(layers, container, index)
    for container in built:
        name = container["name"]
        if name in winning and name in layers:
            layers[name] = _filled({**mapping(layers, name), "resources": container["resources"]}, mapping(layers, name))
        else:
            _lay(layers, container, name)
    for container in (item for pattern in rule.beneath for item in _listed(pattern, scope, fallback)):
        if dig(container, "name") in layers:
            _lay(layers, container, 0)
    return list(layers.values())


def _listed(pattern: Pattern, scope: Scope, name: str) -> Iterator[object]:
    """The containers at a pattern: a list of them, or one, which takes the name of the main container where it has none."""
    value = look_up(pattern, scope)
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        yield {"name": name, **value}


def _lay(layers: dict[object, object], container: object, index: object) -> None:
    """Lays a container under the one of its name, or beside the others."""
    name = dig(container, "name")
    if not isinstance(container, dict) or not isinstance(name, str):
        # Tekton's steps need no name.
        layers[("unnamed", index, len(layers))] = _plain(container) if isinstance(container, dict) else container
        return
    above = layers.get(name)
    layers[name] = _filled(above, container) if isinstance(above, dict) else _plain(container)


def _plain(container: Written) -> Written:
    """A container with its resources where Kubernetes has them; Tekton calls them ``computeResources``."""
    resources = container.get("computeResources")
    return container if resources is None or "resources" in container else {**container, "resources": resources}


def _filled(above: Written, beneath: Written) -> Written:
    """A container whose resources are filled, resource by resource, where it states neither request nor limit."""
    upper, lower = mapping(above, "resources"), mapping(_plain(beneath), "resources")
    requests, limits = dict(mapping(upper, "requests")), dict(mapping(upper, "limits"))
    stated = {*requests, *limits}
    requests.update((key, value) for key, value in mapping(lower, "requests").items() if key not in stated)
    limits.update((key, value) for key, value in mapping(lower, "limits").items() if key not in stated)
    return {**beneath, **above, "resources": {**lower, **upper, "requests": requests, "limits": limits}}


def _build(rule: ContainerRule, scope: Scope) -> dict[str, object]:
    requests, limits, claims = _stated_resources(rule, scope)
    for key, expression in rule.requests.items():
        amount = number(expression, scope)
        if amount is not None and key not in requests and key not in limits:
            requests[key] = _quantity(amount)
    for name, count in _devices(rule, scope):
        requests[name] = limits[name] = _quantity(count)
    for key, quantity in rule.default.items():
        if key not in requests and key not in limits:
            requests[key] = quantity
    return {"name": rule.name, "resources": {**claims, "requests": requests, "limits": limits}}


def _stated_resources(rule: ContainerRule, scope: Scope) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    """Requests, limits and device claims as the fields of the object state them."""
    for pattern in rule.resources:
        found = look_up(pattern, scope)
        if isinstance(found, dict):
            claims = {"claims": found["claims"]} if "claims" in found else {}
            return _renamed(found.get("requests"), rule), _renamed(found.get("limits"), rule), claims
    for pattern in rule.flat:
        found = look_up(pattern, scope)
        if isinstance(found, dict):
            stated = _renamed({key: value for key, value in found.items() if key not in ("requests", "limits")}, rule)
            # Of devices the operator states the limit too, as the API server wants it.
            return stated, {name: amount for name, amount in stated.items() if "/" in name}, {}
    return {}, {}, {}


def _renamed(resources: object, rule: ContainerRule) -> dict[str, object]:
    """Resources under Kubernetes' names; a mapping among them (Dynamo's ``custom``) holds more of them."""
    renamed: dict[str, object] = {}
    for key, value in resources.items() if isinstance(resources, dict) else ():
        if isinstance(value, dict):
            renamed.update(value)
        elif name := rule.rename.get(key, key):
            renamed[name] = value
    return renamed


def _devices(rule: ContainerRule, scope: Scope) -> Iterator[tuple[str, Decimal]]:
    if rule.device is not None:
        name, count = text(rule.device[0], scope), number(rule.device[1], scope)
        if name and count:
            yield name, count
    listed = look_up(rule.devices, scope) if rule.devices is not None else None
    names = [dig(device, "deviceName") for device in listed] if isinstance(listed, list) else []
    for device in dict.fromkeys(name for name in names if isinstance(name, str)):
        yield device, Decimal(names.count(device))


def _quantity(amount: Decimal) -> str:
    """A number as a quantity that Kubernetes reads."""
    return format(amount.normalize() if amount == amount.to_integral_value() else amount, "f")
