"""What changes in a workload, in a few words of plain text: what a reader finds in the middle of a table's row."""

from __future__ import annotations

from policies.reports.row import Row
from pricing.delta import Kind
from pricing.estimate import FieldChange

MOST_FIELDS = 3
"""Fields of a workload that its row names; the rest is counted, and the JSON has them all."""


def changed_words(row: Row) -> str:
    """``replicas 3 -> 8``, ``new Deployment``, ``removed Job``."""
    if row.kind is Kind.REMOVED:
        return f"removed {_priced_kind(row)}{_runs_on(row)}"
    if row.kind is Kind.ADDED:
        models = f", tokens of {', '.join(row.uncounted)} not told" if row.uncounted else ""
        return f"new {_priced_kind(row)}{models}{_assumed(row)}"
    words = list(dict.fromkeys(_field(change) for change in row.delta.fields))
    more = f" and {len(words) - MOST_FIELDS} more" if len(words) > MOST_FIELDS else ""
    fields = f"{', '.join(words[:MOST_FIELDS])}{more}"
    if not fields:
        return "what is not priced" if row.partly else "prices"
    return f"{fields}{_runs_on(row)}{_assumed(row)}"


def _runs_on(row: Row) -> str:
    if not row.runs_on:
        return ""
    return f", but {'it' if row.kind is Kind.REMOVED else 'the old one'} runs on"


def _assumed(row: Row) -> str:
    """What is assumed of how long it runs, and where: nothing decides its figure as much."""
    return f"; {row.assumed}" if row.assumed else ""


def _priced_kind(row: Row) -> str:
    """The kind of what comes or goes: of a Service, which may stay with another type, its load balancer."""
    return "load balancer" if row.manifest.kind == "Service" else row.manifest.kind


def _field(change: FieldChange) -> str:
    words = f"{change.what} {change.before} -> {change.after}".strip()
    return f"{words}: {change.detail.replace('→', '->')}" if change.detail else words
