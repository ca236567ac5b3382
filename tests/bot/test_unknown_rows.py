"""What is not known of an object is said in one row of it, as a question mark, and never as nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from manifest_texts import deployment, namespace

from bot.comment import comment
from bot.reasons import LONGEST
from policies.documents.starter import starter
from policies.reports.report import report
from weighbridge.output.table import render_table
from workloads.problem import Problem, Severity

MALFORMED = deployment("web").replace("replicas: 2", "replicas: many")
SLICE = deployment("web").replace("cpu: 500m,", "cpu: 500m, nvidia.com/mig-9g.999gb: 1,")
SMALL_JOB = """---
apiVersion: batch/v1
kind: Job
metadata: {name: sweep, namespace: shop}
spec: {template: {spec: {containers: [{name: c, resources: {requests: {cpu: 100m, memory: 64Mi}}}]}}}
"""
REASON = '`Deployment`: spec.replicas must be a whole number, not "many": no API server takes it (such as replicas: 3)'
OTHER_SLICE = SLICE.replace("mig-9g.999gb", "mig-8g.888gb")
SCALED, AUTOSCALER = re.split(r"(?=---\napiVersion: autoscaling)", deployment("web", maximum=9))


def table(text: str) -> list[list[str]]:
    found = re.search(r"\| Δ a month .*?\n\n", text, re.DOTALL)
    assert found
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[0].strip().splitlines()[2:]]


@pytest.mark.parametrize(("before", "after"), [(deployment("web"), MALFORMED), (MALFORMED, deployment("web"))])
def test_an_object_with_a_price_on_one_side_is_one_row_of_a_question_mark(before: str, after: str, reported) -> None:
    text = comment(reported(before, after))
    assert table(text) == [["**?**", "`shop/web`", REASON, "not priced"]]
    assert text.startswith("### Cost: cannot tell, 1 of 1 workloads not priced\n")


def test_an_object_priced_in_part_is_one_row_that_says_so(reported) -> None:
    text = comment(reported("", SLICE))
    ((change, name, words, _),) = table(text)
    # Two pods of 0.5 vCPU and 1 GiB: 2 x 730 x (0.5 x 0.029305 + 0.003719) = $26.82.
    assert (change, name) == ("**+$27**, **?**", "`shop/web`")
    assert words == "new: 2 pods, 0.5 CPU, 1 GiB each, **in part not priced**"
    assert text.startswith("### Cost: cannot tell, 1 of 1 workloads not priced in full, 1 probable mistake\n")


def test_a_change_of_what_has_no_price_is_a_question_mark(reported) -> None:
    assert table(comment(reported(SLICE, OTHER_SLICE))) == [["**?**", "`shop/web`", "**what is not priced**", "$27 → $27"]]


def test_what_stays_as_unknown_as_it_was_is_not_told_again(reported) -> None:
    assert comment(reported(SLICE, SLICE.replace("web:1", "web:2"))).startswith("### Cost: no change\n\nNothing in it")
    ((change, name, words, _),) = table(comment(reported(SLICE, SLICE.replace("{name: web,", "{name: shop-web,"))))
    assert (change, name, words) == ("$0", "`shop/shop-web`", "name web → shop-web")


def test_many_known_ones_beside_one_in_part_leave_the_heading_its_figure(reported) -> None:
    text = comment(reported("", SLICE + deployment("api", replicas=7) + deployment("shop", replicas=5)))
    assert re.match(r"### Cost: \+\$\d+ a month, 1 not priced in full, 1 probable mistake\n", text)
    assert table(text)[-1][:2] == ["**+$188**, **?**", "**2 of 3 workloads**"]


def test_what_is_paid_once_and_rounds_to_nothing_is_not_nothing(reported) -> None:
    rows = {row[1]: row[0] for row in table(comment(reported("", deployment("web", replicas=40) + SMALL_JOB)))}
    assert rows["`shop/sweep`"] == "under $1 once"


def test_a_change_that_could_not_be_read_is_not_told_as_none(weighed) -> None:
    weighing = weighed(deployment("web"), deployment("web"))
    unread = replace(weighing, problems=(Problem(Severity.ERROR, "not valid YAML", "a.yaml"),))
    assert comment(report([unread], "diff", datetime(2026, 1, 2, tzinfo=UTC))).startswith("### Cost: cannot tell, 1 not read\n")


def test_an_autoscaler_whose_target_comes_with_the_change_is_counted_there_and_is_nothing_unknown(reported) -> None:
    told = reported(namespace("shop") + AUTOSCALER, namespace("shop") + AUTOSCALER + SCALED)
    assert told.unpriced_changes == ()
    assert comment(told).startswith("### Cost: +$40 a month (up to +$121)\n")


def test_so_is_one_whose_target_gets_the_name_that_it_waits_for(reported) -> None:
    other = SCALED.replace("name: web, namespace", "name: old, namespace")
    assert reported(AUTOSCALER + other, AUTOSCALER + SCALED).unpriced_changes == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(AUTOSCALER, deployment("api"), id="it goes and its target was never seen"),
        pytest.param(AUTOSCALER + SCALED, AUTOSCALER, id="its target goes"),
        pytest.param(
            AUTOSCALER.replace("Deployment, name: web", "Deployment, name: old") + SCALED,
            AUTOSCALER + SCALED,
            id="it scales something else than before",
        ),
    ],
)
def test_what_an_autoscaler_without_its_target_scales_else_is_not_known(before: str, after: str, reported) -> None:
    assert [entry.manifest.kind for entry in reported(before, after).unpriced_changes] == ["HorizontalPodAutoscaler"]


def _waiting(*names: str) -> str:
    """Autoscalers whose targets nobody sees, each for a long reason of its own."""
    return "".join(
        AUTOSCALER.replace("metadata: {name: web", f"metadata: {{name: {name}").replace(
            "Deployment, name: web", f"Deployment, name: the-{name}-that-somebody-else-has-in-another-repository"
        )
        for name in names
    )


def test_a_short_reason_is_told_in_the_row_alone(reported) -> None:
    text = comment(reported("", MALFORMED))
    assert text.count("must be a whole number") == 1
    assert "Not priced, and not" not in text


def test_a_long_reason_is_told_below_alone_and_whole(reported) -> None:
    told = reported("", _waiting("redis"))
    (entry,) = told.unpriced_changes
    assert len(entry.reason) > LONGEST
    text = comment(told)
    assert table(text) == [["**?**", "`shop/redis`", "`HorizontalPodAutoscaler`: see *Not priced* below", "not priced"]]
    assert text.count("- **Not priced, and not $0:** `shop/redis`:") == 1
    assert "…" not in text


def test_what_the_bullet_has_no_room_for_is_told_in_its_row_and_cut_between_words(reported) -> None:
    told = reported("", _waiting("a", "b", "c", "d", "e"))
    rows = [row[2] for row in table(comment(told))[:-1]]
    assert [row == "`HorizontalPodAutoscaler`: see *Not priced* below" for row in rows] == [True, True, True, False, False]
    for row, entry in zip(rows[3:], told.unpriced_changes[3:], strict=True):
        kept = row.removeprefix("`HorizontalPodAutoscaler`: ").removesuffix("…")
        assert entry.reason.startswith(f"{kept} ")


def test_many_for_one_reason_name_one_of_them(reported) -> None:
    many = "".join(MALFORMED.replace("name: web,", f"name: web-{n},") for n in range(4))
    assert table(comment(reported("", many)))[0][1:] == ["4 objects, such as `shop/web-0`", REASON, "not priced"]


MISSPELT = AUTOSCALER.replace("kind: Deployment, name: web", "kind: Deployment, name: wbe")


def test_an_autoscaler_is_no_workload_and_names_the_target_that_is_meant(reported) -> None:
    text = comment(reported(SCALED, SCALED.replace("cpu: 500m", 'cpu: "2"') + MISSPELT))
    assert text.startswith("### Cost: cannot tell, 1 of 2 objects not priced\n")
    assert table(text)[-1][1] == "**1 of 2 objects**"
    assert "Deployment wbe, which it scales, is not among the objects read (did you mean 'web'?): what it may add" in text


def test_who_pays_is_not_asked_of_an_autoscaler(reported) -> None:
    bare = namespace("shop", team="")
    told = reported(bare + SCALED, bare + SCALED + MISSPELT, starter())
    assert {violation.rule for violation in told.violations} == {"month", "run"}


def test_where_the_row_says_why_a_bullet_names_the_rules(reported) -> None:
    text = comment(reported(namespace("shop"), namespace("shop") + MALFORMED, starter()))
    assert "Not priced, and not" not in text
    assert re.search(r"\n- \*\*Could not be decided:\*\* (`[a-z/-]+`, ){2}`[a-z/-]+` and \d+ more for want of a price\.\n", text)


def test_the_table_and_the_comment_name_the_same_rules_for_want_of_a_price(reported) -> None:
    told = reported(namespace("shop") + SCALED, namespace("shop") + SCALED + MISSPELT, starter())
    rules = "cost-increase/month", "workload-cost/month", "workload-cost/run"
    assert " Without a price, `{}`, `{}` and `{}` could not be decided.\n".format(*rules) in comment(told)
    shown = render_table(told, width=240, colour=False, explain=False)
    assert "Without a price, these rules could not be decided: {}, {} and {}\n".format(*rules) in shown
    assert "cannot tell" not in shown


WEB = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"


def test_rows_of_one_name_are_told_apart_by_their_kinds(reported) -> None:
    text = comment(reported(namespace("shop"), namespace("shop") + deployment("web") + deployment("other") + "---\n" + WEB))
    names = {name for _, name, _, _ in table(text)[:-1]}
    assert names == {"`shop/web` (Deployment)", "`shop/web` (Service)", "`shop/other`"}
