"""What a suggestion says, how it is known again, and what the comment says of advice."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from advising import advised, one_policy
from hypothesis import given
from hypothesis import strategies as st
from inline_links import inline_links
from manifest_texts import deployment, gpu_job, namespace

from bot.comment import Links, comment
from bot.marker import FindingMarker, finding_of
from bot.suggestion import fenced, suggestions
from policies.reports.report import Report
from policies.verdict import Verdict
from pricing.rate import Location

SPACE = namespace("shop")
ALL = {"a.yaml": [range(1, 1000)]}
TEAM = one_policy(requireLabels={"keys": ["team"], "values": ["shop"], "from": ["object"]})
PLACE = Links(
    blob="https://github.example/o/r/blob/abc", head="abc", base="def", changes="https://github.example/o/r/pull/1/files"
)


def report(text: str, policies=(), **more: object) -> Report:
    return advised("", text, policies, **more).shown(ALL)


def said(told: Report) -> list[str]:
    """The first lines of what is suggested."""
    return [each.comment.body.split("\n", 1)[0] for each in suggestions(told, "default")]


def test_a_saving_up_to_an_autoscalers_maximum_is_told_as_such() -> None:
    text = deployment("web", cpu="1", memory="2Gi", maximum=100)
    assert said(report(SPACE + text)) == [
        "**Up to −$1,878 a month for `shop/web` with at most 30 replicas** (at most $2,682 → $805), if that is enough at its peak. "
        "HorizontalPodAutoscaler web may run 100, 33 times its minimum of 3."
    ]


def test_a_saving_of_a_run_is_told_once() -> None:
    text = gpu_job("train").replace("expected-duration: 2h", "expected-duration: 20h").replace("14400", "144000")
    assert said(report(SPACE + text)) == [
        "**−$25 once for `shop/train` on spot** ($57 → $32), if it may be interrupted. "
        "The cluster needs nodes with cloud.google.com/gke-spot=true."
    ]


def test_what_is_not_about_money_says_none() -> None:
    text = deployment("web").replace("limits: {memory: 1Gi}", "limits: {memory: 9Gi}")
    (line,) = said(report(SPACE + text))
    assert line.startswith(
        "**`shop/web` with a memory limit of 4Gi for container main**, if it never needs more. It may take 9 GiB"
    )


def test_what_somebody_accepted_is_not_suggested_to_be_mended() -> None:
    told = report(SPACE + deployment("api", team="") + deployment("web"), TEAM)
    assert len(suggestions(told, "default")) == 1
    accepted = tuple(replace(each, verdict=Verdict.PASS, accepted="bob, by review") for each in told.violations)
    assert suggestions(replace(told, violations=accepted), "default") == ()


def test_a_marker_is_read_back_and_stays_the_same_while_lines_and_figures_move() -> None:
    text = deployment("api", team="") + deployment("web")
    (one,), (other,) = (
        suggestions(report(SPACE + each, TEAM), "default") for each in (text, "\n# moved\n" + text.replace("500m", "600m"))
    )
    assert one.marker == other.marker == finding_of(one.comment.body)
    assert one.comment.first != other.comment.first
    (staging,) = suggestions(report(SPACE + text, TEAM), "staging")
    assert (staging.marker.key, staging.marker.digest) == ("staging", one.marker.digest)


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_passes_for_a_marker_unless_its_last_line_is_one(text: str, rule: str) -> None:
    marker = FindingMarker("default", "spot", "0123456789ab")
    assert finding_of(f"{text}\n{marker.line}") == marker
    found = finding_of(text)
    assert found is None or found.line in text
    assert finding_of(f"{marker.line}\n{text}x") is None
    assert finding_of(f"<!-- weighbridge:1 config=default finding={rule}--> 0123456789ab -->") is None


@given(st.lists(st.text(alphabet="`~ ab", max_size=12), min_size=1, max_size=5))
def test_no_line_ends_its_fence(lines: list[str]) -> None:
    first, *inside, last = fenced(lines, "suggestion")
    assert inside == lines
    assert re.fullmatch(r"`{3,}", last)
    assert first == f"{last}suggestion"
    assert not any(last in line for line in lines)


def test_hostile_names_are_inert_in_what_is_said() -> None:
    text = deployment("web").replace("name: main", 'name: "@octocat <img src=x> ``` | $x$ \\n# a"')
    text = text.replace("limits: {memory: 1Gi}", "limits: {memory: 9Gi}")
    (line,) = said(report(SPACE + text))
    assert "<img" not in line.replace("\\<img", "")
    assert "@octocat" not in line.replace("@&#8203;octocat", "")


def test_the_comment_names_what_saves_most_of_each_workload_with_a_link_to_commit_it() -> None:
    machines = deployment("a", replicas=2, cpu="3", memory="12Gi").replace(
        "    spec:\n", "    spec:\n      nodeSelector: {node.kubernetes.io/instance-type: g5.2xlarge}\n"
    ).replace("limits: {memory: 12Gi}", "limits: {memory: 12Gi, nvidia.com/gpu: 1}")  # fmt: skip
    told = report(SPACE + machines, location=Location("aws", "us-west-2"))
    assert len(told.advice) == 2
    (line,) = (line for line in inline_links(comment(told, PLACE)).split("\n") if line.startswith("- **Cheaper:**"))
    assert line.count("saves") == 1
    assert re.search(r"\(\[suggestion\]\(https://github\.example/o/r/pull/1/files#diff-[0-9a-f]{64}R\d+\)\)\.$", line)


def test_advice_that_cannot_be_committed_is_a_patch_in_the_details(tmp_path: Path) -> None:
    text = SPACE + deployment("web", cpu="1", memory="2Gi", maximum=100)
    body = comment(advised("", text).shown(), PLACE)
    details = body[body.index("<details>") :]
    assert re.search(
        r"`shop/web` with at most 30 replicas, if that is enough at its peak\. .+\n\n```diff\n--- a/a\.yaml\n", details
    )
    (tmp_path / "a.yaml").write_text(text)
    patch = re.search(r"^```diff\n(.*?)^```$", details, re.MULTILINE | re.DOTALL)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch[1].encode(), check=True)
    assert "maxReplicas: 30" in (tmp_path / "a.yaml").read_text()
    assert "```diff" not in comment(advised("", text).shown(ALL), PLACE)


def test_a_denial_says_where_it_can_be_settled() -> None:
    text = SPACE + deployment("api", team="") + deployment("web")
    body = inline_links(comment(report(text, TEAM), PLACE))
    assert (
        "> Add team under metadata.labels, one of shop. A [suggestion to commit](https://github.example/o/r/pull/1/files#diff-"
        in body
    )
    assert "suggestion to commit" not in comment(advised("", text, TEAM).shown(), PLACE)


def test_many_patches_leave_room_for_the_rest() -> None:
    text = SPACE + "".join(deployment(f"web-{number}", cpu="1", memory="2Gi", maximum=100) for number in range(30))
    body = comment(advised("", text).shown(), PLACE)
    assert body.count("```diff") == 10
    assert "20 more in the JSON, for `git apply`." in body
    assert len(body.encode()) <= 60_000


@pytest.mark.parametrize("path", ["../a.yaml", "/etc/a.yaml"])
def test_nothing_is_suggested_on_lines_that_no_forge_shows(path: str) -> None:
    told = advised("", SPACE + deployment("api", team="") + deployment("web"), TEAM, file=path).shown(ALL)
    assert suggestions(told, "default") == ()


def test_advice_for_nothing_makes_no_bullet() -> None:
    told = report(SPACE + deployment("web").replace("limits: {memory: 1Gi}", "limits: {memory: 9Gi}"))
    assert "Cheaper" not in comment(told, PLACE)
    assert "Cheaper" not in comment(replace(told, advice=()), PLACE)
