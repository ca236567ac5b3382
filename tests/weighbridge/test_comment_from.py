"""``weighbridge comment --from`` says from the base what a stranger's own run weighed, and takes nothing from there but figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from actions_environment import Actions
from committed import Committed
from github_stand_in.server import GitHub, serving
from github_stand_in.world import EVERYTHING, ROBOT, Grant, PullRequest
from inline_links import inline_links
from manifest_texts import deployment, namespace

from bot.marker import marker_of
from weighbridge.cli import CANNOT_TELL, MISUSED, PASSED, run

pytestmark = pytest.mark.whole

BASE = namespace("shop") + deployment("web", replicas=2)
MORE = namespace("shop") + deployment("web", replicas=9)
DENIED = BASE + namespace("ml", team="") + deployment("nobodys", team="", space="ml")
REPORTED = "as reported by the pull request's own run"


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as stand_in:
        stand_in.world.tokens["read-token"] = Grant(ROBOT, dict.fromkeys(EVERYTHING, "read"))
        yield stand_in


class Strangers:
    """A pull request from a fork: the run of its own that weighs, and the base's that says so."""

    def __init__(self, folder: Path, github: GitHub, environment: pytest.MonkeyPatch) -> None:
        self.github, self.environment = github, environment
        self.actions = Actions.begun(folder, environment, github.url)
        self.repository = Committed.at(folder / "platform")
        self.git = self.repository.git
        self.weighing = folder / "artifact" / "weighing.json"
        self.weighing.parent.mkdir()
        self.base = self.commit(BASE)
        self.git("checkout", "-q", "-b", "feature")
        self.head = self.base
        environment.chdir(self.repository.folder)
        environment.setenv("GITHUB_OUTPUT", str(folder / "output"))

    def commit(self, manifests: str, file: str = "app.yaml") -> str:
        self.head = self.repository({file: manifests})
        return self.head

    def weigh(self, manifests: str) -> int:
        """The run under ``pull_request``: its token may only read."""
        self.git("checkout", "-q", "feature")
        self.commit(manifests)
        self.open()
        told = {"number": 482, "head": {"sha": self.head, "repo": {"id": 1}}, "base": {"sha": self.base, "repo": {"id": 1}}}
        self._event("pull_request", {"pull_request": told}, "read-token")
        return run(["comment", "--dry-run", "--config-from-base", "--json", str(self.weighing)])

    def open(self, number: int = 482, owner: str = "mallory") -> PullRequest:
        pull = PullRequest(number, self.head, "feature", self.base, head_owner=owner, commits=[self.head])
        self.github.world.platform.pulls[number] = pull
        return pull

    def say(self, *arguments: str, token: str = "robot-token", **more: object) -> int:
        """The run under ``workflow_run``, on the default branch."""
        self.git("checkout", "-q", "main")
        source = {"full_name": "mallory/platform", "owner": {"login": "mallory"}}
        told = {"id": 7, "event": "pull_request", "head_sha": self.head, "head_branch": "feature", "head_repository": source}
        self._event("workflow_run", {"workflow_run": {**told, **more}}, token)
        return run(["comment", "--from", str(self.weighing), *arguments])

    def _event(self, name: str, event: object, token: str) -> None:
        self.actions.event.write_text(json.dumps(event), encoding="utf-8")
        self.environment.setenv("GITHUB_EVENT_NAME", name)
        self.environment.setenv("GITHUB_TOKEN", token)

    def change(self, change: Callable[[Any], object]) -> None:
        """Write something else into what was weighed."""
        found = json.loads(self.weighing.read_text(encoding="utf-8"))
        change(found)
        self.weighing.write_text(json.dumps(found), encoding="utf-8")

    def comments(self, number: int = 482) -> list[str]:
        return [comment.body for comment in self.github.world.platform.shown(number)]

    def check(self) -> tuple[str | None, str | None]:
        (check,) = self.github.world.platform.checks_on(self.head)
        return check.conclusion, check.title


@pytest.fixture
def strangers(tmp_path: Path, github: GitHub, monkeypatch: pytest.MonkeyPatch) -> Strangers:
    return Strangers(tmp_path, github, monkeypatch)


