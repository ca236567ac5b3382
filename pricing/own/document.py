"""A company's own prices read from a YAML document.

A document like a policy: checked against a published JSON Schema, with the line of what is wrong. Every amount becomes US dollars
here, by the dated rate that the document states.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from pricing.book import ServerlessRates
from pricing.device import known_models
from pricing.own.overlay import Discount, Overlay, OwnMachine, Place, Shape
from pricing.precision import exactly, tidy
from pricing.rate import Confidence, Rate
from workloads.field import FieldPath, dig, mapping, render, sequence, text
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.quantity import QuantityError, parse_quantity
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.text.location import locate
from workloads.text.reader import parse_document
from workloads.text.schema import check, suggestion

SCHEMA_FILE: Final = Path(__file__).parents[1] / "schemas" / "overlay.schema.json"
HOURS_PER_YEAR: Final = HOURS_PER_MONTH * 12

_GIB = Decimal(2**30)
_KILO = Decimal(1000)
_PERCENT = Decimal(100)


@cache
def overlay_schema() -> Mapping[str, object]:
    """The published JSON Schema of such a document."""
    schema: Mapping[str, object] = orjson.loads(SCHEMA_FILE.read_bytes())
    return schema


def read_overlay(data: bytes, file: str) -> Overlay | tuple[Problem, ...]:
    """The prices in a document, or everything that is wrong with it. Never raises."""
    document, problems = parse_document(data, file)
    if problems:
        return problems
    origin = Origin(file, source=data)
    found = check(overlay_schema(), document, origin) or tuple(_wrong_shapes(document, origin))
    if found:
        return found
    with exactly():
        return _overlay(mapping(document), origin)


def _wrong_shapes(document: object, origin: Origin) -> Iterator[Problem]:
    """What is wrong with shapes that a schema cannot say: sizes that are none, models that nobody knows."""
    for index, row in enumerate(sequence(document, "machines")):
        shape, path = mapping(row, "shape"), ("machines", index, "shape")
        for part in (("memory",), ("gpu", "memory")):
            stated = dig(shape, *part)
            if stated is not None and (wrong := _wrong_size(stated)):
                yield _problem(origin, (*path, *part), wrong)
        model = text(shape, "gpu", "model")
        if model and model not in known_models():
            hint = suggestion(model, known_models())
            yield _problem(origin, (*path, "gpu", "model"), f"{model!r} is no model that the price book knows", hint)


def _wrong_size(stated: object) -> str:
    try:
        return "" if parse_quantity(stated) > 0 else "must be greater than zero"
    except QuantityError as error:
        return str(error)


def _problem(origin: Origin, path: FieldPath, message: str, hint: str = "") -> Problem:
    line, column = locate(origin, path)
    return Problem(Severity.ERROR, f"{render(path)}: {message}", origin.file, line, column, hint)


def _overlay(document: Mapping[str, object], origin: Origin) -> Overlay:
    money = _Money(document)
    return Overlay(
        name=text(document, "name"),
        date=text(document, "date"),
        machines=tuple(_machine(mapping(row), money) for row in sequence(document, "machines")),
        compute=tuple(
            (_place(row), money.rate(mapping(row)["vcpuHour"], "vCPU-hour"), money.rate(mapping(row)["gibHour"], "GiB-hour"))
            for row in sequence(document, "compute")
        ),
        storage=tuple(
            (_place(row), text(row, "provisioner"), money.rate(mapping(row)["gibMonth"], "GiB-month"))
            for row in sequence(document, "storage")
        ),
        serverless=tuple((_place(row), _serverless(mapping(row), money)) for row in sequence(document, "serverless")),
        discounts=tuple(_discount(mapping(row), text(document, "name")) for row in sequence(document, "discounts")),
        gpus=tuple(
            (_place(row), text(row, "model"), money.rate(mapping(row)["gpuHour"], "GPU-hour"))
            for row in sequence(document, "gpus")
        ),
        network=tuple(
            (_place(row), text(row, "item"), money.rate(mapping(row)["hourly"], "hour"))
            for row in sequence(document, "network")
            if "hourly" in mapping(row)
        ),
        transfers=tuple(
            (_place(row), text(row, "item"), money.rate(mapping(row)["gib"], "GiB"))
            for row in sequence(document, "network")
            if "gib" in mapping(row)
        ),
        ai=tuple((text(row, "provider"), _discount(mapping(row), text(document, "name"))) for row in sequence(document, "ai")),
        digest=hashlib.sha256(origin.source).hexdigest(),
        origin=origin,
    )


class _Money:
    """Amounts of a document as US dollars, with its name and date as their source."""

    def __init__(self, document: Mapping[str, object]) -> None:
        currency = mapping(document, "currency")
        self._factor = _number(currency["usd"]) if currency else Decimal(1)
        converted = f", {currency['code']} at {tidy(self._factor):f} USD of {currency['date']}" if currency else ""
        self._source = f"{text(document, 'name')}{converted}"
        self._date = text(document, "date")

    def rate(self, amount: object, unit: str, words: str = "") -> Rate:
        value = _number(amount) * self._factor
        return Rate(value, unit, f"{self._source}{words}", self._date, Confidence.EXACT)


def _number(value: object) -> Decimal:
    """A number of the document as it is written; what a double would make of it is not what was agreed."""
    return Decimal(str(value))


def _place(row: object) -> Place:
    return Place(text(row, "cloud"), text(row, "region"))


def _machine(row: Mapping[str, object], money: _Money) -> OwnMachine:
    unit = "machine-hour"
    bought = mapping(row, "bought")
    on_demand = money.rate(_owned(bought), unit, _owned_words(bought)) if bought else money.rate(row["hourly"], unit)
    spot = money.rate(row["spot"], unit) if "spot" in row else None
    shape = mapping(row, "shape")
    return OwnMachine(_place(row), _texts(row["types"]), on_demand, spot, _shape(shape) if shape else None, _labels(row))


def _serverless(row: Mapping[str, object], money: _Money) -> ServerlessRates:
    disk = money.rate(row["ephemeralGibHour"], "GiB-hour") if "ephemeralGibHour" in row else None
    cpu, memory = money.rate(row["vcpuHour"], "vCPU-hour"), money.rate(row["gibHour"], "GiB-hour")
    return ServerlessRates(text(row, "service"), cpu, memory, disk)


def _labels(row: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(value)) for key, value in mapping(row, "labels").items())


def _owned(bought: Mapping[str, object]) -> Decimal:
    """What a machine of one's own costs an hour: ``price / (years x 8760) + kW x PUE x price of a kWh + hosting / 730``."""
    written_off = _number(bought["price"]) / (_number(bought["years"]) * HOURS_PER_YEAR)
    power = _number(bought.get("watts", 0)) / _KILO * _number(bought.get("kilowattHour", 0)) * _number(bought.get("pue", 1))
    return tidy(written_off + power + _number(bought.get("hostingMonth", 0)) / HOURS_PER_MONTH)


