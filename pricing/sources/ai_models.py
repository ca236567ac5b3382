"""List prices of AI models behind an API, from the genai-prices package: no network, a new list with each of its releases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from pricing.ai.model import AiModel, AiRates
from pricing.rate import Confidence, Rate
from pricing.sources.ai_names import ALIASES, at, find, providers
from pricing.sources.ai_weights import weights

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

PUBLISHED: Final = "2026-11"
"""When the list of the locked release was published."""
MOMENT: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The moment for which prices that change by date or hour are taken: fixed, so that a cost depends on no clock."""

_SAMPLE: Final = 1000
"""Tokens that a rate is taken from: few, so that no price for long prompts applies."""
_PER_MILLION = Decimal(1_000_000) / _SAMPLE
_BATCH: Final = {"processing": "batch"}


@lru_cache(maxsize=1024)
def ai_model(name: str, seller: str = "", address: str = "") -> AiModel | None:
    """The model that a name means, with what its tokens cost; None for what is in no list, or in several of which none is stated.

    ``seller`` and ``address`` are what is known of the provider beside the name itself.
    """
    found = find(seller, name, address)
    if found is None:
        return None
    provider, priced_by, model, listed = found
    rates = _rates(model, priced_by)
    doubts = []
    if address and at(address) is None:
        doubts.append(f"requests go to {_host(address)}, which is no provider's own: the price at {provider.id}")
    if priced_by.id != provider.id:
        doubts.append(f"{provider.id} has no price of its own for it in the list: {priced_by.id}'s")
    if not listed:
        doubts.append(f"this version is not in the list: the price of {model.id}")
    return AiModel(provider.id, model.id, _doubted(rates, tuple(doubts)) if rates and doubts else rates)


def _host(address: str) -> str:
    """The host of an address alone: the rest of it may hold a key."""
    return (address.partition("://")[2] or address).partition("/")[0].partition("?")[0].rpartition("@")[2]


def _doubted(rates: AiRates, words: tuple[str, ...]) -> AiRates:
    """Rates that are another's, and therefore only modelled."""
    fields = ("input", "output", "cached", "cache_write", "batch_input", "batch_output")
    modelled = {
        name: replace(rate, confidence=Confidence.MODELLED) for name in fields if (rate := getattr(rates, name)) is not None
    }
    return replace(rates, **modelled, words=(*words, *rates.words))


def _rates(model: ModelInfo, provider: Provider) -> AiRates | None:
    """What tokens of a model cost; None where it has a price for neither those it reads nor those it writes."""
    price = model.get_prices(MOMENT)
    reads, writes = price.input_mtok is not None, price.output_mtok is not None
    if not reads and not writes:
        return None
    confidence = Confidence.MODELLED if _by_the_hour(model) or "OpenRouter" in (model.price_comments or "") else Confidence.EXACT

    def rate(context: dict[str, str] | None = None, **tokens: int) -> Rate:
        import genai_prices  # noqa: PLC0415 - loaded already by now

        usage: Any = genai_prices.Usage(**tokens)
        found = model.calc_price(usage, provider, genai_request_timestamp=MOMENT, price_context=context)
        return Rate(found.total_price * _PER_MILLION, "Mtok", _source(), PUBLISHED, confidence)

    batched = any(variant.when == _BATCH for variant in model.price_variants or ())
    return AiRates(
        input=rate(input_tokens=_SAMPLE) if reads else None,
        output=rate(output_tokens=_SAMPLE) if writes else None,
        cached=rate(input_tokens=_SAMPLE, cache_read_tokens=_SAMPLE) if reads else None,
        cache_write=rate(input_tokens=_SAMPLE, cache_write_tokens=_SAMPLE) if reads else None,
        batch_input=rate(_BATCH, input_tokens=_SAMPLE) if reads and batched else None,
        batch_output=rate(_BATCH, output_tokens=_SAMPLE) if writes and batched else None,
        words=tuple(_words(model, price)),
    )


def _by_the_hour(model: ModelInfo) -> bool:
    """Whether a model's price changes with the hour of the day."""
    prices = model.prices if isinstance(model.prices, list) else []
    return any(type(each.constraint).__name__ == "TimeOfDateConstraint" for each in prices)


def _words(model: ModelInfo, price: ModelPrice) -> list[str]:
    """What the list says of a price that one figure cannot."""
    words = []
    starts = [tier.start for each in vars(price).values() for tier in getattr(each, "tiers", ())]
    if starts:
        words.append(f"the price of prompts of up to {min(starts):,} tokens: longer ones cost more")
    if _by_the_hour(model):
        words.append(f"the price at {MOMENT:%H:%M} UTC: it changes with the hour of the day")
    spoken = [kind for kind in ("audio", "image") if getattr(price, f"input_{kind}_mtok") is not None]
    if spoken:
        words.append(f"text only: tokens of {' and '.join(spoken)} have other prices")
    if not any(value for value in (price.input_mtok, price.output_mtok)):
        words.append("the list asks nothing for it")
    if model.deprecated:
        words.append("its provider calls it deprecated")
    return words


@lru_cache(maxsize=256)
def similar_models(name: str) -> tuple[str, ...]:
    """Models of a provider whose names are near; where the provider is not known, providers whose names are."""
    import difflib  # noqa: PLC0415

    provider, slash, model = name[:200].lower().partition("/")
    provider, model = (ALIASES.get(provider, provider), model) if slash else ("", provider)
    known = providers()
    if provider and provider not in known:
        return tuple(difflib.get_close_matches(provider, known, n=3))
    names = [each.id for owner, found in known.items() if provider in ("", owner) for each in found.models]
    return tuple(dict.fromkeys(difflib.get_close_matches(model, names, n=3)))


@lru_cache(maxsize=256)
def ai_offers(name: str) -> tuple[AiModel, ...]:
    """Who sells a model of published weights by the token, in the list's order; none where no name is surely it."""
    return tuple(
        AiModel(provider.id, model.id, rates)
        for provider, model in _sold().get(weights(name), ())
        if (rates := _rates(model, provider)) is not None
    )


@cache
def _sold() -> dict[str, list[tuple[Provider, ModelInfo]]]:
    """Models of the list by the weights they run; without what their providers no longer sell."""
    found: dict[str, list[tuple[Provider, ModelInfo]]] = {}
    for provider in providers().values():
        for model in provider.models:
            if not model.deprecated:
                found.setdefault(weights(model.id, provider.id), []).append((provider, model))
    return found


@lru_cache(maxsize=1)
def _source() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - 15 ms

    return f"genai-prices {version('genai-prices')}"
