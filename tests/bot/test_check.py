"""The check run says with its colour what the verdict is, and with its annotations where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manifest_texts import deployment, namespace

from bot.check import LONGEST_MESSAGE, MOST_ANNOTATIONS, as_reported, check_run, conclusion, title_of
from bot.comment import comment
from forge.check_run import CheckRun, Conclusion, Level
from policies.documents.starter import starter
from policies.verdict import Verdict
from workloads.problem import Problem, Severity

BASE = namespace("shop") + deployment("web", replicas=2)
CHART = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\n"
NOBODYS = namespace("ml", team="") + deployment("nobodys", team="", space="ml")


@pytest.mark.parametrize(
    ("added", "colour"),
    [
        (deployment("api"), Conclusion.SUCCESS),
        (NOBODYS, Conclusion.FAILURE),
        (CHART, Conclusion.NEUTRAL),
        (CHART + NOBODYS, Conclusion.FAILURE),
    ],
)
def test_red_is_denied_and_grey_is_not_known(added: str, colour: Conclusion, reported) -> None:
    assert conclusion(reported(BASE, BASE + added, starter())) is colour


def test_what_is_not_known_is_red_where_it_may_not_pass(reported) -> None:
    report = reported(BASE, BASE + CHART, starter())
    assert report.violations
    stopped = replace(report, violations=tuple(replace(each, blocks=True) for each in report.violations))
    assert conclusion(report) is Conclusion.NEUTRAL
    assert conclusion(stopped) is Conclusion.FAILURE


def test_what_could_not_be_read_is_grey(reported) -> None:
    report = replace(reported(BASE, BASE), problems=(Problem(Severity.ERROR, "not valid YAML", "a.yaml", 3),))
    assert conclusion(report) is Conclusion.NEUTRAL


def test_the_title_is_the_comments_heading_without_its_marks() -> None:
    assert title_of("### Cost: +$5.65 to **+$11.31** once\n\nmore") == "Cost: +$5.65 to +$11.31 once"


def test_what_is_denied_is_annotated_on_its_line_with_what_to_do(reported) -> None:
    report = reported(BASE, BASE + NOBODYS, starter())
    check = check_run(report, comment(report), name="weighbridge", head="3" * 40)
    (first, *_) = check.annotations
    assert (first.path, first.level, first.title) == ("after.yaml", Level.FAILURE, "cost-labels/team")
    assert (BASE + NOBODYS).splitlines()[first.line - 1].strip().startswith(("metadata", "name: nobodys"))
    assert first.message.startswith("ml/nobodys: no team label")
    assert first.message.endswith("Add team under metadata.labels.")
    denied = [each for each in report.violations if each.verdict is Verdict.DENY]
    assert [each.level for each in check.annotations].count(Level.FAILURE) == len(denied) == 1


def test_annotations_are_bounded_in_number_and_in_bytes(reported) -> None:
    many = "".join(deployment(f"nobodys-{n}", team="", space="ml") for n in range(MOST_ANNOTATIONS + 3))
    report = reported("", namespace("ml", team="") + many, starter())
    check = check_run(report, comment(report), name="weighbridge", head="3" * 40)
    assert len(check.annotations) == MOST_ANNOTATIONS
    assert all(len(each.message.encode()) <= LONGEST_MESSAGE and len(each.title) <= 255 for each in check.annotations)


def test_a_quiet_check_says_how_much_was_weighed(reported) -> None:
    report = reported(BASE + deployment("api"), BASE + deployment("api"))
    check = check_run(report, comment(report), name="weighbridge", head="3" * 40, quiet=True)
    assert check.title == "Cost: no change (2 workloads weighed)"


@pytest.mark.parametrize(("ours", "theirs"), [("success", "neutral"), ("neutral", "neutral"), ("failure", "failure")])
def test_what_a_strangers_run_reported_is_never_green(ours: str, theirs: str) -> None:
    check = as_reported(CheckRun("weighbridge", "3" * 40, Conclusion(ours), "Cost: no change", "body"))
    assert (str(check.conclusion), check.title) == (theirs, "Cost: no change, as reported by the pull request's own run")
