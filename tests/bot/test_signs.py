"""A sign counts that a person other than the author gave, for this commit, once it was told what it costs; why others do not is said."""

from __future__ import annotations

import pytest
from github_stand_in.direct import Direct
from github_stand_in.server import GitHub as StandIn
from github_stand_in.world import ALICE, EVERYTHING, ROBOT, Grant, PullRequest, User, sha_of

from bot.marker import Marker
from bot.memory import Memory
from bot.signs import Signs, Sought, signs
from forge.check_run import CheckRun, Conclusion
from forge.courier import Courier
from forge.github import GitHub
from forge.patience import Patience
from policies.exemptions.acceptance import Approvers, Sign
from workloads.settings.approval import ApprovalSettings

BOB = User(1003, "bob")
LABEL = ApprovalSettings(("*",), labels=("cost-accepted",))
TEAM = ApprovalSettings(("*",), teams=("acme/finops",))
OWNERS = ApprovalSettings(("*",), labels=("cost-accepted",), code_owners=True)
HEAD, BASE, OTHER = sha_of("first"), sha_of("base"), sha_of("another base")


class Looking:
    """A pull request of alice's, and whoever looks at it."""

    def __init__(self) -> None:
        self.github = StandIn()
        world = self.github.world
        self.pull: PullRequest = world.open_pull(482)
        world.teams["acme/finops"] = {"bob"}
        world.platform.permissions["bob"] = "write"
        world.tokens["members-token"] = Grant(ROBOT, {**EVERYTHING, "members": "read"})

    def client(self, token: str = "members-token") -> GitHub:
        return GitHub(Courier(Direct(self.github, token), "GitHub", Patience(), lambda _: None, lambda: 0.0), "acme/platform")

    def tell(
        self, head: str = HEAD, base: str = BASE, token: str = "members-token", memory: str = Memory("default").text
    ) -> None:
        """What a run writes of a commit."""
        body = f"### Cost: 1 denied\n{Marker('default', head, base).line}\n"
        check = CheckRun("weighbridge", head, Conclusion.FAILURE, "1 denied", body, memory=memory)
        self.client(token).checks.write(check)

    def look(
        self,
        *entries: ApprovalSettings,
        owners: tuple[str, ...] = (),
        head: str = HEAD,
        base: str = BASE,
        token: str = "members-token",
        undecisive: tuple[tuple[str, str], ...] = (),
    ) -> Signs:
        sought = Sought(482, head, base, "weighbridge")
        found = signs(self.client(token).approvals, sought, Approvers(entries, owners, undecisive))
        assert not self.github.mistakes, self.github.mistakes
        return found

    def label(self, who: User = BOB, label: str = "cost-accepted") -> None:
        self.github.world.label(self.pull, label, who)


@pytest.fixture
def there() -> Looking:
    return Looking()


def test_a_check_that_is_not_ours_dates_no_label(there) -> None:
    there.github.world.tokens["foreign"] = Grant(User(5, "other[bot]", "Bot"), app=99)
    there.tell(token="foreign")
    there.tell(memory="5d1f0a7c-a-job-called-weighbridge")
    there.label()
    there.tell()
    found = there.look(LABEL)
    assert found.found == ()
    assert "put it on before" in found.doubts[0]


def test_a_label_counts_once_the_commit_was_weighed(there) -> None:
    there.tell()
    there.label()
    assert there.look(LABEL).found == (Sign("bob", "cost-accepted", frozenset(), writes=True),)
    there.tell()
    assert len(there.look(LABEL).found) == 1, "a later check run on the commit takes nothing away"


def test_a_label_from_before_is_to_be_put_on_anew(there) -> None:
    there.label()
    assert "put it on anew" in there.look(LABEL).doubts[0], "nothing was told yet"
    there.tell()
    found = there.look(LABEL)
    assert found.found == ()
    assert found.doubts == (
        f"the label cost-accepted accepts nothing yet: bob put it on before {HEAD[:7]} was weighed; put it on anew",
    )
    there.label()
    assert len(there.look(LABEL).found) == 1


def test_a_label_that_accepts_nothing_of_so_much_money_is_not_asked_for_anew(there) -> None:
    there.label()
    there.label(label="lgtm")
    why = "cost/gpu of ml/train: it costs $720.00 a month, and from $500.00 on only acme/finops by a review accepts it"
    found = there.look(TEAM, undecisive=(("cost-accepted", why),))
    assert found.doubts == (f"the label cost-accepted does not accept {why}",)
    assert found.found == ()


