"""A denial passes where somebody accepts it who may by the base's weighbridge.yaml: seen, for this commit, and told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from actions_environment import Actions
from committed import Committed
from github_stand_in.faults import Fault
from github_stand_in.server import GitHub, serving
from github_stand_in.world import EVERYTHING, ROBOT, Grant, PullRequest, User
from manifest_texts import deployment, namespace

from policies.exemptions.reader import load_exemptions
from weighbridge.cli import CANNOT_TELL, DENIED, PASSED, run
from workloads.text.reader import read

pytestmark = pytest.mark.whole

BOB = User(1003, "bob")
BASE = namespace("shop") + deployment("web", replicas=2)
NOBODYS = BASE + namespace("ml", team="") + deployment("nobodys", team="", space="ml")
LABEL = "version: 1\napprovals:\n  - {rules: [cost-labels/*], labels: [cost-accepted]}\n"
OWNERS = "version: 1\napprovals:\n  - {rules: [cost-labels/*], codeOwners: true}\n"
TEAM = "version: 1\napprovals:\n  - {rules: [cost-labels/team], teams: [acme/finops], exemption: true}\n"
_LAX = """apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {name: lax}
spec:
  rules:
  - name: dear
    limitCost: {maximum: 100000}
"""


def plain(body: str) -> str:
    """A comment without what keeps its words from being Markdown."""
    return body.replace("\\", "").replace("&#8203;", "")


class Change:
    """A pull request of alice's whose change is denied, and the runs of its commits."""

    def __init__(self, folder: Path, github: GitHub, environment: pytest.MonkeyPatch) -> None:
        self.folder, self.github, self.environment = folder, github, environment
        self.actions = Actions.begun(folder, environment, github.url)
        self.repository = Committed.at(folder / "platform")
        self.checkout, self.git = self.repository.folder, self.repository.git
        environment.chdir(self.checkout)
        github.world.platform.permissions["bob"] = "write"
        self.target = "main"
        """The branch that the event of a run names."""

    def commit(self, **files: str) -> str:
        return self.repository({f"{name}.yaml": text for name, text in files.items()})

    def open(self, configuration: str, manifests: str = NOBODYS, **more: str) -> PullRequest:
        self.base = self.commit(weighbridge=configuration, app=BASE)
        self.git("checkout", "-q", "-b", "feature")
        self.pull = PullRequest(482, "", "feature", self.base)
        self.github.world.platform.pulls[482] = self.pull
        self.push(app=manifests, **more)
        return self.pull

    def move_on(self, **files: str) -> str:
        """Have main move on, and the checkout be one of now; the event names the commit of before."""
        self.git("checkout", "-q", "main")
        tip = self.commit(**files)
        self.git("update-ref", "refs/remotes/origin/main", tip)
        self.git("checkout", "-q", "feature")
        return tip

    def owners(self, text: str) -> None:
        """Have the next commit name code owners."""
        (self.checkout / ".github").mkdir(exist_ok=True)
        (self.checkout / ".github" / "CODEOWNERS").write_text(text, encoding="utf-8")

    def push(self, **files: str) -> None:
        self.pull.head = self.commit(**files)
        self.pull.commits.append(self.pull.head)

    def run(self, *arguments: str, event: str = "pull_request") -> int:
        source = {"id": 1 if self.pull.head_owner == "acme" else 2}
        base = {"sha": self.base, "ref": self.target, "repo": {"id": 1}}
        told = {"number": 482, "head": {"sha": self.pull.head, "repo": source}, "base": base}
        return self._run(event, {"pull_request": told}, *arguments)

    def queued(self, *arguments: str, branch: str = "refs/heads/gh-readonly-queue/main/pr-482-81d0e55") -> int:
        group = {"head_sha": self.pull.head, "base_sha": self.base, "head_ref": branch}
        return self._run("merge_group", {"merge_group": group}, *arguments)

    def _run(self, name: str, event: object, *arguments: str) -> int:
        self.actions.event.write_text(json.dumps(event), encoding="utf-8")
        self.environment.setenv("GITHUB_EVENT_NAME", name)
        return run(["comment", "--json", str(self.folder / "weighing.json"), *arguments])

    def label(self, who: User = BOB, label: str = "cost-accepted") -> None:
        self.github.world.label(self.pull, label, who)

    def body(self) -> str:
        (comment,) = self.github.world.platform.shown(482)
        return comment.body

    def check(self) -> tuple[str | None, str | None]:
        newest = self.github.world.platform.checks_on(self.pull.head)[0]
        return newest.conclusion, newest.title

    def weighing(self) -> Any:
        return json.loads((self.folder / "weighing.json").read_text(encoding="utf-8"))


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Change]:
    with serving(GitHub()) as github:
        github.world.teams["acme/finops"] = {"bob"}
        github.world.tokens["members-token"] = Grant(ROBOT, {**EVERYTHING, "members": "read"})
        yield Change(tmp_path, github, monkeypatch)


