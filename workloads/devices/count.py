"""Counts of devices that the API server refuses: fractions, requests other than the limit (`ValidateResourceRequirements`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from workloads.devices.accelerator import is_device
from workloads.field import FieldPath, mapping, sequence, text
from workloads.resource_list import amount_of

_GROUPS = ("containers", "initContainers")
_FRACTION = "devices are counted whole; MIG, time slices or annotation gpu-fraction give a part of one"


def refused_counts(spec: Mapping[str, object]) -> Iterator[tuple[FieldPath, str]]:
    """Each such count in a pod's completed spec: the field, from the pod template, and in words what is wrong."""
    for group in _GROUPS:
        for index, container in enumerate(sequence(spec, group)):
            path: FieldPath = ("spec", group, index, "resources")
            requests, limits = mapping(container, "resources", "requests"), mapping(container, "resources", "limits")
            for name in {**limits, **requests}:
                wrong = _wrong(requests.get(name), limits.get(name)) if is_device(str(name)) else ""
                if wrong:
                    where = f"container {text(container, 'name')[:60] or index}"
                    yield (*path, "requests" if name in requests else "limits", str(name)), f"{where}, {name}: {wrong}"


def _wrong(request: object, limit: object) -> str:
    asked, most = amount_of(request), amount_of(limit)
    if not isinstance(asked, Decimal) or not isinstance(most, Decimal):
        return ""
    if asked % 1 or most % 1:
        return f"the API server refuses a fraction: {_FRACTION}"
    if limit is None:
        return "the API server refuses a request without a limit, which has to be the same"
    if asked == most:
        return ""
    return f"the API server refuses a request of {int(asked)} with a limit of {int(most)}: they have to be the same"


def fraction(name: str, count: Decimal) -> str:
    """Why so many of a resource have no price where they are not whole; empty where they are."""
    return f"{name}: {count:f} is a fraction, which the API server refuses: {_FRACTION}" if count % 1 else ""
