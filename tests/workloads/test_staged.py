"""What is staged is compared with the last commit: what ``git commit`` would add, and nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from workloads.manifest import Manifest
from workloads.sources.error import RepositoryError
from workloads.sources.git import GitChange, read_change
from workloads.sources.repository import INDEX

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: shop}\nspec: {replicas: %d}\n"
AUTOSCALER = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: %s, namespace: shop}\n"
    "spec:\n  scaleTargetRef: {kind: Deployment, name: %s}\n  maxReplicas: %d\n"
)

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files, by path, into a fresh repository that is the current folder; None removes one."""
    monkeypatch.chdir(tmp_path)
    _git("init", "-q", "-b", "main")

    def write_(files: dict[str, str | None], then: str = "") -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        if then in ("stage", "commit"):
            _git("add", "-A")
        if then == "commit":
            _git("commit", "-q", "-m", "change")

    return write_


def _git(*arguments: str, fails: bool = False) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *identity, *arguments], check=not fails, capture_output=True, text=True).stdout.strip()


def _told(change: GitChange) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    return _replicas(change.before.manifests), _replicas(change.after.manifests)


def _replicas(manifests: tuple[Manifest, ...]) -> list[tuple[str, int]]:
    return [(each.name, each.body["spec"]["replicas"]) for each in manifests]  # type: ignore[index, call-overload]


def test_what_is_staged_is_compared_with_the_last_commit(write: Write) -> None:
    write({"web.yaml": DEPLOYMENT % ("web", 2), "api.yaml": DEPLOYMENT % ("api", 1)}, "commit")
    write({"web.yaml": DEPLOYMENT % ("web", 3)}, "stage")
    assert _told(read_change(INDEX)) == ([("web", 2)], [("web", 3)])


def test_an_edit_that_is_not_staged_and_an_untracked_file_do_not_count(write: Write) -> None:
    write({"web.yaml": DEPLOYMENT % ("web", 2), "api.yaml": DEPLOYMENT % ("api", 1)}, "commit")
    write({"web.yaml": DEPLOYMENT % ("web", 3)}, "stage")
    write({"web.yaml": DEPLOYMENT % ("web", 50), "api.yaml": DEPLOYMENT % ("api", 50), "new.yaml": DEPLOYMENT % ("new", 50)})
    assert _told(read_change(INDEX)) == ([("web", 2)], [("web", 3)])


def test_a_staged_file_that_is_gone_from_the_disk_is_read_as_it_is_staged(write: Write) -> None:
    write({"other.txt": ""}, "commit")
    write({"web.yaml": DEPLOYMENT % ("web", 3)}, "stage")
    write({"web.yaml": None})
    assert _told(read_change(INDEX)) == ([], [("web", 3)])


def test_a_staged_removal_is_one(write: Write) -> None:
    write({"web.yaml": DEPLOYMENT % ("web", 2)}, "commit")
    _git("rm", "-q", "--cached", "web.yaml")
    assert _told(read_change(INDEX)) == ([("web", 2)], [])


def test_before_the_first_commit_everything_staged_is_new(write: Write) -> None:
    write({"web.yaml": DEPLOYMENT % ("web", 2)}, "stage")
    assert _told(read_change(INDEX)) == ([], [("web", 2)])


def test_before_the_first_commit_with_nothing_staged_nothing_changes(write: Write) -> None:
    write({"web.yaml": DEPLOYMENT % ("web", 2)})
    assert _told(read_change(INDEX)) == ([], [])


def test_an_unchanged_autoscaler_counts_as_it_is_staged_and_not_as_it_is_on_disk(write: Write) -> None:
    write({"web.yaml": DEPLOYMENT % ("web", 2), "hpa.yaml": AUTOSCALER % ("web", "web", 10)}, "commit")
    write({"web.yaml": DEPLOYMENT % ("web", 3)}, "stage")
    write({"hpa.yaml": AUTOSCALER % ("web", "web", 90), "more.yaml": AUTOSCALER % ("more", "web", 90)})
    bounds = [each.body["spec"]["maxReplicas"] for each in read_change(INDEX).after.manifests if "Auto" in each.kind]  # type: ignore[index, call-overload]
    assert bounds == [10]


def test_paths_limit_what_counts_and_a_path_that_only_the_index_has_is_one(write: Write) -> None:
    write({"other.txt": ""}, "commit")
    write({"a/web.yaml": DEPLOYMENT % ("web", 2), "b/api.yaml": DEPLOYMENT % ("api", 2)}, "stage")
    write({"a/web.yaml": None})
    Path("a").rmdir()
    assert _told(read_change(INDEX, ["a"])) == ([], [("web", 2)])
    with pytest.raises(RepositoryError, match="c is in none of the revisions"):
        read_change(INDEX, ["c"])


def test_a_link_that_is_staged_is_not_followed(write: Write, tmp_path: Path) -> None:
    write({"other.txt": ""}, "commit")
    Path("web.yaml").symlink_to("/etc/hosts")
    _git("add", "-A")
    assert [problem.message for problem in read_change(INDEX).after.problems] == [
        "a link to nothing, or out of the repository: not read"
    ]


def test_a_file_with_conflicts_is_said_to_have_them(write: Write) -> None:
    write({"web.yaml": DEPLOYMENT % ("web", 2)}, "commit")
    _git("checkout", "-q", "-b", "topic")
    write({"web.yaml": DEPLOYMENT % ("web", 3)}, "commit")
    _git("checkout", "-q", "main")
    write({"web.yaml": DEPLOYMENT % ("web", 4)}, "commit")
    _git("merge", "topic", fails=True)
    with pytest.raises(RepositoryError, match=r"^web\.yaml has conflicts: settle them and stage it"):
        read_change(INDEX)


def test_the_index_of_a_partial_commit_counts(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """``git commit PATH`` tells its hooks of an index of its own, in ``GIT_INDEX_FILE``."""
    write({"web.yaml": DEPLOYMENT % ("web", 2), "api.yaml": DEPLOYMENT % ("api", 1)}, "commit")
    write({"web.yaml": DEPLOYMENT % ("web", 3), "api.yaml": DEPLOYMENT % ("api", 9)}, "stage")
    index = str(Path(".git/next-index").resolve())
    monkeypatch.setenv("GIT_INDEX_FILE", index)
    _git("read-tree", "HEAD")
    _git("add", "web.yaml")
    assert _told(read_change(INDEX)) == ([("web", 2)], [("web", 3)])
