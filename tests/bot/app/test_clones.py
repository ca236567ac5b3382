"""Clones hold the commits that are compared, and no more, and are had from a real Git server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from git_server import GitServer, Origin, git, serving_git

from bot.app.clones import REFERENCES, UNFINISHED, CloneError, Clones, TooLargeError
from bot.app.process import StoppedError
from bot.app.room import IDLE, Disk, Room, size_of
from bot.app.subject import Subject

pytestmark = pytest.mark.whole

PULL = Subject(7, 1, "acme/platform", 482)
TOKEN = "installation-token-1"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with serving_git(GitServer(tmp_path / "git", lambda token: token == TOKEN)) as found:
        yield found


@pytest.fixture
def origin(server: GitServer) -> Origin:
    return server.origin("acme/platform")


@pytest.fixture
def clones(server: GitServer, tmp_path: Path) -> Clones:
    return Clones(tmp_path / "clones", server.url, Room(tmp_path / "clones"))


def _fetch(clones: Clones, *commits: str, subject: Subject = PULL, wanted=lambda: True) -> Path:
    with clones.fetched(subject, TOKEN, commits, wanted) as clone:
        return clone


def _commits(clone: Path) -> list[str]:
    return sorted(git(clone, "for-each-ref", "--format=%(objectname)").split())


def test_a_clone_holds_both_commits_without_their_history_and_without_a_work_tree(clones, origin) -> None:
    first, base, head = (origin.commit("main", {"a.yaml": text}) for text in ("1", "2", "3"))
    clone = _fetch(clones, base, head)
    assert _commits(clone) == sorted((base, head))
    assert git(clone, "show", f"{head}:a.yaml") == "3"
    assert subprocess.run(["git", "cat-file", "-e", first], cwd=clone, check=False, capture_output=True).returncode
    assert sorted(path.name for path in clone.iterdir()) == [".git"]
    assert not list((clone / ".git" / "hooks").glob("*")) if (clone / ".git" / "hooks").exists() else True


def test_a_fork_s_commit_is_had_from_the_repository_that_it_asks(clones, origin) -> None:
    base = origin.commit("main", {"a.yaml": "1"})
    head = origin.commit("elsewhere", {"a.yaml": "2"}, start=base)
    git(origin.folder, "update-ref", "refs/pull/482/head", head)
    git(origin.folder, "checkout", "-q", "main")
    git(origin.folder, "branch", "-D", "elsewhere")
    assert _commits(_fetch(clones, base, head)) == sorted((base, head))


def test_what_is_there_is_not_fetched_again(clones, origin, server) -> None:
    base, head = origin.commit("main", {"a.yaml": "1"}), origin.commit("main", {"a.yaml": "2"})
    _fetch(clones, base, head)
    before = len(server.asked)
    _fetch(clones, base, head)
    assert len(server.asked) == before
    later = origin.commit("main", {"a.yaml": "3"})
    assert later in _commits(_fetch(clones, base, later))


def test_the_token_is_in_no_command_line_and_in_no_file(clones, origin, server) -> None:
    seen: list[str] = []

    def look(_: str) -> None:
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(process.read_bytes().decode("utf-8", "replace"))
            except OSError:
                continue

    server.before_each = look
    clone = _fetch(clones, origin.commit("main", {"a.yaml": "1"}))
    assert any("fetch" in line for line in seen)
    told = "eC1hY2Nlc3MtdG9rZW46aW5zdGFsbGF0aW9u"  # x-access-token:installation, in base 64
    assert not [line for line in seen if TOKEN in line or told in line]
    for path in clone.rglob("*"):
        assert not path.is_file() or (TOKEN.encode() not in path.read_bytes() and told.encode() not in path.read_bytes())


def test_the_clone_s_remote_is_named_as_deployments_name_their_source(clones, origin, server) -> None:
    clone = _fetch(clones, origin.commit("main", {"a.yaml": "1"}))
    assert git(clone, "config", "remote.origin.url") == f"{server.url}/acme/platform.git"


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503, 302])
def test_a_server_that_refuses_leaves_no_clone(clones, origin, server, status) -> None:
    head = origin.commit("main", {"a.yaml": "1"})
    server.status = status
    with pytest.raises(CloneError, match="git fetch"):
        _fetch(clones, head)
    assert not clones.place(PULL).exists()
    server.status = 0
    assert _commits(_fetch(clones, head)) == [head]


def test_a_commit_that_is_not_there_is_an_error(clones, origin) -> None:
    origin.commit("main", {"a.yaml": "1"})
    with pytest.raises(CloneError):
        _fetch(clones, "9" * 40)


@pytest.mark.parametrize("commit", ["--upload-pack=x", "main", "", "../../x", "9" * 39, "9" * 40 + "\n"])
def test_what_is_no_commit_is_not_asked_for(clones, server, commit) -> None:
    with pytest.raises(CloneError, match="is none"):
        _fetch(clones, commit)
    assert not server.asked


def test_a_clone_in_which_fetching_was_broken_off_is_begun_again(clones, origin) -> None:
    base, head = origin.commit("main", {"a.yaml": "1"}), origin.commit("main", {"a.yaml": "2"})
    clone = _fetch(clones, base)
    (clone / UNFINISHED).touch()
    (clone / ".git" / "shallow.lock").touch()
    (clone / ".git" / REFERENCES / f"{head}.lock").touch()
    assert _commits(_fetch(clones, base, head)) == sorted((base, head))
    assert not (clone / ".git" / "shallow.lock").exists()


def test_a_fetch_that_nobody_wants_any_more_is_broken_off(clones, origin, server) -> None:
    head, wanted = origin.commit("main", {"a.yaml": "1"}), [True]

    def turn(_: str) -> None:
        wanted[0] = False
        import time

        time.sleep(0.5)

    server.before_each = turn
    with pytest.raises(StoppedError):
        _fetch(clones, head, wanted=lambda: wanted[0])
    assert not clones.place(PULL).exists()


def test_what_is_too_large_is_not_kept(clones, origin) -> None:
    head = origin.commit("main", {f"{number}.bin": os.urandom(40_000).hex() for number in range(10)})
    with pytest.raises(TooLargeError, match="take more than 0 MiB in Git"):
        _fetch(replace(clones, largest=100_000), head)
    assert not clones.place(PULL).exists()


def test_a_clone_that_has_grown_is_begun_again(clones, origin) -> None:
    base, head = origin.commit("main", {"a.yaml": "1"}), origin.commit("main", {"a.yaml": "2"})
    clone = _fetch(clones, base)
    (clone / ".git" / "old.pack").write_bytes(b"x" * 200_000)
    assert _commits(_fetch(replace(clones, largest=300_000), head)) == [head]


def test_the_end_of_a_pull_request_deletes_its_clone_and_no_other(clones, origin) -> None:
    head = origin.commit("main", {"a.yaml": "1"})
    other = replace(PULL, number=483)
    for subject in (PULL, other):
        _fetch(clones, head, subject=subject)
    clones.delete(PULL)
    assert not clones.place(PULL).exists()
    assert clones.place(other).exists()
    clones.delete(PULL)
    clones.delete(other)
    assert list(clones.folder.iterdir()) == []


def test_a_repository_that_is_gone_leaves_no_clone(clones, origin) -> None:
    head = origin.commit("main", {"a.yaml": "1"})
    for number in (482, 483):
        _fetch(clones, head, subject=replace(PULL, number=number))
    clones.delete(replace(PULL, number=0))
    assert list(clones.folder.iterdir()) == []


def test_a_clone_that_nobody_used_for_a_day_is_deleted(clones, origin) -> None:
    head = origin.commit("main", {"a.yaml": "1"})
    clone, other = (_fetch(clones, head, subject=replace(PULL, number=number)) for number in (482, 483))
    now = other.stat().st_mtime
    os.utime(clone, (now - IDLE, now - IDLE))
    clones.room.tidy(now + 1)
    assert not clone.exists()
    assert other.exists()


@pytest.fixture
def kept(clones, origin) -> list[Path]:
    """Three clones of the same size, the longest unused first."""
    head = origin.commit("main", {"a.bin": os.urandom(40_000).hex()})
    places = [_fetch(clones, head, subject=replace(PULL, number=number)) for number in (1, 2, 3)]
    for age, place in enumerate(places):
        os.utime(place, (1000 + age, 1000 + age))
    return places


def _there(places: list[Path]) -> list[int]:
    return [number for number, place in enumerate(places, 1) if place.exists()]


def test_the_longest_unused_clones_are_deleted_where_all_take_more_than_they_may(clones, origin, kept, caplog) -> None:
    caplog.set_level("INFO")
    two = Room(clones.folder, 2 * size_of(kept[0]) + 10_000)
    two.tidy(1003)
    assert _there(kept) == [2, 3]
    assert "deleted a clone to make room: 1/1" in caplog.text
    _fetch(replace(clones, room=two), origin.commit("main", {"a.bin": os.urandom(40_000).hex()}))
    assert _there(kept) == [3]


def test_a_clone_that_is_in_use_is_not_deleted(clones, kept) -> None:
    one = Room(clones.folder, size_of(kept[0]) + 10_000)
    with one.using(kept[0]):
        assert one.clear()
        one.tidy(1002 + 2 * IDLE)
    assert _there(kept) == [1]
    with one.using(kept[0]), replace(one, whole=10_000).using(kept[0]):
        assert not replace(one, whole=10_000).clear()
    assert _there(kept) == [1]


def test_a_disk_that_gets_full_has_clones_deleted_until_there_is_enough_to_spare(clones, kept) -> None:
    each = size_of(kept[0])

    def disk(_: Path) -> Disk:
        free = 1024**3 - 2 * each + sum(each for place in kept if not place.exists())
        return Disk(1024**4, free)

    assert Room(clones.folder, disk=disk).clear()
    assert _there(kept) == [3]


@pytest.mark.parametrize(
    ("size", "free", "lacking"),
    [(1024**4, 1024**3, 0), (1024**4, 0, 1024**3), (20 * 1024**2, 0, 1024**2), (20 * 1024**2, 1024**2, 0)],
)
def test_a_gibibyte_of_the_disk_is_spared_or_a_twentieth_of_a_small_one(size, free, lacking) -> None:
    assert Disk(size, free).lacking == lacking


def test_what_has_no_room_beside_clones_in_use_is_not_cloned_and_may_be_later(clones, origin, kept) -> None:
    head = origin.commit("main", {"b.bin": os.urandom(40_000).hex()})
    room = Room(clones.folder, 3 * size_of(kept[0]))
    here = replace(clones, room=room)
    with room.using(kept[0]), room.using(kept[1]), room.using(kept[2]):
        with pytest.raises(CloneError, match="no room for its clone: all clones may take 0 MiB together") as caught:
            _fetch(here, head)
        assert not isinstance(caught.value, TooLargeError)
    assert _commits(_fetch(here, head)) == [head]


def test_what_is_larger_than_all_clones_may_be_is_never_cloned(clones, origin, kept) -> None:
    head = origin.commit("main", {f"{number}.bin": os.urandom(40_000).hex() for number in range(9)})
    with pytest.raises(TooLargeError):
        _fetch(replace(clones, room=Room(clones.folder, 2 * size_of(kept[0]))), head)
    assert not clones.place(PULL).exists()


def test_commits_with_the_same_files_have_the_same_tree(clones, origin) -> None:
    base, head = origin.commit("main", {"a.yaml": "1"}), origin.commit("main", {})
    clone = _fetch(clones, base, head)
    assert base != head
    assert clones.tree(clone, base) == clones.tree(clone, head)


def test_a_hostile_configuration_of_the_user_s_is_not_read(clones, origin, tmp_path, monkeypatch) -> None:
    (tmp_path / ".gitconfig").write_text(
        f'[core]\n\tsshCommand = touch {tmp_path}/ran\n[url "ext::touch {tmp_path}/ran"]\n\tinsteadOf = http\n'
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'url.ext::x.insteadOf=http'")
    _fetch(clones, origin.commit("main", {"a.yaml": "1"}))
    assert not (tmp_path / "ran").exists()