def test_what_the_first_run_may_not_write_the_second_does(strangers, tmp_path, capsys) -> None:
    assert strangers.weigh(MORE) == PASSED
    assert not strangers.github.writes
    own = capsys.readouterr().out
    assert strangers.say() == PASSED
    (body,) = strangers.comments()
    assert body.startswith("### Cost: +$113 a month")
    linked = inline_links(body)
    assert f"[`shop/web`](https://github.example/acme/platform/blob/{strangers.head}/app.yaml#L" in linked
    marker = marker_of(body)
    assert (marker.head, marker.base, marker.run) == (strangers.head, strangers.base, 7)
    assert "[Run](https://github.example/acme/platform/actions/runs/7)." in linked
    said = (
        f"Weighed `{strangers.head[:7]}` against merge base `{strangers.base[:7]}`. As reported by the pull request's own run. "
    )
    assert said in body
    # But for that and the number of the run, it is what the first run would have written.
    first = own.replace("actions/runs/1187", "actions/runs/7").replace("run=1187", "run=7")
    assert body.replace("As reported by the pull request's own run. ", "") == first
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").endswith(body)
    assert "delta=" in (tmp_path / "output").read_text(encoding="utf-8")


def test_the_check_run_says_who_weighed_and_is_never_green(strangers) -> None:
    strangers.weigh(MORE)
    strangers.say()
    assert strangers.check() == ("neutral", f"Cost: +$113 a month, {REPORTED}")


def test_what_is_denied_is_red_whatever_verdict_the_document_states(strangers) -> None:
    strangers.weigh(DENIED)
    strangers.change(lambda found: found.update(verdict="pass"))
    assert strangers.say() == PASSED
    conclusion, title = strangers.check()
    assert conclusion == "failure"
    assert title.endswith(f"1 denied, {REPORTED}")


def test_a_second_run_writes_nothing_and_a_push_updates_in_place(strangers) -> None:
    strangers.weigh(MORE)
    strangers.say()
    (comment,) = strangers.github.world.platform.conversation(482)
    before = len(strangers.github.writes)
    strangers.say()
    assert len(strangers.github.writes) == before
    strangers.weigh(namespace("shop") + deployment("web", replicas=3))
    strangers.say()
    (again,) = strangers.github.world.platform.conversation(482)
    assert (again.id, again.body.split("\n")[0]) == (comment.id, "### Cost: +$16 a month")


def test_nothing_in_the_document_chooses_the_pull_request_the_key_or_what_is_written(strangers) -> None:
    strangers.weigh(MORE)
    strangers.open(7, "alice")
    strangers.change(lambda found: found.update(number=7, key="evil", body="evil", head="0" * 40, comment={}))
    assert strangers.say() == PASSED
    assert strangers.comments(7) == []
    (body,) = strangers.comments()
    assert "evil" not in body
    assert marker_of(body).key == "default"


def test_a_weighing_of_another_pull_request_is_said_on_none(strangers, capsys) -> None:
    strangers.weigh(MORE)
    strangers.open(7, "alice")
    for number in (7, 483, 2**50):
        strangers.change(lambda found, number=number: found.update(pullRequest=number))
        assert strangers.say() == PASSED
        assert "nothing to say" in capsys.readouterr().err
    assert not strangers.github.writes


def test_a_pull_request_of_another_repository_with_the_same_commit_is_not_meant(strangers, capsys) -> None:
    strangers.weigh(MORE)
    strangers.github.world.platform.pulls.clear()
    strangers.open(483, "alice")
    assert strangers.say() == PASSED
    assert strangers.comments(483) == []
    assert "no open pull request of mallory/platform has" in capsys.readouterr().err


def test_of_two_pull_requests_with_one_commit_the_one_that_was_weighed_is_told(strangers) -> None:
    strangers.weigh(MORE)
    strangers.open(483)
    assert strangers.say() == PASSED
    assert (len(strangers.comments(482)), strangers.comments(483)) == (1, [])
    strangers.change(lambda found: found.update(pullRequest=483))
    assert strangers.say(id=8) == PASSED
    assert [len(strangers.comments(number)) for number in (482, 483)] == [1, 1]
    assert [marker_of(strangers.comments(number)[0]).pull for number in (482, 483)] == [482, 483]


@pytest.mark.parametrize("named", [None, "482", 0, -1, 4.5, True])
def test_two_pull_requests_with_one_commit_are_left_alone_where_none_is_named(strangers, capsys, named) -> None:
    strangers.weigh(MORE)
    strangers.open(483)
    strangers.change(lambda found: found.pop("pullRequest") if named is None else found.update(pullRequest=named))
    assert strangers.say() == CANNOT_TELL
    assert not strangers.github.writes
    assert "pull requests 482, 483 all have" in capsys.readouterr().err


