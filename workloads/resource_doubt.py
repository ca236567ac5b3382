"""Entries of resource lists that nobody can mean: half a byte of memory, a thousand cores, a name that is almost right.

Only what is nearly certain is told. The API server takes most of it, with a warning at best, and runs pods that are killed at
once, or that never find a machine.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from workloads.devices.accelerator import device_names, is_described
from workloads.resource_list import CPU, EPHEMERAL_STORAGE, MEMORY, amount_of, is_huge_pages
from workloads.text.near_word import misspelt

STORAGE: Final = "storage"
_LEAST_BYTES: Final = 1024 * 1024
"""Bytes below which no container starts and no volume is made."""
_MOST_CORES: Final = 1000
"""Cores that next to no machine has; as millicores, what people ask for every day."""
_LONGEST: Final = 60
_OF_CONTAINERS: Final = (CPU, MEMORY, EPHEMERAL_STORAGE)
_MEANT: Final = {
    "cores": CPU, "vcpu": CPU, "mem": MEMORY, "ram": MEMORY, "disk": EPHEMERAL_STORAGE, STORAGE: EPHEMERAL_STORAGE,
    "gpu": "nvidia.com/gpu", "gpus": "nvidia.com/gpu", "tpu": "google.com/tpu",
}  # fmt: skip
"""What other names for resources stand for."""


class Doubt(NamedTuple):
    """What is doubtful about one entry of a resource list."""

    words: str
    hint: str = ""


@lru_cache(maxsize=4096)
def name_doubt(resource: str, *, of_volume: bool = False) -> Doubt | None:
    """What is wrong with the name of a resource that a container, or a volume, asks for; None where nothing surely is.

    Names without a domain are Kubernetes' own, which refuses every other (`IsStandardContainerResourceName`).
    """
    if "/" in resource:
        near = "" if is_described(resource) else _near_device(resource)
        words = f"resource {_short(resource)} is not known here"
        return Doubt(words, f"did you mean {near!r}?") if near else None
    known = (STORAGE,) if of_volume else _OF_CONTAINERS
    if resource in known or (is_huge_pages(resource) and not of_volume):
        return None
    near = known[0] if of_volume else _MEANT.get(resource.lower()) or misspelt(resource, known)
    others = f"known: {', '.join(known)}; any other begins with its vendor's domain"
    hint = f"did you mean {near!r}?" if near else others
    return Doubt(f"{_short(resource)} is no resource: the API server refuses it", hint)


def _near_device(resource: str) -> str:
    """The device of the same vendor of whose name one is surely a misspelling; names that differ at their start are others."""
    vendor, _, name = resource.partition("/")
    known = (each for each in device_names().exact if each.startswith(f"{vendor}/{name[:1]}"))
    return misspelt(resource, known) if name else ""


def amount_doubt(resource: str, value: object) -> Doubt | None:
    """What is doubtful about an amount; None where somebody may mean it, or where it cannot be read."""
    if not isinstance(value, str | int | float) or len(str(value)) > _LONGEST:
        return None
    return _amount_doubt(resource, value)


@lru_cache(maxsize=4096, typed=True)
def _amount_doubt(resource: str, value: str | float) -> Doubt | None:
    amount, written = amount_of(value), str(value)
    if not isinstance(amount, Decimal) or amount <= 0:
        return None
    if resource == CPU:
        return _of_cores(amount, written) if amount >= _MOST_CORES else None
    if resource not in (MEMORY, EPHEMERAL_STORAGE, STORAGE) or amount >= _LEAST_BYTES:
        return None
    milli, number = written.endswith("m"), written.removesuffix("m")
    words = f"{number} thousandths of a byte, since m is milli" if milli else f"{amount.normalize():f} bytes"
    unit = "Mi" if milli or resource == MEMORY else "Gi"
    return Doubt(f"{resource} of {written} is {words}", f"did you mean {number}{unit}?" if number.isdigit() else "")


def limit_doubt(resource: str, request: object, limit: object) -> Doubt | None:
    """What is wrong with a request that is above its limit; None where it is not, or where one of them cannot be read.

    Devices are told of with what they cost: their requests are their limits.
    """
    if limit is None or "/" in resource:
        return None
    asked, most = amount_of(request), amount_of(limit)
    if not isinstance(asked, Decimal) or not isinstance(most, Decimal) or asked <= most:
        return None
    words = f"{resource} of {_short(str(request))} is above its limit of {_short(str(limit))}"
    return Doubt(f"{words}: the API server refuses it", "raise the limit or lower the request")


def _of_cores(amount: Decimal, written: str) -> Doubt:
    hint = f"did you mean {written}m?" if written.isdigit() else "cores are written as 2, or 500m for half of one"
    return Doubt(f"cpu of {written} is {int(amount):,} cores", hint)


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
