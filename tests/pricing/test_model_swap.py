"""A model swap shows its price, with an amount only where tokens are told; what serves a model is held against an API."""

from __future__ import annotations

from decimal import Decimal

import pytest
from manifest_texts import calling

from policies.reports.document import document, weighing_schema
from pricing.delta import Kind
from workloads.manifest import Origin
from workloads.text.schema import check


def serving(model: str, usage: str = "", gpu: str = "nvidia-l4") -> str:
    """A Deployment that serves a model on one L4."""
    annotations = f", annotations: {{weighbridge.dev/ai-usage: {usage!r}}}" if usage else ""
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: llm, namespace: ml{annotations}}}\n"
        f"spec: {{template: {{spec: {{nodeSelector: {{cloud.google.com/gke-accelerator: {gpu}, "
        f"node.kubernetes.io/instance-type: g2-standard-4}}, "
        f"containers: [{{name: vllm, image: vllm/vllm-openai, args: [--model, {model}], "
        f"resources: {{requests: {{cpu: 3, memory: 12Gi}}, limits: {{nvidia.com/gpu: 1}}}}}}]}}}}}}\n"
    )


def test_a_swap_shows_both_prices_and_claims_no_amount(weighed) -> None:
    (delta,) = weighed(calling("gpt-4o"), calling("gpt-4o-mini")).delta.workloads
    assert delta.kind is Kind.CHANGED
    assert delta.change.nothing
    (field,) = delta.fields
    assert (field.what, field.before, field.after) == ("AI model", "gpt-4o", "gpt-4o-mini")
    assert field.detail == "$2.50 in / $10.00 out → $0.15 in / $0.60 out a million tokens"
    assert field.path == ("spec", "template", "spec", "containers", 0, "env", 0)
    assert field.change.nothing


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (calling(""), calling("gpt-4o"), ("none", "gpt-4o", "$2.50 in / $10.00 out a million tokens")),
        (calling("gpt-4o"), calling(""), ("gpt-4o", "none", "$2.50 in / $10.00 out a million tokens")),
        (calling("gpt-4o"), calling("o1"), ("gpt-4o", "o1", "$2.50 in / $10.00 out → $15.00 in / $60.00 out a million tokens")),
    ],
)
def test_a_model_that_comes_or_goes_is_told(before: str, after: str, told: tuple[str, str, str], weighed) -> None:
    (delta,) = weighed(before, after).delta.workloads
    assert [(field.before, field.after, field.detail) for field in delta.fields] == [told]


def test_a_model_of_no_list_is_no_silence(weighed, reported) -> None:
    before, after = calling("gpt-4o"), calling("gpt-4o-minii")
    (delta,) = weighed(before, after).delta.workloads
    (field,) = delta.fields
    assert (field.before, field.after) == ("gpt-4o", "gpt-4o-minii")
    assert field.detail == "$2.50 in / $10.00 out a million tokens → in no price list"
    assert delta.after is not None
    assert "did you mean gpt-4o-mini" in delta.after.notes[1]
    report = reported(before, after)
    assert report.rows[0].uncounted == ("gpt-4o-minii", "gpt-4o")
    told = document(report)
    assert check(weighing_schema(), told, Origin("")) == ()
    (model,) = told["workloads"][0]["aiModels"]
    assert (model["model"], model["provider"], model["input"], model["counted"]) == ("gpt-4o-minii", None, None, False)
    (entry,) = weighed(None, calling("gpt-4o-minii", usage="input=1M")).delta.after.unpriced
    assert "gpt-4o-minii: in no price list of the book; did you mean gpt-4o-mini" in entry.reason


def test_what_is_sold_by_the_second_says_so(reported) -> None:
    (note,) = reported(None, calling("whisper-1")).notes
    assert "(whisper-1, not sold by the token)" in note


@pytest.mark.parametrize("name", ["gpt-oss-20b", "gpt-j-6b", "mistral-7b", "openai/gpt-oss-20b", "own-model-1", "resnet-50"])
def test_a_name_of_published_weights_or_of_ones_own_is_no_model_behind_an_api(name: str, weighed) -> None:
    (estimate,) = weighed(None, calling(name)).delta.after.workloads
    assert estimate.ai_models == ()


def test_a_deployment_on_azure_may_have_any_name(reported) -> None:
    text = calling("chat").replace("OPENAI_MODEL", "AZURE_OPENAI_DEPLOYMENT")
    (note,) = reported(None, text).notes
    assert "(chat, in no price list)" in note


def test_a_workload_that_keeps_its_model_is_unchanged(weighed) -> None:
    (delta,) = weighed(calling("gpt-4o"), calling("gpt-4o").replace("web:1", "web:2")).delta.workloads
    assert delta.kind is Kind.UNCHANGED


