"""What a volume is provisioned for beside its size: operations and throughput, from the parameters of its classes.

Parameters and bounds are the drivers': of the EBS CSI driver (its page of parameters), of the Compute Engine persistent disk
driver (``provisioned-iops-on-create``, KEP-3751's ``iops``) and of the Azure disk driver (``DiskIOPSReadWrite``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from pricing.precision import tidy
from pricing.volumes.storage_class import Provision
from workloads.quantity import QuantityError, parse_quantity

_MIB = Decimal(2**20)
_MOST = Decimal(10**7)
"""Operations or MiB a second that no volume of any cloud has."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """One of the two, as it is provisioned."""

    amount: Decimal
    """Operations a second, or MiB a second."""
    because: str


@dataclass(frozen=True, slots=True)
class Performance:
    """What a volume is provisioned for; None where nothing is stated and the driver has no figure of its own."""

    operations: Provisioned | None = None
    throughput: Provisioned | None = None
    wrong: tuple[str, ...] = ()
    """What is stated and is no number, in words."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Between which figures EBS provisions operations: ``least``, and the smaller of ``most`` and so many for each GiB."""

    least: Decimal
    most: Decimal
    per_gib: Decimal


_EBS = {
    "gp3": _Bounds(Decimal(3000), Decimal(80000), Decimal(500)),
    "io1": _Bounds(Decimal(100), Decimal(64000), Decimal(50)),
    "io2": _Bounds(Decimal(100), Decimal(256000), Decimal(1000)),
}
_ULTRA = "UltraSSD_LRS"
_OPERATIONS = ("iops", "provisioned-iops-on-create", "diskiopsreadwrite")
_THROUGHPUT = ("throughput", "provisioned-throughput-on-create", "diskmbpsreadwrite")
_FOR_EACH_GIB = "iopspergb"
PARAMETERS = frozenset((*_OPERATIONS, *_THROUGHPUT, _FOR_EACH_GIB))
"""Every parameter that is read here, in lower case; none of them decides the kind of a volume."""


class _ParameterError(ValueError):
    """A parameter that is no such number."""


def performance(kind: str, by: Provision, size: Decimal) -> Performance:
    """What a volume of a kind and of ``size`` GiB is provisioned for. The caller has set the context of exact arithmetic."""
    wrong: list[str] = []
    operations = throughput = None
    try:
        operations = _operations(kind, by, size)
    except _ParameterError as error:
        wrong.append(str(error))
    try:
        throughput = _throughput(by)
    except _ParameterError as error:
        wrong.append(str(error))
    if kind == _ULTRA and operations is None and throughput is None and not wrong:
        return _of_ultra_disk(size)
    return Performance(operations, throughput, tuple(wrong))


def _operations(kind: str, by: Provision, size: Decimal) -> Provisioned | None:
    for layer in by.layers:
        for key in _OPERATIONS:
            if layer.get(key):
                amount = _number(key, layer[key])
                return _bounded(kind, size, Provisioned(amount, f"{key} {tidy(amount):,f}"))
        if layer.get(_FOR_EACH_GIB):
            ratio = _number(_FOR_EACH_GIB, layer[_FOR_EACH_GIB])
            found = Provisioned(ratio * size, f"{_FOR_EACH_GIB} {tidy(ratio):f} of {size:f} GiB")
            return _bounded(kind, size, found)
    return None


def _bounded(kind: str, size: Decimal, found: Provisioned) -> Provisioned:
    """As the EBS driver and EBS itself have it: no volume has fewer than the least, nor more than its size allows."""
    bounds = _EBS.get(kind)
    if bounds is None:
        return found
    most = max(bounds.least, min(bounds.most, bounds.per_gib * size))
    amount = min(max(found.amount, bounds.least), most)
    if amount == found.amount:
        return found
    which = "at least" if amount > found.amount else "at most"
    return Provisioned(amount, f"{found.because}; {kind} of {size:f} GiB has {which} {tidy(amount):,f}")


def _throughput(by: Provision) -> Provisioned | None:
    for layer in by.layers:
        for key in _THROUGHPUT:
            if layer.get(key):
                amount = _mebibytes(key, layer, in_bytes=by.cloud == "gcp")
                return Provisioned(amount, f"{key} {layer[key][:40]}")
    return None


def _mebibytes(key: str, layer: Mapping[str, str], *, in_bytes: bool) -> Decimal:
    """MiB a second; Google's driver takes a quantity of bytes (``240Mi``), the others the bare number."""
    if not in_bytes:
        return _number(key, layer[key])
    amount = _quantity(key, layer[key])
    return _possible(key, layer[key], (amount / _MIB).to_integral_value(rounding=ROUND_CEILING))


def _number(key: str, written: str) -> Decimal:
    return _possible(key, written, _quantity(key, written))


def _possible(key: str, written: str, amount: Decimal) -> Decimal:
    if not 0 < amount <= _MOST:
        raise _ParameterError(f"{key} {written[:40]} is no figure that a volume can have")
    return amount


def _quantity(key: str, written: str) -> Decimal:
    try:
        return parse_quantity(written)
    except QuantityError as error:
        raise _ParameterError(f"{key}: {error}") from error


def _of_ultra_disk(size: Decimal) -> Performance:
    """What the Azure disk driver asks for where neither is stated: one operation for each GiB, from 500 to 160,000."""
    operations = min(max(Decimal(500), size), Decimal(160000))
    throughput = min(max(Decimal(100), (operations / 256).to_integral_value(rounding=ROUND_CEILING)), Decimal(2000))
    because = "the Azure disk driver's default for the size"
    return Performance(Provisioned(operations, because), Provisioned(throughput, because))
