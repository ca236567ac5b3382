"""Weighs anything, shows it in every form, and holds what holds of every answer, whatever was weighed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from readable import require_readable

from bot.comment import comment
from policies.context import Context
from policies.documents.starter import starter
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.reports.document import document, weighing_schema
from policies.reports.reader import read_report
from policies.reports.report import Report, report
from policies.verdict import Point
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.rounding import SumError
from pricing.sources.book import open_book
from weighbridge.output.table import render_table
from workloads.copies import distinct
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.surroundings import observe
from workloads.workload import Inventory

PRICES = open_book()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "shop"}}}
_SCHEMA = Draft202012Validator(weighing_schema())


def weighed_together(
    before: Iterable[dict[str, Any]] | None,
    after: Iterable[dict[str, Any]],
    policies: Iterable[Policy] | None = None,
    point: Point = Point.PULL_REQUEST,
) -> Weighing:
    """A change, weighed in the namespace ``shop``; by the starter set where nothing else is said."""
    old = [Manifest.of(body) for body in (NAMESPACE, *before)] if before is not None else None
    new = [Manifest.of(body) for body in (NAMESPACE, *after)]
    return weighed_manifests(old, new, policies, point)


def weighed_manifests(
    before: Sequence[Manifest] | None,
    after: Sequence[Manifest],
    policies: Iterable[Policy] | None = None,
    point: Point = Point.PULL_REQUEST,
) -> Weighing:
    """Manifests, weighed; every one of them is counted, listed, or free."""
    context = Context(point=point, snapshot=observe(after), earlier=observe(before) if before is not None else None)
    new = take_inventory(after, context.snapshot)
    _require_all(after, new)
    old = take_inventory(before, context.earlier or context.snapshot) if before is not None else None
    chosen = starter() if policies is None else PolicySet(policies)
    return weigh(old, new, PRICES, chosen, context, NOW)


def _require_all(manifests: Sequence[Manifest], inventory: Inventory) -> None:
    found = {id(workload.manifest) for workload in inventory.workloads} | {id(entry.manifest) for entry in inventory.unpriced}
    found |= {id(manifest) for manifest in inventory.free}
    assert len(found) == len(distinct(manifests))


def require_shown(weighing: Weighing, *, compared: bool = False) -> None:
    """Show an answer as table, comment and JSON, each of which keeps its form."""
    told = report([weighing], "diff" if compared else "check", NOW)
    for violation in weighing.violations:
        require_readable(violation)
    table = render_table(told, width=100, colour=False, explain=True)
    assert all(character.isprintable() or character == "\n" for character in table)
    written = orjson.dumps(document(told, explain=True))
    assert not [error.message for error in _SCHEMA.iter_errors(orjson.loads(written))]
    _require_read_back(written, comment(told))


def _require_read_back(written: bytes, shown: str) -> None:
    """Hold a document to saying in a comment what its report said, as far as JSON's numbers have the digits to sum."""
    try:
        found = read_report(written)
    except SumError:
        return
    if isinstance(found, Report):
        assert comment(found) == shown
