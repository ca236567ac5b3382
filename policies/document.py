"""A report as JSON: the contract that scripts and checks stand on, published as a JSON Schema and only ever added to.

Amounts are numbers in whole cents. Rates and quantities keep their digits. Keys are camelCase, as in Kubernetes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from policies.ai_document import ai_model, break_even
from policies.exemption_document import used_exemption
from policies.explanation import explained
from policies.figures import Figures
from policies.json_number import number
from policies.report import Report
from policies.row import Row, ShownLine
from policies.verdict import Violation
from pricing.currency import Currency, Sign
from pricing.estimate import FieldChange, MachineUse
from pricing.precision import exactly, tidy
from pricing.rounding import to_step
from workloads.field import render
from workloads.manifest import Manifest
from workloads.problem import Problem
from workloads.rendering.confinement import Rendering
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.snapshots.snapshot import Taken
from workloads.span import Span
from workloads.text.location import locate
from workloads.workload import PodGroup, Unpriced

SCHEMA_NAME: Final = "weighbridge.dev/weighing/v1"
SCHEMA_FILE: Final = Path(__file__).parent / "schemas" / "weighing.schema.json"

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
        "prices": _prices(report),
        **({"before": figures(report.before)} if compared else {}),
        "total": figures(report.total),
        **({"delta": figures(report.delta)} if compared else {}),
        "oneOff": _sides(report.one_off_before, report.one_off, compared),
        "context": {"digest": report.digest, "snapshots": [_age(report, *each) for each in report.prices.snapshots]},
        "rendering": _rendering(report.rendering) if report.rendering else None,
        "certainty": {str(name): number(share) for name, share in report.certainty.items()} if report.certainty else None,
        "workloads": [_workload(row, compared, explain, sign) for row in pods],
        "resources": [_resource(row, compared, explain, sign) for row in others],
        "unpriced": [_unpriced(entry) for entry in report.unpriced],
        "problems": [_problem(problem) for problem in report.problems],
        "verdict": str(report.verdict),
        "violations": [_violation(violation) for violation in report.violations],
        "exemptions": [used_exemption(use, report.generated_at) for use in report.exemptions],
        "advice": [],
        "notes": list(report.notes),
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


def figures(amounts: Figures) -> Json:
    """A low, an expected and a high amount."""
    return {"low": number(amounts.low), "expected": number(amounts.expected), "high": number(amounts.high)}


def _sides(before: Figures, total: Figures, compared: bool) -> Json:
    if not compared:
        return {"total": figures(total)}
    return {"before": figures(before), "total": figures(total), "delta": figures(total - before)}


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


def _workload(row: Row, compared: bool, explain: bool, sign: Sign) -> Json:
    return {
        **_resource(row, compared, explain, sign),
        "replicas": _replicas(row),
        "pods": [_pods(row, group) for group in row.workload.groups],
    }


def _resource(row: Row, compared: bool, explain: bool, sign: Sign) -> Json:
    return {
        "cluster": row.cluster or None,
        "apiVersion": row.manifest.api_version,
        "kind": row.manifest.kind,
        "namespace": row.namespace or None,
        "name": row.manifest.name,
        **_place(row.manifest),
        "change": str(row.kind) if compared else None,
        "labels": dict(row.owners),
        "machine": _machine(row.estimate.machines),
        **_sides(row.before, row.total, compared),
        "oneOff": _sides(row.one_off_before, row.one_off, compared),
        "stranded": figures(row.stranded),
        "changes": [_change(change, sign.step) for change in row.delta.fields],
        "lines": [_line(shown, sign) for shown in row.lines or row.lines_before],
        "notes": [
            *row.workload.notes,
            *row.estimate.warnings,
            *row.estimate.free,
            *row.estimate.notes,
            *row.estimate.disagreement,
            *row.delta.notes,
        ],
        "aiModels": [ai_model(used, row.estimate) for used in row.estimate.ai_models],
        "breakEven": break_even(row.estimate.break_even, sign.step),
        **({"explanation": explained(row, sign).document()} if explain else {}),
    }


def _place(manifest: Manifest) -> Json:
    origin = manifest.origin
    return {"file": _valid(origin.file) if origin else None, "line": origin.line if origin else None}


def _valid(text: str) -> str:
    """A text without the parts of a file's name that are no UTF-8: JSON cannot hold them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _replicas(row: Row) -> Json:
    groups = row.workload.groups
    pods = [group.pods for group in groups]
    return {
        "low": number(sum((span.low for span in pods), Decimal(0))),
        "expected": number(sum((span.expected for span in pods), Decimal(0))),
        "high": number(sum((span.high for span in pods), Decimal(0))),
        "because": "; ".join(dict.fromkeys(group.because for group in groups if group.because)),
    }


