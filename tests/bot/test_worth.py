"""A comment is worth it when enough is added or saved, or something beside money is to be said; else silence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from manifest_texts import cron_job, deployment, gpu_job, namespace, stateful_set

from bot.comment import comment
from bot.worth import nothing_to_say, worth_a_comment
from policies.documents.starter import starter
from workloads.problem import Problem, Severity
from workloads.settings.comment import CommentSettings, read_comment
from workloads.settings.configuration import configure

BASE = namespace("shop") + deployment("web", replicas=2)
CHART = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"

# One pod of 0.5 vCPU and 1 GiB costs 730 x (0.5 x 0.029305 + 0.003719) = $13.41 a month, two of them $26.82.
ONE_MORE = namespace("shop") + deployment("web", replicas=3)


def stated(money: int | None = None, percent: int | None = None) -> CommentSettings:
    return CommentSettings(None if money is None else Decimal(money), None if percent is None else Decimal(percent))


@pytest.mark.parametrize(
    ("settings", "worth"),
    [
        (CommentSettings(), True),
        (stated(13), True),
        (stated(14), False),
        (stated(percent=50), True),
        (stated(percent=51), False),
        (stated(13, 50), True),
        (stated(13, 51), False),
        (stated(14, 50), False),
    ],
)
def test_every_threshold_that_is_stated_is_reached(settings: CommentSettings, worth: bool, reported) -> None:
    assert worth_a_comment(reported(BASE, ONE_MORE), settings) is worth
    assert worth_a_comment(reported(ONE_MORE, BASE), stated(settings.money)) is (settings.money is None or settings.money <= 13)


def test_a_threshold_is_reached_by_the_very_amount_that_it_states(reported) -> None:
    told = reported(BASE, ONE_MORE)
    cost = told.delta.expected
    assert worth_a_comment(told, CommentSettings(cost))
    assert not worth_a_comment(told, CommentSettings(cost + Decimal("0.01")))


def test_of_nothing_before_any_share_is_reached(reported) -> None:
    assert worth_a_comment(reported("", BASE), stated(percent=99_999))


def test_what_is_added_and_what_is_saved_do_not_hide_each_other(reported) -> None:
    before = namespace("shop") + deployment("web", replicas=2) + deployment("api", replicas=3)
    after = namespace("shop") + deployment("web", replicas=3) + deployment("api", replicas=2)
    assert worth_a_comment(reported(before, after), stated(13))


def test_the_autoscalers_maximum_counts(reported) -> None:
    before, after = BASE + deployment("api", maximum=6), BASE + deployment("api", maximum=12)
    assert worth_a_comment(reported(before, after), stated(50))


def test_what_is_paid_once_counts(reported) -> None:
    assert worth_a_comment(reported(BASE, BASE + gpu_job("train")), stated(10))
    assert not worth_a_comment(reported(BASE, BASE + gpu_job("train")), stated(12))


@pytest.mark.parametrize(
    "added", [CHART, namespace("ml", team="") + deployment("nobodys", team="", space="ml", cpu="1m", memory="1Mi")]
)
def test_what_is_not_known_or_not_allowed_is_worth_a_comment_whatever_it_costs(added: str, reported) -> None:
    assert worth_a_comment(reported(BASE, BASE + added, starter()), stated(1_000_000))


def test_what_could_not_be_read_is_worth_a_comment(reported) -> None:
    report = replace(reported(BASE, BASE), problems=(Problem(Severity.ERROR, "not valid YAML", "a.yaml", 3),))
    assert worth_a_comment(report, stated(1_000_000))
    assert not nothing_to_say(report)


def test_nothing_is_left_to_say_when_no_figure_changes_and_no_rule_is_broken(reported) -> None:
    assert nothing_to_say(reported(BASE, BASE.replace("web:1", "web:2"), starter()))
    assert not nothing_to_say(reported(BASE, ONE_MORE, starter()))
    assert not nothing_to_say(reported(BASE, BASE + CHART, starter()))
    assert not nothing_to_say(reported(BASE, BASE + cron_job("nightly", "0 2 * * *"), starter()))
    assert not worth_a_comment(reported(BASE, BASE.replace("web:1", "web:2"), starter()), stated(0))


def test_without_a_word_in_the_file_a_dollar_is_enough() -> None:
    assert read_comment({}) == CommentSettings(Decimal(1), None, "update", drafts=False, title="Cost")


def test_the_file_says_when_a_comment_is_worth_it() -> None:
    data = b"version: 1\ncomment: {minChange: {percent: 2.5}, behaviour: new, drafts: true, title: Price}\n"
    found = configure(data)
    assert not found.problems
    assert found.configuration.comment == CommentSettings(None, Decimal("2.5"), "new", drafts=True, title="Price")
    quiet = configure(b"version: 1\ncomment: {advice: false}\n").configuration.comment
    assert quiet == CommentSettings(advice=False)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("{minChange: {}}", "minChange"),
        ("{minChange: {money: -1}}", "money"),
        ("{minChange: {money: '25'}}", "money"),
        ("{behaviour: sometimes}", "behaviour"),
        ("{drafts: 1}", "drafts"),
        ("{advice: no thanks}", "advice"),
        ("{titel: x}", "titel"),
        ("{title: ''}", "title"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_line(words: str, wrong: str) -> None:
    (problem,) = configure(f"version: 1\ncomment: {words}\n".encode()).problems
    assert problem.line == 2
    assert wrong in f"{problem.message} {problem.hint}"


def test_what_runs_once_in_one_workload_hides_nothing_of_another(reported) -> None:
    report = reported(namespace("shop"), namespace("shop") + gpu_job("train"))
    (row,) = report.changed
    back = replace(row, one_off_before=row.one_off, one_off=row.one_off_before)
    both = replace(report, rows=(row, back), one_off=report.one_off_before)
    assert both.one_off_delta.weight == 0
    assert worth_a_comment(both, CommentSettings())


def test_what_kubernetes_refuses_is_worth_a_comment_though_it_costs_nothing(reported) -> None:
    base = namespace("shop") + stateful_set("db", "10Gi")
    told = reported(base, base.replace("app: web}}", "app: other}}"))
    assert worth_a_comment(told, stated(1_000_000))
    assert not nothing_to_say(told)
    assert comment(told).startswith("### Cost: no change, 1 refused by Kubernetes\n")
    assert not worth_a_comment(reported(base, base), stated(1_000_000))
