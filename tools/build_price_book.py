"""Build the embedded price book: pricing/data/book/*.tsv to pricing/data/prices.sqlite.

    python tools/build_price_book.py [--data FOLDER] [--out FILE]

The data files are the source and pricing/data/README.md describes them; the SQLite file is what the program opens. The same
data give the same tables: rows are written in key order, with no time of day, user or path in them.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pricing.locality import USUAL_REGIONS
from pricing.sources.families import Families

FOLDER = Path(__file__).resolve().parent.parent / "pricing" / "data"

SCALE = 6
"""Machine prices are whole millionths of a US dollar; everything else is decimal text."""

COPIED = (
    "fitted_rates",
    "family_factors",
    "provisioners",
    "volume_kinds",
    "storage",
    "disk_tiers",
    "network",
    "serverless",
    "commitments",
    "attachable_gpus",
    "mig_profiles",
)
"""Data files whose columns are a table's, in any order; ``source`` is a name there and a number in the table."""

Row = Mapping[str, str]


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a tab-separated file, plain or gzip'd, each by column name."""
    text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode("ascii")
    return csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)


def millionths(price: str) -> int | None:
    """A price in whole millionths of a dollar; None for none. Raises ValueError where that would lose a digit."""
    if not price:
        return None
    scaled = Decimal(price).scaleb(SCALE)
    if scaled != scaled.to_integral_value() or scaled <= 0:
        raise ValueError(f"not a positive price in millionths: {price}")
    return int(scaled)