def test_a_label_by_somebody_who_may_write_accepts_it_and_what_it_accepts_is_told_to_the_gate(change) -> None:
    change.open(LABEL)
    assert change.run() == DENIED
    assert "Somebody else who may write here may accept it instead, by the label `cost-accepted`." in change.body()
    assert change.weighing()["allowance"] is None
    change.label()
    assert change.run() == PASSED
    conclusion, title = change.check()
    assert conclusion == "success"
    assert title.endswith("1 accepted")
    body = change.body()
    assert "[!CAUTION]" not in body
    assert "`ml/nobodys` from `cost-labels/team` by bob, by the label cost-accepted" in body
    told = change.weighing()
    assert told["verdict"] == "pass"
    (violation,) = [each for each in told["violations"] if each["accepted"]]
    assert (violation["verdict"], violation["accepted"]) == ("pass", "bob, by the label cost-accepted")
    assert violation["approvers"] == ["label:cost-accepted"]
    (row,) = [each for each in told["workloads"] if each["name"] == "nobodys"]
    named = {"cluster": None, "group": "apps", "kind": "Deployment", "namespace": "ml", "name": "nobodys"}
    expires = datetime.fromisoformat(told["generatedAt"]) + timedelta(days=30)
    assert told["allowance"] == {"identities": [named], "amount": row["total"]["high"], "expires": expires.isoformat()}
    assert f"**Accepted, for up to ${row['total']['high']:.2f} a month:**" in body
    before = len(change.github.writes)
    assert change.run() == PASSED
    assert len(change.github.writes) == before, "a second run writes nothing"


def test_a_label_from_before_the_commit_was_weighed_accepts_nothing_until_it_is_put_on_anew(change) -> None:
    change.open(LABEL)
    change.run()
    change.label()
    assert change.run() == PASSED
    change.push(app=NOBODYS.replace("replicas: 2", "replicas: 50"))
    for _ in range(2):
        assert change.run() == DENIED
        assert f"bob put it on before {change.pull.head[:7]} was weighed; put it on anew" in change.body()
    assert change.check()[0] == "failure"
    change.label()
    assert change.run() == PASSED


def test_what_was_accepted_against_another_base_is_accepted_anew(change) -> None:
    older = change.commit(weighbridge=LABEL, app="")
    change.open(LABEL)
    change.run()
    change.label()
    assert change.run() == PASSED
    change.github.world.rebase(change.pull, older, "older")
    change.base, change.target = older, "older"
    for _ in range(2):
        assert change.run() == DENIED
        assert "bob put it on before the base of the pull request was changed; put it on anew" in change.body()
    assert change.queued() == DENIED
    change.label()
    assert change.run() == PASSED
    assert change.queued() == PASSED


def test_a_run_that_is_had_again_with_the_base_of_before_accepts_nothing_and_writes_nothing(change) -> None:
    change.open(LABEL)
    change.run()
    change.github.world.rebase(change.pull, branch="release")
    change.label()
    before = len(change.github.writes)
    assert change.run() == DENIED
    assert len(change.github.writes) == before
    assert "not accepted: it was weighed for main, and goes to release now: weigh it anew" in change.weighing()["notes"]
    change.target = "release"
    assert change.run() == PASSED


