"""How many tokens a month a self-hosted model has to serve to cost less than the same weights behind an API."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from pricing.ai.model import AiModel, BreakEven, UsedModel
from pricing.ai.tokens import MILLION
from pricing.book import PriceBook
from pricing.estimate import Line
from pricing.explanation import money
from workloads.workload import Workload

_PODS = ("cpu", "memory", "accelerator", "stranded")


def words(found: BreakEven) -> str:
    """A comparison for people."""
    api = f"{found.offer.provider}/{found.offer.name}"
    many = f", the cheapest of {found.offers} APIs" if found.offers > 1 else ""
    said = (
        f"serves {found.model}: its {money(found.cost)} a month buy {found.tokens / MILLION:,.0f} million tokens of"
        f" the same weights from {api}{many}, at ${found.blended.quantize(Decimal('0.0001')).normalize():f} a million"
        f" ({found.ratio.normalize():f} read for each one written, assume.aiTokenRatio)"
    )
    if found.declared is None:
        return said
    cheaper = "the API is" if found.declared < found.cost else "serving it is"
    difference = money(abs(found.cost - found.declared))
    return f"{said}; its declared tokens cost {money(found.declared)} a month there: {cheaper} cheaper, by {difference}"


def break_even(workload: Workload, used: Sequence[UsedModel], lines: Sequence[Line], prices: PriceBook) -> BreakEven | None:
    """The comparison, where a workload serves one model of published weights that an API surely sells; else None.

    The caller has set the context of exact arithmetic.
    """
    served = [each for each in used if each.model is None and each.named.published]
    cost = sum((line.amount.expected for line in lines if line.what in _PODS and not line.one_off), Decimal(0))
    if len(served) != 1 or cost <= 0:
        return None
    named = served[0].named
    priced = [
        (blended, offer)
        for offer in prices.ai_offers(named.name)
        if offer.rates is not None and (blended := offer.rates.blended(named.token_ratio)) is not None
    ]
    if not priced:
        return None
    blended, offer = min(priced, key=lambda each: (each[0], each[1].provider))
    declared = _declared(workload, offer)
    tokens = (cost / blended * MILLION).to_integral_value(ROUND_FLOOR)
    return BreakEven(named.name, offer, len(priced), named.token_ratio, blended, cost, tokens, declared)


def _declared(workload: Workload, offer: AiModel) -> Decimal | None:
    """What the tokens that a workload declares without a model's name would cost there."""
    usage = next((each for each in workload.ai_usage if not each.model), None)
    rates = offer.rates
    if usage is None or rates is None or rates.input is None or rates.output is None:
        return None
    written = {"output", "batchOutput"}
    sums = [tokens * (rates.output if key in written else rates.input).value for key, tokens in usage.tokens.items()]
    return sum(sums, Decimal(0)) / MILLION