def _owned_words(bought: Mapping[str, object]) -> str:
    parts = [f"{bought['price']:,} over {bought['years']} years"]
    pue = f", PUE {bought['pue']}" if "pue" in bought else ""
    parts += [f"{bought['watts']} W at {bought.get('kilowattHour', 0)} a kWh{pue}"] if bought.get("watts") else []
    parts += [f"{bought['hostingMonth']} a month for hosting"] if bought.get("hostingMonth") else []
    return f": {', '.join(parts)}"


def _shape(shape: Mapping[str, object]) -> Shape:
    gpu = mapping(shape, "gpu")
    return Shape(
        _number(shape["cpu"]),
        parse_quantity(shape["memory"]) / _GIB,
        text(shape, "architecture") or "amd64",
        text(gpu, "model"),
        _number(gpu["count"]) if gpu else Decimal(0),
        parse_quantity(gpu["memory"]) / _GIB if "memory" in gpu else Decimal(0),
    )


def _discount(row: Mapping[str, object], name: str) -> Discount:
    percent = _number(row["percent"])
    reason = text(row, "because") or name
    words = f"less {tidy(percent):f} % ({reason})"
    return Discount(_place(row), _texts(row["types"]), (_PERCENT - percent) / _PERCENT, words)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, Sequence) else ()
