"""The embedded price book: opening it, asking it, and the memory it takes, against reading the same rows from text."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
from functools import cache
from pathlib import Path

from benchmarks.comparison import print_table, side_by_side
from pricing.rate import Location
from pricing.sources.book import SqliteBook, open_book

DATA = Path(__file__).parent.parent / "pricing" / "data" / "book"
ROUNDS = 7
LOOK_UPS = 1000
LOCATION = Location("aws", "us-east-1")

STATUS = Path("/proc/self/status")
_PEAK = f"print(next(line.split()[1] for line in open('{STATUS}') if line.startswith('VmHWM')))"
"""Peak resident KiB. Not getrusage: what it tells a new process includes its parent's peak."""


def parse_rows() -> dict[tuple[str, ...], list[str]]:
    """Every machine price of the book, read from tab-separated text into a dictionary: what the book spares each start."""
    found = {}
    for path in DATA.glob("machines-*.tsv.gz"):
        lines = io.StringIO(gzip.decompress(path.read_bytes()).decode("ascii"))
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[row[0], row[3], row[1]] = row
    return found


def ask(book: SqliteBook) -> None:
    """A thousand questions."""
    for name in types():
        book.machine(LOCATION, name)


@cache
def types() -> list[str]:
    """A thousand machine types of one region."""
    return [machine.type for machine in open_book().machines(LOCATION)][:LOOK_UPS]


def main() -> None:
    """Print the tables."""
    asked = open_book()
    measured = side_by_side(
        ROUNDS,
        read_the_rows_from_text=parse_rows,
        open_the_book=open_book,
        open_and_look_up_1000_machines=lambda: ask(open_book()),
        look_the_same_1000_up_again=lambda: ask(asked),
    )
    print_table(measured, "target: opened in under 20 ms, a look-up (a thousandth of the third row) in under 1 ms")
    if STATUS.exists():
        print_memory()


def print_memory() -> None:
    """Peak memory of a process of its own that opens the book or reads the rows, beyond one that only imports."""
    imports = "from benchmarks.book import ask, open_book, parse_rows; import sqlite3; "
    idle = peak(imports)
    print("\nmemory of a process beyond its imports")
    for name, statement in (
        ("read the rows from text", "rows = parse_rows()"),
        ("open the book", "book = open_book()"),
        ("open and ask for each machine of a region", "book = open_book(); ask(book)"),
    ):
        print(f"{name:<42}  {(peak(f'{imports}{statement}; ') - idle) / 1024:>7.1f} MiB")


def peak(statements: str) -> int:
    """Peak resident memory, in KiB, of a Python process that runs statements: the least of three."""
    command = [sys.executable, "-c", statements + _PEAK]
    runs = (subprocess.run(command, capture_output=True, text=True, check=True, cwd=DATA.parents[2]) for _ in range(3))
    return min(int(run.stdout) for run in runs)
