"""A report as JSON: the contract that scripts and checks stand on, published as a JSON Schema and only ever added to.

Amounts are numbers in whole cents. Rates and quantities keep their digits. Keys are camelCase, as in Kubernetes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from policies.advice.document import advice_document
from policies.exemptions.acceptance import allowance
from policies.exemptions.allowance_document import allowance_document
from policies.exemptions.document import used_exemption
from policies.reports.growing import Growing
from policies.reports.identity_document import identity_document
from policies.reports.json_number import number
from policies.reports.report import Report
from policies.reports.row_document import figures, place, resource_document, sides, valid, workload_document
from policies.verdict import Violation
from pricing.currency import Currency
from pricing.precision import exactly
from workloads.field import render
from workloads.problem import Problem
from workloads.rendering.confinement import Rendering
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.snapshots.snapshot import Taken
from workloads.text.location import locate
from workloads.workload import Unpriced

SCHEMA_NAME: Final = "weighbridge.dev/weighing/v1"
SCHEMA_FILE: Final = Path(__file__).parents[1] / "schemas" / "weighing.schema.json"

Json = dict[str, object]


@cache
def weighing_schema() -> Mapping[str, object]:
    """The published JSON Schema of the document."""
    schema: Mapping[str, object] = orjson.loads(SCHEMA_FILE.read_bytes())
    return schema


def document(report: Report, *, explain: bool = False) -> Json:
    """A report as a JSON-ready document; ``explain`` adds each figure's derivation. Linear in its rows and lines."""
    with exactly():
        return _document(report, explain)


def _document(report: Report, explain: bool) -> Json:
    pods = [row for row in report.rows if row.workload.has_pods]
    others = [row for row in report.rows if not row.workload.has_pods]
    compared, sign = report.compared, report.prices.currency.sign
    return {
        "schema": SCHEMA_NAME,
        "generatedAt": report.generated_at.isoformat(timespec="seconds"),
        "command": report.command,
        **({"pullRequest": report.pull_request} if report.pull_request else {}),
        "prices": _prices(report),
        **({"before": figures(report.before)} if compared else {}),
        "total": figures(report.total),
        **({"delta": figures(report.delta)} if compared else {}),
        "oneOff": sides(report.one_off_before, report.one_off, compared),
        "context": {"digest": report.digest, "snapshots": [_age(report, *each) for each in report.prices.snapshots]},
        "rendering": _rendering(report.rendering) if report.rendering else None,
        "certainty": {str(name): number(share) for name, share in report.certainty.items()} if report.certainty else None,
        "workloads": [workload_document(row, compared, explain, sign) for row in pods],
        "resources": [resource_document(row, compared, explain, sign) for row in others],
        "unpriced": [_unpriced(entry) for entry in report.unpriced],
        "unpricedChanges": [_unpriced(entry) for entry in report.unpriced_changes],
        "problems": [_problem(problem, hides=problem in report.misread) for problem in report.problems],
        "verdict": str(report.verdict),
        "violations": [_violation(violation) for violation in report.violations],
        "allowance": allowance_document(allowance(report)),
        "exemptions": [used_exemption(use, report.generated_at) for use in report.exemptions],
        "growing": [_growing(pool) for pool in report.growing],
        "advice": [advice_document(shown) for shown in report.advice],
        "notes": [
            *([report.own_settings] if report.own_settings else []),
            *(f"not accepted: {doubt}" for doubt in report.doubts),
            *report.notes,
        ],
    }


def _growing(pool: Growing) -> Json:
    """What nodes that a pool makes may come to a month, which no sum holds."""
    return {
        "cluster": valid(pool.cluster) or None,
        "name": valid(pool.title),
        "words": valid(pool.words),
        "wordsBefore": valid(pool.words_before) or None,
        "most": None if pool.most is None else number(pool.most),
        "mostBefore": None if pool.most_before is None else number(pool.most_before),
    }


def _rendering(rendering: Rendering) -> Json:
    """What was rendered, by which programs, and what kept them from doing harm; None where none ran."""
    held = rendering.confinement
    confinement = {"network": held.network, "limits": held.limits} if held else None
    return {
        "rendered": rendering.rendered,
        "cached": rendering.cached,
        "programs": list(rendering.programs),
        "confinement": confinement,
    }


def _prices(report: Report) -> Json:
    prices = report.prices
    locations = {location for _, location, _ in prices.places}
    one = next(iter(locations)) if len(locations) == 1 else None
    return {
        "version": prices.version,
        "cloud": one.cloud if one else None,
        "region": one.region if one else None,
        "because": prices.places[0][2] if one else None,
        "currency": prices.currency.code,
        "exchange": _exchange(prices.currency),
        "hoursPerMonth": int(HOURS_PER_MONTH),
        "newest": dict(prices.newest),
        "overlays": list(prices.overlays),
        "snapshot": _snapshot(prices.snapshots[0][1]) if len(prices.snapshots) == 1 else None,
        "clusters": [
            {"name": name or None, "cloud": location.cloud, "region": location.region, "because": because}
            for name, location, because in prices.places
        ],
        "configuredClusters": prices.configured,
    }


def _exchange(currency: Currency) -> Json | None:
    """The dated rate that US dollars were converted by; None for US dollars."""
    return {"usd": number(currency.usd), "date": currency.date} if currency.date else None


def _snapshot(taken: Taken) -> Json:
    return {"name": taken.name, "takenAt": taken.at.isoformat(timespec="seconds")}


def _age(report: Report, cluster: str, taken: Taken) -> Json:
    """One cluster's snapshot, how old it is, and what it does not tell."""
    days = (report.generated_at - taken.at).days
    return {"cluster": cluster or None, **_snapshot(taken), "ageDays": max(days, 0), "notKnown": dict(taken.not_known)}


def _unpriced(entry: Unpriced) -> Json:
    return {
        **place(entry.manifest),
        **({"line": entry.line} if entry.path else {}),
        "cluster": entry.cluster or None,
        "apiVersion": entry.manifest.api_version,
        "kind": entry.manifest.kind,
        "namespace": entry.manifest.namespace or None,
        "name": entry.manifest.name,
        "reason": entry.reason,
        "unrendered": entry.manifest.unrendered is not None,
        "refused": entry.refused is not None,
    }


def _problem(problem: Problem, *, hides: bool) -> Json:
    return {
        "file": valid(problem.file) or None,
        "line": problem.line or None,
        "column": problem.column or None,
        "severity": str(problem.severity),
        "message": valid(problem.message),
        "hint": problem.hint or None,
        "mistaken": valid(problem.mistaken) or None,
        "hidesChanges": hides,
    }


def _violation(violation: Violation) -> Json:
    line = locate(violation.origin, violation.path)[0] if violation.origin else None
    return {
        "policy": violation.policy,
        "rule": violation.rule,
        "action": str(violation.action),
        "verdict": str(violation.verdict),
        "blocks": violation.blocks,
        "kind": violation.identity.kind,
        "identity": identity_document(violation.identity),
        "object": violation.title,
        "cluster": violation.identity.cluster or None,
        "file": valid(violation.origin.file) if violation.origin else None,
        "line": line,
        "field": render(violation.path) or None,
        "message": violation.message,
        "current": violation.current or None,
        "required": violation.required or None,
        "fix": violation.fix or None,
        "existed": violation.existed,
        "asked": violation.asked or None,
        "reason": violation.reason or None,
        "exemption": violation.exemption or None,
        "approvers": list(violation.approvers),
        "accepted": violation.accepted or None,
    }
