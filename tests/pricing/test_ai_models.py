"""A name is a model of the price list only where nothing else can be meant; its price says what it is a price of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.rate import Confidence
from pricing.sources.ai_models import ai_model, ai_offers, similar_models
from pricing.sources.ai_weights import weights

MEANT = [
    # name, seller as its place tells it, address, provider and model of the list
    ("gpt-4o", "", "", ("openai", "gpt-4o")),
    ("openai/gpt-4o-mini", "", "", ("openai", "gpt-4o-mini")),
    ("openai:gpt-4o-mini", "", "", ("openai", "gpt-4o-mini")),
    ("gpt-4o-2024-08-06", "", "", ("openai", "gpt-4o")),
    ("o1", "", "", ("openai", "o1")),
    ("text-embedding-3-small", "", "", ("openai", "text-embedding-3-small")),
    ("claude-sonnet-4-5", "", "", ("anthropic", "claude-sonnet-4-5")),
    ("claude-3-5-sonnet-latest", "", "", ("anthropic", "claude-3-5-sonnet")),
    ("claude-3-5-sonnet-20241022", "", "", ("anthropic", "claude-3-5-sonnet")),
    ("vertex_ai/gemini-2.5-pro", "", "", ("google", "gemini-2.5-pro")),
    ("models/gemini-2.5-pro", "", "", ("google", "gemini-2.5-pro")),
    ("@cf/meta/llama-3.1-8b-instruct-fp8", "", "", ("cloudflare", "@cf/meta/llama-3.1-8b-instruct-fp8")),
    ("publishers/google/models/gemini-2.5-pro", "google", "", ("google", "gemini-2.5-pro")),
    ("claude-3-5-sonnet@20240620", "vertex_ai", "", ("google", "claude-3-5-sonnet")),
    ("gpt-4o", "azure", "", ("azure", "gpt-4o")),
    ("azure/gpt-35-turbo", "", "", ("azure", "gpt-3.5-turbo")),
    (
        "bedrock/us-east-1/anthropic.claude-3-haiku-20240307-v1:0",
        "",
        "",
        ("aws", "regional.anthropic.claude-3-haiku-20240307-v1:0"),
    ),
    ("openrouter/anthropic/claude-3.5-sonnet", "", "", ("openrouter", "anthropic/claude-3.5-sonnet")),
    ("llama-3.3-70b-versatile", "", "https://api.groq.com/openai/v1", ("groq", "llama-3.3-70b-versatile")),
    ("openai/gpt-oss-20b", "groq", "", ("groq", "openai/gpt-oss-20b")),
    ("deepseek-r1", "deepseek", "", ("deepseek", "deepseek-reasoner")),
    ("gpt-4o", "", "http://litellm.ai.svc:4000/v1", ("openai", "gpt-4o")),
    ("gpt-4o", "", "https://llm.example.com/v1", ("openai", "gpt-4o")),
]


@pytest.mark.parametrize(("name", "seller", "address", "meant"), MEANT, ids=[f"{row[0]} {row[1]}{row[2]}" for row in MEANT])
def test_a_name_means_a_model_with_or_without_its_provider(name: str, seller: str, address: str, meant: tuple[str, str]) -> None:
    found = ai_model(name, seller, address)
    assert found is not None
    assert (found.provider, found.name) == meant


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("base", ""),
        ("default", ""),
        ("claude", ""),
        ("claude-2-proxy", ""),
        ("content-moderation-service", ""),
        ("gpt-4o-minii", ""),
        ("my-gpt-4o", ""),
        ("", ""),
        ("a b", ""),
        ("x" * 5000, ""),
        ("ollama/gemini-2.5-pro", ""),
        ("hosted_vllm/gpt-4o", ""),
        # Weights that anybody may run: who does is not said.
        ("gpt-oss-20b", ""),
        ("deepseek-r1", ""),
        ("mistral-7b", ""),
        ("openai/gpt-oss-20b", ""),
        ("google/gemma-3-27b-it", ""),
        ("moonshotai/Kimi-K2-Instruct", ""),
        ("meta-llama/Llama-3.1-8B-Instruct", ""),
        ("gpt-oss-20b", "http://vllm.ml.svc:8000/v1"),
        ("gpt-oss-20b", "https://llm.example.com/v1"),
    ],
)
def test_another_word_is_no_model(name: str, address: str) -> None:
    assert ai_model(name, "", address) is None


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=60))
def test_no_name_breaks_the_look_up(name: str, seller: str, address: str) -> None:
    ai_model(name, seller, address)
    similar_models(name)
    ai_offers(name)


def test_a_price_says_what_it_is_not() -> None:
    def words(name: str) -> str:
        found = ai_model(name)
        assert found is not None
        assert found.rates is not None
        return "; ".join(found.rates.words)

    assert "of up to 200,000 tokens" in words("claude-sonnet-4-5")
    assert "changes with the hour" in words("deepseek-chat")
    assert "tokens of audio and image have other prices" in words("gpt-realtime")
    assert "azure has no price of its own" in words("azure/gpt-4o")
    assert "this version is not in the list: the price of gpt-4o" in words("gpt-4o-2099-01-01")
    assert words("gpt-4o-mini") == ""


def test_a_gateway_of_ones_own_makes_the_makers_price_a_model() -> None:
    found = ai_model("gpt-4o", "", "https://me:key@llm.example.com:8443/v1?key=1")
    assert found is not None
    assert found.rates is not None
    assert found.rates.input is not None
    assert (found.rates.input.value, found.rates.input.confidence) == (Decimal("2.5"), Confidence.MODELLED)
    assert found.rates.words == ("requests go to llm.example.com:8443, which is no provider's own: the price at openai",)


@pytest.mark.parametrize(
    ("name", "sure"),
    [
        ("gpt-4o", Confidence.EXACT),
        ("deepseek-chat", Confidence.MODELLED),
        ("azure/gpt-4o", Confidence.MODELLED),
        ("gpt-4o-2099-01-01", Confidence.MODELLED),
    ],
)
def test_a_price_that_is_anothers_or_an_hours_is_only_modelled(name: str, sure: Confidence) -> None:
    found = ai_model(name)
    assert found is not None
    assert found.rates is not None
    assert found.rates.input is not None
    assert found.rates.input.confidence is sure


def test_what_is_sold_by_the_second_has_no_price_for_tokens() -> None:
    found = ai_model("openai/whisper-1")
    assert found is not None
    assert found.rates is None


def test_a_blend_weighs_what_is_read_by_the_ratio() -> None:
    found = ai_model("gpt-4o-mini")
    assert found is not None
    assert found.rates is not None
    # (3 x $0.15 + $0.60) / 4
    assert found.rates.blended(Decimal(3)) == Decimal("0.2625")
    embedding = ai_model("text-embedding-3-small")
    assert embedding is not None
    assert embedding.rates is not None
    assert embedding.rates.blended(Decimal(3)) is None


@pytest.mark.parametrize(
    "name",
    [
        "meta-llama/Llama-3.1-8B-Instruct",
        "meta.llama3-1-8b-instruct-v1:0",
        "databricks-meta-llama-3-1-8b-instruct",
        "accounts/fireworks/models/llama-v3p1-8b-instruct",
        "llama-3.1-8b-instruct",
    ],
)
def test_names_of_the_same_weights_are_the_same(name: str) -> None:
    assert weights(name) == "llama 3 1 8 b instruct"


@pytest.mark.parametrize(
    "name",
    [
        "meta-llama/Llama-3.1-8B",
        "meta-llama/Llama-3-18B-Instruct",
        "neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8",
        "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo",
        "meta-llama/llama-3.1-8b-instruct:free",
        "meta-llama/Llama-3.1-70B-Instruct",
    ],
)
def test_other_weights_are_others(name: str) -> None:
    assert weights(name) != weights("meta-llama/Llama-3.1-8B-Instruct")


def test_who_sells_published_weights_is_found_under_every_sellers_name() -> None:
    sold = {(offer.provider, offer.name) for offer in ai_offers("meta-llama/Llama-3.1-8B-Instruct")}
    assert {
        ("aws", "meta.llama3-1-8b-instruct-v1:0"),
        ("groq", "llama-3.1-8b-instant"),
        ("fireworks", "llama-v3p1-8b-instruct"),
    } <= sold
    assert not ai_offers("facebook/opt-125m")
    quantised = ai_offers("neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8")
    assert [offer.name for offer in quantised] == ["@cf/meta/llama-3.1-8b-instruct-fp8"]
