"""A branch is weighed by its settings as they will be once it is merged, file by file."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed

from weighbridge.configuration.merged_tree import left_to_change, merged_tree, tree_at
from workloads.sources.repository import Repository

pytestmark = pytest.mark.whole

LEFT = {"kept": "1", "ours": "1", "theirs": "1", "both": "1", "gone": "1", "gone there": "1", "alike": "1"}
OURS = {"ours": "2", "both": "2", "gone": None, "alike": "2", "new": "2"}
THEIRS = {"theirs": "3", "both": "3", "gone there": None, "alike": "2", "new there": "3"}


@pytest.fixture
def commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """Where a branch was left, its head, and the tip that it goes to."""
    commit = Committed.at(tmp_path)
    monkeypatch.chdir(tmp_path)
    left = commit(LEFT)
    tip = commit(THEIRS)
    commit.git("checkout", "-q", "-b", "feature", left)
    return left, commit(OURS), tip


def _texts(left: str, head: str, tip: str) -> dict[str, str]:
    tree = merged_tree(Repository("."), left, head, tip)
    return {path: (tree.read(path) or b"").decode() for path in tree.files}


def test_what_a_branch_changes_is_its_own_and_the_rest_is_as_the_tip_has_it(commits) -> None:
    merged = {"kept": "1", "ours": "2", "theirs": "3", "both": "2", "alike": "2", "new": "2", "new there": "3"}
    assert _texts(*commits) == merged


@pytest.mark.parametrize("known", [True, False])
def test_where_the_tip_has_not_moved_or_is_not_known_it_is_the_head_s(commits, known: bool) -> None:
    left, head, _ = commits
    expected = {"kept": "1", "ours": "2", "theirs": "1", "both": "2", "gone there": "1", "alike": "2", "new": "2"}
    assert _texts(left, head, left if known else "") == expected


def test_what_the_tip_has_of_a_change_already_is_not_left_to_change(commits) -> None:
    left, head, tip = commits
    changes = left_to_change(tree_at(Repository("."), tip), left, head)
    assert {each.path for each in changes} == {"ours", "both", "gone", "new"}
