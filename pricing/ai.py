"""What declared use of AI models costs a month: tokens at the provider's list price, line by line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pricing.bill import Bill
from pricing.book import AiRates, PriceBook
from pricing.estimate import Line
from pricing.rate import Confidence
from workloads.ai_usage import AiUsage
from workloads.span import Span

MILLION = Decimal(10**6)
BATCH = Decimal("0.5")
"""What a batch API charges of the list price: OpenAI, Anthropic, Google and Mistral all halve it (their pricing pages)."""

_BATCHING = ("openai", "anthropic", "google", "mistral", "azure", "aws")


def price_ai_usage(usage: AiUsage, prices: PriceBook) -> Bill:
    """The lines of one model's tokens, or why it has no price. The caller has set the context of exact arithmetic."""
    provider, slash, model = usage.model.partition("/")
    if not slash:
        provider, model = "", provider
    rates = prices.ai_rates(provider, model)
    if rates is None:
        near = prices.similar_ai_models(provider, model)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return Bill(unpriced=(f"AI model {usage.model}: in no price list of the book{hint}",))
    return Bill(tuple(_line(usage.model, provider, key, tokens, rates) for key, tokens in usage.tokens.items() if tokens))


def _line(model: str, provider: str, key: str, tokens: Decimal, rates: AiRates) -> Line:
    batch = key.startswith("batch")
    kind = key.removeprefix("batch").lower()
    rate = {"input": rates.input, "output": rates.output, "cached": rates.cached}[kind]
    quantity = tokens / MILLION
    assumption = ""
    if batch:
        rate = replace(rate, value=rate.value * BATCH, source=f"{rate.source}, half of it for a batch")
        if provider not in _BATCHING:
            assumption = f"half price for a batch, as most providers have it; {provider or 'the provider'} may have none"
    confidence = Confidence.ASSUMED if assumption else Confidence.MODELLED if batch else rate.confidence
    words = ("declared by annotation weighbridge.dev/ai-usage, for the workload and not for each pod",)
    return Line(
        what="aiApi",
        group=f"{model} {key}",
        quantity=quantity,
        unit="Mtok",
        times=Span.exactly(1),
        rate=rate,
        amount=Span.exactly(quantity * rate.value),
        confidence=confidence,
        assumption=assumption,
        derivation=words,
    )