def test_a_commit_that_is_no_longer_the_head_is_no_failure_of_the_bases_run(strangers, capsys) -> None:
    strangers.weigh(MORE)
    strangers.github.world.push(strangers.github.world.platform.pulls[482], "newer")
    assert strangers.say() == PASSED
    assert not strangers.github.writes
    assert "nothing to say" in capsys.readouterr().err


def test_the_bases_configuration_decides_when_to_comment(strangers) -> None:
    strangers.git("checkout", "-q", "main")
    strangers.base = strangers.commit("version: 1\ncomment: {minChange: {money: 1000}, title: Money}\n", "weighbridge.yaml")
    strangers.git("checkout", "-q", "feature")
    strangers.commit("version: 1\ncomment: {minChange: {money: 0}, title: Mine}\n", "weighbridge.yaml")
    strangers.weigh(MORE)
    assert strangers.say() == PASSED
    assert strangers.comments() == []
    assert strangers.check() == ("neutral", f"Money: +$113 a month, {REPORTED}")


def _fewer(found: Any) -> None:
    found["total"]["expected"] = found["delta"]["expected"] = 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_fewer, "is no weighing that can be shown: rows sum to"),
        (lambda found: found.pop("workloads"), "not as the schema says"),
        (lambda found: found["prices"].update(currency="<b>"), "its currency is none"),
    ],
)
def test_a_document_that_cannot_be_shown_leaves_no_old_figures_looking_current(strangers, change, words, capsys) -> None:
    strangers.weigh(MORE)
    strangers.say()
    strangers.weigh(namespace("shop") + deployment("web", replicas=12))
    strangers.change(change)
    assert strangers.say() == CANNOT_TELL
    (body,) = strangers.comments()
    assert body.startswith("### Cost: this commit could not be weighed\n\n")
    assert "+$113 a month.)" in body
    assert words in capsys.readouterr().err
    assert strangers.check() == ("neutral", "Cost: this commit could not be weighed")


def test_a_run_that_left_no_weighing_is_said(strangers, capsys) -> None:
    strangers.weigh(MORE)
    strangers.weighing.unlink()
    assert strangers.say() == CANNOT_TELL
    assert "own run left no weighing: weighing.json: No such file or directory" in capsys.readouterr().err
    assert strangers.comments() == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"event": "push"}, "follows none on pull_request"),
        ({"event": "pull_request_target"}, "follows none on pull_request"),
        ({"head_repository": None}, "a fork may be gone"),
        ({"head_sha": "main"}, "a fork may be gone"),
        ({"id": "7"}, "a fork may be gone"),
    ],
)
def test_an_event_of_no_pull_request_is_said(strangers, more, words, capsys) -> None:
    strangers.weigh(MORE)
    assert strangers.say(**more) == CANNOT_TELL
    assert not strangers.github.writes
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["app.yaml"], ["--git", "a...b"], ["--config-from-base"], ["--policies", "x"], ["--json", "x"]]
)
def test_what_would_change_the_weighing_has_no_part_in_it(strangers, arguments, capsys) -> None:
    strangers.weigh(MORE)
    assert strangers.say(*arguments) == MISUSED
    assert "has no part in it" in capsys.readouterr().err


def test_dependabots_pull_requests_are_of_the_repository_itself(strangers) -> None:
    strangers.weigh(MORE)
    strangers.open(482, "acme")
    source = {"full_name": "acme/platform", "owner": {"login": "acme"}}
    assert strangers.say(head_repository=source) == PASSED
    assert len(strangers.comments()) == 1


def test_a_dry_run_prints_and_writes_nothing(strangers, capsys) -> None:
    strangers.weigh(MORE)
    capsys.readouterr()
    assert strangers.say("--dry-run") == PASSED
    assert capsys.readouterr().out.startswith("### Cost: +$113 a month")
    assert not strangers.github.writes


def test_a_token_that_may_not_write_is_said(strangers, capsys) -> None:
    strangers.weigh(MORE)
    assert strangers.say(token="read-token") == CANNOT_TELL
    assert "nothing more was written" in capsys.readouterr().err