def test_a_label_for_one_commit_is_none_for_the_next(there) -> None:
    there.tell()
    there.label()
    second = there.github.world.push(there.pull, "second")
    there.tell(second)
    assert there.look(LABEL, head=second).found == ()


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (ALICE, "alice, who put it on, opened the pull request or wrote of it"),
        (ROBOT, "a person has to put it on, and not a program"),
    ],
)
def test_neither_the_author_nor_a_program_accepts_by_a_label(there, who: User, words: str) -> None:
    there.github.world.platform.permissions["alice"] = "admin"
    there.tell()
    there.label(who)
    found = there.look(LABEL)
    assert found.found == ()
    assert words in found.doubts[0]


def test_who_wrote_a_commit_of_somebody_elses_pull_request_accepts_nothing(there) -> None:
    there.pull.wrote[HEAD] = BOB
    there.tell()
    there.label()
    there.github.world.review(there.pull, BOB)
    found = there.look(LABEL, TEAM)
    assert found.found == ()
    assert "bob, who put it on, opened the pull request or wrote of it" in found.doubts[0]


def test_nobody_accepts_a_change_with_a_commit_of_somebody_whom_github_does_not_know(there) -> None:
    there.tell()
    there.label(BOB)
    there.github.world.review(there.pull, BOB)
    assert there.look(LABEL, TEAM).found
    there.pull.wrote[HEAD] = None
    found = there.look(LABEL, TEAM)
    assert found.found == ()
    assert "whose change it is cannot be told" in found.doubts[0]


def test_nobody_accepts_a_change_of_more_commits_than_github_tells(there) -> None:
    there.tell()
    there.label(BOB)
    there.pull.commits = [*(sha_of(f"commit {number}") for number in range(248)), HEAD]
    assert there.look(LABEL).found
    there.pull.commits.insert(0, sha_of("one more"))
    assert there.look(LABEL).found == ()


def test_who_may_not_write_is_told_as_that(there) -> None:
    there.tell()
    there.label(User(1004, "carol"))
    found = there.look(LABEL)
    assert found.found == (Sign("carol", "cost-accepted", frozenset(), writes=False),)
    assert found.doubts == ("the label cost-accepted accepts nothing: carol, who put it on, may not",)


def test_other_labels_and_reviews_that_nobody_asks_about_are_not_looked_at(there) -> None:
    there.tell()
    there.label(label="lgtm")
    there.label()
    there.github.world.review(there.pull, BOB)
    assert [sign.label for sign in there.look(LABEL).found] == ["cost-accepted"]
    assert not [asked for asked in there.github.asked if asked.path.endswith("/reviews")]
    assert [sign.label for sign in there.look(TEAM).found] == [""]


REBASED = ["BaseRefChangedEvent", "AutomaticBaseChangeSucceededEvent", "BaseRefForcePushedEvent"]


@pytest.mark.parametrize("event", REBASED)
def test_a_label_from_before_the_base_was_changed_is_to_be_put_on_anew(there, event: str) -> None:
    there.tell()
    there.label()
    there.github.world.rebase(there.pull, branch="release", event=event)
    found = there.look(LABEL)
    assert found.found == ()
    assert found.doubts == (
        "the label cost-accepted accepts nothing yet: bob put it on before the base of the pull request was changed; put it on anew",
    )
    there.label()
    assert len(there.look(LABEL).found) == 1, "the head is compared with the same commit, and what that costs was told"


@pytest.mark.parametrize("event", REBASED)
def test_a_review_from_before_the_base_was_changed_is_to_be_given_anew(there, event: str) -> None:
    there.github.world.review(there.pull, BOB)
    there.github.world.rebase(there.pull, branch="release", event=event)
    found = there.look(TEAM)
    assert found.found == ()
    assert found.doubts == (
        f"bob of acme/finops approved {HEAD[:7]} before the base of the pull request was changed: approve it anew",
    )
    there.github.world.review(there.pull, BOB)
    assert len(there.look(TEAM).found) == 1


def test_a_sign_given_while_another_base_was_shown_accepts_nothing(there) -> None:
    there.tell(base=OTHER)
    there.github.world.rebase(there.pull, BASE, "release")
    there.label()
    there.github.world.review(there.pull, BOB)
    for told in (False, True):
        found = there.look(LABEL, TEAM)
        assert found.found == ()
        words = f"before {HEAD[:7]} was weighed against {BASE[:7]}"
        assert found.doubts == (
            f"the label cost-accepted accepts nothing yet: bob put it on {words}; put it on anew",
            f"bob of acme/finops approved {HEAD[:7]} {words}: approve it anew",
        ), told
        there.tell()
    there.label()
    there.github.world.review(there.pull, BOB)
    assert len(there.look(LABEL, TEAM).found) == 2


