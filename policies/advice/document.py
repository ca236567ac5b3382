"""Advice as JSON: everything that whoever shows it needs, the lines to be changed among it."""

from __future__ import annotations

from policies.advice.shown import ShownAdvice
from policies.reports.figures import Figures
from policies.reports.json_number import number
from policies.verdict import Violation
from workloads.edit import Edit
from workloads.field import render

Json = dict[str, object]


def advice_document(shown: ShownAdvice) -> Json:
    """One piece of advice. Amounts are null where it is not about money."""
    advice, rewriting = shown.advice, shown.rewriting
    money = advice.saving is not None
    return {
        "kind": advice.rule,
        "workload": advice.title,
        "cluster": advice.identity.cluster or None,
        "workloadKind": advice.identity.kind,
        "what": advice.what,
        "condition": advice.condition or None,
        "why": advice.why or None,
        "saves": _amounts(shown.saves) if money else None,
        "before": _amounts(shown.before) if money else None,
        "after": _amounts(shown.after) if money else None,
        "savesOnce": _amounts(shown.saves_once) if money and not shown.saves_once.nothing else None,
        "settles": _settled(advice.settles) if advice.settles else None,
        "object": {"kind": advice.manifest.kind, "namespace": advice.manifest.namespace or None, "name": advice.manifest.name},
        "edits": [_edit(edit) for edit in advice.edits],
        "file": _valid(shown.file) or None,
        "line": shown.line or None,
        "endLine": rewriting.last if rewriting else None,
        "lines": list(rewriting.lines) if rewriting else None,
        "suggested": shown.suggested,
        "patch": rewriting.patch if rewriting else None,
    }


def _amounts(amounts: Figures) -> Json:
    return {"low": number(amounts.low), "expected": number(amounts.expected), "high": number(amounts.high)}


def _settled(violation: Violation) -> Json:
    return {
        "policy": violation.policy,
        "rule": violation.rule,
        "verdict": str(violation.verdict),
        "message": violation.message,
    }


def _edit(edit: Edit) -> Json:
    return {"field": render(edit.path), "value": edit.value}


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