def _pods(row: Row, group: PodGroup) -> Json:
    requests = group.requests
    return {
        "name": group.name or None,
        "count": _span(group.pods),
        "cpu": number(tidy(requests.cpu)),
        "memoryBytes": number(tidy(requests.memory)),
        "extended": {name: number(tidy(quantity)) for name, quantity in requests.extended.items()},
        "accelerators": [
            {"model": use.accelerators_model, "count": number(tidy(use.accelerators)), "share": number(tidy(use.share))}
            for use in row.estimate.machines
            if use.group == group.name and use.accelerators
        ],
    }


def _span(span: Span) -> Json:
    return {"low": number(tidy(span.low)), "expected": number(tidy(span.expected)), "high": number(tidy(span.high))}


def _machine(machines: Sequence[MachineUse]) -> Json | None:
    """The machine of the first group that has one; the lines name the others'."""
    if not machines:
        return None
    use = machines[0]
    return {"type": use.type, "count": _span(use.count), "price": number(tidy(use.rate.value)), "because": use.because}


def _change(change: FieldChange, step: Decimal) -> Json:
    delta = change.change
    return {
        "field": render(change.path) or None,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "detail": change.detail or None,
        "delta": {
            "low": number(to_step(delta.low, step)),
            "expected": number(to_step(delta.expected, step)),
            "high": number(to_step(delta.high, step)),
        },
    }


def _line(shown: ShownLine, sign: Sign) -> Json:
    line = shown.line
    return {
        "what": line.what,
        "group": line.group or None,
        "quantity": number(tidy(line.quantity)),
        "unit": line.unit,
        "hours": _span(line.times),
        "rate": number(line.rate.value),
        "amount": figures(shown.amount),
        "oneOff": line.one_off,
        "confidence": str(line.confidence),
        "source": line.rate.source,
        "sourceDate": line.rate.date or None,
        "assumption": line.assumption or None,
        "derivation": list(shown.derivation(sign)),
    }


def _unpriced(entry: Unpriced) -> Json:
    return {
        **_place(entry.manifest),
        "cluster": entry.cluster or None,
        "kind": entry.manifest.kind,
        "namespace": entry.manifest.namespace or None,
        "name": entry.manifest.name,
        "reason": entry.reason,
    }


def _problem(problem: Problem) -> Json:
    return {
        "file": _valid(problem.file) or None,
        "line": problem.line or None,
        "column": problem.column or None,
        "severity": str(problem.severity),
        "message": _valid(problem.message),
        "hint": problem.hint or None,
    }


def _violation(violation: Violation) -> Json:
    line = locate(violation.origin, violation.path)[0] if violation.origin else None
    return {
        "policy": violation.policy,
        "rule": violation.rule,
        "action": str(violation.action),
        "verdict": str(violation.verdict),
        "kind": violation.identity.kind,
        "object": violation.title,
        "cluster": violation.identity.cluster or None,
        "file": _valid(violation.origin.file) if violation.origin else None,
        "line": line,
        "field": render(violation.path) or None,
        "message": violation.message,
        "current": violation.current or None,
        "required": violation.required or None,
        "fix": violation.fix or None,
        "existed": violation.existed,
        "exemption": violation.exemption or None,
        "approvers": [],
    }
