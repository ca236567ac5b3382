"""Weighing as the App does: in a process of its own, with the same figures as the command line's, and no trust in its answer."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from app_world import NUMBER, AppWorld, web
from git_server import git
from github_stand_in import payloads
from github_stand_in.world import MALLORY, PullRequest, User
from manifest_texts import deployment, namespace

from bot.app.weighing import Order, WeighingError, WeighingProcess, written
from bot.draft import draft_of_failure
from bot.lifecycle import Wanted
from bot.marker import Marker, marker_of
from bot.occasion import GITHUB, Occasion
from bot.posting import Posting
from forge.check_run import Annotation, Level
from weighbridge.cli import PASSED, run
from workloads.settings.comment import CommentSettings

pytestmark = pytest.mark.whole

_NOBODYS = namespace("ml", team="") + deployment("nobodys", team="", space="ml")
_LAX = """apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {name: lax}
spec:
  rules:
  - name: dear
    limitCost: {maximum: 100000}
"""


def test_a_delivery_becomes_a_comment_and_a_check_run(world: AppWorld) -> None:
    pull = world.open(web(9))
    assert world.tell("opened", pull) == 202
    assert world.shown() == [], "a delivery is answered before anything is done"
    world.work(world.really())
    (comment,) = world.shown()
    assert comment.body.startswith("### Cost: +$113 a month\n")
    assert f"{world.git.url}/acme/platform/blob/{pull.head}/app.yaml#L6" in comment.body
    marker = marker_of(comment.body)
    assert (marker.head, marker.base) == (pull.head, world.base)
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.name, check.conclusion, check.title) == ("weighbridge", "success", "Cost: +$113 a month")
    assert [action["identifier"] for action in check.actions] == [f"weigh-{NUMBER}"]


def test_what_a_comment_has_no_room_for_is_printed_by_the_command_that_it_names(
    world: AppWorld, tmp_path, monkeypatch, capfd
) -> None:
    many = {f"app-{number}.yaml": deployment(f"app-{number}", replicas=2 + number % 40) for number in range(120)}
    pull = world.open({"space.yaml": namespace("shop"), **many})
    world.tell("opened", pull)
    world.work(world.really())
    (comment,) = world.shown()
    assert "in the JSON" in comment.body
    told = re.search(r"JSON: `weighbridge (diff --git [0-9a-f]{7}\.\.[0-9a-f]{7} --format json)`", comment.body)
    assert told is not None
    git(tmp_path, "clone", "-q", str(world.origin.folder), "here")
    monkeypatch.chdir(tmp_path / "here")
    assert run(told[1].split()) == PASSED
    assert len([each for each in json.loads(capfd.readouterr().out)["workloads"] if each["change"] == "added"]) == 120


def test_a_base_that_moved_on_is_compared_with_where_the_head_left_it(world: AppWorld) -> None:
    pull = world.open(web(9))
    tip = world.origin.commit("main", {"other.yaml": namespace("other") + deployment("other", replicas=50)})
    world.github.world.platform.branches["main"] = tip
    world.github.world.platform.merge_bases[tip, pull.head] = world.base
    world.tell("opened", pull)
    world.work(world.really())
    assert world.shown()[0].body.startswith("### Cost: +$113 a month\n")
    assert marker_of(world.shown()[0].body).base == world.base


def test_a_fork_s_own_configuration_is_not_believed_and_a_branch_s_is(world: AppWorld) -> None:
    denied = namespace("ml", team="") + deployment("nobodys", team="", space="ml")
    files = {"app.yaml": denied, "weighbridge.yaml": "version: 1\npolicies: [lax]\n", "lax/none.yaml": _LAX}
    fork = world.open(files, owner="mallory")
    own = world.open({**files, "README": "another commit"}, number=483)
    world.tell("opened", fork)
    world.tell("opened", own)
    world.work(world.really())
    assert world.checks(fork.head) == ["failure"]
    assert world.checks(own.head) == ["success"]


def test_a_denial_is_accepted_by_a_label_and_by_a_team_s_review_as_the_base_says(world: AppWorld) -> None:
    approvals = "version: 1\napprovals: [{rules: ['*'], labels: [cost-accepted]}, {rules: ['*'], teams: [acme/finops]}]\n"
    world.base = world.origin.commit("main", {"weighbridge.yaml": approvals})
    there, bob = world.github.world, User(1003, "bob")
    there.platform.permissions["bob"] = "write"
    there.teams["acme/finops"] = {"bob"}
    pull = world.open({"app.yaml": _NOBODYS, "weighbridge.yaml": "version: 1\n"})
    for accepts, colour in ((None, "failure"), (lambda: there.label(pull, "cost-accepted", bob), "success")):
        if accepts:
            accepts()
        world.tell("labeled" if accepts else "opened", pull)
        world.work(world.really())
        assert world.checks(pull.head)[0] == colour
    assert "by bob, by the label cost-accepted" in world.shown()[0].body
    world.push(pull, {"app.yaml": _NOBODYS.replace("replicas: 2", "replicas: 3")})
    world.tell("synchronize", pull)
    world.work(world.really())
    assert world.checks(pull.head)[0] == "failure"
    assert "put it on anew" in world.shown()[0].body
    there.review(pull, bob)
    world.deliver("pull_request_review", payloads.review("submitted", pull))
    world.work(world.really())
    assert world.checks(pull.head)[0] == "success"
    assert "by bob of acme/finops, by review" in world.shown()[0].body


def test_a_merge_group_passes_with_what_was_accepted_of_its_pull_request(world: AppWorld) -> None:
    approvals = "version: 1\napprovals: [{rules: ['*'], labels: [cost-accepted]}]\n"
    world.base = world.origin.commit("main", {"weighbridge.yaml": approvals})
    there = world.github.world
    there.platform.permissions["bob"] = "write"
    pull = world.open({"app.yaml": _NOBODYS})
    world.tell("opened", pull)
    world.work(world.really())
    there.label(pull, "cost-accepted", User(1003, "bob"))
    other = {"app.yaml": _NOBODYS, "README": "with another change before it"}
    merged = world.origin.commit("gh-readonly-queue/main/pr-482-0", other, start=world.base)
    world.deliver("merge_group", payloads.merge_group("checks_requested", merged, world.base))
    world.work(world.really())
    assert (world.checks(pull.head), world.checks(merged)) == (["failure"], ["success"])
    pull.labels.remove("cost-accepted")
    again = world.origin.commit("gh-readonly-queue/main/pr-482-1", other, start=world.base)
    world.deliver("merge_group", payloads.merge_group("checks_requested", again, world.base))
    world.work(world.really())
    assert world.checks(again) == ["failure"], "what was taken back since counts no more"


def test_a_denial_is_accepted_by_the_review_of_a_code_owner_as_the_base_says(world: AppWorld) -> None:
    approvals = "version: 1\napprovals: [{rules: ['*'], codeOwners: true}]\n"
    world.base = world.origin.commit("main", {"weighbridge.yaml": approvals, "CODEOWNERS": "/app.yaml @bob @acme/finops\n"})
    there = world.github.world
    there.platform.permissions |= {"carol": "write", "mallory": "write"}
    there.teams["acme/finops"] = {"carol"}
    pull = world.open({"app.yaml": _NOBODYS, "CODEOWNERS": "* @mallory\n"})
    told = []
    for who in (MALLORY, User(1003, "bob"), User(1004, "carol")):
        there.review(pull, who)
        world.deliver("pull_request_review", {**payloads.review("submitted", pull), "sender": {"login": who.login, "id": who.id}})
        world.work(world.really())
        told.append((world.checks(pull.head)[0], world.shown()[0].body))
    assert [colour for colour, _ in told] == ["failure", "failure", "success"]
    assert "`bob` or `acme/finops` may accept it instead, by a review." in told[0][1]
    assert "bob accepts nothing as a code owner: they may not write here" in told[1][1]
    assert "by carol of acme/finops, by review" in told[2][1]


def test_what_was_accepted_against_another_base_is_accepted_anew(world: AppWorld) -> None:
    approvals = "version: 1\napprovals: [{rules: ['*'], labels: [cost-accepted]}]\n"
    older = world.origin.commit("release", {"weighbridge.yaml": approvals}, start=world.base)
    world.base = world.origin.commit("main", {"weighbridge.yaml": approvals, **web(3)})
    there, bob = world.github.world, User(1003, "bob")
    there.platform.permissions["bob"] = "write"
    pull = world.open({"app.yaml": _NOBODYS})

    def look(action: str, **more: object) -> str:
        world.tell(action, pull, **more)
        world.work(world.really())
        return world.checks(pull.head)[0]

    assert look("opened") == "failure"
    there.label(pull, "cost-accepted", bob)
    assert look("labeled") == "success"
    there.rebase(pull, older, "release")
    assert look("edited", changes={"base": {"ref": {"from": "main"}, "sha": {"from": world.base}}}) == "failure"
    assert "before the base of the pull request was changed; put it on anew" in world.shown()[0].body
    there.label(pull, "cost-accepted", bob)
    assert look("labeled") == "success"


def _moved_on(world: AppWorld, pull: PullRequest, files: dict[str, str | None]) -> None:
    """Have main move on, which the pull request goes on not to name."""
    tip = world.origin.commit("main", files)
    platform = world.github.world.platform
    platform.branches["main"] = tip
    platform.merge_bases[tip, pull.head] = world.base


def test_whom_the_base_has_stopped_trusting_since_accepts_nothing(world: AppWorld) -> None:
    approvals = "version: 1\napprovals: [{rules: ['*'], codeOwners: true}]\n"
    world.base = world.origin.commit("main", {"weighbridge.yaml": approvals, "CODEOWNERS": "* @bob\n"})
    world.github.world.platform.permissions["bob"] = "write"
    pull = world.open({"app.yaml": _NOBODYS})
    world.github.world.review(pull, User(1003, "bob"))

    def look() -> str:
        world.tell("labeled", pull)
        world.work(world.really())
        return world.checks(pull.head)[0]

    assert look() == "success"
    _moved_on(world, pull, {"CODEOWNERS": "* @carol\n"})
    assert look() == "failure"
    assert "`carol` may accept it instead, by a review." in world.shown()[0].body
    assert marker_of(world.shown()[0].body).base == world.base
    _moved_on(world, pull, {"CODEOWNERS": "* @bob\n"})
    assert look() == "success"
    _moved_on(world, pull, {"weighbridge.yaml": "version: 1\n"})
    assert look() == "failure"


def test_what_was_accepted_is_looked_at_again_as_soon_as_the_branch_trusts_others(world: AppWorld) -> None:
    approvals = "version: 1\napprovals: [{rules: ['*'], labels: [cost-accepted]}]\n"
    world.base = world.origin.commit("main", {"weighbridge.yaml": approvals})
    there = world.github.world
    there.platform.permissions["bob"] = "write"
    pull, harmless = world.open({"app.yaml": _NOBODYS}), world.open(web(3), number=483)
    elsewhere = world.open({"app.yaml": _NOBODYS}, number=484, base_branch="release")
    for each in (pull, harmless, elsewhere):
        world.tell("opened", each)
        world.work(world.really())
        there.label(each, "cost-accepted", User(1003, "bob"))
        world.tell("labeled", each)
        world.work(world.really())
    assert [world.checks(each.head)[0] for each in (pull, harmless, elsewhere)] == ["success"] * 3
    _moved_on(world, pull, {"weighbridge.yaml": "version: 1\n"})
    there.platform.branches["release"] = world.base
    before = len(there.platform.checks)
    world.deliver("push", payloads.push("main", "weighbridge.yaml", after=there.platform.branches["main"]))
    world.work(world.really())
    assert world.checks(pull.head)[0] == "failure"
    assert len(there.platform.checks) == before + 1, "of the others nothing was accepted, or on another branch"
    world.deliver("push", payloads.push("main", "weighbridge.yaml", after=world.base))
    world.work(world.really("false"))
    assert len(there.platform.checks) == before + 1, "nothing is accepted any more"


def test_a_denied_commit_passes_by_no_pull_request_to_a_branch_that_has_it_already(world: AppWorld) -> None:
    pull = world.open({"app.yaml": _NOBODYS})
    world.tell("opened", pull)
    world.work(world.really())
    assert world.checks(pull.head) == ["failure"]
    platform = world.github.world.platform
    beside = PullRequest(483, pull.head, pull.branch, pull.head, "scratch", commits=[pull.head])
    platform.pulls[483] = beside
    world.tell("opened", beside)
    world.work(world.really())
    newest = platform.checks_on(pull.head)[0]
    assert (newest.conclusion, newest.title) == ("failure", "Cost: no change (0 workloads weighed), denied in pull request 482")
    assert "close that one and weigh again, or push another commit" in (newest.summary or "")
    pull.state = "closed"
    world.tell("closed", pull)
    world.deliver("check_run", payloads.check_run("requested_action", pull.head, identifier="weigh-483"))
    world.work(world.really())
    assert world.checks(pull.head)[0] == "success"


_RULES = "version: 1\npolicies: [rules]\n"
_STRICT = _LAX.replace("lax", "strict").replace("100000", "1").replace("spec:\n", "spec:\n  validationActions: [Deny]\n")


@pytest.mark.parametrize("owner", ["acme", "mallory"])
def test_a_rule_that_the_base_has_since_holds_for_whoever_began_before_it(world: AppWorld, owner: str) -> None:
    pull = world.open(web(3), owner=owner)
    world.tell("opened", pull)
    world.work(world.really())
    assert world.checks(pull.head) == ["success"]
    _moved_on(world, pull, {"weighbridge.yaml": _RULES, "rules/strict.yaml": _STRICT})
    world.tell("labeled", pull)
    world.work(world.really())
    (check, *_) = world.github.world.platform.checks_on(pull.head)
    assert check.conclusion == "failure"
    assert "This change also changes" not in check.summary, "the base did"


def test_a_rule_that_a_branch_changes_itself_is_its_own_beside_those_that_the_base_has_since(world: AppWorld) -> None:
    """Of its own file a branch has the say, which is told; of another that became strict meanwhile it has not."""
    world.base = world.origin.commit("main", {"weighbridge.yaml": _RULES, "rules/ours.yaml": _STRICT, "rules/other.yaml": _LAX})
    pull = world.open({**web(9), "rules/ours.yaml": _STRICT.replace("maximum: 1", "maximum: 100000")})
    world.tell("opened", pull)
    world.work(world.really())
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert check.conclusion == "success"
    assert "This change also changes rules/ours.yaml: " in check.summary.replace("\\", "")
    _moved_on(world, pull, {"rules/other.yaml": _STRICT.replace("strict", "lax")})
    world.tell("labeled", pull)
    world.work(world.really())
    (check, *_) = world.github.world.platform.checks_on(pull.head)
    assert check.conclusion == "failure"
    assert "This change also changes rules/ours.yaml: " in check.summary.replace("\\", "")


def test_a_rule_that_a_branch_takes_away_stays_away_whatever_else_the_base_has_since(world: AppWorld) -> None:
    world.base = world.origin.commit("main", {"weighbridge.yaml": _RULES, "rules/ours.yaml": _STRICT, "rules/other.yaml": _LAX})
    pull = world.open({**web(9), "rules/ours.yaml": None})
    _moved_on(world, pull, {"README": "more"})
    world.tell("opened", pull)
    world.work(world.really())
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert check.conclusion == "success"
    assert "This change also changes rules/ours.yaml: " in check.summary.replace("\\", "")


@pytest.mark.parametrize(
    ("owner", "before", "conclusion"), [("acme", 0, "success"), ("mallory", 0, "failure"), ("acme", 1, "failure")]
)
def test_a_merge_group_s_own_configuration_is_believed_where_no_stranger_can_have_written_it(
    world: AppWorld, owner, before, conclusion
) -> None:
    world.open({"README": "a change"}, owner=owner)
    branch = "gh-readonly-queue/main/pr-482-0"
    for number in range(before):
        world.origin.commit(branch, {"README": f"of another pull request, {number}"}, start=world.base)
    files = {"app.yaml": _NOBODYS, "weighbridge.yaml": "version: 1\npolicies: [lax]\n", "lax/none.yaml": _LAX}
    merged = world.origin.commit(branch, files, start="" if before else world.base)
    world.deliver("merge_group", payloads.merge_group("checks_requested", merged, world.base))
    world.work(world.really())
    assert world.checks(merged) == [conclusion]


def test_a_fork_s_merge_group_takes_no_verdict_of_the_same_files_by_other_rules(world: AppWorld) -> None:
    files = {"app.yaml": _NOBODYS, "weighbridge.yaml": "version: 1\npolicies: [lax]\n", "lax/none.yaml": _LAX}
    own = world.open(files, number=483)
    world.open({"README": "a change"}, owner="mallory")
    world.tell("opened", own)
    world.work(world.really())
    merged = world.origin.commit("gh-readonly-queue/main/pr-482-0", files, start=world.base)
    world.deliver("merge_group", payloads.merge_group("checks_requested", merged, world.base))
    world.work(world.really())
    assert (world.checks(own.head), world.checks(merged)) == (["success"], ["failure"])


def test_what_cannot_be_weighed_is_said(world: AppWorld) -> None:
    pull = world.open({"weighbridge.yaml": "version: 2\n"})
    world.tell("opened", pull)
    world.work(world.really())
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.conclusion, check.title) == ("neutral", "Cost: this commit could not be weighed")
    assert "weighbridge.yaml could not be read as it is" in check.summary
    assert world.shown() == []


_ENDED_BY_THE_CHANGE = """order=$(cat)
case "$order" in *'"failure":""'*) exit 9 ;; esac
printf '%s' "$order" | "$0" -P -m weighbridge.pull_request.weighing_process"""


@pytest.mark.parametrize(("unknown", "colour"), [("warn", "neutral"), ("fail", "failure")])
@pytest.mark.parametrize("owner", ["acme", "mallory"])
def test_a_change_that_ends_its_weighing_is_red_where_the_base_lets_nothing_unknown_pass(
    world: AppWorld, unknown: str, colour: str, owner: str
) -> None:
    world.base = world.origin.commit("main", {"weighbridge.yaml": f"version: 1\nunknown: {{pullRequest: {unknown}}}\n"})
    pull = world.open({**web(9), "weighbridge.yaml": "version: 1\nunknown: {pullRequest: pass}\n"}, owner=owner)
    world.tell("opened", pull)
    world.work(world.really("sh", "-c", _ENDED_BY_THE_CHANGE, sys.executable))
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.conclusion, check.title) == (colour, "Cost: this commit could not be weighed")
    assert "it ended with code 9" in check.summary


def test_a_change_that_breaks_its_own_settings_is_denied_by_the_base_s(world: AppWorld) -> None:
    pull = world.open({"app.yaml": _NOBODYS, "weighbridge.yaml": "version: 1\npolicies: [nowhere]\n"})
    world.tell("opened", pull)
    world.work(world.really())
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert check.conclusion == "failure"
    assert "weighed by the settings of the base" in check.summary


def test_a_change_of_rules_behind_a_link_is_told_with_what_the_base_s_make_of_it(world: AppWorld) -> None:
    settings = "version: 1\npolicies: [policies]\n"
    strict = _LAX.replace("100000", "1").replace("spec:\n", "spec:\n  validationActions: [Deny]\n")
    linked = {"weighbridge.yaml": settings, "policies": Path("shared/pol"), "shared/pol/p.yaml": strict}
    world.base = world.origin.commit("main", linked)
    pull = world.open({**web(9), "shared/pol/p.yaml": _LAX})
    world.tell("opened", pull)
    world.work(world.really())
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert check.conclusion == "success"
    told = check.summary.replace("\\", "").replace("&#8203;", "")
    assert "This change also changes shared/pol/p.yaml: " in told
    assert "1 denied" in told


def test_what_a_repository_names_on_this_machine_is_not_read(world: AppWorld) -> None:
    pull = world.open({"weighbridge.yaml": f"version: 1\npolicies: [{world.settings.state}]\n"})
    world.tell("opened", pull)
    world.work(world.really())
    assert "which is not in the repository" in world.github.world.platform.checks_on(pull.head)[0].summary


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("false",), "it ended with code 1"),
        (("echo", "{}"), "its answer cannot be read"),
        (("sh", "-c", "echo broken >&2; exit 2"), "broken"),
        (("/no/such/program",), "it cannot be started"),
    ],
)
def test_a_weighing_that_fails_is_said(world: AppWorld, command, words) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work(world.really(*command))
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.conclusion, check.title) == ("neutral", "Cost: this commit could not be weighed")
    assert f"weighing failed: {words}" in check.summary


def test_what_weighs_is_told_where_things_are_and_nothing_else_of_the_server_s_environment(world: AppWorld, monkeypatch) -> None:
    places = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": str(world.settings.state), "XDG_CACHE_HOME": "/cache"}
    for name, value in places.items():
        monkeypatch.setenv(name, value)
    for name in (
        "WEIGHBRIDGE_APP_ID", "WEIGHBRIDGE_APP_PRIVATE_KEY", "WEIGHBRIDGE_WEBHOOK_SECRET", "WEIGHBRIDGE_QUEUE", "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY", "KUBECONFIG", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "SSL_CERT_FILE",
        "GIT_SSL_CAINFO", "PYTHONSTARTUP",
    ):  # fmt: skip
        monkeypatch.setenv(name, "http://user:swordfish@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    told = world.settings.state / "told"
    world.tell("opened", world.open(web(9)))
    world.work(world.really("sh", "-c", f"tr '\\0' '\\n' < /proc/$$/environ > {told}"))
    there = dict(line.split("=", 1) for line in told.read_text().splitlines())
    assert there == {**places, "HOME": str(world.settings.home)}


ASKED = Occasion(GITHUB, "https://api.example", "acme/platform", NUMBER, "a" * 40, "b" * 40, "", run=7)
ANSWER = draft_of_failure("a reason", ASKED, "default", CommentSettings())
_LINES = tuple(Annotation("a.yaml", line + 1, Level.FAILURE, "t", "m") for line in range(501))
ELSE: dict[str, tuple[Posting, str]] = {
    "another pull request": (replace(ANSWER, number=1), "about something else"),
    "another commit": (replace(ANSWER, check=replace(ANSWER.check, head="c" * 40)), "about something else"),
    "a check run of another name": (replace(ANSWER, check=replace(ANSWER.check, name="build")), "about something else"),
    "a comment of another key": (
        replace(ANSWER, wanted=Wanted(f"x\n{Marker('other', ASKED.head, '', 7, NUMBER).line}", worth=True)), "about something else",
    ),
    "a comment of a run to come": (
        replace(ANSWER, wanted=Wanted(f"x\n{Marker('default', ASKED.head, '', 8, NUMBER).line}", worth=True)), "about something else",
    ),
    "a comment of nobody's": (replace(ANSWER, wanted=Wanted("x", worth=True)), "about something else"),
    "more lines than any": (replace(ANSWER, check=replace(ANSWER.check, annotations=_LINES)), "longer than one may be"),
    "a longer text than any": (replace(ANSWER, check=replace(ANSWER.check, summary="x" * 60_001)), "longer than one may be"),
}  # fmt: skip


@pytest.mark.parametrize("what", ELSE)
def test_an_answer_about_something_else_is_not_posted(what: str, tmp_path: Path) -> None:
    answer, words = ELSE[what]
    for given in (ANSWER, answer):
        (tmp_path / "answer.json").write_bytes(written(given))
        process = WeighingProcess(("cat", str(tmp_path / "answer.json")), tmp_path)
        if given is ANSWER:
            assert process.weigh(tmp_path, Order(ASKED, trusted=True), lambda: True) == ANSWER
        else:
            with pytest.raises(WeighingError, match=words):
                process.weigh(tmp_path, Order(ASKED, trusted=True), lambda: True)
