"""What a kustomization reads through links is built as it is read: a link that is turned, or what it leads to, is a change of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workloads.sources.git import GitChange, read_change

Commit = Callable[[dict[str, str | None]], None]

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: %d}\n"
BUILT = "resources:\n- web.yaml\n"


def _turn(link: str, target: str) -> None:
    Path(link).parent.mkdir(exist_ok=True)
    Path(link).unlink(missing_ok=True)
    Path(link).symlink_to(target)


def _roots(change: GitChange) -> list[list[tuple[str, object]]]:
    """Of both sides: where each object was built, and its replicas."""
    return [
        [(each.origin.root if each.origin else "", each.body["spec"]["replicas"]) for each in side.manifests]
        for side in (change.before, change.after)
    ]


@pytest.fixture
def versions(commit: Commit, tools: Path) -> Commit:
    """Two folders that are built, and a link to the first."""
    _turn("apps", "v1")
    held = {f"v{number}/{name}": text for number in (1, 2) for name, text in _version(number).items()}
    commit(dict(held))
    return commit


def _version(replicas: int) -> dict[str, str]:
    return {"kustomization.yaml": BUILT, "web.yaml": DEPLOYMENT % replicas}


def test_a_linked_folder_that_is_turned_is_built_and_what_it_leads_to_is_not_built_again(versions: Commit) -> None:
    _turn("apps", "v2")
    versions({})
    assert _roots(read_change("HEAD~1..HEAD")) == [[("apps", 1)], [("apps", 2)]]


def test_a_folder_that_changes_is_built_where_it_stands_and_not_where_a_link_shows_it(versions: Commit) -> None:
    versions({"v1/web.yaml": DEPLOYMENT % 5})
    assert _roots(read_change("HEAD~1..HEAD")) == [[("v1", 1)], [("v1", 5)]]


def test_a_link_that_is_turned_to_a_folder_that_is_new_is_built_there_once(versions: Commit) -> None:
    _turn("apps", "v3")
    versions({f"v3/{name}": text for name, text in _version(3).items()})
    assert _roots(read_change("HEAD~1..HEAD")) == [[("apps", 1)], [("v3", 3)]]


def test_a_base_behind_a_link_that_is_turned_is_part_of_what_is_made_of_it(versions: Commit) -> None:
    versions({"over/kustomization.yaml": "resources:\n- ../apps\n"})
    _turn("apps", "v2")
    versions({})
    change = read_change("HEAD~1..HEAD")
    assert _roots(change) == [[("over", 1)], [("over", 2)]]


def test_what_a_file_that_is_read_through_a_link_leads_to_is_a_change_of_what_reads_it(commit: Commit, tools: Path) -> None:
    _turn("k/web.yaml", "../text/web.txt")
    commit({"k/kustomization.yaml": BUILT, "text/web.txt": DEPLOYMENT % 1})
    commit({"text/web.txt": DEPLOYMENT % 7})
    assert _roots(read_change("HEAD~1..HEAD")) == [[("k", 1)], [("k", 7)]]


def test_a_turned_link_out_of_the_repository_is_a_change_of_what_names_it(commit: Commit, tools: Path) -> None:
    _turn("k/web.yaml", "/etc/one")
    commit({"k/kustomization.yaml": BUILT})
    _turn("k/web.yaml", "/etc/two")
    commit({})
    change = read_change("HEAD~1..HEAD")
    before, after = (side.manifests[0] for side in (change.before, change.after))
    assert "link that leads out of the repository" in (after.unrendered or "")
    assert before.body != after.body


def test_links_of_the_work_tree_are_followed_too(versions: Commit) -> None:
    _turn("apps", "v2")
    assert _roots(read_change("HEAD")) == [[("apps", 1)], [("apps", 2)]]
