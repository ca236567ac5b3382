"""``weighbridge app``: what it is told, what it refuses, and how an App comes to be."""

from __future__ import annotations

import html
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_key import private_key
from github_stand_in.server import GitHub, serving

from weighbridge.cli import CANNOT_TELL, MISUSED, PASSED, run
from weighbridge.configuration.credentials import credentials
from weighbridge.output.failure import Failure

SECRET = "a secret of the webhook's"
GIVEN = {"WEIGHBRIDGE_APP_ID": "15368", "WEIGHBRIDGE_APP_PRIVATE_KEY": private_key(), "WEIGHBRIDGE_WEBHOOK_SECRET": SECRET}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that tells nothing."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "WEIGHBRIDGE_")) and name != "WEIGHBRIDGE_CORPUS":
            monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as found:
        yield found


def test_the_app_s_secrets_are_read_from_the_environment() -> None:
    found = credentials(GIVEN)
    assert (found.app, found.key, found.secrets) == (15368, private_key(), (SECRET.encode(),))
    assert "PRIVATE" not in repr(found)
    assert SECRET not in repr(found)


def test_they_are_read_from_files_which_go_first(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(private_key())
    (tmp_path / "secret").write_text(f"{SECRET}\n\nthe one before this one\n")
    files = {"WEIGHBRIDGE_APP_PRIVATE_KEY_FILE": f"{tmp_path}/key.pem", "WEIGHBRIDGE_WEBHOOK_SECRET_FILE": f"{tmp_path}/secret"}
    found = credentials({"WEIGHBRIDGE_APP_ID": "15368", "WEIGHBRIDGE_WEBHOOK_SECRET": "short", **files})
    assert found.secrets == (SECRET.encode(), b"the one before this one")
    assert found.key == private_key()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WEIGHBRIDGE_APP_ID", "", "it is not set"),
        ("WEIGHBRIDGE_APP_ID", "weighbridge", "it is no number"),
        ("WEIGHBRIDGE_APP_ID", "0", "it is no number"),
        ("WEIGHBRIDGE_APP_PRIVATE_KEY", "", "is not set, nor WEIGHBRIDGE_APP_PRIVATE_KEY_FILE"),
        ("WEIGHBRIDGE_APP_PRIVATE_KEY", "swordfish", "no private key in PEM"),
        ("WEIGHBRIDGE_APP_PRIVATE_KEY_FILE", "/no/such/file", "cannot read /no/such/file: No such file"),
        ("WEIGHBRIDGE_APP_PRIVATE_KEY_FILE", "/bin/true", "is no text"),
        ("WEIGHBRIDGE_WEBHOOK_SECRET", "", "is not set"),
        ("WEIGHBRIDGE_WEBHOOK_SECRET", "swordfish", "must have 16 bytes at least"),
        ("WEIGHBRIDGE_WEBHOOK_SECRET", f"{SECRET}\nswordfish", "must have 16 bytes at least"),
        ("WEIGHBRIDGE_WEBHOOK_SECRET", "\n\n", "must have 16 bytes at least"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_what_was_given_is_not(name, value, words) -> None:
    with pytest.raises(Failure) as caught:
        credentials({**GIVEN, name: value})
    assert words in str(caught.value)
    assert "swordfish" not in str(caught.value)


def test_without_credentials_nothing_is_served(bare, tmp_path, capsys) -> None:
    assert run(["app", "serve", "--state", str(tmp_path / "state")]) == CANNOT_TELL
    assert "WEIGHBRIDGE_APP_ID is the App's number" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--listen", "here"], MISUSED, "--listen takes HOST:PORT"),
        (["--tls-cert", "x.pem"], MISUSED, "--tls-cert and --tls-key go together"),
        (["--queue", "amqp://user:swordfish@mq/x"], CANNOT_TELL, "no queue is at amqp://mq/x: give sqlite:///FILE or redis://"),
        (["--queue", "sqlite://relative.sqlite"], CANNOT_TELL, "no queue is at sqlite://relative.sqlite"),
        (["--queue", "sqlite:////no/such/folder/queue.sqlite"], CANNOT_TELL, "cannot be opened"),
        (["--state", "/dev/null/state"], CANNOT_TELL, "the state folder /dev/null/state cannot be made"),
        (["--config", "weighbridge.yaml"], MISUSED, "No such option"),
    ],
)
def test_a_server_that_cannot_start_says_why(bare, tmp_path, capsys, arguments, code, words) -> None:
    for name, value in GIVEN.items():
        bare.setenv(name, value)
    assert run(["app", "serve", "--state", str(tmp_path), *arguments]) == code
    told = capsys.readouterr().err
    assert words in told
    assert "swordfish" not in told


