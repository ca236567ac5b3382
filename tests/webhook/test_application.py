"""Over HTTP: what is refused before it is read, what is denied with its uid, and that nothing ends in a traceback."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from manifest_texts import REVIEW

from cluster.lookup import NoCluster
from policies.context import Context
from policies.documents.starter import starter
from pricing.sources.book import open_book
from webhook.application import create_application
from webhook.gate import Gate
from webhook.review import LARGEST


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """The application without a cluster, with the starter set."""
    return create_application(Gate(starter(), open_book(), Context(), NoCluster())).test_client()


@pytest.mark.parametrize("path", ["/validate/policy", "/mutate"])
def test_a_review_is_answered_with_its_uid(path: str, client: FlaskClient) -> None:
    answer = client.post(path, json=REVIEW)
    assert answer.status_code == 200
    assert answer.json["response"]["uid"] == "u-1"
    assert answer.json["kind"] == "AdmissionReview"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400, "not JSON"),
        ({"data": b"", "content_type": "application/json"}, 400, "not JSON"),
        ({"json": {"kind": "Pod"}}, 400, "not an AdmissionReview"),
        ({"json": {**REVIEW, "apiVersion": "admission.k8s.io/v1beta1"}}, 400, "v1beta1"),
        ({"data": b"a: 1", "content_type": "application/yaml"}, 415, "application/json"),
        ({"data": b"x", "content_type": "application/json", "headers": {"Content-Encoding": "gzip"}}, 415, "uncompressed"),
    ],
)
def test_what_is_no_review_is_refused_in_words(changes: dict, code: int, words: str, client: FlaskClient) -> None:
    answer = client.post("/validate/policy", **changes)
    assert answer.status_code == code
    assert words in answer.json["error"]


@pytest.mark.parametrize(
    ("path", "method", "code"), [("/nowhere", "get", 404), ("/validate/policy", "get", 405), ("/", "post", 404)]
)
def test_another_path_is_an_error_in_json(path: str, method: str, code: int, client: FlaskClient) -> None:
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer.json["code"]) == (code, code)


def test_e53_a_padded_review_is_denied_and_not_an_error(client: FlaskClient) -> None:
    body = json.dumps(REVIEW)[:-1].encode() + b" " * LARGEST + b"}"
    answer = client.post("/validate/policy", data=body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json["response"]["uid"] == "u-1"
    assert answer.json["response"]["allowed"] is False
    assert answer.json["response"]["status"]["code"] == 403


def test_a_padded_review_whose_uid_is_far_away_is_too_large(client: FlaskClient) -> None:
    answer = client.post("/validate/policy", data=b" " * (LARGEST + 1), content_type="application/json")
    assert answer.status_code == 413


def test_probes_are_answered(client: FlaskClient) -> None:
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)


def test_a_mistake_of_ours_is_told_without_what_the_object_holds(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def validate(self, _: object) -> object:
            raise RuntimeError("password=hunter2")

        mutate = validate

    answer = create_application(Broken()).test_client().post("/validate/policy", json=REVIEW)  # type: ignore[arg-type]
    assert answer.status_code == 500
    assert "hunter2" not in answer.text + caplog.text
    assert "RuntimeError at" in caplog.text


def test_the_log_tells_who_asked_and_nothing_of_the_object(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    secret = json.loads(json.dumps(REVIEW))
    secret["request"]["object"]["spec"]["containers"][0]["env"] = [{"name": "PASSWORD", "value": "hunter2"}]
    secret["request"]["name"] = "a\nb\x1b[31m"
    client.post("/validate/policy", json=secret)
    (line,) = capfd.readouterr().err.splitlines()
    logged = json.loads(line)
    assert (logged["user"], logged["operation"], logged["kind"]) == ("jane", "CREATE", "Pod")
    assert "hunter2" not in line
    assert "\x1b" not in line


def test_a_review_that_nests_too_deep_is_denied_and_not_an_error(client: FlaskClient) -> None:
    body = json.dumps(REVIEW)[:-1] + ', "x": ' + "[" * 300 + "]" * 300 + "}"
    answer = client.post("/validate/policy", data=body.encode(), content_type="application/json")
    assert answer.status_code == 200
    assert (answer.json["response"]["uid"], answer.json["response"]["allowed"]) == ("u-1", False)
