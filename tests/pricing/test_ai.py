"""What declared use of AI models costs, by hand, and what is said where it cannot be told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.delta import Kind
from pricing.estimator import estimate
from pricing.rate import Confidence, Location
from workloads.inventory import take_inventory
from workloads.models.usage import AiUsage, ai_usage
from workloads.snapshots.snapshot import Observations, Snapshot, Target
from workloads.text.reader import read


def _declaring(usage: object, replicas: int = 1) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: chat, namespace: shop, annotations: {{weighbridge.dev/ai-usage: {usage!r}}}}}\n"
        f"spec: {{replicas: {replicas}, template: {{spec: {{containers: [{{name: a, resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]}}}}}}\n"
    )


def _lines(weighing) -> list:
    (workload,) = weighing.delta.after.workloads
    return [line for line in workload.lines if line.what == "aiApi"]


BY_HAND = [
    # OpenAI's list: $0.15 in, $0.60 out, $0.075 from the cache, a million tokens of gpt-4o-mini.
    ("openai/gpt-4o-mini input=300M output=50M", ["45", "30"]),
    ("openai/gpt-4o-mini input=100M cached=200M", ["15", "15"]),
    ("gpt-4o-mini output=1G", ["600"]),
    # The list's own price for the batch API: half.
    ("openai/gpt-4o-mini batchInput=300M batchOutput=50M", ["22.5", "15"]),
    # Anthropic's list: $3 in, $15 out; the price for prompts of more than 200,000 tokens is not meant.
    ("anthropic/claude-sonnet-4-5 input=20M output=4M", ["60", "60"]),
    # Published weights, at the provider that is stated: $0.57 in.
    ("moonshotai/kimi-k2 input=1M", ["0.57"]),
    # Writing to the cache costs $3.75 a million.
    ("anthropic/claude-sonnet-4-5 cacheWrite=4M", ["15"]),
    # The Azure list has no price of its own for it: OpenAI's, $2.50 in and $10 out.
    ("azure/gpt-4o input=2M output=1M", ["5", "10"]),
    ("openai/gpt-4o-mini input=1.5k; anthropic/claude-sonnet-4-5 output=1M", ["0.000225", "15"]),
]


@pytest.mark.parametrize(("usage", "amounts"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_tokens_cost_what_the_provider_lists(usage: str, amounts: list[str], weighed) -> None:
    assert [line.amount.expected for line in _lines(weighed(None, _declaring(usage)))] == [Decimal(amount) for amount in amounts]


def test_a_use_is_the_workloads_and_not_each_pods(weighed) -> None:
    one, many = (_lines(weighed(None, _declaring("openai/gpt-4o-mini input=300M", count))) for count in (1, 50))
    assert one == many


def test_a_list_price_is_exact_and_half_of_it_modelled_with_its_source_and_date(weighed) -> None:
    plain, batch = _lines(weighed(None, _declaring("openai/gpt-3.5-turbo-16k input=1M batchInput=1M")))
    assert (plain.confidence, batch.confidence) == (Confidence.EXACT, Confidence.MODELLED)
    assert batch.amount.expected == plain.amount.expected / 2
    assert plain.rate.source.startswith("genai-prices ")
    assert plain.rate.date
    (guessed,) = _lines(weighed(None, _declaring("groq/llama-3.3-70b-versatile batchInput=1M")))
    assert (guessed.confidence, "may have none" in guessed.assumption) == (Confidence.ASSUMED, True)


def test_another_model_is_told_as_the_cause_of_its_price(weighed) -> None:
    before, after = (_declaring(f"openai/{model} input=300M output=50M") for model in ("gpt-4o", "gpt-4o-mini"))
    (delta,) = weighed(before, after).delta.workloads
    assert delta.kind is Kind.CHANGED
    assert [(field.what, field.before, field.after) for field in delta.fields] == [
        ("AI model", "openai/gpt-4o", "openai/gpt-4o-mini")
    ]
    assert delta.change.expected == 75 - 1250
    (more,) = weighed(before, before.replace("300M", "600M")).delta.workloads
    assert [(field.what, field.before, field.after) for field in more.fields] == [("AI tokens", "350M", "650M")]


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        ("openai/gpt-4o-minii input=1M", "did you mean gpt-4o-mini"),
        ("opnai/gpt-4o input=1M", "did you mean openai"),
        ("openai/nothing-like-it-at-all-xyz input=1M", "in no price list of the book"),
        ("openai/tts-1 input=1M", "does not sell it by the token"),
        ("openai/text-embedding-3-small output=1M", "no price for tokens of output"),
        ("input=1M", "names no model, and no setting of it does"),
    ],
)
def test_a_model_that_no_list_has_is_not_priced_and_not_zero(usage: str, words: str, weighed) -> None:
    (entry,) = weighed(None, _declaring(usage)).delta.after.unpriced
    assert words in entry.reason


def _naming(variables: dict[str, str], usage: str = "", name: str = "chat") -> str:
    annotations = f", annotations: {{weighbridge.dev/ai-usage: {usage!r}}}" if usage else ""
    env = ", ".join(f"{{name: {variable}, value: {value!r}}}" for variable, value in variables.items())
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop{annotations}}}\n"
        f"spec: {{template: {{spec: {{containers: [{{name: a, env: [{env}], resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]}}}}}}\n"
    )


def test_tokens_without_a_model_are_of_the_one_that_the_settings_name(weighed) -> None:
    before, after = (_naming({"OPENAI_MODEL": model}, "input=300M output=50M") for model in ("gpt-4o", "gpt-4o-mini"))
    (delta,) = weighed(before, after).delta.workloads
    # 300 x $2.50 + 50 x $10 against 300 x $0.15 + 50 x $0.60.
    assert delta.change.expected == 75 - 1250
    (cause,) = delta.fields
    assert (cause.what, cause.before, cause.after) == ("AI model", "openai/gpt-4o", "openai/gpt-4o-mini")
    assert cause.path == ("spec", "template", "spec", "containers", 0, "env", 0)


def test_tokens_without_a_model_are_not_priced_where_the_settings_name_several(weighed) -> None:
    text = _naming({"CHAT_MODEL": "gpt-4o", "EMBEDDING_MODEL": "text-embedding-3-small"}, "input=1M")
    (entry,) = weighed(None, text).delta.after.unpriced
    assert "its settings name several: gpt-4o, text-embedding-3-small" in entry.reason


def test_what_was_observed_is_priced_where_nothing_is_declared_and_said_so(prices) -> None:
    seen = (AiUsage("openai/gpt-4o-mini", {"input": Decimal(10**8)}),)
    observed = Observations("2026-11-20", ai_tokens={Target("apps", "Deployment", "shop", "chat"): seen})
    snapshot = Snapshot(observed=observed)
    plain, declaring = _naming({}), _declaring("openai/gpt-4o-mini input=1M")

    def lines(text: str) -> list:
        inventory = take_inventory(read(text.encode()).manifests, snapshot)
        (workload,) = estimate(inventory, prices, Location("gcp", "us-central1")).workloads
        return [line for line in workload.lines if line.what == "aiApi"]

    (line,) = lines(plain)
    assert (line.amount.expected, line.confidence) == (15, Confidence.MODELLED)
    assert "observed by 2026-11-20" in line.derivation[0]
    (line,) = lines(declaring)
    assert line.amount.expected == Decimal("0.15")


def test_a_swap_at_observed_tokens_is_their_price(prices) -> None:
    seen = (AiUsage("", {"input": Decimal(3 * 10**8), "output": Decimal(5 * 10**7)}),)
    observed = Observations("2026-11-20", ai_tokens={Target("apps", "Deployment", "shop", "chat"): seen})

    def total(model: str) -> Decimal:
        inventory = take_inventory(read(_naming({"LLM_MODEL": model}).encode()).manifests, Snapshot(observed=observed))
        return estimate(inventory, prices, Location("gcp", "us-central1")).total.expected

    assert total("gpt-4o-mini") - total("gpt-4o") == 75 - 1250


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("openai/gpt-4o inptu=1M", "'inptu' is none of input, output"),
        ("openai/gpt-4o input=lots", "'input=lots' is no number of tokens"),
        ("openai/gpt-4o input=-5", "is no number of tokens"),
        ("openai/gpt-4o input=1e9", "is no number of tokens"),
        ("openai/gpt-4o input=999999999999999999G", "is no number of tokens"),
        ("openai/gpt-4o", "no tokens of openai/gpt-4o are stated"),
        ("<b>", "names no model"),
        (7, "it is no text"),
        (["a"], "it is no text"),
        ("x" * 5000, "a very long one"),
    ],
)
def test_a_declaration_that_is_none_is_told_in_words(stated: object, words: str) -> None:
    (found,) = ai_usage({"metadata": {"annotations": {"weighbridge.dev/ai-usage": stated}}})
    assert isinstance(found, str)
    assert words in found


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_declaration(stated: str) -> None:
    for found in ai_usage({"metadata": {"annotations": {"weighbridge.dev/ai-usage": stated}}}):
        assert isinstance(found, AiUsage | str)
