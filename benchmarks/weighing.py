"""Weighing a tree of 1,000 manifests, from files to verdict, against PyYAML's C loader parsing the same bytes."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import yaml

from benchmarks.comparison import print_table, side_by_side
from benchmarks.tree import write_tree
from policies.context import Context
from policies.documents.starter import starter
from policies.reports.report import report
from policies.weigh import weigh
from pricing.estimator import estimate
from pricing.rate import Location
from pricing.sources.book import open_book
from weighbridge.cli import collect_seldom
from workloads.inventory import take_inventory
from workloads.sources.files import read_paths
from workloads.surroundings import observe

MANIFESTS = 1000
ROUNDS = 7
US_EAST_1 = Location("aws", "us-east-1")


def main() -> None:
    """Print the table."""
    collect_seldom()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = write_tree(folder, MANIFESTS)
        texts = [path.read_bytes() for path in sorted(folder.rglob("*.yaml"))]
        prices, policies, now = open_book(), starter(), datetime.now(UTC)

        def parse() -> None:
            for text in texts:
                list(yaml.load_all(text, Loader=yaml.CSafeLoader))

        def read() -> None:
            read_paths([name])

        def estimated() -> None:
            manifests = read_paths([name]).manifests
            estimate(take_inventory(manifests, observe(manifests)), prices, US_EAST_1)

        def whole() -> None:
            manifests = read_paths([name]).manifests
            snapshot = observe(manifests)
            inventory = take_inventory(manifests, snapshot)
            weighing = weigh(None, inventory, prices, policies, Context(snapshot=snapshot), now)
            report([weighing], "check", now)

        measured = side_by_side(
            ROUNDS, parse_with_the_C_loader=parse, read_the_files=read, read_and_estimate=estimated, read_and_weigh=whole
        )
        print_table(
            measured,
            f"{MANIFESTS:,} manifests, {size / 1e6:.1f} MB; target: the last two at most 1.5 times parsing",
        )
