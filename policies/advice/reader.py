"""Advice of a JSON document that somebody else wrote, as it was shown: words and money, and none of the lines.

Whoever commits a suggestion trusts who makes it. So nothing of a stranger's document is offered to be committed.
"""

from __future__ import annotations

from decimal import Decimal

from policies.advice.advice import Advice, Saving
from policies.advice.shown import ShownAdvice
from policies.reports.figures import NO_FIGURES, Figures
from policies.reports.figures_reader import figures_at
from policies.verdict import Action, Verdict, Violation
from workloads.field import dig, mapping, text
from workloads.manifest import Identity, Manifest, Origin
from workloads.span import Span


def read_advice(entry: object, step: Decimal) -> ShownAdvice:
    """One piece of advice of a document that keeps the schema.

    :raises ValueError: when its figures are no amounts.
    """
    monthly = dig(entry, "saves") is not None
    before = figures_at(entry, step, "before") if monthly else NO_FIGURES
    after = figures_at(entry, step, "after") if monthly else NO_FIGURES
    once = figures_at(entry, step, "savesOnce") if dig(entry, "savesOnce") is not None else NO_FIGURES
    identity = Identity(text(entry, "cluster"), "", text(entry, "workloadKind"), "", text(entry, "workload"))
    saving = Saving(_span(before), _span(after)) if monthly else None
    advice = Advice(
        text(entry, "kind"),
        identity,
        text(entry, "workload"),
        text(entry, "what"),
        text(entry, "condition"),
        text(entry, "why"),
        _manifest(entry),
        (),
        saving,
        _settled(entry, identity),
    )
    return ShownAdvice(advice, before, after, once, NO_FIGURES)


def _span(amounts: Figures) -> Span:
    return Span(amounts.low, amounts.expected, amounts.high)


def _manifest(entry: object) -> Manifest:
    named, file, line = mapping(entry, "object"), text(entry, "file"), dig(entry, "line")
    origin = Origin(file, line=line if isinstance(line, int) else 1) if file else None
    return Manifest("", text(named, "kind"), text(named, "namespace"), text(named, "name"), {}, origin)


def _settled(entry: object, identity: Identity) -> Violation | None:
    found = mapping(entry, "settles")
    if not found:
        return None
    verdict = Verdict(text(found, "verdict"))
    action = Action.DENY if verdict is Verdict.DENY else Action.WARN
    words = text(entry, "workload"), text(found, "message")
    return Violation(text(found, "policy"), text(found, "rule"), verdict, action, identity, *words, "")
