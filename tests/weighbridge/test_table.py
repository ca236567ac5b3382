"""The table on a terminal fits its width, says what decided the prices, and tells the same sums as everything else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from manifest_texts import calling, deployment, gpu_job, namespace, stateful_set
from syrupy.assertion import SnapshotAssertion

from policies.documents.starter import starter
from policies.reports.certainty import percent
from policies.reports.figures import NO_FIGURES, Figures
from pricing.currency import USD
from weighbridge.output.amount import Amounts
from weighbridge.output.table import render_table
from weighbridge.output.terminal_text import printable

BEFORE = namespace("shop") + deployment("web", replicas=3) + stateful_set("db", "100Gi") + deployment("api", maximum=6)
AFTER = (
    namespace("shop")
    + deployment("web", replicas=9)
    + stateful_set("db", "500Gi")
    + deployment("api", maximum=12)
    + gpu_job("train")
)


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("explain", [False, True])
def test_a_diff_reads_as_it_was_agreed(width: int, explain: bool, reported, snapshot: SnapshotAssertion) -> None:
    assert render_table(reported(BEFORE, AFTER, starter()), width=width, colour=False, explain=explain) == snapshot


def test_an_estimate_reads_as_it_was_agreed(reported, snapshot: SnapshotAssertion) -> None:
    assert render_table(reported(None, AFTER), width=100, colour=False, explain=False) == snapshot


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_no_row_of_the_table_is_wider_than_the_terminal(width: int, reported) -> None:
    text = render_table(reported(BEFORE, AFTER), width=width, colour=False, explain=False)
    table = text.split("\n\n")[1]
    assert all(len(line) <= width for line in table.splitlines())


def test_without_colour_there_are_no_escapes(reported) -> None:
    assert "\x1b" not in render_table(reported(BEFORE, AFTER), width=100, colour=False, explain=True)
    assert "\x1b[" in render_table(reported(BEFORE, AFTER), width=100, colour=True, explain=True)


def test_it_is_ascii_but_for_names(reported) -> None:
    text = render_table(reported(BEFORE, AFTER, starter()), width=120, colour=False, explain=True)
    assert text.isascii(), [character for character in text if not character.isascii()]


@pytest.mark.parametrize("name", ["\x1b[31mred", "a\u202eb", "\x07bell", "a\nb", "[bold]x[/bold]"])
def test_a_hostile_name_does_not_act_on_the_terminal(name: str, reported) -> None:
    import json

    text = render_table(reported("", deployment(json.dumps(name))), width=100, colour=False, explain=True)
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert printable(name) in text


def test_a_workload_that_is_only_priced_in_part_says_so(reported) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n"
        "spec: {containers: [{name: a, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {example.com/npu: 1}}}]}\n"
    )
    text = render_table(reported(None, pod), width=100, colour=False, explain=False)
    assert "modelled, in part" in text


def test_a_swapped_model_has_a_question_mark_for_its_amount_and_both_prices(reported) -> None:
    before, after = (calling(model) + deployment("web", replicas=count) for model, count in (("gpt-4o", 1), ("gpt-4o-mini", 2)))
    lines = render_table(reported(before, after), width=200, colour=False, explain=False).splitlines()
    (chat,) = [line for line in lines if "shop/chat" in line and "To know" not in line]
    assert chat.split()[0] == "?"
    assert "AI model gpt-4o -> gpt-4o-mini: $2.50 in / $10.00 out -> $0.15 in / $0.60 out a million tokens" in chat
    (total,) = [line for line in lines if "  sum" in line]
    assert total.split()[1] == "?"
    (note,) = [line for line in lines if line.startswith("To know")]
    assert "not $0: shop/chat (gpt-4o -> gpt-4o-mini, $2.50 in / $10.00 out -> $0.15 in / $0.60 out a million tokens)" in note
    assert note.isascii()


def test_a_new_workload_says_whose_tokens_are_not_told(reported) -> None:
    text = render_table(reported("", calling("gpt-4o")), width=160, colour=False, explain=False)
    assert " ?  shop/chat  new Deployment, tokens of gpt-4o not told" in text


def test_a_workload_whose_tokens_are_not_counted_is_only_sure_in_part(reported) -> None:
    assert "modelled, in part" in render_table(reported(None, calling("gpt-4o")), width=100, colour=False, explain=False)
    declared = calling("gpt-4o", usage="input=1M")
    assert "in part" not in render_table(reported(None, declared), width=100, colour=False, explain=False)


def test_the_sum_is_of_the_rows_shown_with_the_unchanged_beside_it(reported) -> None:
    still = deployment("still")
    before, after = deployment("a") + deployment("b") + still, deployment("a", replicas=3) + deployment("b", replicas=4) + still
    table = render_table(reported(before, after), width=100, colour=False, explain=False).split("\n\n")[1].splitlines()
    *rows, total, unchanged = [[Decimal(each.strip("$")) for each in line.split()[-2:]] for line in table[1:]]
    assert total == [sum(column) for column in zip(*rows, strict=True)]
    assert "and 1 unchanged" in table[-1]
    assert unchanged[0] == unchanged[1] > 0


@pytest.mark.parametrize("width", [30, 60, 100])
def test_a_sum_says_how_many_are_not_in_it_however_narrow_the_terminal(width: int, reported) -> None:
    chart = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"
    text = render_table(reported(None, deployment("a") + deployment("b") + chart), width=width, colour=False, explain=False)
    assert "sum, 1 not priced" in text


def test_a_change_that_changes_nothing_says_so(reported) -> None:
    text = render_table(reported(deployment("a"), deployment("a")), width=100, colour=False, explain=False)
    assert "Nothing changes: $" in text


def test_a_high_end_below_the_change_is_at_most() -> None:
    falling = Figures(Decimal("-0.33"), Decimal("-0.33"), Decimal("-1.00"))
    assert Amounts(USD.sign).high_change(falling, NO_FIGURES) == "at most -$1.00"
    assert Amounts(USD.sign).high_change(Figures(Decimal(0), Decimal(0), Decimal(5)), NO_FIGURES) == "+$5.00"
    assert Amounts(USD.sign).high_change(Figures(Decimal(0), Decimal(5), Decimal(0)), NO_FIGURES) == "maximum as before"
    assert Amounts(USD.sign).high_change(Figures(Decimal(0), Decimal(5), Decimal(2)), NO_FIGURES) == "maximum +$2.00"


@pytest.mark.parametrize(("share", "words"), [("0.0001", "under 1%"), ("0.01", "1%"), ("0.814", "81%"), ("1", "100%")])
def test_a_share_under_one_percent_is_no_zero(share: str, words: str) -> None:
    assert percent(Decimal(share)) == words


def test_prices_are_not_named_where_nothing_has_one(reported) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n"
    shown = render_table(reported("", config), width=100, colour=False, explain=False)
    assert shown.startswith("USD a month of 730 h; nothing costs anything\n")
    unknown = render_table(reported("", UNKNOWN), width=100, colour=False, explain=False)
    assert unknown.startswith("USD a month of 730 h; nothing was priced\n")


UNKNOWN = "apiVersion: x.example/v1\nkind: Foo\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c}]}}}\n"


@pytest.mark.parametrize("width", [1, 14, 24, 40])
@pytest.mark.parametrize("before", [None, deployment("web", replicas=3)])
def test_an_amount_is_never_cut_however_narrow_the_terminal(width: int, before: str | None, reported) -> None:
    report = reported(before, deployment("web", replicas=30_000) + deployment("api", replicas=2))
    wide = render_table(report, width=120, colour=False, explain=False).split("\n\n")[1]
    narrow = render_table(report, width=width, colour=False, explain=False).split("\n\n")[1]
    first = [line.split()[0] for line in wide.splitlines()[1:]]
    assert first[0].lstrip("+").startswith("$4")
    assert [line.split()[0] for line in narrow.splitlines()[1:]] == first