def test_a_base_that_takes_a_part_of_the_change_has_the_rest_accepted_anew(change) -> None:
    change.open(LABEL)
    first = change.pull.head
    change.push(more=namespace("web", team="web"))
    change.run()
    change.label()
    assert change.run() == PASSED
    change.base = change.pull.base = first
    change.git("branch", "-f", "main", first)
    # What was denied has come to the base: nothing is left that anybody would have to accept.
    assert change.run() == PASSED
    assert "accepted" not in (change.check()[1] or "")
    change.base = change.pull.base = older = change.git("rev-parse", f"{first}~1")
    assert change.run() == DENIED
    assert f"before {change.pull.head[:7]} was weighed against {older[:7]}; put it on anew" in change.body()


def test_a_change_cannot_name_its_own_approvers(change) -> None:
    change.open("version: 1\n", weighbridge=LABEL)
    change.run()
    change.label()
    assert change.run() == DENIED
    assert "may accept it" not in change.body()


def test_a_change_cannot_turn_its_settings_to_a_file_with_other_approvers(change) -> None:
    (change.checkout / "lax.yaml").write_text(LABEL)
    change.open("version: 1\n")
    (change.checkout / "weighbridge.yaml").unlink()
    (change.checkout / "weighbridge.yaml").symlink_to("lax.yaml")
    change.push()
    change.run()
    change.label()
    assert change.run() == DENIED
    assert "may accept it" not in change.body()


def test_whom_the_base_has_stopped_trusting_since_accepts_nothing(change) -> None:
    change.open(LABEL)
    change.run()
    change.label()
    assert change.run() == PASSED
    change.move_on(weighbridge="version: 1\n")
    assert change.run() == DENIED
    assert "may accept it" not in change.body()
    assert change.check()[0] == "failure"
    assert f"against merge base `{change.base[:7]}`" in change.body(), "a base that only moves on is compared with no more"


def test_whom_the_base_trusts_since_accepts_what_they_approved_before(change) -> None:
    change.owners("* @alice\n")
    change.open(OWNERS)
    change.github.world.review(change.pull, BOB)
    assert change.run() == DENIED
    change.owners("* @bob\n")
    change.move_on()
    assert change.run() == PASSED


def test_an_owner_who_is_none_any_more_on_the_base_accepts_nothing(change) -> None:
    change.owners("* @bob\n")
    change.open(OWNERS)
    change.github.world.review(change.pull, BOB)
    assert change.run() == PASSED
    change.owners("* @carol\n")
    change.move_on()
    assert change.run() == DENIED
    assert "`carol` may accept it instead, by a review." in change.body()


def test_a_checkout_whose_base_is_older_than_the_event_s_decides_nothing(change) -> None:
    change.git("update-ref", "refs/remotes/origin/main", change.commit(weighbridge=LABEL))
    change.open("version: 1\n")
    change.run()
    change.label()
    assert change.run() == DENIED
    assert "may accept it" not in change.body()


def test_a_base_with_which_the_checkout_shows_nothing_in_common_is_not_compared_with(change) -> None:
    """As in a checkout without all of the history."""
    change.open(LABEL)
    change.git("checkout", "-q", "--orphan", "cut")
    change.git("update-ref", "refs/remotes/origin/main", change.commit(weighbridge="version: 1\n"))
    change.git("checkout", "-q", "feature")
    assert change.run() == DENIED
    assert f"against merge base `{change.base[:7]}`" in change.body()


def test_a_base_that_took_a_part_of_the_change_is_compared_with_as_it_is_now(change) -> None:
    change.open(LABEL)
    change.git("update-ref", "refs/remotes/origin/main", change.pull.head)
    first = change.pull.head
    change.push(more=namespace("web", team="web"))
    assert change.run() == PASSED
    assert change.weighing()["violations"] == []
    (check,) = change.github.world.platform.checks_on(change.pull.head)
    assert f"base={first}" in (check.summary or "")


def test_a_rule_that_the_base_has_since_holds_for_a_stranger_who_began_before_it(change) -> None:
    change.open("version: 1\n", manifests=BASE.replace("replicas: 2", "replicas: 3"))
    change.pull.head_owner = "mallory"
    assert change.run() == PASSED
    (change.checkout / "strict").mkdir()
    strict = _LAX.replace("lax", "strict").replace("100000", "1")
    change.move_on(weighbridge="version: 1\npolicies: [strict]\n", **{"strict/rule": strict})
    assert change.run() == DENIED
    assert "`strict/dear`" in change.body()


