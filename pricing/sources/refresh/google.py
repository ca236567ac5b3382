"""Google's Cloud Billing Catalog: prices of cores, RAM and GPUs by family and region, of which machine prices are composed.

Format: https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list. The catalog sells no machine types: what one
costs is its vCPUs, GiB and GPUs times the prices of its family. Read of each SKU: ``description``, ``category.resourceFamily``,
``category.usageType``, ``serviceRegions``, and of ``pricingInfo`` the ``usageUnit`` and ``tieredRates`` of ``pricingExpression``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

import orjson

from pricing.sources.refresh.listed import ListedPrice, RefreshError, Shape, UnusableError, price_of, text_in

PATH: Final = "/v1/services/6F81-5844-456A/skus"
"""The SKUs of Compute Engine."""
PAGE: Final = 5000
MOST_REGIONS: Final = 200
NANO: Final = Decimal("1e-9")

_COMPUTE = re.compile(
    r"(?:Spot Preemptible |Preemptible )?"
    r"(?:(?P<family>[A-Z][0-9][A-Z]?) (?:Predefined |AMD |Arm )?Instance"
    r"|(?P<named>Compute optimized|Memory-optimized)(?: Instance)?)"
    r" (?P<what>Core|Ram) running in .*"
)
"""Custom sizes, sole tenancy, commitments and calendar mode have other words between."""
_GPU = re.compile(
    r"N(?:vidia|VIDIA) (?:Tesla )?(?P<model>[A-Z][0-9]+) GPU (?:attached to (?:Spot Preemptible|preemptible) VMs )?running in .*"
)
_NAMED = {"Compute optimized": "c2", "Memory-optimized": "m1"}
_MODELS = {"T4": "T4", "P4": "P4", "P100": "P100", "V100": "V100-16GB", "K80": "K80", "L4": "L4", "A100": "A100-40GB"}
"""Models that are sold beside machines; larger ones come in machines whose price holds local disks too."""
_UNITS = {"Core": "h", "Ram": "GiBy.h", "gpu": "h"}
_SPOT = {"OnDemand": False, "Preemptible": True}
_APART = re.compile(r".*-lssd|.*metal.*|a2-ultragpu-.*|(?:a3|a4|a4x|g4|z3|h3|h4d|m2|m3|m4|x4|ct.*|tpu.*|f1|g1)-.*")
"""Types whose price holds more than cores, RAM and attached GPUs: local disks, premiums, shares of a core."""
_SHARED = {"e2-micro": Decimal("0.25"), "e2-small": Decimal("0.5"), "e2-medium": Decimal(1)}
"""vCPUs that types of a shared core are billed for."""


@dataclass(frozen=True, slots=True)
class Component:
    """What one core, one GiB or one GPU costs an hour in a region."""

    region: str
    name: str
    """``n2 Core``, ``n2 Ram``, ``gpu T4``."""
    spot: bool
    price: Decimal


@dataclass(frozen=True, slots=True)
class MachineShape:
    """A machine type that the book knows, ``n1-standard-4+1xT4`` among them."""

    type: str
    cpu: Decimal
    memory: Decimal
    gpus: Decimal
    gpu_model: str


def page_address(key: str, token: str) -> str:
    """The address of a page of SKUs."""
    asked = {"currencyCode": "USD", "pageSize": PAGE, "key": key} | ({"pageToken": token} if token else {})
    return f"{PATH}?{urlencode(asked)}"


def skus(data: bytes) -> tuple[Sequence[Mapping[str, object]], str]:
    """The SKUs of a page, and the token of the next one, empty after the last.

    :raises RefreshError: when this is not a page of the catalog.
    """
    try:
        page = orjson.loads(data)
        found, token = page["skus"], page.get("nextPageToken") or ""
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RefreshError("the answer is not a page of Google's billing catalog") from None
    if not isinstance(found, list) or len(found) > 2 * PAGE or not isinstance(token, str):
        raise RefreshError("the answer is not a page of Google's billing catalog")
    return [sku for sku in found if isinstance(sku, dict)], token


def components(found: Iterable[Mapping[str, object]]) -> Iterator[Component | UnusableError]:
    """The prices of cores, RAM and GPUs among SKUs, on demand and on spot."""
    for sku in found:
        category = sku.get("category")
        usage = text_in(category, "usageType") if isinstance(category, dict) else ""
        named = _named(text_in(sku, "description"))
        if usage not in _SPOT or named is None:
            continue
        what, unit = named
        price = _hourly(sku, unit)
        if isinstance(price, UnusableError):
            yield UnusableError(f"{what}: {price}")
            continue
        places = sku.get("serviceRegions")
        for region in places[:MOST_REGIONS] if isinstance(places, list) and price is not None else ():
            yield Component(str(region)[:64], what, _SPOT[usage], price)  # type: ignore[arg-type]


def _named(description: str) -> tuple[str, str] | None:
    """What a SKU is a price of, and in which unit; None for all that machines are not composed of."""
    compute = _COMPUTE.fullmatch(description)
    if compute:
        family = _NAMED[compute["named"]] if compute["named"] else compute["family"].lower()
        return f"{family} {compute['what']}", _UNITS[compute["what"]]
    gpu = _GPU.fullmatch(description)
    return (f"gpu {_MODELS[gpu['model']]}", _UNITS["gpu"]) if gpu and gpu["model"] in _MODELS else None


def _hourly(sku: Mapping[str, object], unit: str) -> Decimal | UnusableError | None:
    """The price of the last tier, in dollars; None where the unit is another."""
    try:
        expression = sku["pricingInfo"][-1]["pricingExpression"]  # type: ignore[index]
        amount = expression["tieredRates"][-1]["unitPrice"]
        if expression["usageUnit"] != unit or amount["currencyCode"] != "USD":
            return None
        units, nanos = int(amount.get("units") or 0), int(amount.get("nanos") or 0)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return UnusableError("no price by the hour in dollars")
    try:
        return price_of(units + nanos * NANO)
    except UnusableError as error:
        return error


def composed(known: Iterable[Component], shapes: Iterable[MachineShape]) -> Iterator[ListedPrice]:
    """The price of each known machine type in each region that sells what it is made of."""
    prices: dict[str, dict[tuple[str, bool], Decimal]] = {}
    for component in known:
        prices.setdefault(component.region, {})[component.name, component.spot] = component.price
    composable = [shape for shape in shapes if is_composed(shape.type)]
    for region, parts in sorted(prices.items()):
        for shape in composable:
            on_demand, spot = _machine(shape, parts, spot=False), _machine(shape, parts, spot=True)
            if on_demand is not None:
                made = Shape(f"{shape.cpu:f}", f"{shape.memory:f}")
                yield ListedPrice(region, shape.type, on_demand, spot, made)


def is_composed(machine_type: str) -> bool:
    """Whether a type's price is that of its cores, RAM and GPUs alone."""
    return not _APART.fullmatch(machine_type)


def _machine(shape: MachineShape, parts: Mapping[tuple[str, bool], Decimal], *, spot: bool) -> Decimal | None:
    family = shape.type.partition("-")[0]
    core, ram = parts.get((f"{family} Core", spot)), parts.get((f"{family} Ram", spot))
    gpu = parts.get((f"gpu {shape.gpu_model}", spot)) if shape.gpus else Decimal(0)
    if core is None or ram is None or gpu is None:
        return None
    return _SHARED.get(shape.type, shape.cpu) * core + shape.memory * ram + shape.gpus * gpu
