"""AWS's bulk price list of EC2: the index of regions, and each region's offers as CSV.

Format: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html

Five lines of a name and a value each, a heading, then a row for each price of each product.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import orjson

from pricing.sources.refresh.listed import ListedPrice, RefreshError, Shape, UnusableError, price_of, text_in

INDEX: Final = "/offers/v1.0/aws/AmazonEC2/current/region_index.json"
PREFACE: Final = 64
"""Lines before the heading at most; five are published."""
LONGEST_FIELD: Final = 16_384
"""Characters of one field."""

_PATH = re.compile(r"/offers/v1\.0/aws/AmazonEC2/[0-9A-Za-z]+/[0-9a-z-]+/index\.json")
_MEMORY = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) GiB")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NEEDED = ("TermType", "Unit", "PricePerUnit", "Currency", "Product Family", "Instance Type", "vCPU", "Memory", "Tenancy")
_WANTED = {
    "TermType": ("OnDemand",),
    "Unit": ("Hrs",),
    "Currency": ("USD",),
    "Product Family": ("Compute Instance", "Compute Instance (bare metal)"),
    "Tenancy": ("Shared",),
    "Operating System": ("Linux",),
    "Pre Installed S/W": ("NA", ""),
    "CapacityStatus": ("Used",),
    "License Model": ("No License required", ""),
    "MarketOption": ("OnDemand", ""),
}
"""Linux, on demand, on shared hardware, nothing installed on it, in use: what a node of a cluster is billed as."""


def regions(index: bytes) -> Mapping[str, str]:
    """The path of each region's offers, by region.

    :raises RefreshError: when this is not the index of regions.
    """
    try:
        entries = orjson.loads(index)["regions"]
        paths = {str(entry["regionCode"]): str(entry["currentVersionUrl"]) for entry in entries.values()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RefreshError("the answer is not AWS's index of regions") from None
    if not paths or not all(_PATH.fullmatch(path) for path in paths.values()):
        raise RefreshError("AWS's index of regions names files that are no price lists")
    return {region: f"{path.removesuffix('.json')}.csv" for region, path in paths.items()}


def offers(lines: Iterable[str], region: str) -> Iterator[ListedPrice | UnusableError]:
    """The machine prices among a region's offers, one row in memory at a time; a row without a usable price as what is wrong.

    :raises RefreshError: when these are not a region's offers, or another region's.
    """
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = csv.reader(_text(lines))
        heading = _heading(rows)
        wanted = [(place, _WANTED[column]) for place, column in enumerate(heading) if column in _WANTED]
        for row in rows:
            if len(row) != len(heading):
                raise RefreshError(f"a row of AWS's price list has {len(row)} of {len(heading)} columns: it is damaged")
            if all(row[place] in values for place, values in wanted):
                yield _price(dict(zip(heading, row, strict=True)), region)
    except csv.Error as error:
        raise RefreshError(f"AWS's price list is no CSV: {error}") from None


def _text(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise RefreshError("AWS's price list is no text")
        yield line


def _heading(rows: Iterator[list[str]]) -> list[str]:
    for _, row in zip(range(PREFACE), rows, strict=False):
        if row and row[0] == "SKU":
            missing = [name for name in (*_NEEDED, "Operating System", "CapacityStatus", "Region Code") if name not in row]
            if missing or len(set(row)) != len(row):
                raise RefreshError(f"AWS's price list has not the columns expected: {', '.join(missing) or 'one stands twice'}")
            return row
    raise RefreshError("the answer is not AWS's price list: no heading with SKU in it")


def _price(row: Mapping[str, str], region: str) -> ListedPrice | UnusableError:
    if row["Region Code"] != region:
        raise RefreshError(f"AWS's price list of {region} holds prices of {row['Region Code'][:40]!r}")
    name, memory = text_in(row, "Instance Type"), _MEMORY.fullmatch(row["Memory"])
    if not name or memory is None or not _NUMBER.fullmatch(row["vCPU"]):
        return UnusableError(f"{name or 'a row'}: no machine type with vCPUs and GiB")
    gpus = row.get("GPU", "")
    architecture = "arm64" if "Graviton" in row.get("Physical Processor", "") else "amd64"
    shape = Shape(row["vCPU"], memory[1].replace(",", ""), gpus if _NUMBER.fullmatch(gpus) else "0", architecture)
    try:
        return ListedPrice(region, name, price_of(row["PricePerUnit"]), shape=shape)
    except UnusableError as error:
        return UnusableError(f"{name}: {error}")