def test_the_manifest_asks_for_nothing_that_is_not_used(bare, capsys) -> None:
    assert run(["app", "manifest", "--url", "https://weighbridge.example/"]) == PASSED
    told = json.loads(capsys.readouterr().out)
    assert told["hook_attributes"] == {"url": "https://weighbridge.example/github", "active": True}
    assert told["default_permissions"] == {
        "pull_requests": "write", "checks": "write", "contents": "read", "merge_queues": "read", "members": "read",
        "metadata": "read",
    }  # fmt: skip
    assert told["default_events"] == ["pull_request", "pull_request_review", "merge_group", "check_run", "check_suite", "push"]
    assert told["public"] is False


def test_the_page_has_github_create_the_app(bare, tmp_path, capsys) -> None:
    page = tmp_path / "create.html"
    name = "Weigh\"><script>alert(1)</script>'&"
    arguments = ["--url", "https://weighbridge.example", "--org", "acme", "--name", name, "--html", str(page)]
    assert run(["app", "manifest", *arguments, "--server", "https://ghe.acme.example"]) == PASSED
    told, text = json.loads(capsys.readouterr().out), page.read_text(encoding="utf-8")
    assert '<form action="https://ghe.acme.example/organizations/acme/settings/apps/new" method="post">' in text
    sent = re.search(r'name="manifest" value="([^"]*)"', text)
    assert sent is not None
    assert json.loads(html.unescape(sent[1])) == told
    assert "<script>" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["--url", "weighbridge.example"],
        ["--url", "javascript:alert(1)"],
        ["--url", "http://weighbridge.example"],
        ["--url", "http://localhost.example"],
        ["--url", "http://127.0.0.1.example/"],
        ["--url", "https://a.example", "--org", "../x"],
        ["--url", "https://a.example", "--server", "x"],
    ],
)
def test_what_is_no_address_is_refused(bare, arguments) -> None:
    assert run(["app", "manifest", *arguments]) == MISUSED


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://127.0.0.1:8080/weigh", "http://[::1]:8080"])
def test_a_server_on_the_same_machine_needs_no_https(bare, capsys, url) -> None:
    assert run(["app", "manifest", "--url", url]) == PASSED
    assert json.loads(capsys.readouterr().out)["hook_attributes"]["url"] == f"{url}/github"


def test_an_untold_verdict_makes_the_check_run_red_and_ends_no_server(bare, capsys) -> None:
    assert run(["app", "serve", "--help"]) == PASSED
    told = " ".join(capsys.readouterr().out.split())
    assert "fail makes the check run red" in told
    assert "exit code 2" not in told


def test_github_that_cannot_be_reached_for_the_key_is_told_in_words(bare, tmp_path, capsys) -> None:
    assert run(["app", "credentials", "5a1ed", "--out", str(tmp_path / "x"), "--api", "http://127.0.0.1:9"]) == CANNOT_TELL
    told = capsys.readouterr().err
    assert "Connection refused" in told
    assert "try the code again" in told
    assert "HTTPConnection" not in told


def test_a_new_app_s_key_and_secret_are_written_for_nobody_else_s_eyes(bare, github, tmp_path, capsys) -> None:
    github.world.creations["5a1ed"] = "weighbridge"
    github.world.key = private_key()
    folder = tmp_path / "secrets"
    assert run(["app", "credentials", "5a1ed", "--out", str(folder), "--api", github.url]) == PASSED
    printed = capsys.readouterr()
    for name in ("private-key.pem", "webhook-secret"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    told = dict(line.split("=", 1) for line in printed.out.splitlines())
    found = credentials(told)
    assert (found.app, found.key, found.secrets) == (15368, private_key(), (SECRET.encode(),))
    assert "https://github.example/apps/weighbridge/installations/new" in printed.err
    assert "BEGIN" not in printed.out + printed.err
    assert SECRET not in printed.out + printed.err


def test_a_code_that_is_used_up_is_told(bare, github, tmp_path, capsys) -> None:
    assert run(["app", "credentials", "5a1ed", "--out", str(tmp_path), "--api", github.url]) == CANNOT_TELL
    assert "a code holds for an hour and once" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_there_are_not_overwritten_and_the_code_is_not_used_up(bare, github, tmp_path, capsys) -> None:
    github.world.creations["5a1ed"] = "weighbridge"
    (tmp_path / "private-key.pem").write_text("mine")
    assert run(["app", "credentials", "5a1ed", "--out", str(tmp_path), "--api", github.url]) == CANNOT_TELL
    assert "there already" in capsys.readouterr().err
    assert (tmp_path / "private-key.pem").read_text() == "mine"
    assert github.world.creations
    assert run(["app", "credentials", "../x", "--out", str(tmp_path / "new"), "--api", github.url]) == MISUSED
