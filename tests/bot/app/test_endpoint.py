"""The endpoint takes what GitHub signed, once, and answers before anything is done."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from github_stand_in import payloads
from github_stand_in.world import PullRequest, sha_of

from bot.app.endpoint import LARGEST, Door, create_application
from bot.app.register import PAUSE
from bot.app.register_sqlite import SqliteRegister

SECRET = b"a secret of the webhook's"
PULL = PullRequest(482, sha_of("first"), "feature", sha_of("base"))
OPENED = payloads.pull_request("opened", PULL)


class Called(list[int]):
    """The repositories that somebody was called to."""

    def __call__(self, repository: int) -> None:
        self.append(repository)


@pytest.fixture
def register(tmp_path: Path) -> SqliteRegister:
    return SqliteRegister(tmp_path / "queue.sqlite")


@pytest.fixture
def called() -> Called:
    return Called()


def _client(register: SqliteRegister, call: Callable[[int], None], secrets: Sequence[bytes] = (SECRET,)) -> FlaskClient:
    return create_application(Door(15368, secrets, register, call, lambda: 100.0)).test_client()


@pytest.fixture
def client(register, called) -> FlaskClient:
    return _client(register, called)


def _send(client: FlaskClient, payload: object = OPENED, delivery: str = "d-1", event: str = "pull_request", **headers: str):
    body, told = payloads.delivered(event, payload, SECRET, delivery)
    return client.post("/github", data=body, headers={**told, **headers})


def test_a_delivery_is_written_down_and_somebody_is_called(client, register, called) -> None:
    answer = _send(client)
    assert (answer.status_code, answer.get_json()) == (202, {"status": "taken", "about": ["acme/platform#482"]})
    (subject,) = register.due(100)
    assert [owed.delivery for owed in register.owed(subject)] == ["d-1"]
    assert called == [subject.repository]


def test_a_delivery_that_comes_again_changes_nothing(client, register, called) -> None:
    _send(client)
    subject = register.due(100)[0]
    register.settle(subject, ["d-1"], 100)
    answer = _send(client)
    assert (answer.status_code, answer.get_json()["status"]) == (202, "known already")
    assert register.due(1000) == []
    assert len(called) == 1


def test_a_body_that_comes_again_under_another_number_is_one_look_after_a_pause(client, register, called) -> None:
    _send(client)
    subject = register.due(100)[0]
    register.settle(subject, ["d-1"], 100)
    for number in range(2, 12):
        assert _send(client, delivery=f"d-{number}").status_code == 202
    assert register.due(100 + PAUSE - 1) == []
    assert register.due(100 + PAUSE) == [subject]
    assert not any(owed.head or owed.ended for owed in register.owed(subject))


def test_one_that_asks_for_nothing_is_not_written_down(client, called) -> None:
    answer = _send(client, {"zen": "Keep it logically awesome.", "hook_id": 1}, event="ping")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "nothing to do")
    assert not called


@pytest.mark.parametrize("signature", ["", "sha256=" + "0" * 64, "sha1=abc"])
def test_what_github_did_not_sign_is_refused_unread(client, register, signature) -> None:
    assert _send(client, **{"X-Hub-Signature-256": signature}).status_code == 401
    assert register.due(1000) == []


def test_a_body_that_was_changed_on_the_way_is_refused(client, register) -> None:
    body, headers = payloads.delivered("pull_request", OPENED, SECRET, "d-1")
    assert client.post("/github", data=body.replace(b"482", b"483"), headers=dict(headers)).status_code == 401
    assert register.due(1000) == []


def test_while_the_secret_is_changed_both_hold(register, called) -> None:
    assert _send(_client(register, called, [b"the next secret to come", SECRET])).status_code == 202
    assert _send(_client(register, called, [b"the next secret to come"])).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-GitHub-Event": ""}, 400), ({"X-GitHub-Delivery": ""}, 400), ({"X-GitHub-Delivery": "../x"}, 400),
        ({"X-GitHub-Delivery": "x" * 65}, 400), ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "text/plain"}, 415),
    ],
)  # fmt: skip
def test_a_delivery_without_its_headers_is_refused(client, register, headers, status) -> None:
    assert _send(client, **headers).status_code == status
    assert register.due(1000) == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, gzip.compress(b"{}")], ids=["empty", "open", "text", "deep", "zip"]
)
def test_a_signed_body_that_is_no_json_is_refused(client, body) -> None:
    from bot.app.signature import signature

    _, headers = payloads.delivered("pull_request", {}, SECRET, "d-1")
    answer = client.post("/github", data=body, headers={**headers, "X-Hub-Signature-256": signature(body, SECRET)})
    assert answer.status_code == 400


def test_a_body_that_is_too_large_is_refused(client) -> None:
    assert client.post("/github", data=b"x" * (LARGEST + 1)).status_code == 413


def test_only_deliveries_and_probes_are_answered(client) -> None:
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/github").status_code == 405
    assert client.get("/").status_code == 404


def test_a_delivery_is_taken_though_nobody_can_be_called(register) -> None:
    def broken(_: int) -> None:
        raise ConnectionError

    assert _send(_client(register, broken)).status_code == 202
    assert len(register.due(100)) == 1


def test_a_delivery_that_cannot_be_written_down_is_not_taken(called, register, monkeypatch) -> None:
    import sqlite3

    def full(*_: object) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(SqliteRegister, "receive", full)
    client = _client(register, called)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert _send(client).status_code == 500
    assert not called


def test_a_secret_is_in_no_representation(register, called) -> None:
    door = Door(15368, [SECRET], register, called, lambda: 0.0)
    assert "secret of" not in repr(door)
