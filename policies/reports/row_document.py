"""One workload or resource of a report as JSON: its figures, what it consists of, and each part of its cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from policies.reports.ai_document import ai_model, break_even
from policies.reports.explanation import explained
from policies.reports.figures import Figures
from policies.reports.json_number import number
from policies.reports.row import Row
from policies.reports.shown_line import ShownLine
from pricing.currency import Sign
from pricing.delta import Kind
from pricing.estimate import FieldChange, MachineUse
from pricing.precision import tidy
from pricing.rate import Location
from pricing.rounding import to_step
from workloads.field import render
from workloads.manifest import Manifest
from workloads.rendering.single_change import Cause
from workloads.span import Span
from workloads.workload import PodGroup, VolumeClaim

Json = dict[str, object]


def figures(amounts: Figures) -> Json:
    """A low, an expected and a high amount."""
    return {"low": number(amounts.low), "expected": number(amounts.expected), "high": number(amounts.high)}


def sides(before: Figures, total: Figures, compared: bool) -> Json:
    """Amounts before and after a change, and what lies between; of what is not compared, the total alone."""
    if not compared:
        return {"total": figures(total)}
    return {"before": figures(before), "total": figures(total), "delta": figures(total - before)}


def place(manifest: Manifest) -> Json:
    """Where an object begins."""
    origin = manifest.origin
    return {"file": valid(origin.file) if origin else None, "line": origin.line if origin else None}


def valid(text: str) -> str:
    """A text without the parts of a file's name that are no UTF-8: JSON cannot hold them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def workload_document(row: Row, compared: bool, explain: bool, sign: Sign) -> Json:
    """What runs pods."""
    return {
        **resource_document(row, compared, explain, sign),
        "replicas": _replicas(row),
        "pods": [_pods(row, group) for group in row.workload.groups],
    }


def resource_document(row: Row, compared: bool, explain: bool, sign: Sign) -> Json:
    """What costs, with pods or without."""
    return {
        "cluster": row.cluster or None,
        "apiVersion": row.manifest.api_version,
        "kind": row.manifest.kind,
        "namespace": row.namespace or None,
        "namespaceStated": bool(row.delta.identity.namespace),
        "name": row.manifest.name,
        **place(row.manifest),
        "change": str(row.kind) if compared else None,
        "runsOn": row.runs_on or None,
        "remains": row.kind is Kind.REMOVED and row.delta.after is not None,
        "labels": dict(row.owners),
        "location": _location(row.estimate.location),
        "machine": _machine(row.estimate.machines),
        **sides(row.before, row.total, compared),
        "unrounded": _unrounded(row) if compared and row.kind is not Kind.UNCHANGED else None,
        "oneOff": sides(row.one_off_before, row.one_off, compared),
        "stranded": figures(row.stranded),
        "changes": [_change(change, sign.step) for change in row.delta.fields],
        "cause": _cause(row.cause) if row.cause else None,
        "lines": [_line(shown, sign) for shown in (row.lines if row.delta.after else row.lines_before)],
        "linesBefore": [_line(shown, sign) for shown in (row.lines_before if row.kind is not Kind.UNCHANGED else ())],
        **_contents(row),
        "oneWay": list(row.delta.notes),
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


def _cause(cause: Cause) -> Json:
    return {"file": valid(cause.file), "line": cause.line, "object": valid(cause.of) or None}


def _contents(row: Row) -> Json:
    """What it consists of beside pods, what scales it, and what of it has no price."""
    workload = row.workload
    return {
        "machines": [_machine_use(use) for use in row.estimate.machines],
        "volumes": [_volumes(claim) for claim in workload.claims],
        "loadBalancers": len(workload.load_balancers),
        "fees": [fee.item for fee in workload.fees],
        "declaresTraffic": workload.traffic is not None,
        "autoscaled": workload.autoscaler is not None,
        "autoscalerRemoved": row.unscaled,
        "unpriced": list(dict.fromkeys(entry.reason for entry in row.estimate.unpriced)),
        "inPart": row.delta.in_part,
        "mistaken": row.mistaken,
        "uncounted": list(row.uncounted),
    }


def _location(location: Location) -> Json:
    return {"cloud": location.cloud, "region": location.region}


def _unrounded(row: Row) -> Json:
    """The expected amounts with all digits, as text: a double would cut them."""
    return {"before": f"{row.exact_before:f}", "total": f"{row.exact_total:f}"}


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
        "assumption": group.assumption or None,
        "accelerators": [
            {"model": use.accelerators_model, "count": number(tidy(use.accelerators)), "share": number(tidy(use.share))}
            for use in row.estimate.machines
            if use.group == group.name and use.accelerators
        ],
    }


def _volumes(claim: VolumeClaim) -> Json:
    return {
        "name": claim.name,
        "count": _span(claim.count),
        "sizeBytes": number(tidy(claim.size)),
        "storageClass": claim.storage_class or None,
    }


def _span(span: Span) -> Json:
    return {"low": number(tidy(span.low)), "expected": number(tidy(span.expected)), "high": number(tidy(span.high))}


def _machine(machines: Sequence[MachineUse]) -> Json | None:
    """The machine of the first group that has one; ``machines`` has the others'."""
    if not machines:
        return None
    use = machines[0]
    return {"type": use.type, "count": _span(use.count), "price": number(tidy(use.rate.value)), "because": use.because}


def _machine_use(use: MachineUse) -> Json:
    return {
        "group": use.group or None,
        "type": use.type,
        "count": _span(use.count),
        "model": use.accelerators_model or None,
        "accelerators": number(tidy(use.accelerators)),
        "slices": use.slices or None,
    }


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
        "counted": line.counted,
        "rate": number(line.rate.value),
        "rateUnit": line.rate.unit,
        "amount": figures(shown.amount),
        "oneOff": line.one_off,
        "confidence": str(line.confidence),
        "source": line.rate.source,
        "sourceDate": line.rate.date or None,
        "assumption": line.assumption or None,
        "derivation": list(shown.derivation(sign)),
    }