def test_what_cannot_be_weighed_is_red_where_the_base_says_so_since(change) -> None:
    change.open("version: 1\n", manifests=BASE, weighbridge="version: 2\n")
    assert change.run() == CANNOT_TELL
    assert change.check()[0] == "neutral"
    change.move_on(weighbridge="version: 1\nunknown: {pullRequest: fail}\n")
    assert change.run() == CANNOT_TELL
    assert change.check()[0] == "failure"


def test_a_base_whose_configuration_is_broken_lets_nobody_accept(change) -> None:
    change.open("version: 1\napprovals: [{rules: []}]\n", weighbridge="version: 1\n")
    assert change.run() == DENIED
    assert "Not accepted: nobody can accept a denial: weighbridge.yaml" in change.body().replace("\\", "")


def test_a_code_owner_of_the_denied_object_s_file_accepts_it_by_a_review(change) -> None:
    change.owners("* @everybody\n/app.yaml @bob @acme/payments docs@example.com # who pays for it\n")
    change.open(OWNERS)
    change.github.world.review(change.pull, User(1004, "everybody"))
    assert change.run() == DENIED
    body = change.body()
    assert "`bob` or `acme/payments` may accept it instead, by a review." in body
    assert "@bob" not in body
    assert "whose address docs@example.com in .github/CODEOWNERS is, nobody tells: name them by @login" in plain(body)
    change.github.world.review(change.pull, BOB)
    assert change.run() == PASSED
    assert "`ml/nobodys` from `cost-labels/team` by bob, by review" in change.body()
    (violation,) = [each for each in change.weighing()["violations"] if each["accepted"]]
    assert (violation["accepted"], violation["approvers"]) == ("bob, by review", ["bob", "acme/payments"])
    assert change.queued() == PASSED


def test_a_member_of_a_team_that_owns_the_file_accepts_it(change) -> None:
    change.environment.setenv("GITHUB_TOKEN", "members-token")
    change.owners("app.yaml @acme/finops\n")
    change.open(OWNERS)
    change.github.world.review(change.pull, BOB)
    assert change.run() == PASSED
    assert "by bob of acme/finops, by review" in change.body()


def test_a_change_cannot_name_its_own_code_owners(change) -> None:
    change.owners("* @acme/finops\n")
    change.open(OWNERS, manifests=BASE)
    change.owners("* @bob\n")
    change.push(app=NOBODYS)
    change.github.world.review(change.pull, BOB)
    assert change.run() == DENIED
    assert "`acme/finops` may accept it instead" in change.body()


def test_a_base_without_code_owners_lets_nobody_accept_and_says_where_they_are_looked_for(change) -> None:
    change.open(OWNERS)
    change.owners("* @bob\n")
    change.push()
    change.github.world.review(change.pull, BOB)
    assert change.run() == DENIED
    assert "Not accepted: nobody is a code owner: the base has none of .github/CODEOWNERS" in plain(change.body())


def test_a_link_is_no_list_of_code_owners(change) -> None:
    (change.checkout / "owners").write_text("* @bob\n", encoding="utf-8")
    (change.checkout / "CODEOWNERS").symlink_to("owners")
    change.open(OWNERS)
    change.github.world.review(change.pull, BOB)
    assert change.run() == DENIED
    assert "nobody is a code owner: CODEOWNERS is no file of up to 3 MB" in plain(change.body())


def test_of_a_folder_that_is_weighed_by_itself_the_owners_are_found_from_the_top(change) -> None:
    change.owners("/apps/app.yaml @bob\n/app.yaml @alice\n")
    (change.checkout / "apps").mkdir()
    change.base = change.commit(weighbridge=OWNERS, **{"apps/app": BASE})
    change.git("checkout", "-q", "-b", "feature")
    change.pull = PullRequest(482, "", "feature", change.base)
    change.github.world.platform.pulls[482] = change.pull
    change.push(**{"apps/app": NOBODYS})
    change.environment.chdir(change.checkout / "apps")
    change.github.world.review(change.pull, BOB)
    assert change.run() == PASSED