def test_a_base_that_took_commits_of_the_change_makes_another_change_of_it_though_nobody_chose_it(there) -> None:
    there.tell()
    there.label()
    there.github.world.review(there.pull, BOB)
    assert len(there.look(LABEL, TEAM).found) == 2
    there.tell(base=OTHER)
    assert there.look(LABEL, TEAM, base=OTHER).found == ()


def test_a_base_that_only_moved_on_takes_nothing_away(there) -> None:
    there.tell()
    there.label()
    there.github.world.review(there.pull, BOB)
    there.pull.base = sha_of("a later commit of main")
    assert len(there.look(LABEL, TEAM).found) == 2


def test_in_a_queue_what_counts_is_what_the_head_was_last_weighed_against(there) -> None:
    there.tell(base=OTHER)
    there.label()
    there.github.world.review(there.pull, BOB)
    assert len(there.look(LABEL, TEAM, base="").found) == 2
    there.tell()
    assert there.look(LABEL, TEAM, base="").found == ()


def test_a_token_that_may_not_read_check_runs_leaves_reviews_and_that_is_said(there) -> None:
    there.github.world.tokens["no-checks"] = Grant(ROBOT, {**EVERYTHING, "members": "read", "checks": ""})
    there.tell()
    there.label()
    there.github.world.review(there.pull, BOB)
    found = there.look(LABEL, TEAM, token="no-checks")
    assert [sign.label for sign in found.found] == [""]
    assert found.doubts[0] == "no label accepts anything: the token may not read check runs (checks: read)"


def test_a_members_review_of_this_commit_counts(there) -> None:
    there.github.world.review(there.pull, BOB)
    assert there.look(TEAM).found == (Sign("bob", "", frozenset({"acme/finops"})),)


def test_a_members_review_of_another_commit_is_to_be_given_anew(there) -> None:
    there.github.world.review(there.pull, BOB)
    second = there.github.world.push(there.pull, "second")
    found = there.look(TEAM, head=second)
    assert found.found == ()
    assert found.doubts == (f"bob of acme/finops approved {HEAD[:7]}, and not {second[:7]}: approve it anew",)


@pytest.mark.parametrize("event", ["REQUEST_CHANGES", "COMMENT", "DISMISS"])
def test_a_review_that_does_not_approve_is_none(there, event: str) -> None:
    there.github.world.review(there.pull, BOB, event)
    assert there.look(TEAM).found == ()


def test_a_review_by_somebody_of_no_team_is_none(there) -> None:
    there.github.world.review(there.pull, User(1004, "carol"))
    assert there.look(TEAM) == Signs((), (), "alice", 482)


def test_a_token_that_may_not_read_teams_makes_nobody_a_member_and_that_is_said(there) -> None:
    there.github.world.review(there.pull, BOB)
    found = there.look(TEAM, token="robot-token")
    assert found.found == ()
    assert found.doubts == ("nobody counts as one of acme/finops: the token may not read its members (members: read)",)


def test_a_code_owner_s_review_counts_by_name_and_by_team_where_they_may_write(there) -> None:
    carol = User(1004, "carol")
    there.github.world.teams["acme/payments"] = {"carol"}
    for who in (BOB, carol, User(1005, "dave")):
        there.github.world.review(there.pull, who)
    found = there.look(OWNERS, owners=("Bob", "acme/payments"))
    assert found.found == (
        Sign("bob", "", frozenset(), writes=True),
        Sign("carol", "", frozenset({"acme/payments"}), writes=False),
    )
    assert found.doubts == ("carol accepts nothing as a code owner: they may not write here",)


def test_a_code_owner_s_label_counts_and_nobody_else_s(there) -> None:
    there.tell()
    there.label()
    assert [sign.accepts(OWNERS, ("bob",)) for sign in there.look(OWNERS, owners=("bob",)).found] == [
        "bob, by the label cost-accepted"
    ]
    found = there.look(OWNERS, owners=("carol",))
    assert found.doubts == ("the label cost-accepted accepts nothing: bob, who put it on, may not",)


@pytest.mark.parametrize("owners", [("bob",), ("acme/finops",)])
def test_a_code_owner_who_wrote_of_the_change_accepts_nothing(there, owners: tuple[str, ...]) -> None:
    there.pull.wrote[HEAD] = BOB
    there.tell()
    there.label()
    there.github.world.review(there.pull, BOB)
    assert there.look(OWNERS, owners=owners).found == ()


def test_a_code_owner_s_review_of_another_commit_is_to_be_given_anew(there) -> None:
    there.github.world.review(there.pull, BOB)
    second = there.github.world.push(there.pull, "second")
    found = there.look(OWNERS, owners=("bob",), head=second)
    assert (found.found, found.doubts) == ((), (f"bob approved {HEAD[:7]}, and not {second[:7]}: approve it anew",))
