"""``weighbridge comment`` weighs a pull request's change and says so on it: in GitHub Actions and in GitLab CI."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from actions_environment import Actions, without_ci
from checkout import Checkout
from github_stand_in.faults import Fault, secondary_limit
from github_stand_in.server import GitHub as GitHubStandIn
from github_stand_in.server import serving
from github_stand_in.world import ROBOT, Grant, PullRequest
from gitlab_stand_in import GitLab as GitLabStandIn
from gitlab_stand_in import serving as serving_gitlab
from inline_links import inline_links
from manifest_texts import deployment, namespace

from bot.marker import marker_of
from weighbridge.cli import CANNOT_TELL, DENIED, MISUSED, PASSED, run

pytestmark = pytest.mark.whole

Run = Callable[..., int]
BASE = namespace("shop") + deployment("web", replicas=2)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which no CI runs."""
    without_ci(monkeypatch)
    return monkeypatch


@pytest.fixture
def checkout(tmp_path: Path, bare: pytest.MonkeyPatch) -> Checkout:
    folder = tmp_path / "platform"
    folder.mkdir()
    bare.chdir(folder)
    return Checkout(folder, BASE)


@pytest.fixture
def github() -> Iterator[GitHubStandIn]:
    with serving(GitHubStandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def on_github(github: GitHubStandIn, checkout: Checkout, bare: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command as GitHub Actions does for the head that is checked out."""
    actions = Actions.begun(tmp_path, bare, github.url)

    def run_(*arguments: str) -> int:
        pull = github.world.platform.pulls.setdefault(482, PullRequest(482, checkout.head, "feature", checkout.base))
        pull.head = checkout.head
        pull.commits.append(checkout.head)
        actions.pushed(checkout.head, checkout.base)
        return run(["comment", *arguments])

    return run_


def _shown(github: GitHubStandIn) -> list[str]:
    return [comment.body for comment in github.world.platform.shown(482)]


def test_a_change_that_costs_gets_a_comment_a_check_run_and_a_job_summary(github, checkout, on_github, tmp_path, capsys) -> None:
    head = checkout.commit(namespace("shop") + deployment("web", replicas=9))
    assert on_github() == PASSED
    (body,) = _shown(github)
    assert body.startswith("### Cost: +$113 a month")
    linked = inline_links(body)
    assert f"[`shop/web`](https://github.example/acme/platform/blob/{head}/app.yaml#L" in linked
    assert f"Weighed `{head[:7]}` against merge base `{checkout.base[:7]}`" in body
    assert "[Run](https://github.example/acme/platform/actions/runs/1187)." in linked
    marker = marker_of(body)
    assert (marker.key, marker.head, marker.base, marker.run) == ("default", head, checkout.base, 1187)
    (check,) = github.world.platform.checks_on(head)
    assert (check.name, check.conclusion, check.title, check.summary) == ("weighbridge", "success", "Cost: +$113 a month", body)
    assert (tmp_path / "summary.md").read_text(encoding="utf-8") == body
    assert "weighbridge: written a new comment" in capsys.readouterr().err


def test_a_second_run_writes_nothing(github, checkout, on_github, capsys) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    on_github()
    before = len(github.writes)
    assert on_github() == PASSED
    assert len(github.writes) == before
    assert "nothing to write: all is as it should be" in capsys.readouterr().err


def test_silence_is_a_green_check_run(github, checkout, on_github) -> None:
    head = checkout.commit(BASE.replace("registry.example/web:1", "registry.example/web:2"))
    assert on_github() == PASSED
    assert _shown(github) == []
    (check,) = github.world.platform.checks_on(head)
    assert (check.conclusion, check.title) == ("success", "Cost: no change (1 workload weighed)")


def test_a_comment_is_kept_current_and_folded_away_when_the_change_costs_nothing_any_more(github, checkout, on_github) -> None:
    earlier = checkout.commit(namespace("shop") + deployment("web", replicas=9))
    on_github()
    checkout.commit(BASE)
    assert on_github() == PASSED
    (comment,) = github.world.platform.conversation(482)
    assert comment.body.startswith("### Cost: no change\n\nNothing in ")
    assert f"changes cost. (`{earlier[:7]}`: +$113 a month.)" in comment.body
    assert comment.hidden == "RESOLVED"
    before = len(github.writes)
    assert on_github() == PASSED
    assert len(github.writes) == before


def test_a_denial_is_red_annotated_and_exit_code_1(github, checkout, on_github) -> None:
    head = checkout.commit(BASE + namespace("ml", team="") + deployment("nobodys", team="", space="ml"))
    assert on_github() == DENIED
    (check,) = github.world.platform.checks_on(head)
    assert check.conclusion == "failure"
    assert check.title.endswith("1 denied")
    failures = [each for each in check.annotations if each["annotation_level"] == "failure"]
    assert [(each["path"], each["title"]) for each in failures] == [("app.yaml", "cost-labels/team")]
    line = (checkout.folder / "app.yaml").read_text(encoding="utf-8").splitlines()[failures[0]["start_line"] - 1]
    assert "nobodys" in line
    assert "Add team under metadata.labels" in failures[0]["message"]


@pytest.mark.parametrize("named", ["/etc/passwd", "../../etc", "policies/../../elsewhere"])
def test_what_the_base_s_configuration_names_outside_of_the_repository_is_not_read(checkout, on_github, capsys, named) -> None:
    checkout.git("checkout", "-q", "main")
    (checkout.folder / "weighbridge.yaml").write_text(f"version: 1\npolicies: [{named}]\n", encoding="utf-8")
    checkout.base = checkout.commit(BASE)
    checkout.git("checkout", "-q", "-b", "other")
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    assert on_github("--config-from-base") == CANNOT_TELL
    assert "which is not in the repository: nothing was weighed" in capsys.readouterr().err


def test_a_commit_that_cannot_be_weighed_leaves_no_figures_looking_current(github, checkout, on_github, capsys) -> None:
    earlier = checkout.commit(namespace("shop") + deployment("web", replicas=9))
    on_github()
    (checkout.folder / "weighbridge.yaml").write_text("version: 2\n", encoding="utf-8")
    head = checkout.commit(BASE)
    for _ in range(2):
        assert on_github() == CANNOT_TELL
        (body,) = _shown(github)
        assert body.startswith(
            f"### Cost: this commit could not be weighed\n\n`{head[:7]}`: weighbridge.yaml could not be read as it is"
        )
        assert f"(`{earlier[:7]}`: +$113 a month.)" in body
    assert github.world.platform.checks_on(head)[0].conclusion == "neutral"
    assert "version" in capsys.readouterr().err
    (checkout.folder / "weighbridge.yaml").unlink()
    checkout.commit(namespace("shop") + deployment("web", replicas=3))
    assert on_github() == PASSED
    assert _shown(github)[0].startswith("### Cost: +$16 a month")


def test_a_commit_that_cannot_be_weighed_is_no_reason_for_a_first_comment(github, checkout, on_github) -> None:
    (checkout.folder / "weighbridge.yaml").write_text("version: 2\n", encoding="utf-8")
    head = checkout.commit(BASE)
    assert on_github() == CANNOT_TELL
    assert _shown(github) == []
    assert github.world.platform.checks_on(head)[0].title == "Cost: this commit could not be weighed"


def test_commits_that_the_checkout_lacks_are_said(github, checkout, on_github, capsys) -> None:
    checkout.commit(BASE)
    checkout.base = "9" * 40
    assert on_github() == CANNOT_TELL
    assert "9999999" in capsys.readouterr().err


def test_what_is_not_worth_a_comment_is_the_repositorys_to_say(github, checkout, on_github) -> None:
    (checkout.folder / "weighbridge.yaml").write_text("version: 1\ncomment: {minChange: {money: 1000}}\n", encoding="utf-8")
    checkout.base = checkout.commit(BASE)
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    assert on_github() == PASSED
    assert _shown(github) == []
    (checkout.folder / "weighbridge.yaml").write_text("version: 1\ncomment: {title: Price}\n", encoding="utf-8")
    assert on_github() == PASSED
    assert _shown(github)[0].startswith("### Price: +$113 a month")


def test_several_configurations_have_a_comment_and_a_check_run_each(github, checkout, on_github) -> None:
    head = checkout.commit(namespace("shop") + deployment("web", replicas=9))
    assert on_github() == on_github("--key", "staging") == PASSED
    assert [marker_of(body).key for body in _shown(github)] == ["default", "staging"]
    assert [check.name for check in github.world.platform.checks_on(head)] == ["weighbridge (staging)", "weighbridge"]


def test_where_there_are_several_clusters_each_row_names_its_own(github, checkout, on_github, capsys) -> None:
    clusters = "version: 1\nclusters:\n" + "".join(
        f"- {{name: {name}, paths: ['{name}.yaml'], cloud: gcp, region: us-central1}}\n" for name in ("production", "staging")
    )
    (checkout.folder / "weighbridge.yaml").write_text(clusters, encoding="utf-8")
    for name, replicas in (("production", 5), ("staging", 3)):
        text = namespace("shop") + deployment("web", replicas=replicas)
        (checkout.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    checkout.commit(BASE)
    assert on_github("--dry-run") == PASSED
    said = capsys.readouterr().out
    # Of one pod 730 x (0.5 x 0.029305 + 0.003719) = $13.41 a month: $67.06, $40.23, and $107.29 of both.
    assert said.startswith("### Cost: +$107 a month\n\n**$0 → $107 a month** for 2 workloads.\n")
    rows = [line for line in said.splitlines() if line.startswith("| **+$")]
    assert [row.split("|")[1].strip() for row in rows] == ["**+$67**", "**+$40**", "**+$107**"]
    assert "`production: shop/web`" in rows[0]
    assert "`staging: shop/web`" in rows[1]


def test_a_dry_run_prints_the_comment_and_writes_nothing(github, checkout, on_github, capsys) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    assert on_github("--dry-run") == PASSED
    said = capsys.readouterr()
    assert said.out.startswith("### Cost: +$113 a month")
    assert "weighbridge: would have written a new comment" in said.err
    assert github.writes == []


def test_a_token_that_may_not_comment_is_told_and_exit_code_2(github, checkout, on_github, bare, capsys) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    github.world.tokens["reader"] = Grant(ROBOT, {"contents": "read", "pull_requests": "read"})
    bare.setenv("GITHUB_TOKEN", "reader")
    assert on_github() == CANNOT_TELL
    assert "403: Resource not accessible by integration" in capsys.readouterr().err


def test_what_is_denied_stays_denied_where_it_cannot_be_said(github, checkout, on_github) -> None:
    checkout.commit(BASE + namespace("ml", team="") + deployment("nobodys", team="", space="ml"))
    github.fail(Fault(status=401, message="Bad credentials", times=99))
    assert on_github() == DENIED


def test_a_limit_is_waited_out(github, checkout, on_github, bare) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    github.fail(secondary_limit(0, method="POST", path=".*/comments"))
    slept: list[float] = []
    bare.setattr("time.sleep", slept.append)
    assert on_github() == PASSED
    assert len(_shown(github)) == 1


@pytest.mark.parametrize(
    ("environment", "event", "words"),
    [
        ({}, None, "neither GitHub Actions nor GitLab CI is running this"),
        ({"GITHUB_REPOSITORY": "acme/platform", "GITHUB_EVENT_NAME": "push"}, {}, "the event push is of no pull request"),
        ({"GITHUB_REPOSITORY": "acme/platform", "GITHUB_EVENT_NAME": "pull_request"}, None, "is of no pull request"),
        ({"GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_NAME": "pull_request"}, {"pull_request": []}, "is of no pull request"),
        ({"GITLAB_CI": "true"}, None, "this pipeline is of no merge request"),
    ],
)
def test_where_there_is_no_pull_request_the_reason_is_said(environment, event, words, bare, tmp_path, capsys) -> None:
    for name, value in environment.items():
        bare.setenv(name, value)
    if event is not None:
        (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
        bare.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    assert run(["comment"]) == CANNOT_TELL
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "{", "\udcff"])
def test_an_event_that_cannot_be_read_is_said(content, bare, tmp_path, capsys) -> None:
    if content is not None:
        (tmp_path / "event.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    bare.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    assert run(["comment"]) == CANNOT_TELL
    assert "cannot read the event at GITHUB_EVENT_PATH" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["a--b", "", "a b", "-a", "a" * 41])
def test_a_key_that_would_end_the_hidden_line_is_refused(key, bare, capsys) -> None:
    assert run(["comment", "--key", key]) == MISUSED
    assert "--key takes up to 40 letters and digits" in capsys.readouterr().err


def test_without_a_token_the_reason_is_said(github, checkout, on_github, bare, capsys) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    bare.delenv("GITHUB_TOKEN")
    assert on_github() == CANNOT_TELL
    assert "nothing more was written: GITHUB_TOKEN is not set" in capsys.readouterr().err
    assert on_github("--dry-run") == PASSED
    said = capsys.readouterr()
    assert said.out.startswith("### Cost: +$113 a month")
    told = "would write a comment if there is none, nobody deleted it and this is no draft; one that is there would be updated"
    assert f"{told}; what is there was not looked at: GITHUB_TOKEN is not set" in said.err


def test_a_merge_request_gets_a_note(checkout, bare, capsys) -> None:
    with serving_gitlab(GitLabStandIn()) as gitlab:
        for name, value in {
            "GITLAB_CI": "true", "CI_API_V4_URL": gitlab.url, "CI_PROJECT_ID": "acme/platform", "CI_MERGE_REQUEST_IID": "7",
            "CI_MERGE_REQUEST_PROJECT_ID": "41", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "41",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": checkout.base, "CI_PROJECT_URL": "https://gitlab.example/acme/platform",
            "CI_PIPELINE_ID": "12", "CI_JOB_URL": "https://gitlab.example/acme/platform/-/jobs/3", "GITLAB_TOKEN": "robot-token",
        }.items():  # fmt: skip
            bare.setenv(name, value)
        gitlab.head = checkout.commit(namespace("shop") + deployment("web", replicas=9))
        bare.setenv("CI_COMMIT_SHA", gitlab.head)
        assert run(["comment"]) == PASSED
        (note,) = gitlab.notes
        assert note.body.startswith("### Cost: +$113 a month")
        assert f"https://gitlab.example/acme/platform/-/blob/{gitlab.head}/app.yaml#L" in note.body
        asked = len(gitlab.asked)
        assert run(["comment"]) == PASSED
        assert {method for method, _ in gitlab.asked[asked:]} == {"GET"}


def test_a_merge_queue_gets_a_check_run_alone(github, checkout, on_github, bare, tmp_path, capsys) -> None:
    head = checkout.commit(namespace("shop") + deployment("web", replicas=9))
    on_github()
    github.world.platform.comments.clear()
    github.world.platform.checks.clear()
    event = {"action": "checks_requested", "merge_group": {"head_sha": head, "base_sha": checkout.base}}
    (tmp_path / "queue.json").write_text(json.dumps(event), encoding="utf-8")
    bare.setenv("GITHUB_EVENT_NAME", "merge_group")
    bare.setenv("GITHUB_EVENT_PATH", str(tmp_path / "queue.json"))
    for _ in range(2):
        assert run(["comment"]) == PASSED
        assert [check.title for check in github.world.platform.checks_on(head)] == ["Cost: +$113 a month"]
    assert github.world.platform.comments == {}
    assert run(["comment", "--dry-run"]) == PASSED
    assert "would write no comment" in capsys.readouterr().err


@pytest.mark.corpus
def test_a_real_delivery_names_its_pull_request() -> None:
    from bot.occasion import occasion

    corpus = os.environ.get("WEIGHBRIDGE_CORPUS")
    found = sorted((Path(corpus).parent / "github" / "webhooks").glob("pull_request-opened-*.json")) if corpus else []
    if not found:
        pytest.skip("real deliveries are not at hand (beside WEIGHBRIDGE_CORPUS)")
    for path in found:
        event = json.loads(path.read_text(encoding="utf-8"))
        here = occasion({"GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_NAME": "pull_request"}, event)
        assert (here.number, here.head) == (event["number"], event["pull_request"]["head"]["sha"])
    for path in found[0].parent.glob("merge_group-*.json"):
        event = json.loads(path.read_text(encoding="utf-8"))
        here = occasion({"GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_NAME": "merge_group"}, event)
        assert (here.number, here.head, here.base) == (0, event["merge_group"]["head_sha"], event["merge_group"]["base_sha"])


def test_the_weighing_is_written_as_json_and_a_file_that_cannot_be_is_exit_code_2(checkout, on_github, tmp_path, capsys) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    assert on_github("--json", str(tmp_path / "weighing.json")) == PASSED
    assert json.loads((tmp_path / "weighing.json").read_text(encoding="utf-8"))["delta"]["expected"] > 110
    assert on_github("--json", str(tmp_path / "nowhere" / "weighing.json")) == CANNOT_TELL
    assert "nowhere/weighing.json cannot be written: No such file or directory" in capsys.readouterr().err


def test_the_weighing_is_written_as_a_page_and_a_file_that_cannot_be_is_exit_code_2(
    checkout, on_github, tmp_path, capsys
) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    assert on_github("--html", str(tmp_path / "cost.html")) == PASSED
    text = (tmp_path / "cost.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<title>Cost: +$113 a month</title>" in text
    assert on_github("--html", str(tmp_path / "nowhere" / "cost.html")) == CANNOT_TELL
    assert "nowhere/cost.html cannot be written: No such file or directory" in capsys.readouterr().err
    assert on_github("--html", "cost.html", "--from", "weighing.json") == MISUSED


def test_outputs_that_cannot_be_written_are_said_and_change_no_verdict(checkout, on_github, bare, tmp_path, capsys) -> None:
    checkout.commit(namespace("shop") + deployment("web", replicas=9))
    bare.setenv("GITHUB_OUTPUT", str(tmp_path / "nowhere" / "output"))
    assert on_github() == PASSED
    assert "weighbridge: no outputs were written to" in capsys.readouterr().err