def test_lines_of_code_owners_that_are_skipped_are_told(change) -> None:
    change.owners("* @bob\n!app.yaml @bob\n[ab]pp.yaml @\u202ealice\n")
    change.open(OWNERS)
    assert change.run() == DENIED
    told = plain(change.body())
    assert (
        ".github/CODEOWNERS:2 on the base is skipped, as on GitHub: a pattern cannot begin with !; of 2 such lines it is" in told
    )


def test_many_code_owners_are_counted_and_those_beyond_what_is_asked_are_told(change) -> None:
    change.owners(f"* {' '.join(f'@owner-{number}' for number in range(60))}\n")
    change.open(OWNERS)
    assert change.run() == DENIED
    body = change.body()
    assert "`owner-3` or `owner-4` or 45 more may accept it instead, by a review." in body
    assert "60 code owners are more than are asked: only the first 50 are" in body
    assert len(change.weighing()["violations"][0]["approvers"]) == 50


def test_an_exemption_that_says_the_same_is_proposed_where_that_is_asked_for(change) -> None:
    change.environment.setenv("GITHUB_TOKEN", "members-token")
    change.open(TEAM)
    change.github.world.review(change.pull, BOB)
    change.run()
    proposed = change.body().partition("```yaml\n")[2].partition("```")[0]
    loaded = load_exemptions(read(proposed.encode()).manifests)
    assert not loaded.problems
    (exemption,) = loaded.exemptions
    told = change.weighing()
    now = datetime.fromisoformat(told["generatedAt"])
    assert not exemption.hindrance(now)
    assert (exemption.namespace, exemption.rules, exemption.names, exemption.requested_by, exemption.approved_by) == (
        "ml", ("cost-labels/team",), ("nobodys",), "alice", "bob",
    )  # fmt: skip
    # Taken along, it lets the same pass by itself.
    change.push(exemption=proposed, weighbridge=f"{TEAM}exemptions: [exemption.yaml]\n")
    assert change.run() == PASSED
    assert "**Exempted:**" in change.body()


def test_in_the_merge_queue_what_was_accepted_on_the_pull_request_passes(change) -> None:
    change.open(LABEL)
    change.run()
    assert change.queued() == DENIED
    change.label()
    assert change.queued() == PASSED
    assert change.check()[0] == "success"
    assert change.queued(branch="refs/heads/elsewhere") == DENIED


@pytest.mark.parametrize("event", ["pull_request", "pull_request_review"])
@pytest.mark.parametrize(("owner", "code"), [("acme", PASSED), ("mallory", DENIED)])
def test_a_fork_s_own_settings_are_not_believed_though_no_flag_says_so(change, capfd, event, owner, code) -> None:
    lax = "version: 1\nignore: ['app.yaml']\n"
    change.open("version: 1\n", weighbridge=lax).head_owner = owner
    assert change.run(event=event) == code
    assert ("is not from this repository" in capfd.readouterr().err) is (code == DENIED)


@pytest.mark.parametrize("flags", [("--policies", "lax.yaml"), ("--config", "other.yaml"), ("--exemptions", "excused")])
def test_what_a_flag_names_of_a_fork_s_checkout_is_the_base_s(change, flags, capfd) -> None:
    base = {"lax": _LAX.replace("limitCost: {maximum: 100000}", "limitCost: {maximum: 0.01}"), "other": "version: 1\n"}
    (change.checkout / "lax.yaml").write_text(base["lax"])
    (change.checkout / "other.yaml").write_text(base["other"])
    change.open("version: 1\n", lax=_LAX, other="version: 1\nignore: ['app.yaml']\n").head_owner = "mallory"
    code = change.run(*flags)
    if flags[0] == "--exemptions":
        assert code == CANNOT_TELL
        assert "excused is in the checkout, and the commit whose settings hold has none" in capfd.readouterr().err
    else:
        assert code == DENIED