def digest(folder: Path) -> str:
    """Twelve hexadecimal digits over the content of the data files, compression aside."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in {".tsv", ".gz", ".sql"}):
        data = path.read_bytes()
        whole.update(path.name.removesuffix(".gz").encode() + b"\0" + (gzip.decompress(data) if path.suffix == ".gz" else data))
    return whole.hexdigest()[:12]


class Builder:
    """Fills an empty database from a folder of data files."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.machines = sorted(
            (row for path in sorted(folder.glob("machines-*.tsv.gz")) for row in rows_of(path)),
            key=lambda row: (row["cloud"], row["region"], row["type"]),
        )
        self.types = {(row["cloud"], row["type"], row["variant"]): row for row in rows_of(folder / "machine_types.tsv")}
        self.sources = {row["source"]: row for row in rows_of(folder / "sources.tsv")}
        self.families = Families({(row["cloud"], row["family"]) for row in rows_of(folder / "fitted_rates.tsv")})
        self.source_ids = {name: number for number, name in enumerate(sorted(self.sources), 1)}

    def build(self) -> None:
        """Everything, in one transaction."""
        self.connection.executescript((self.folder / "schema.sql").read_text(encoding="ascii"))
        self.attach_gpus()
        self.write_sources()
        self.write_machines()
        for table in COPIED:
            self.copy(table)
        self.write("reference", ("cloud", "region", "family"), rows_of(self.folder / "references.tsv"))
        self.write_factors()
        self.write_meta()
        self.connection.commit()

    def write(self, table: str, columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
        """Insert rows in the order of the table's key, so that equal data give equal pages."""
        names = tuple(columns)
        values = sorted((tuple(row[name] for name in names) for row in rows), key=lambda row: tuple(map(_sortable, row)))
        self.insert(table, names, values)

    def insert(self, table: str, names: tuple[str, ...], values: Iterable[tuple[object, ...]]) -> None:
        """Insert rows as they come."""
        marks = ", ".join("?" * len(names))
        self.connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)

    def copy(self, table: str) -> None:
        """A data file into the table of its name."""
        columns = tuple(row[1] for row in self.connection.execute(f"PRAGMA table_info({table})"))
        rows = ({**row, **self.numbered(row)} for row in rows_of(self.folder / f"{table}.tsv"))
        self.write(table, columns, rows)

    def numbered(self, row: Row) -> dict[str, int]:
        """A row's sources as their numbers."""
        return {column: self.source_ids[row[column]] for column in ("source", "mibps_source") if column in row}

    def write_sources(self) -> None:
        """The list of sources."""
        for name, number in self.source_ids.items():
            row = self.sources[name]
            self.insert(
                "source",
                ("id", "name", "basis", "text", "date", "confidence"),
                [(number, name, row["basis"], row["text"], row["date"], row["confidence"])],
            )

    def write_machines(self) -> None:
        """Regions, machine types and their prices."""
        regions = {pair: number for number, pair in enumerate(sorted({(r["cloud"], r["region"]) for r in self.machines}), 1)}
        types = {key: number for number, key in enumerate(sorted(self.types), 1)}
        self.insert("region", ("id", "cloud", "name"), ((number, *pair) for pair, number in regions.items()))
        shape = (
            "cpu",
            "memory",
            "gpus",
            "gpu_model",
            "gpu_memory",
            "architecture",
            "allocatable_cpu",
            "allocatable_memory",
            "pods",
        )
        self.insert(
            "machine_type",
            ("id", "cloud", "name", "variant", *shape),
            ((number, *key[:2], int(key[2]), *(self.types[key][c] for c in shape)) for key, number in types.items()),
        )
        prices = (
            (
                regions[row["cloud"], row["region"]],
                types[row["cloud"], row["type"], row["variant"]],
                millionths(row["on_demand"]),
                millionths(row["spot"]),
                self.source_ids[row["source"]],
                self.source_ids.get(row["spot_source"]),
            )
            for row in self.machines
        )
        self.insert("machine", ("region", "type", "on_demand", "spot", "source", "spot_source"), sorted(prices))

    def attach_gpus(self) -> None:
        """Add what is sold as a machine and GPUs attached to it: ``n1-standard-4+1xT4`` at the sum of both prices."""
        limits = list(rows_of(self.folder / "attachable_limits.tsv"))
        hosts: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.machines:
            hosts.setdefault((row["cloud"], row["region"], row["type"].partition("-")[0]), []).append(row)
        added = [
            self.attached(host, gpu, limit)
            for gpu in rows_of(self.folder / "attachable_gpus.tsv")
            for limit in limits
            if (limit["cloud"], limit["model"]) == (gpu["cloud"], gpu["model"])
            for host in hosts.get((gpu["cloud"], gpu["region"], limit["host"]), ())
            if Decimal(self.shape(host)["cpu"]) <= int(limit["cpu"])
        ]
        self.machines = sorted(self.machines + added, key=lambda row: (row["cloud"], row["region"], row["type"]))

    def shape(self, row: Row) -> Row:
        """The shape of a machine's row."""
        return self.types[row["cloud"], row["type"], row["variant"]]

    def attached(self, host: Row, gpu: Row, limit: Row) -> Row:
        """One machine with GPUs attached; its type is added to the types."""
        count = int(limit["gpus"])
        name = f"{host['type']}+{count}x{gpu['model']}"
        shape = {"gpus": str(count), "gpu_model": gpu["model"], "gpu_memory": gpu["gpu_memory"]}
        self.types[host["cloud"], name, host["variant"]] = {**self.shape(host), "type": name, **shape}
        price = {
            kind: str(Decimal(host[kind]) + count * Decimal(gpu[kind])) if host[kind] and gpu[kind] else ""
            for kind in ("on_demand", "spot")
        }
        source = {"source": gpu["source"], "spot_source": gpu["source"] if price["spot"] else ""}
        return {**host, "type": name, **price, **source}

    def write_factors(self) -> None:
        """How dear each region is, by family: the median price ratio of its types to the region of the fit."""
        references = {row["cloud"]: row["region"] for row in rows_of(self.folder / "references.tsv")}
        rows = self.families.factors(self.listed_prices(), references)
        self.insert("factors", ("cloud", "region", "family", "factor", "types"), rows)

    def listed_prices(self) -> dict[tuple[str, str, str], Decimal]:
        """On-demand prices of types without GPUs, where they are a provider's own."""
        return {
            (row["cloud"], row["region"], row["type"]): Decimal(row["on_demand"])
            for row in self.machines
            if self.sources[row["source"]]["confidence"] == "exact"
            and not Decimal(self.shape(row)["gpus"])
            and row["cloud"] in USUAL_REGIONS
        }

    def write_meta(self) -> None:
        """Which prices these are."""
        tables = ("machine", *COPIED)
        counts = [self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
        meta = [("rows", str(sum(counts))), ("version", digest(self.folder))]
        self.insert("meta", ("key", "value"), meta)
        self.connection.execute(
            "INSERT INTO newest SELECT region.cloud, max(source.date) FROM machine JOIN region ON region.id = machine.region"
            " JOIN source ON source.id = machine.source WHERE machine.on_demand IS NOT NULL GROUP BY region.cloud"
        )


def _sortable(value: object) -> tuple[bool, object]:
    return (isinstance(value, str), value)


def build(folder: Path, out: Path) -> None:
    """Write the price book of a folder of data files to ``out``, replacing what is there."""
    out.unlink(missing_ok=True)
    connection = sqlite3.connect(out)
    try:
        connection.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA encoding = 'UTF-8';")
        Builder(connection, folder).build()
        connection.execute("VACUUM")
    finally:
        connection.close()


def main() -> int:
    """Build from the command line."""
    parser = argparse.ArgumentParser(description="Build the embedded price book.")
    parser.add_argument("--data", type=Path, default=FOLDER / "book", help="folder of the data files")
    parser.add_argument("--out", type=Path, default=FOLDER / "prices.sqlite", help="file to write")
    arguments = parser.parse_args()
    build(arguments.data, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