def test_a_swap_beside_a_change_of_size_keeps_both(weighed) -> None:
    (delta,) = weighed(calling("gpt-4o"), calling("gpt-4o-mini", replicas=2)).delta.workloads
    assert [field.what for field in delta.fields] == ["replicas", "AI model"]
    assert delta.fields[0].change.expected == delta.change.expected > 0


def test_a_gateways_models_are_swapped_by_its_config_map(weighed) -> None:
    def gateway(model: str) -> str:
        return (
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: litellm, namespace: shop}\ndata:\n  config.yaml: |\n"
            f"    model_list:\n      - model_name: a\n        litellm_params: {{model: {model}}}\n"
            + calling("").replace("containers:", "volumes: [{name: c, configMap: {name: litellm}}]\n      containers:")
        )

    (delta,) = weighed(gateway("azure/gpt-4o"), gateway("groq/llama-3.3-70b-versatile")).delta.workloads
    (field,) = delta.fields
    assert (field.before, field.after) == ("azure/gpt-4o", "groq/llama-3.3-70b-versatile")
    assert field.path == ("spec", "template", "spec", "volumes", 0)


def test_declared_tokens_of_the_models_named_leave_no_more_to_tell(weighed) -> None:
    before = calling("gpt-4o", usage="openai/gpt-4o input=1M")
    after = calling("gpt-4o-mini", usage="openai/gpt-4o-mini input=1M")
    (delta,) = weighed(before, after).delta.workloads
    assert [(field.what, field.detail) for field in delta.fields] == [("AI model", "")]
    assert delta.change.expected == Decimal("0.15") - Decimal("2.5")


def test_tokens_declared_of_another_model_than_the_one_named_are_told(weighed, reported) -> None:
    usage = "openai/gpt-4o input=1M"
    report = reported(calling("gpt-4o", usage=usage), calling("gpt-4o-mini", usage=usage))
    (row,) = report.rows
    assert row.uncounted == ("gpt-4o-mini",)
    assert "shop/chat (none → gpt-4o-mini, $0.15 in / $0.60 out a million tokens)" in report.notes[0]


def test_an_unchanged_workload_is_no_news_and_says_so_by_itself(reported) -> None:
    report = reported(calling("gpt-4o") + calling("", "other"), calling("gpt-4o") + calling("", "other", replicas=2))
    assert report.notes == ()
    told = next(row for row in report.rows if row.manifest.name == "chat").estimate.notes
    assert told[0].startswith("uses gpt-4o ($2.50 in / $10.00 out a million tokens), its tokens not declared and not counted")


def test_an_estimate_tells_every_model_whose_tokens_are_not_counted_once(reported) -> None:
    texts = "".join(calling("gpt-4o", f"chat-{number}") for number in range(12)) + calling("o1", "other")
    (note,) = reported(None, texts).notes
    assert note.count("gpt-4o") == 1
    assert "and not $0" in note
    assert "shop/other (o1, $15.00 in / $60.00 out" in note


def test_what_is_served_costs_its_machines_and_is_held_against_the_cheapest_api(weighed) -> None:
    (estimate,) = weighed(None, serving("meta-llama/Llama-3.1-8B-Instruct")).delta.after.workloads
    found = estimate.break_even
    assert found is not None
    assert not any(line.what == "aiApi" for line in estimate.lines)
    # Novita's list: $0.02 in, $0.05 out; three read for each one written: (3 x 0.02 + 0.05) / 4.
    assert found.blended == Decimal("0.0275")
    assert found.cost == estimate.total.expected
    # $515.98736 / $0.0275 a million.
    assert (found.cost, found.tokens) == (Decimal("515.98736"), 18_763_176_727)
    assert found.offers >= 10
    assert "assume.aiTokenRatio" in estimate.notes[0]


@pytest.mark.parametrize(
    ("usage", "costs", "words"),
    [
        # 3,000 x $0.02 + 1,000 x $0.05: less than the machine's $516 a month.
        ("input=3G output=1G", 110, "the API is cheaper, by $"),
        ("input=30G output=10G", 1100, "serving it is cheaper, by $"),
    ],
)
def test_declared_tokens_of_what_is_served_tell_which_is_cheaper(usage: str, costs: int, words: str, weighed) -> None:
    (estimate,) = weighed(None, serving("meta-llama/Llama-3.1-8B-Instruct", usage)).delta.after.workloads
    assert estimate.break_even is not None
    assert estimate.break_even.declared == costs
    assert words in estimate.notes[0]
    assert not estimate.unpriced
    assert not any(line.what == "aiApi" for line in estimate.lines)


