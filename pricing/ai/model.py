"""A model behind an API as the price list has it: who sells it, under which name, and what its tokens cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pricing.rate import Rate
from workloads.models.name import ModelName


@dataclass(frozen=True, slots=True)
class AiRates:
    """What a million tokens of one model cost; unit ``Mtok``. A rate is None where the list has no such price."""

    input: Rate | None
    output: Rate | None
    """None for a model that writes nothing, such as one that embeds."""
    cached: Rate | None
    """Of input that is read from the provider's cache; as ``input`` where the list has no price of its own."""
    cache_write: Rate | None = None
    """Of input that is written to the provider's cache for its usual time; as ``input`` likewise."""
    batch_input: Rate | None = None
    """Through the batch API, where the list has a price for it."""
    batch_output: Rate | None = None
    words: tuple[str, ...] = ()
    """What a person should know of these prices: ``for prompts of up to 200,000 tokens``."""

    def blended(self, ratio: Decimal) -> Decimal | None:
        """US dollars a million tokens, ``ratio`` of them read for each one written; None where it is not sold so."""
        if self.input is None or self.output is None or not self.input.value or not self.output.value:
            return None
        return (self.input.value * ratio + self.output.value) / (ratio + 1)


@dataclass(frozen=True, slots=True)
class AiModel:
    """One model of one provider."""

    provider: str
    """As the list spells it: ``openai``, ``aws`` for Bedrock, ``google`` for Vertex too; empty for a model of no list."""
    name: str
    """``gpt-4o-mini``."""
    rates: AiRates | None
    """None where it is not sold by the token."""


@dataclass(frozen=True, slots=True)
class UsedModel:
    """A model that a workload names: one of the price list that it calls, or one that it runs itself."""

    named: ModelName
    model: AiModel | None
    """None for what it runs itself: that costs its machines and nothing by itself."""

    @property
    def label(self) -> str:
        """``gpt-4o-mini``, ``azure/gpt-4o-mini``: the provider where the name alone does not tell it."""
        if self.model is None:
            return self.named.name
        plain = self.model.provider in ("", *_MAKERS) or self.model.name.startswith(self.model.provider)
        return self.model.name if plain else f"{self.model.provider}/{self.model.name}"

    @property
    def source(self) -> str:
        """Who says its price, and when: ``genai-prices 0.2.3, 2026-11``."""
        rates = self.model.rates if self.model is not None else None
        rate = rates.input or rates.output if rates is not None else None
        return f"{rate.source}, {rate.date}" if rate is not None else ""

    @property
    def price(self) -> str:
        """``$2.50 in / $10.00 out a million tokens``; why it has none; empty for what it runs itself."""
        if self.model is None:
            return ""
        rates = self.model.rates
        if rates is None:
            return "not sold by the token" if self.model.provider else "in no price list"
        sides = (("in", rates.input), ("out", rates.output))
        return f"{' / '.join(f'{_dollars(rate.value)} {side}' for side, rate in sides if rate is not None)} {UNIT}"


UNIT = "a million tokens"
_MAKERS = ("openai", "anthropic", "google", "mistral", "cohere", "deepseek", "x-ai", "voyageai")
"""Providers of models that go by a name of their own."""


def _dollars(value: Decimal) -> str:
    """A price a million tokens, with cents and as many more digits as it has: ``$2.50``, ``$0.075``."""
    plain = f"{value.normalize():f}"
    whole, _, cents = plain.partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A workload that serves a model, held against the cheapest API that sells the same weights."""

    model: str
    """As the workload names it: ``meta-llama/Llama-3.1-8B-Instruct``."""
    offer: AiModel
    offers: int
    """How many sell it."""
    ratio: Decimal
    """Tokens read for each one written. Key ``assume.aiTokenRatio``."""
    blended: Decimal
    """US dollars a million tokens at that ratio."""
    cost: Decimal
    """US dollars a month: what its pods are expected to cost."""
    tokens: Decimal
    """A month: what costs as much behind the API."""
    declared: Decimal | None = None
    """US dollars a month that the declared tokens would cost there."""
