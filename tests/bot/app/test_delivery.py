"""Which deliveries ask for a look, and at what."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from github_stand_in import payloads
from github_stand_in.answers import repository_id
from github_stand_in.world import PullRequest, sha_of
from hypothesis import given
from hypothesis import strategies as st

from bot.app.delivery import Told, read_delivery
from bot.app.subject import Subject

APP = 15368
PLATFORM = repository_id("acme", "platform")
HEAD, BASE = sha_of("first"), sha_of("base")
PULL = PullRequest(482, HEAD, "feature", BASE)


def _subject(**more: object) -> Subject:
    return Subject(7, PLATFORM, "acme/platform", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "action", ["opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft", "labeled", "unlabeled"]
)
def test_what_may_change_a_pull_request_s_cost_asks_for_a_look(action) -> None:
    assert read_delivery("pull_request", payloads.pull_request(action, PULL), APP) == (Told(_subject(number=482), HEAD),)


@pytest.mark.parametrize(("action", "asks"), [("submitted", True), ("dismissed", True), ("edited", False)])
def test_a_review_may_accept_what_is_denied(action, asks) -> None:
    told = read_delivery("pull_request_review", payloads.review(action, PULL), APP)
    assert told == ((Told(_subject(number=482), HEAD),) if asks else ())


@pytest.mark.parametrize(
    ("state", "asks"), [("approved", True), ("changes_requested", True), ("COMMENTED", False), ("commented", False), ("", True)]
)
def test_a_review_that_only_remarks_asks_for_nothing(state: str, asks: bool) -> None:
    told = {**payloads.review("submitted", PULL), "review": {"state": state}}
    assert bool(read_delivery("pull_request_review", told, APP)) is asks


@pytest.mark.parametrize("file", ["weighbridge.yaml", "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"])
def test_a_push_that_changes_whom_a_branch_trusts_asks_for_a_look_at_the_branch(file: str) -> None:
    told = read_delivery("push", payloads.push("release/1.2", "app.yaml", file), APP)
    assert told == (Told(_subject(branch="release/1.2")),)
    assert told[0].subject.key == f"{PLATFORM}/branch release/1.2"
    assert not told[0].subject.gone


@pytest.mark.parametrize(
    ("branch", "more", "asks"),
    [
        ("main", {}, False),
        ("main", {"commits": []}, False),
        ("main", {"commits": "none"}, False),
        ("main", {"commits": [{"modified": [{}, None, "CODEOWNERS"]}]}, True),
        ("main", {"commits": [{"removed": ["CODEOWNERS"]}]}, True),
        ("main", {"commits": [{"added": ["apps/CODEOWNERS"]}]}, False),
        ("main", {"commits": [{}] * 2048}, True),
        ("main", {"forced": True}, True),
        ("main", {"forced": True, "deleted": True}, False),
        ("main", {"forced": True, "ref": "refs/tags/v1"}, False),
        ("main", {"forced": True, "ref": "refs/heads/"}, False),
        ("main", {"forced": True, "ref": "refs/heads/a\nb"}, False),
        ("gh-readonly-queue/main/pr-482-0", {"forced": True}, False),
    ],
)
def test_a_push_that_changes_nobody_s_trust_asks_for_none(branch: str, more: dict[str, object], asks: bool) -> None:
    assert bool(read_delivery("push", payloads.push(branch, "app.yaml", **more), APP)) is asks


def test_closing_ends_a_pull_request() -> None:
    (told,) = read_delivery("pull_request", payloads.pull_request("closed", PULL), APP)
    assert told == Told(_subject(number=482), HEAD, ended=True)


@pytest.mark.parametrize("action", ["assigned", "review_requested", "locked", "auto_merge_enabled", "edited", ""])
def test_what_changes_nothing_that_counts_asks_for_none(action) -> None:
    assert read_delivery("pull_request", payloads.pull_request(action, PULL), APP) == ()


def test_another_base_asks_for_a_look() -> None:
    moved = payloads.pull_request("edited", PULL, changes={"base": {"ref": {"from": "main"}}})
    assert [told.subject.number for told in read_delivery("pull_request", moved, APP)] == [482]


def test_a_merge_group_asks_for_a_look_at_its_commit() -> None:
    asked = payloads.merge_group("checks_requested", HEAD, BASE)
    assert read_delivery("merge_group", asked, APP) == (Told(_subject(head=HEAD, base=BASE, queued=482), HEAD),)
    (ended,) = read_delivery("merge_group", payloads.merge_group("destroyed", HEAD, BASE), APP)
    assert ended.ended


def test_the_button_tells_its_pull_request_where_github_does_not() -> None:
    pressed = payloads.check_run("requested_action", HEAD, identifier="weigh-482")
    assert read_delivery("check_run", pressed, APP) == (Told(_subject(number=482), HEAD),)


def test_a_check_run_is_asked_for_again_for_each_of_its_pull_requests() -> None:
    for event, asked in (("check_run", payloads.check_run), ("check_suite", payloads.check_suite)):
        told = read_delivery(event, asked("rerequested", HEAD, pulls=(482, 483)), APP)
        assert [each.subject.number for each in told] == [482, 483]


def test_without_a_pull_request_it_is_looked_for_by_its_commit() -> None:
    assert read_delivery("check_run", payloads.check_run("rerequested", HEAD), APP) == (Told(_subject(head=HEAD), HEAD),)


@pytest.mark.parametrize("identifier", ["", "weigh-", "weigh-0", "weigh-1.5", "deploy-482", "weigh-" + "9" * 30])
def test_a_button_of_somebody_else_s_names_no_pull_request(identifier) -> None:
    told = read_delivery("check_run", payloads.check_run("requested_action", HEAD, identifier=identifier), APP)
    assert [each.subject.number for each in told] == [0]


def test_check_runs_of_other_apps_are_not_its_business() -> None:
    for action in ("rerequested", "requested_action", "completed"):
        assert read_delivery("check_run", payloads.check_run(action, HEAD, pulls=(482,), app=1), APP) == ()


def test_repositories_that_are_taken_away_are_told_one_by_one() -> None:
    gone = (Told(_subject(), ended=True),)
    assert gone[0].subject.gone
    assert read_delivery("installation", payloads.installation("deleted", "acme/platform"), APP) == gone
    assert read_delivery("installation", payloads.installation("suspend", "acme/platform"), APP) == gone
    removed = payloads.installation("removed", "acme/platform", key="repositories_removed")
    assert read_delivery("installation_repositories", removed, APP) == gone
    assert read_delivery("installation", payloads.installation("created", "acme/platform"), APP) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("repository", "id"), "1"), (("repository", "id"), True), (("repository", "id"), 2**70), (("repository", "id"), -1),
        (("repository", "full_name"), "acme/../../etc"), (("repository", "full_name"), "acme"), (("repository", "full_name"), None),
        (("installation", "id"), None), (("installation",), []), (("pull_request", "number"), 0), (("pull_request", "number"), 1.5),
        (("pull_request",), None), (("repository",), "acme/platform"),
    ],
)  # fmt: skip
def test_a_payload_of_another_shape_asks_for_nothing(path, value) -> None:
    payload: dict = payloads.pull_request("opened", PULL)
    here = payload
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    assert read_delivery("pull_request", payload, APP) == ()


@pytest.mark.parametrize("head", ["", "main", "A" * 40, HEAD + "\n", "../../x", HEAD[:39]])
def test_a_commit_that_is_none_is_not_believed(head) -> None:
    assert read_delivery("merge_group", payloads.merge_group("checks_requested", head, BASE), APP) == ()
    told = read_delivery("pull_request", payloads.pull_request("opened", PullRequest(482, head, "f", BASE)), APP)
    assert [each.head for each in told] == [""]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["action", "pull_request", "number", "repository", "id", "check_run", "app", "installation", "repositories"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(["pull_request", "merge_group", "check_run", "installation", "ping", ""]), _JSON)
def test_nothing_raises_on_any_payload_and_nothing_is_looked_at_that_it_does_not_name(event, payload) -> None:
    for told in read_delivery(event, payload, APP):
        assert told.subject.installation > 0
        assert told.subject.repository > 0


def test_a_subject_is_read_as_it_was_written() -> None:
    for subject in (_subject(number=482), _subject(head=HEAD, base=BASE), _subject()):
        assert Subject.of(subject.text) == subject


def test_a_subject_is_read_that_another_version_wrote() -> None:
    told = {"installation": 7, "repository": PLATFORM, "name": "acme/platform"}
    assert Subject.of(json.dumps({**told, "number": 482, "later": True})) == _subject(number=482)
    assert Subject.of(json.dumps(told)) == _subject()


@pytest.mark.corpus
def test_real_deliveries_ask_for_what_they_are_about() -> None:
    corpus = os.environ.get("WEIGHBRIDGE_CORPUS")
    folder = Path(corpus).parent / "github" / "webhooks" if corpus else None
    if folder is None or not folder.is_dir():
        pytest.skip("real deliveries are not at hand (beside WEIGHBRIDGE_CORPUS)")
    asked: Counter[str] = Counter()
    for path in sorted(folder.glob("*.json")):
        payload = json.loads(path.read_text(encoding="utf-8"))
        event = path.name.split("-")[0]
        app = payload.get(event, {}).get("app", {}).get("id", 0) if event in ("check_run", "check_suite") else 0
        payload.setdefault("installation", {"id": 7})
        for told in read_delivery(event, payload, app):
            assert told.subject.repository == (payload.get("repository") or {"id": told.subject.repository})["id"]
            asked[f"{event} {payload.get('action', '')}"] += 1
    assert set(asked) == {
        "check_run requested_action", "check_run rerequested", "check_suite rerequested", "installation deleted",
        "installation_repositories removed", "merge_group checks_requested", "pull_request closed", "pull_request labeled",
        "pull_request opened",
    }  # fmt: skip