@pytest.mark.parametrize(
    "model", ["facebook/opt-125m", "acme/own-model", "neuralmagic/Meta-Llama-3.1-70B-Instruct-FP8", "/models/llama"]
)
def test_what_no_api_surely_sells_is_held_against_none(model: str, weighed) -> None:
    (estimate,) = weighed(None, serving(model)).delta.after.workloads
    assert estimate.break_even is None


def test_the_document_has_models_and_break_even_as_its_schema_says(reported) -> None:
    report = reported(
        calling("gpt-4o") + serving("meta-llama/Llama-3.1-8B-Instruct"),
        calling("gpt-4o-mini") + serving("meta-llama/Llama-3.1-8B-Instruct"),
    )
    told = document(report)
    assert check(weighing_schema(), told, Origin("")) == ()
    chat, llm = told["workloads"]
    (model,) = chat["aiModels"]
    assert (model["provider"], model["name"], model["input"], model["output"], model["counted"]) == (
        "openai",
        "gpt-4o-mini",
        0.15,
        0.6,
        False,
    )
    assert model["field"] == "spec.template.spec.containers[0].env[0]"
    assert (model["source"].split()[0], model["sourceDate"]) == ("genai-prices", "2026-11")
    assert chat["changes"][0]["detail"].endswith("a million tokens")
    assert chat["breakEven"] is None
    assert llm["aiModels"][0]["selfHosted"] is True
    assert llm["breakEven"]["blended"] == 0.0275
    assert llm["breakEven"]["tokens"] > 10**9


USAGE = "input=300M output=50M"
"""$75 a month of gpt-4o-mini, $1,250 of gpt-4o."""


class TestDeclaring:
    """That how many tokens are used becomes known is no change of what is paid for them."""

    @pytest.mark.parametrize("usage", [USAGE, f"openai/gpt-4o-mini {USAGE}"])
    def test_tokens_that_are_only_declared_now_were_paid_before(self, usage: str, weighed, reported) -> None:
        before, after = calling("gpt-4o-mini"), calling("gpt-4o-mini", usage=usage)
        (delta,) = weighed(before, after).delta.workloads
        assert delta.change.nothing
        assert sum(line.amount.expected for line in delta.after.lines if line.what == "aiApi") == Decimal(75)
        (note,) = [each for each in reported(before, after).notes if "declares" in each]
        assert "$75.00 a month before this change, was paid then as well" in note

    @pytest.mark.parametrize("usage", [USAGE, f"openai/gpt-4o {USAGE}"])
    def test_a_model_that_is_swapped_meanwhile_costs_the_difference(self, usage: str, weighed) -> None:
        (delta,) = weighed(calling("gpt-4o-mini"), calling("gpt-4o", usage=usage)).delta.workloads
        assert delta.change.expected == Decimal(1250 - 75)
        assert [(field.what, field.before, field.after.rpartition("/")[2]) for field in delta.fields] == [
            ("AI model", "openai/gpt-4o-mini", "gpt-4o")
        ]

    def test_what_calls_its_first_model_adds_what_it_declares(self, weighed) -> None:
        (delta,) = weighed(calling(""), calling("gpt-4o-mini", usage=USAGE)).delta.workloads
        assert delta.change.expected == Decimal(75)

    def test_tokens_that_are_declared_no_more_are_not_saved(self, weighed, reported) -> None:
        before, after = calling("gpt-4o-mini", usage=USAGE), calling("gpt-4o-mini")
        assert weighed(before, after).delta.change.nothing
        assert any("declares its tokens of AI models no more" in note for note in reported(before, after).notes)

    def test_a_model_that_is_called_no_more_is_saved_with_its_tokens(self, weighed) -> None:
        assert weighed(calling("gpt-4o-mini", usage=USAGE), calling("")).delta.change.expected == Decimal(-75)

    def test_of_copies_each_declares_for_itself(self, weighed) -> None:
        large = [calling("gpt-4o-mini", usage=usage).replace("cpu: 500m", "cpu: 600m") for usage in ("", USAGE)]
        for before, after in ((calling("gpt-4o-mini"), calling("gpt-4o-mini")), (calling(""), calling(""))):
            assert weighed(before + large[0], after + large[1]).delta.change.nothing

    def test_a_swap_to_a_model_of_no_list_is_told_by_both_names(self, weighed) -> None:
        (delta,) = weighed(calling("gpt-4o-mini", usage=USAGE), calling("claude-sonnet-9", usage=USAGE)).delta.workloads
        assert delta.in_part
        (field,) = delta.fields
        assert (field.before, field.after) == ("gpt-4o-mini", "claude-sonnet-9")
        assert field.detail.endswith("in no price list")