def test_a_fork_s_flag_from_outside_of_the_checkout_holds(change) -> None:
    (change.folder / "rules.yaml").write_text(_LAX)
    change.open("version: 1\n").head_owner = "mallory"
    assert change.run() == DENIED
    assert change.run("--policies", str(change.folder / "rules.yaml")) == PASSED


def test_a_link_in_a_fork_s_checkout_leads_nowhere_else(change) -> None:
    (change.folder / "rules.yaml").write_text(_LAX)
    change.open("version: 1\n").head_owner = "mallory"
    (change.checkout / "rules").symlink_to(change.folder)
    assert change.run("--policies", "rules/rules.yaml") == CANNOT_TELL


@pytest.mark.parametrize(("owner", "code"), [("acme", PASSED), ("mallory", DENIED)])
def test_in_the_merge_queue_a_fork_s_own_rules_are_not_believed(change, capfd, owner, code) -> None:
    change.open("version: 1\n", weighbridge="version: 1\npolicies: [lax.yaml]\n", lax=_LAX).head_owner = owner
    assert change.queued() == code
    assert ("weighbridge.yaml, and what it and flags name of the checkout, are those of the base" in capfd.readouterr().err) is (
        code == DENIED
    )


def test_in_the_merge_queue_a_file_that_a_fork_may_have_written_is_read_from_the_base(change, capfd) -> None:
    change.open("version: 1\n", weighbridge="version: 1\npolicies: [lax.yaml]\n", lax=_LAX).head_owner = "mallory"
    assert change.queued("--config", "weighbridge.yaml") == DENIED
    assert "may hold changes of strangers" in capfd.readouterr().err
    assert change.check()[0] == "failure"


def test_what_cannot_be_looked_up_accepts_nothing(change) -> None:
    change.open(LABEL)
    change.run()
    change.label()
    change.github.fail(Fault("POST", "/graphql", 422, times=1))
    assert change.run() == DENIED
    assert "Not accepted: who accepted it could not be looked up: GitHub answered POST /graphql with 422" in change.body()


def test_a_stranger_s_own_acceptance_is_looked_up_anew(change) -> None:
    change.open(LABEL)
    change.run()
    change.label()
    assert change.run() == PASSED
    change.github.world.platform.checks.clear()
    change.pull.labels.clear()
    source = {"full_name": "acme/platform", "owner": {"login": "acme"}}
    told = {"id": 7, "event": "pull_request", "head_sha": change.pull.head, "head_branch": "feature", "head_repository": source}
    (change.folder / "event.json").write_text(json.dumps({"workflow_run": told}), encoding="utf-8")
    change.environment.setenv("GITHUB_EVENT_NAME", "workflow_run")
    change.git("checkout", "-q", "main")
    assert run(["comment", "--from", str(change.folder / "weighing.json")]) == PASSED
    assert change.check()[0] == "failure"
    change.label()
    assert run(["comment", "--from", str(change.folder / "weighing.json")]) == PASSED
    assert change.check()[0] == "neutral"
    assert "by bob, by the label cost-accepted" in change.body()


@pytest.mark.parametrize("unknown", ["warn", "fail"])
def test_a_change_that_breaks_its_own_settings_is_denied_where_the_base_s_deny_it(change, unknown) -> None:
    change.open(f"version: 1\nunknown: {{pullRequest: {unknown}}}\n", weighbridge="version: 1\npolicies: [nowhere]\n")
    assert change.run() == DENIED
    assert change.check()[0] == "failure"
    (comment,) = change.github.world.platform.shown(482)
    assert "weighed by the settings of the base, since the change's own do not hold" in plain(comment.body)


@pytest.mark.parametrize(("unknown", "colour"), [("warn", "neutral"), ("fail", "failure")])
def test_what_cannot_be_weighed_is_red_where_the_base_lets_nothing_unknown_pass(change, unknown, colour) -> None:
    settings = f"version: 1\nunknown: {{pullRequest: {unknown}}}\n"
    change.open(settings, BASE, weighbridge="version: 1\npolicies: [nowhere]\nunknown: {pullRequest: pass}\n")
    assert change.run() == CANNOT_TELL
    assert change.check()[:2] == (colour, "Cost: this commit could not be weighed")


