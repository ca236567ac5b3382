"""What goes wrong in a call is said in words: what, where and what to do; with the right exit code, and never a library's text."""

from __future__ import annotations

import errno
import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from manifest_texts import deployment

from weighbridge import cli
from weighbridge.cli import CANNOT_TELL, MISUSED, PASSED, run

INTERNALS = ("Traceback", "Errno", "mistake in Weighbridge", "_ssl.c", "ConnectionPool", "Error(", "errno", "fatal:")
"""What only somebody who writes programs can read."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one of each wrong thing, outside of any repository, where no CI runs."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GITLAB_", "CI_", "WEIGHBRIDGE_", "KUBE")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(deployment("web", replicas=2))
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").write_text("")
    (tmp_path / "text").write_text("hello, world\n" * 100)
    (tmp_path / "binary").write_bytes(b"\x00\xff\xfe" * 100)
    (tmp_path / "broken.json").write_text('{"kind": "Config",')
    (tmp_path / "broken.yaml").write_text("a: [1\n")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def _said(capfd: pytest.CaptureFixture[str]) -> str:
    said = capfd.readouterr().err
    assert not [word for word in INTERNALS if word in said]
    return said


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("estimate absent", "absent: no such file or folder"),
        ("estimate ", "an empty name: no such file or folder"),
        ("estimate broken.json", "broken.json:1:19: error: not valid JSON: unexpected end of data"),
        ("estimate broken.yaml", "broken.yaml:2:1: error: not valid YAML"),
        ("estimate binary", "binary: error: binary content, neither YAML nor JSON"),
        ("estimate circle", "circle"),
        ("estimate web.yaml --prices absent", "price book absent: no such file"),
        ("estimate web.yaml --prices pipe", "price book pipe: is no plain file"),
        ("estimate web.yaml --prices text", "price book text: is no SQLite file, so no price book: weighbridge prices refresh"),
        ("estimate web.yaml --prices empty", "price book empty: an SQLite file, but not a price book"),
        ("estimate web.yaml --snapshot folder", "--snapshot: folder is no plain file"),
        ("estimate web.yaml --snapshot broken.json", "broken.json:1:19: error: not valid JSON"),
        ("estimate web.yaml --config absent", "cannot read absent, named by --config or WEIGHBRIDGE_CONFIG: No such file"),
        ("estimate web.yaml --config binary", "binary could not be read as it is (binary content"),
        ("estimate web.yaml --config broken.yaml", "broken.yaml could not be read as it is (line 2: not valid YAML"),
        ("check web.yaml --policies broken.json", "broken.json:1:19: error: not valid JSON"),
        ("diff absent gone", "neither absent nor gone is a file or folder here; to compare revisions: --git absent...gone"),
        ("diff --git main...HEAD", "is in no Git repository, so there are no revisions to compare: run it in a checkout"),
        ("diff --staged", "is in no Git repository"),
        ("snapshot", "no such kubeconfig file: {here}/home/.kube/config (name one with --kubeconfig or KUBECONFIG)"),
        ("snapshot --kubeconfig absent", "no such kubeconfig file: absent"),
        ("snapshot --kubeconfig folder", "folder is no plain file, so no kubeconfig"),
        ("snapshot --kubeconfig broken.yaml", "the kubeconfig file cannot be read: broken.yaml:2:1: not valid YAML"),
        ("snapshot --kubeconfig text", "text is no kubeconfig file, which states clusters, contexts and users"),
        ("snapshot --in-cluster", "there is none of it here: elsewhere name a cluster with --kubeconfig"),
        ("serve --snapshot absent", "--snapshot: cannot read absent: no such file"),
        ("serve --kubeconfig binary", "the kubeconfig file cannot be read: binary: binary content"),
        ("serve --tls-cert text --tls-key text", "both have to be PEM, beginning with -----BEGIN"),
        ("serve --tls-folder /dev/null/x", "no development certificate can be kept in /dev/null"),
        ("policies exemptions --kubeconfig broken.json", "the kubeconfig file cannot be read: broken.json:1:19: not valid JSON"),
        ("policies test text", "text: no such folder"),
        ("policies init /dev/null/x", "cannot write /dev/null/x"),
        ("prices explain broken.yaml", "broken.yaml:2:1: error: not valid YAML"),
        ("comment", "neither GitHub Actions nor GitLab CI is running this"),
        ("init absent/further", "cannot write absent/further/weighbridge.yaml: No such file or directory"),
    ],
)
def test_what_cannot_be_read_or_found_is_told_and_ends_with_2(
    call: str, words: str, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(call.split(" ")) == CANNOT_TELL
    assert words.replace("{here}", str(here)) in _said(capfd)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("diff main...HEAD", "to compare revisions: --git main...HEAD"),
        ("diff web.yaml", "to compare revisions: --git BASE...HEAD"),
        ("serve --tls-cert folder --tls-key folder", "'folder' is a directory"),
        ("serve --in-cluster --context production", "--in-cluster goes without --context and --kubeconfig"),
        ("estimate web.yaml --prices folder", "'folder' is a directory"),
        ("schema absent", "'absent' is not one of 'weighing'"),
        ("policies absent", "No such command 'absent'. Known: definitions"),
    ],
)
def test_a_wrong_call_is_told_and_ends_with_3(call: str, words: str, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(call.split(" ")) == MISUSED
    assert words in _said(capfd)


def test_a_second_revision_in_the_place_of_a_path_is_told_how_to_be_written(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _git("init", "-q", "-b", "main")
    _git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "first")
    assert run(["diff", "--git", "main", "HEAD"]) == MISUSED
    assert "HEAD is a revision and no path: both in one are --git main...HEAD" in _said(capfd)
    assert run(["diff", "--git", "main", "gone.yaml"]) == CANNOT_TELL
    assert "gone.yaml is in none of the revisions compared" in _said(capfd)


def test_a_folder_that_has_the_name_of_a_branch_stays_a_path(here: Path) -> None:
    _git("init", "-q", "-b", "folder")
    _git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "first")
    assert run(["diff", "--git", "HEAD", "folder"]) == PASSED


def test_a_bare_repository_is_told_to_be_one(here: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    _git("init", "-q", "--bare", "bare.git")
    monkeypatch.chdir("bare.git")
    assert run(["diff", "--git", "HEAD"]) == CANNOT_TELL
    assert "is a bare Git repository: run it in a checkout of it" in _said(capfd)


def test_a_repository_that_git_does_not_trust_is_told_with_what_makes_it_trusted(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _git("init", "-q")
    # As in a container whose checkout is another user's.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert run(["diff", "--git", "HEAD"]) == CANNOT_TELL
    assert f"git config --global --add safe.directory {here.resolve()}" in _said(capfd)


@pytest.mark.parametrize(
    ("variable", "value", "call"),
    [
        ("WEIGHBRIDGE_FORMAT", "xml", ["estimate", "web.yaml"]),
        ("WEIGHBRIDGE_UNKNOWN", "maybe", ["check", "web.yaml"]),
        ("WEIGHBRIDGE_PRICES", "folder", ["check", "web.yaml"]),
    ],
)
def test_a_wrong_value_of_the_environment_is_named_by_its_variable(variable, value, call, here, monkeypatch, capfd) -> None:
    monkeypatch.setenv(variable, value)
    assert run(call) == MISUSED
    said = _said(capfd)
    assert f"Invalid value for '{variable}'" in said
    assert "'--" not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot read the event at GITHUB_EVENT_PATH, event.json: No such file or directory"),
        ("", "cannot read the event at GITHUB_EVENT_PATH, event.json:1:1: not valid JSON"),
        ('{"a":\n ', "event.json:2:2: not valid JSON: unexpected end of data"),
        ("\udcff", "event.json:1:1: not valid JSON"),
    ],
)
def test_an_event_that_cannot_be_read_is_told_once(content: str | None, words: str, here, monkeypatch, capfd) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_PATH", "event.json")
    if content is not None:
        (here / "event.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert run(["comment"]) == CANNOT_TELL
    said = _said(capfd)
    assert words in said
    assert said.count("event.json") == 1


def test_actions_without_an_event_are_told_which_variable_is_missing(here, monkeypatch, capfd) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run(["comment"]) == CANNOT_TELL
    assert "GITHUB_EVENT_PATH is not set" in _said(capfd)


def test_a_cluster_that_does_not_answer_is_told_why(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = f"https://127.0.0.1:{closed.getsockname()[1]}"
    (here / "config").write_text(
        "{current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}], users: [{name: a, user: {token: t}}], "
        f"clusters: [{{name: a, cluster: {{server: '{server}'}}}}]}}"
    )
    assert run(["snapshot", "--kubeconfig", "config"]) == CANNOT_TELL
    assert "the API server cannot be reached (Connection refused)" in _said(capfd)


def test_a_full_disk_under_the_answer_is_told(here: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    monkeypatch.setattr(cli, "_discard_output", lambda: None)
    assert run(["estimate", "web.yaml"]) == CANNOT_TELL
    assert "cannot write to standard output: No space left on device" in _said(capfd)


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_a_stream_that_is_closed_changes_no_verdict(stream: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, stream, None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["estimate", "web.yaml"])
    getattr(sys, stream).close()
    assert ended.value.code == PASSED


def test_standard_input_that_is_closed_holds_no_object(here: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["estimate", "-"])
    sys.stdin.close()
    assert ended.value.code == CANNOT_TELL
    assert "no Kubernetes object in standard input" in _said(capfd)


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)
