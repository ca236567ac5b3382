"""List prices of AI models behind an API, from the genai-prices package: no network, a new list with each of its releases."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from pricing.book import AiRates
from pricing.rate import Confidence, Rate

PUBLISHED: Final = "2026-11"
"""When the list of the locked release was published."""
MOMENT: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The moment for which prices that change by date or hour are taken: fixed, so that a cost depends on no clock."""

_SAMPLE = 1000
"""Tokens that a rate is taken from: few, so that no price for long prompts applies."""
_PER_MILLION = Decimal(1_000_000) / _SAMPLE


@lru_cache(maxsize=1024)
def ai_rates(provider: str, model: str) -> AiRates | None:
    """What a million tokens of a model cost; None for a provider or a model that the list does not have.

    The first call takes a quarter of a second, for the list to be loaded.
    """
    import genai_prices  # noqa: PLC0415 - 0.2 s that only declared usage pays

    def rate(**tokens: int) -> Rate:
        usage: Any = genai_prices.Usage(**tokens)
        found = genai_prices.calc_price(usage, model_ref=model, provider_id=provider or None, genai_request_timestamp=MOMENT)
        return Rate(found.total_price * _PER_MILLION, "Mtok", _source(), PUBLISHED, Confidence.EXACT)

    try:
        return AiRates(
            rate(input_tokens=_SAMPLE), rate(output_tokens=_SAMPLE), rate(input_tokens=_SAMPLE, cache_read_tokens=_SAMPLE)
        )
    except LookupError:
        return None


@lru_cache(maxsize=256)
def similar_models(provider: str, model: str) -> tuple[str, ...]:
    """Models of a provider whose names are near; where the provider is not known, providers whose names are."""
    import difflib  # noqa: PLC0415

    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415

    providers = {each.id: each for each in get_snapshot().providers}
    if provider and provider not in providers:
        return tuple(difflib.get_close_matches(provider, providers, n=3))
    known = [each.id for name, found in providers.items() if provider in ("", name) for each in found.models]
    return tuple(dict.fromkeys(difflib.get_close_matches(model, known, n=3)))


@lru_cache(maxsize=1)
def _source() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - 15 ms

    return f"genai-prices {version('genai-prices')}"