def test_a_mistake_of_ours_leaves_no_figures_looking_current_and_is_told(change, monkeypatch, capfd) -> None:
    change.open("version: 1\n")
    change.run()
    change.push(app=NOBODYS.replace("replicas: 2", "replicas: 3"))

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("weighbridge.weighed.report", broken)
    assert change.run() == CANNOT_TELL
    assert "this is a mistake in Weighbridge" in capfd.readouterr().err
    (comment,) = change.github.world.platform.shown(482)
    assert comment.body.startswith("### Cost: this commit could not be weighed")
    assert "(ZeroDivisionError)" in plain(comment.body)


def test_a_change_that_changes_its_own_settings_is_told_with_what_the_base_s_make_of_it(change) -> None:
    many = NOBODYS.replace("replicas: 2", "replicas: 9")
    change.open("version: 1\n", many, weighbridge="version: 1\nignore: ['app.yaml']\nunknown: {pullRequest: pass}\n")
    assert change.run() == PASSED
    (comment,) = change.github.world.platform.shown(482)
    told = plain(comment.body)
    assert told.startswith("### Cost: no change")
    assert (
        "This change also changes weighbridge.yaml (unknown, ignore): both sides are weighed by what these say after it." in told
    )
    assert "By what they say before it: +$" in told
    assert ", 1 denied.**" in told
    (note, *_) = json.loads((change.folder / "weighing.json").read_text())["notes"]
    assert note.startswith("This change also changes weighbridge.yaml")


def test_a_change_of_the_rules_that_its_settings_name_is_told(change) -> None:
    (change.checkout / "lax.yaml").write_text(_LAX.replace("100000", "0.01"))
    settings = "version: 1\npolicies: [lax.yaml]\n"
    change.open(settings, lax=_LAX)
    assert change.run() == PASSED
    (comment,) = change.github.world.platform.shown(482)
    assert "This change also changes lax.yaml: " in plain(comment.body)
    assert "1 denied" in plain(comment.body)


@pytest.mark.parametrize("named", ["flag", "environment"])
def test_a_change_of_the_rules_that_flags_and_the_environment_name_is_told(change, named: str) -> None:
    strict = _LAX.replace("100000", "0.01").replace("spec:\n", "spec:\n  validationActions: [Deny]\n")
    (change.checkout / "lax.yaml").write_text(strict)
    change.open("version: 1\n", lax=_LAX)
    if named == "environment":
        change.environment.setenv("WEIGHBRIDGE_POLICIES", "lax.yaml")
    assert change.run(*(["--policies=lax.yaml"] if named == "flag" else [])) == PASSED
    told = plain(change.body())
    assert "This change also changes lax.yaml: both sides are weighed by what these say after it." in told
    assert "1 denied" in told


def test_a_new_configuration_further_down_that_is_in_force_instead_is_told(change) -> None:
    (change.checkout / "apps").mkdir()
    (change.checkout / "apps" / "web.yaml").write_text(BASE)
    (change.checkout / "lax.yaml").write_text(_LAX.replace("100000", "0.01"))
    change.open(
        "version: 1\npolicies: [lax.yaml]\n",
        **{"apps/weighbridge": "version: 1\n", "apps/web": BASE.replace("replicas: 2", "replicas: 9")},
    )
    assert change.run("apps") == PASSED
    told = plain(change.body())
    assert "This change also changes apps/weighbridge.yaml (policies): " in told
    assert "1 denied" in told


def test_a_change_of_settings_alone_that_changes_no_figure_gets_no_first_comment(change) -> None:
    change.open(
        "version: 1\n", BASE, weighbridge="version: 1\nclusters: [{name: a, paths: ['**'], cloud: aws, region: eu-west-1}]\n"
    )
    assert change.run() == PASSED
    assert change.github.world.platform.shown(482) == []
    assert "This change also changes weighbridge.yaml (clusters)" in plain(
        change.github.world.platform.checks_on(change.pull.head)[0].summary
    )


def test_a_change_that_leaves_its_settings_alone_is_told_without_a_word_of_them(change) -> None:
    change.open("version: 1\n")
    change.run()
    assert "also changes" not in change.github.world.platform.shown(482)[0].body
