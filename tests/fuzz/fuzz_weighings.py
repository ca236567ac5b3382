"""Weighings as JSON with hostile values, as a stranger's run may write them: refused, or shown as a comment that keeps its form."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
from choices import Choices, changed
from showing import NOW, PRICES

from bot.comment import LARGEST, comment
from policies.context import Context
from policies.documents.starter import starter
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report, report
from policies.weigh import weigh
from pricing.rounding import SumError
from workloads.inventory import take_inventory
from workloads.problem import Problem
from workloads.sources.files import read_paths
from workloads.surroundings import observe

SEEDS = [bytes([number, *bytes(range(60))]) for number in range(40)]
SHOP = Path(__file__).parents[2] / "examples" / "shop"


def _written() -> str:
    old, new = (read_paths([str(SHOP / side)]).manifests for side in ("before", "after"))
    context = Context(snapshot=observe(new), earlier=observe(old))
    before, after = take_inventory(old, observe(old)), take_inventory(new, context.snapshot)
    return orjson.dumps(document(report([weigh(before, after, PRICES, starter(), context, NOW)], "diff", NOW))).decode()


WRITTEN = _written()


def target(data: bytes) -> None:
    """Read a document that was changed, and show what it says."""
    try:
        text = json.dumps(changed(json.loads(WRITTEN), Choices(data)))
    except (TypeError, ValueError, RecursionError):
        return  # no text says so
    try:
        found = read_report(text.encode("utf-8", "replace"))
        assert isinstance(found, Report | Problem)
        shown = comment(found) if isinstance(found, Report) else ""
    except SumError:
        return
    assert len(shown.encode()) <= LARGEST
    assert shown.count("<details>") == shown.count("</details>")
    assert "<script" not in shown
