"""Estimating workloads that are parsed already: 10,000, against copying them as Python does, and against twice as many."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.comparison import print_table, side_by_side
from benchmarks.deployment import deployment
from pricing.estimator import estimate
from pricing.rate import Location
from pricing.sources.book import open_book
from weighbridge.cli import collect_seldom
from workloads.inventory import take_inventory
from workloads.manifest import Manifest

COUNT = 10_000
STATUS = Path("/proc/self/status")
ROUNDS = 3
US_EAST_1 = Location("aws", "us-east-1")


def _manifests(count: int) -> list[Manifest]:
    return [Manifest.of(deployment(number)) for number in range(count)]


def _estimated(manifests: Sequence[Manifest]) -> None:
    estimate(take_inventory(manifests), open_book(), US_EAST_1)


def peak(count: int) -> None:
    """Estimate so many, and print the most memory that took beyond the manifests themselves, in MiB."""
    manifests = _manifests(count)
    before = _peak()
    _estimated(manifests)
    print(_peak() - before)


def _peak() -> float:
    """The most memory this process has had, in MiB; what ``getrusage`` tells may be its parent's."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Print the CPU of each, and the memory in a process of its own."""
    collect_seldom()
    once, twice = _manifests(COUNT), _manifests(2 * COUNT)
    print_table(
        side_by_side(
            ROUNDS,
            copy_10000_objects=lambda: copy.deepcopy([manifest.body for manifest in once]),
            estimate_10000=lambda: _estimated(once),
            estimate_20000=lambda: _estimated(twice),
        ),
        "target: 10,000 in at most 2 s of CPU, 20,000 in at most 2.2 times as much",
    )
    code = f"from benchmarks.estimating import peak; peak({COUNT})"
    taken = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    print(f"memory beyond the manifests: {float(taken):.0f} MiB; target: under 300 MiB")
