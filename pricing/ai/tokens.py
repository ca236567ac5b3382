"""What a workload's use of AI models behind an API costs a month: tokens at the provider's list price, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pricing.ai.model import AiModel, AiRates, UsedModel
from pricing.bill import Bill
from pricing.book import PriceBook
from pricing.estimate import Line
from pricing.rate import Confidence, Rate
from workloads.models.name import ModelName
from workloads.models.usage import ANNOTATION, AiUsage
from workloads.span import Span
from workloads.workload import Workload

MILLION = Decimal(10**6)
BATCH = Decimal("0.5")
"""What a batch API charges of the list price: OpenAI, Anthropic, Google and Mistral all halve it (their pricing pages)."""

_CLOSED = re.compile(r"(?:[\w.-]{1,40}/)?(?:gpt-[3-9]|chatgpt-|claude-|gemini-\d|text-embedding-)", re.ASCII)
"""How the names of models begin that nobody but their makers and those makers' partners run."""
_CLOSED_SELLERS = ("anthropic", "azure", "bedrock")
_BATCHING = ("openai", "anthropic", "google", "mistral", "azure", "aws")


def used_models(workload: Workload, prices: PriceBook) -> tuple[UsedModel, ...]:
    """The AI models that a workload names: those that it runs, and those that it calls and the price list has.

    A name that can be nothing but a model behind an API stands there too where the list has no price for it, without rates.
    """
    found: dict[tuple[str, str, bool], UsedModel] = {}
    for named in workload.models:
        if named.served:
            found.setdefault(("", named.name, True), UsedModel(named, None))
            continue
        model = prices.ai_model(named.name, named.seller, named.address) or _unknown(named, prices)
        if model is not None:
            found.setdefault((model.provider, model.name, False), UsedModel(named, model))
    return tuple(found.values())


def _unknown(named: ModelName, prices: PriceBook) -> AiModel | None:
    """A model of no price list: by a name that only providers give, or where the place says whose it is. None for other words."""
    surely = _CLOSED.match(named.name) or named.seller in _CLOSED_SELLERS
    return AiModel("", named.name, None) if surely and not named.address and not prices.ai_offers(named.name) else None


def price_ai_usage(workload: Workload, used: Sequence[UsedModel], prices: PriceBook) -> Iterator[Bill]:
    """The lines of each model's tokens, or why they have no price. The caller has set the context of exact arithmetic."""
    called = [each.model for each in used if each.model is not None]
    for usage in workload.ai_usage:
        # Tokens of what the workload serves cost nothing but its own machines.
        if usage.model or called or not any(each.model is None for each in used):
            yield _priced(usage, called, prices)


def declared_model(usage: AiUsage, prices: PriceBook) -> AiModel | None:
    """The model that a declaration names. What stands before its slash is the provider, not a publisher."""
    return prices.ai_model(usage.model, usage.model.partition("/")[0] if "/" in usage.model else "")


def _priced(usage: AiUsage, called: Sequence[AiModel], prices: PriceBook) -> Bill:
    if not usage.model:
        if len(called) != 1:
            return Bill(unpriced=(_which(called),))
        only = called[0]
        if not only.provider:
            return Bill(unpriced=(not_listed(only.name, prices),))
        return _lines(usage, f"{only.provider}/{only.name}", only)
    model = declared_model(usage, prices)
    if model is None:
        return Bill(unpriced=(not_listed(usage.model, prices),))
    return _lines(usage, usage.model, model)


def _which(called: Sequence[AiModel]) -> str:
    if not called:
        return f"annotation {ANNOTATION} names no model, and no setting of it does: openai/gpt-4o-mini input=300M output=50M"
    names = ", ".join(each.name for each in called[:5])
    return f"annotation {ANNOTATION} names no model, and its settings name several: {names}; state each one's tokens"


def not_listed(name: str, prices: PriceBook) -> str:
    """Why a model has no price, with the names near to its own."""
    near = prices.similar_ai_models(name)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"AI model {name}: in no price list of the book{hint}"


def _lines(usage: AiUsage, title: str, model: AiModel) -> Bill:
    if model.rates is None:
        return Bill(unpriced=(f"AI model {title}: {model.provider} does not sell it by the token",))
    lines, unpriced = [], []
    for key, tokens in usage.tokens.items():
        priced = _rate(key, model.provider, model.rates)
        if priced is None:
            unpriced.append(f"AI model {title}: no price for tokens of {key}")
        elif tokens:
            lines.append(_line(usage, f"{title} {key}", tokens, *priced, model.rates.words))
    return Bill(tuple(lines), unpriced=tuple(unpriced))


def _rate(key: str, provider: str, rates: AiRates) -> tuple[Rate, str] | None:
    """The rate of one kind of tokens, and what was assumed of it."""
    if not key.startswith("batch"):
        rate = {"input": rates.input, "output": rates.output, "cached": rates.cached, "cacheWrite": rates.cache_write}[key]
        return (rate, "") if rate is not None else None
    listed, plain = (rates.batch_input, rates.input) if key == "batchInput" else (rates.batch_output, rates.output)
    if listed is not None:
        return listed, ""
    if plain is None:
        return None
    half = replace(
        plain,
        value=plain.value * BATCH,
        source=f"{plain.source}, half of it for a batch",
        confidence=Confidence.least(plain.confidence, Confidence.MODELLED),
    )
    if provider in _BATCHING:
        return half, ""
    return half, f"half price for a batch, as most providers have it; {provider} may have none"


def _line(usage: AiUsage, group: str, tokens: Decimal, rate: Rate, assumption: str, words: tuple[str, ...]) -> Line:
    quantity = tokens / MILLION
    said = f"declared by annotation {ANNOTATION}, for the workload and not for each pod"
    confidence = rate.confidence
    if usage.observed:
        said = f"observed by {usage.observed}, of the workload and not of each pod, and taken to go on"
        confidence = Confidence.least(confidence, Confidence.MODELLED)
    return Line(
        what="aiApi",
        group=group,
        quantity=quantity,
        unit="Mtok",
        times=Span.exactly(1),
        rate=rate,
        amount=Span.exactly(quantity * rate.value),
        confidence=Confidence.ASSUMED if assumption else confidence,
        assumption=assumption,
        derivation=(said, *words),
    )
