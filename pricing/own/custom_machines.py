"""Kubecost's and OpenCost's CSV pricing, read as it is: prices an hour of machines and GPUs.

The columns are ``EndTimestamp, InstanceID, Region, AssetClass, InstanceIDField, InstanceType, MarketPriceHourly, Version``. A
manifest knows machine types and GPU models; a price of one node, by its name or provider id, counts by the type beside it.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Final

from pricing.own.overlay import ANY, Overlay, OwnMachine, Place
from pricing.rate import Confidence, Rate
from workloads.devices.gpu_label import model_of
from workloads.problem import Problem, Severity

COLUMNS: Final = ("EndTimestamp", "InstanceID", "Region", "AssetClass", "InstanceIDField", "InstanceType", "MarketPriceHourly")
MOST_ROWS: Final = 20_000
LONGEST: Final = 128
DEAREST: Final = Decimal(1_000_000)
TYPE_LABELS: Final = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
_GPU_LABELS = ("nvidia.com/gpu.product", "gpu.nvidia.com/class", "gpu.nvidia.com/model", "nvidia.com/gpu_type")

Row = Mapping[str, str]


def is_machine_list(data: bytes) -> bool:
    """Whether a file begins as such a CSV does."""
    return data[:256].decode("utf-8", "replace").removeprefix("\ufeff").lstrip().lower().startswith("endtimestamp,")


def read_machine_list(data: bytes, file: str) -> Overlay | tuple[Problem, ...]:
    """The prices in such a CSV, or everything that is wrong with it. Never raises."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        return (Problem(Severity.ERROR, f"no CSV: {error}", file, 1),)
    heading = {name.strip().lower(): place for place, name in enumerate(rows[0] if rows else ())}
    missing = [name for name in COLUMNS if name.lower() not in heading]
    if missing:
        return (Problem(Severity.ERROR, f"columns are missing: {', '.join(missing)}", file, 1),)
    if len(rows) > MOST_ROWS:
        return (Problem(Severity.ERROR, f"more than {MOST_ROWS:,} rows", file, MOST_ROWS),)
    reader = _Reader(file, heading)
    for line, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            reader.read(cells, line)
    return tuple(reader.errors) if reader.errors else reader.overlay(hashlib.sha256(data).hexdigest())


class _Reader:
    """Reads rows and gathers prices and what is wrong."""

    def __init__(self, file: str, heading: Mapping[str, int]) -> None:
        self.errors: list[Problem] = []
        self._file = file
        self._heading = heading
        self._name = f"CSV pricing {PurePath(file).name}"
        self._machines: dict[tuple[Place, str], Rate] = {}
        self._gpus: dict[tuple[Place, str], Rate] = {}
        self._warnings: list[Problem] = []

    def overlay(self, digest: str) -> Overlay:
        return Overlay(
            name=self._name,
            date="",
            machines=tuple(OwnMachine(place, (name,), rate) for (place, name), rate in self._machines.items()),
            gpus=tuple((place, model, rate) for (place, model), rate in self._gpus.items()),
            digest=digest,
            problems=tuple(self._warnings),
        )

    def read(self, cells: list[str], line: int) -> None:
        """One row."""
        row = {name: cells[place].strip() for name, place in self._heading.items() if place < len(cells)}
        if len(row) < len(COLUMNS) or any(len(cell) > LONGEST for cell in row.values()):
            self.errors.append(self._problem(line, "a row with too few columns, or a longer cell than a name is", Severity.ERROR))
            return
        price = _price(row["marketpricehourly"])
        if price is None:
            words = f"MarketPriceHourly {row['marketpricehourly'][:40]!r} is not a price above zero"
            self.errors.append(self._problem(line, words, Severity.ERROR))
            return
        self._keep(row, price, line)

    def _keep(self, row: Row, price: Decimal, line: int) -> None:
        asset, place = row["assetclass"].lower(), Place(ANY, row["region"])
        date = _date(row["endtimestamp"])
        if asset == "node":
            name = _machine_type(row)
            if name:
                self._add(self._machines, place, name, Rate(price, "machine-hour", self._name, date, Confidence.EXACT), line)
            else:
                self._warn(line, "prices one node, which no manifest names: state its InstanceType")
        elif asset == "gpu":
            model = next(filter(None, (model_of(label, row["instanceid"]) for label in _GPU_LABELS)), row["instanceid"])
            self._add(self._gpus, place, model, Rate(price, "GPU-hour", self._name, date, Confidence.EXACT), line)
        elif asset == "pv":
            self._warn(line, f"volumes are priced by their provisioner, not by {row['instanceidfield'] or 'name'}", _STORAGE)
        else:
            self._warn(line, f"AssetClass {row['assetclass'][:40]!r} is not priced: node, gpu, pv")

    def _add(self, prices: dict[tuple[Place, str], Rate], place: Place, name: str, rate: Rate, line: int) -> None:
        """One price; of several for the same, the last one counts, as everywhere in these files."""
        before = prices.pop((place, name), None)
        if before and before.value != rate.value:
            self._warn(line, f"a second price of {name}: it counts, and the one before does not")
        prices[place, name] = rate

    def _warn(self, line: int, message: str, hint: str = "") -> None:
        self._warnings.append(self._problem(line, message, Severity.WARNING, hint))

    def _problem(self, line: int, message: str, severity: Severity, hint: str = "") -> Problem:
        return Problem(severity, message, self._file, line, 1, hint)


_STORAGE = "storage in prices of your own: weighbridge schema prices"


def _machine_type(row: Row) -> str:
    """The machine type that a row prices; empty where it names a node only."""
    by_type = any(row["instanceidfield"].endswith(label) for label in TYPE_LABELS)
    return row["instanceid"] if by_type else row["instancetype"]


def _price(text: str) -> Decimal | None:
    try:
        price = Decimal(text[:64])
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 < price <= DEAREST else None


def _date(text: str) -> str:
    """The day of a time stamp, as far as there is one."""
    day = text[:10]
    whole = len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdigit() and day.isascii()
    return day if whole else ""
