"""ResourceSlices as a snapshot keeps them: the kinds of devices that drivers publish, without what marks one device or node.

The slices of one pool go together, since counters may stand in one and the devices that use them in another; pools that publish
the same are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import orjson

from workloads.field import dig, mapping, sequence, text

Body = Mapping[str, object]

MOST_POOLS = 512
"""Different pools that are kept of all drivers together."""
MOST_DEVICES = 256
_OF_ONE = re.compile(r"uuid|guid|serial|pci|index|minor|address|mac|slot|numa|node|host|name\Z", re.IGNORECASE)
"""Attributes that mark a device, or where it is; ``productName`` is none of them."""
_KINDS_OF_VALUE = ("string", "int", "bool", "version")


def reduced_slice(body: Body) -> Body:
    """What counting and merging need of a slice, as it comes from the API server: its spec, with the names of pool and node."""
    spec = mapping(body, "spec")
    names = {"nodeName": text(spec, "nodeName"), "pool": {"name": text(spec, "pool", "name")}}
    devices = [_device(device) for device in sequence(spec, "devices")]
    return {"apiVersion": text(body, "apiVersion"), "spec": {**_facts(spec), **names, "devices": devices}}


def kept_slice(body: Body) -> dict[str, object]:
    """A slice without names: drivers, devices and counters."""
    return {"spec": _facts(mapping(body, "spec"))}


def merged_slices(slices: Iterable[Body]) -> list[Body]:
    """One slice for each different pool of each driver, named by the driver and a number."""
    pools: dict[tuple[str, str], list[Body]] = {}
    version = "resource.k8s.io/v1"
    for each in slices:
        version = text(each, "apiVersion") or version
        pools.setdefault((text(each, "spec", "driver"), text(each, "spec", "pool", "name")), []).append(mapping(each, "spec"))
    distinct = {orjson.dumps(spec, option=orjson.OPT_SORT_KEYS): spec for spec in map(_merged, pools.values())}
    counts: dict[str, int] = {}
    found: list[Body] = []
    for _, spec in sorted(distinct.items())[:MOST_POOLS]:
        driver = text(spec, "driver")
        counts[driver] = counts.get(driver, 0) + 1
        name = {"name": f"{driver}-{counts[driver]}"}
        found.append({"apiVersion": version, "kind": "ResourceSlice", "metadata": name, "spec": spec})
    return found


def _merged(specs: list[Body]) -> Body:
    counters = [each for spec in specs for each in sequence(spec, "sharedCounters")]
    devices = [each for spec in specs for each in sequence(spec, "devices")]
    return _facts({"driver": text(specs[0], "driver"), "devices": devices, "sharedCounters": counters})


def _facts(spec: Body) -> dict[str, object]:
    devices = {orjson.dumps(device): device for device in map(_device, sequence(spec, "devices"))}
    counters = [
        {"name": text(each, "name"), "counters": _values(mapping(each, "counters"))} for each in sequence(spec, "sharedCounters")
    ]
    return {
        "driver": text(spec, "driver"),
        "devices": [devices[key] for key in sorted(devices)][:MOST_DEVICES],
        **({"sharedCounters": counters[:MOST_DEVICES]} if counters else {}),
    }


def _device(device: object) -> dict[str, object]:
    stated = mapping(device, "basic") or mapping(device)
    consumed = [
        {"counterSet": text(each, "counterSet"), "counters": _values(mapping(each, "counters"))}
        for each in sequence(stated, "consumesCounters")
    ]
    parts = {
        "attributes": _attributes(mapping(stated, "attributes")),
        "capacity": _capacities(mapping(stated, "capacity")),
        "consumesCounters": consumed,
        "allowMultipleAllocations": dig(stated, "allowMultipleAllocations") is True,
    }
    return {key: value for key, value in parts.items() if value}


def _attributes(stated: Body) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in sorted(stated):
        kind = next((each for each in _KINDS_OF_VALUE if isinstance(dig(stated, name, each), str | int)), "")
        last = name.rpartition("/")[2]
        if kind and (last == "productName" or not _OF_ONE.search(last)):
            found[name] = {kind: dig(stated, name, kind)}
    return found


def _values(stated: Body) -> dict[str, object]:
    """Quantities by name, under ``value``; older versions state them plainly."""
    found = {name: dig(value, "value") if isinstance(value, dict) else value for name, value in sorted(stated.items())}
    return {name: {"value": value} for name, value in found.items() if isinstance(value, str | int)}


def _capacities(stated: Body) -> dict[str, object]:
    found = _values(stated)
    for name in found:
        policy = mapping(stated, name, "requestPolicy")
        if policy:
            found[name] = {**mapping(found, name), "requestPolicy": _policy(policy)}
    return found


def _policy(policy: Body) -> dict[str, object]:
    scalars = {"default": policy.get("default")}
    allowed = {key: value for key in ("min", "step", "max") if isinstance(value := dig(policy, "validRange", key), str | int)}
    values = [value for value in sequence(policy, "validValues") if isinstance(value, str | int)][:MOST_DEVICES]
    parts = {**scalars, "validRange": allowed, "validValues": values}
    return {key: value for key, value in parts.items() if value and isinstance(value, str | int | dict | list)}
