"""AI models in the JSON document: what a workload names, and what it serves held against an API."""

from __future__ import annotations

from decimal import Decimal

from policies.reports.json_number import number
from pricing.ai.model import BreakEven, UsedModel
from pricing.estimate import WorkloadEstimate
from pricing.precision import tidy
from pricing.rate import Rate
from pricing.rounding import to_step
from workloads.field import render

Json = dict[str, object]

_DIGITS = Decimal("0.000001")


def ai_model(used: UsedModel, estimate: WorkloadEstimate) -> Json:
    """One model that a workload names, with what a million tokens of it cost."""
    named, model = used.named, used.model
    rates = model.rates if model is not None else None
    priced = rates.input or rates.output if rates is not None else None
    whole = any(not usage.model for usage in estimate.workload.ai_usage)
    return {
        "model": named.name,
        "provider": (model.provider or None) if model is not None else None,
        "name": model.name if model is not None and model.provider else None,
        "selfHosted": named.served,
        "field": render(named.path) or None,
        "where": named.where,
        "counted": model is not None and (whole or model.name in estimate.counted_models),
        "input": _rate(rates.input) if rates is not None else None,
        "output": _rate(rates.output) if rates is not None else None,
        "cached": _rate(rates.cached) if rates is not None else None,
        "confidence": str(priced.confidence) if priced is not None else None,
        "source": priced.source if priced is not None else None,
        "sourceDate": priced.date or None if priced is not None else None,
        "notes": list(rates.words) if rates is not None else [],
    }


def break_even(found: BreakEven | None, step: Decimal) -> Json | None:
    """What a workload serves, held against the cheapest API that sells the same weights."""
    if found is None:
        return None
    rates = found.offer.rates
    priced = rates.input if rates is not None else None
    return {
        "model": found.model,
        "provider": found.offer.provider,
        "name": found.offer.name,
        "offers": found.offers,
        "tokenRatio": number(tidy(found.ratio)),
        "blended": number(tidy(found.blended.quantize(_DIGITS))),
        "cost": number(to_step(found.cost, step)),
        "tokens": int(found.tokens),
        "declaredCost": number(to_step(found.declared, step)) if found.declared is not None else None,
        "source": priced.source if priced is not None else None,
        "sourceDate": priced.date or None if priced is not None else None,
    }


def _rate(rate: Rate | None) -> int | float | None:
    return number(tidy(rate.value)) if rate is not None else None
