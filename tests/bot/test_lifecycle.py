"""What becomes of a comment: written once, kept current, folded away when nothing is left to say, left alone where it is not ours."""

from __future__ import annotations

import pytest

from bot.lifecycle import Behaviour, Create, Delete, Hide, Show, There, Update, Wanted, plan
from bot.marker import Marker
from bot.memory import Memory, digests
from forge.comment import Comment, Reason

H1, H2, H3 = "1" * 40, "2" * 40, "3" * 40
ME = 7


def body(words: str, head: str = H2, key: str = "default", run: int = 0) -> str:
    return f"{words}\n{Marker(key, head, '', run).line}"


def comment(number: int, words: str = "old", head: str = H1, hidden: Reason | None = None, **more: object) -> Comment:
    return Comment(number, ME, body(words, head, **more), hidden)


NEW = Wanted(body("new"), worth=True)
QUIET = Wanted(body("new"), worth=False)
SETTLED = Wanted(body("no change"), worth=False, settled=True)


def planned(
    wanted: Wanted, *there: Comment, behaviour: Behaviour = Behaviour.UPDATE, memory: Memory | None = None, hides: bool = True
):
    return plan(wanted, There(there, memory, hides), behaviour)


def test_the_first_comment_is_written_only_when_it_is_worth_it() -> None:
    assert planned(NEW) == (Create(NEW.body),)
    assert planned(QUIET) == ()
    assert planned(SETTLED) == ()


def test_a_comment_that_is_there_is_kept_current_worth_it_or_not() -> None:
    old = comment(1)
    assert planned(NEW, old) == (Update(old, NEW.body),)
    assert planned(QUIET, old) == (Update(old, QUIET.body),)


def test_an_equal_comment_is_not_written_again() -> None:
    assert planned(NEW, comment(1, "new", H2)) == ()
    assert planned(NEW, comment(1, "new", H2, run=5)) == ()


def test_a_comment_of_another_configuration_or_without_our_line_is_not_ours() -> None:
    assert planned(NEW, comment(1, key="staging"), Comment(2, ME, "a person's own words")) == (Create(NEW.body),)


def test_of_several_the_newest_is_kept_and_the_rest_hidden_as_duplicates() -> None:
    one, two, three = comment(1), comment(2), comment(3)
    assert planned(NEW, one, three, two) == (Update(three, NEW.body), Hide(one, Reason.DUPLICATE), Hide(two, Reason.DUPLICATE))


def test_of_several_one_of_this_commit_is_rather_kept() -> None:
    current, stale = comment(1, "new", H2), comment(2, "old", H1)
    assert planned(NEW, current, stale) == (Hide(stale, Reason.DUPLICATE),)


def test_what_was_put_away_stays_away() -> None:
    away = comment(1, hidden=Reason.DUPLICATE), comment(2, hidden=Reason.OUTDATED)
    assert planned(NEW, *away, comment(3, "new", H2)) == ()


def test_a_forge_that_hides_nothing_deletes_duplicates() -> None:
    one, two = comment(1), comment(2, "new", H2)
    assert planned(NEW, one, two, hides=False) == (Delete(one),)
    assert planned(SETTLED, comment(1, "no change", H2), hides=False) == ()


def test_when_nothing_is_left_to_say_the_comment_says_so_and_is_folded_away() -> None:
    old = comment(1)
    assert planned(SETTLED, old) == (Update(old, SETTLED.body), Hide(old, Reason.RESOLVED))
    assert planned(SETTLED, comment(1, "no change", H2, Reason.RESOLVED)) == ()


def test_when_there_is_something_to_say_again_it_is_shown_again() -> None:
    folded = comment(1, hidden=Reason.RESOLVED)
    assert planned(NEW, folded) == (Update(folded, NEW.body), Show(folded))


def test_what_a_person_folded_away_stays_folded_and_is_kept_current() -> None:
    folded = comment(1, hidden=Reason.OTHER)
    assert planned(NEW, folded) == (Update(folded, NEW.body),)


def test_a_comment_that_a_person_deleted_stays_away_but_for_a_new_denial() -> None:
    told = digests(["cost-labels/team shop/web"])
    deleted = Memory("default", 1, told)
    denying = Wanted(NEW.body, worth=True, denials=told)
    assert planned(denying, memory=deleted) == ()
    worse = Wanted(NEW.body, worth=True, denials=told | digests(["cost-labels/team shop/api"]))
    assert planned(worse, memory=deleted) == (Create(NEW.body),)


def test_that_there_was_none_so_far_keeps_nobody_away() -> None:
    assert planned(NEW, memory=Memory("default")) == (Create(NEW.body),)


def test_an_older_run_of_the_same_commit_does_not_write_over_a_newer_one() -> None:
    newer = comment(1, "other", H2, run=9)
    assert planned(Wanted(body("mine", run=8), worth=True), newer) == ()
    assert planned(Wanted(body("mine", run=10), worth=True), newer) == (Update(newer, body("mine", run=10)),)


def test_new_leaves_earlier_comments_and_adds_one() -> None:
    old = comment(1)
    assert planned(NEW, old, behaviour=Behaviour.NEW) == (Create(NEW.body),)
    assert planned(NEW, old, comment(2, "new", H2), behaviour=Behaviour.NEW) == ()


def test_new_has_one_comment_a_commit() -> None:
    other, same = comment(1, "new", H2), comment(2, "new", H2)
    assert planned(NEW, other, same, behaviour=Behaviour.NEW) == (Hide(other, Reason.DUPLICATE),)


@pytest.mark.parametrize(
    ("behaviour", "away"),
    [(Behaviour.HIDE_AND_NEW, lambda old: Hide(old, Reason.OUTDATED)), (Behaviour.DELETE_AND_NEW, Delete)],
)
def test_the_new_comment_is_there_before_the_old_one_goes(behaviour: Behaviour, away) -> None:
    old = comment(1)
    assert planned(NEW, old, behaviour=behaviour) == (Create(NEW.body),)
    new = comment(2, "new", H2)
    assert planned(NEW, old, new, behaviour=behaviour) == (away(old),)
    assert planned(NEW, new, behaviour=behaviour) == ()


def test_a_commit_that_comes_back_gets_a_new_comment_since_its_old_one_was_put_away() -> None:
    before, between = comment(1, "new", H2, Reason.OUTDATED), comment(2, "old", H1)
    assert planned(NEW, before, between, behaviour=Behaviour.HIDE_AND_NEW) == (Create(NEW.body),)


@pytest.mark.parametrize("behaviour", list(Behaviour))
def test_nobody_is_mailed_that_nothing_is_left_to_say(behaviour: Behaviour) -> None:
    old = comment(1)
    assert planned(SETTLED, old, behaviour=behaviour) == (Update(old, SETTLED.body), Hide(old, Reason.RESOLVED))
