"""Reviews are read within bounds, and what is wrong with one is said; answers are what the API server takes."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webhook.review import LARGEST, MOST_MARKS, MOST_VALUES, Answer, BadReview, Review, fitted, read_review, uid_in, write_answer

REQUEST = {
    "uid": "u-1",
    "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
    "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
    "operation": "CREATE",
    "namespace": "shop",
    "name": "web",
    "userInfo": {"username": "jane", "groups": ["system:authenticated"]},
    "object": {"metadata": {"name": "web"}},
}
REVIEW = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": REQUEST}


def _body(**changes: object) -> bytes:
    return json.dumps({**REVIEW, "request": {**REQUEST, **changes}}).encode()


def test_a_review_is_read_into_typed_values() -> None:
    review = read_review(_body(dryRun=True, subResource="scale"))
    assert isinstance(review, Review)
    assert (review.uid, review.operation, review.kind, review.subresource) == ("u-1", "CREATE", "Deployment", "scale")
    assert (review.requester.name, review.requester.groups, review.dry_run) == ("jane", ("system:authenticated",), True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"null", "not an AdmissionReview"),
        (b"[]", "not an AdmissionReview"),
        (b'{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview"}', "v1beta1"),
        (b'{"apiVersion": "admission.k8s.io/v1", "kind": "Pod"}', "not an AdmissionReview"),
        (b'{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": 3}', "request.uid is missing"),
        (_body(uid=""), "request.uid is missing"),
        (_body(uid=7), "request.uid is missing"),
        (_body(operation="PATCH"), "'PATCH' is not one of"),
        (_body(operation=None), "is not one of"),
        (_body(kind=None), "request.kind or request.resource is missing"),
        (_body(resource={}), "request.kind or request.resource is missing"),
        (_body(object=None), "request.object is missing in a CREATE"),
        (_body(object=[1]), "request.object is missing in a CREATE"),
        (_body(object="x", operation="UPDATE"), "request.object is missing in a UPDATE"),
        (b'{"apiVersion": NaN}', "not JSON"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "nested deeper than 200"),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, "nested deeper than 200"),
        (b"[" * MOST_MARKS + b"[", "holds more than 300,000 commas and brackets"),
        (b"[" + b"[]," * 300 + b"0," * MOST_VALUES + b"0]", "holds more than 100,000 values"),
        # Read from every quote on, this would take days.
        (b"[" * 300 + b'"' + b'\\"' * 3_000_000, "not JSON"),
    ],
)
def test_what_is_no_review_is_told(body: bytes, words: str) -> None:
    bad = read_review(body)
    assert isinstance(bad, BadReview)
    assert words in bad.message
    assert len(bad.message) < 250


@pytest.mark.parametrize("inside", [b"[" * 300 + b"]" * 300, b"[" * 3000 + b"]" * 3000, b"[" + b"0," * MOST_MARKS + b"0]"])
def test_what_is_beyond_a_bound_keeps_its_uid_so_that_it_is_denied(inside: bytes) -> None:
    bad = read_review(b'{"request": {"uid": "u-1", "object": ' + inside + b"}}")
    assert isinstance(bad, BadReview)
    assert (bad.beyond, bad.uid) == (True, "u-1")


def test_brackets_inside_texts_are_no_depth() -> None:
    assert isinstance(read_review(_body(name="[{" * 500 + '"\\')), Review)


def test_an_oversize_review_keeps_its_uid() -> None:
    body = _body()[:-1] + b" " * LARGEST + b"}"
    bad = read_review(body)
    assert isinstance(bad, BadReview)
    assert (bad.beyond, bad.uid) == (True, "u-1")


@pytest.mark.parametrize(
    "head", [b"", b"{}", b'{"request"', b'{"request": {"uid"', b'{"request": {"uid": ', b'{"request": {"uid": "' + b"x" * 999]
)
def test_a_uid_that_is_not_there_is_not_made_up(head: bytes) -> None:
    assert uid_in(head) == ""


def test_a_deletion_has_no_object() -> None:
    review = read_review(_body(operation="DELETE", object=None, oldObject={"metadata": {}}))
    assert isinstance(review, Review)
    assert review.object is None


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_raise(body: bytes) -> None:
    read_review(body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(sorted(REQUEST)), VALUES, max_size=4))
def test_no_field_of_a_wrong_type_raises(changes: dict) -> None:
    read_review(_body(**changes))


def test_a_denial_is_403_forbidden_with_its_uid() -> None:
    response = json.loads(write_answer(Answer("u-1", allowed=False, message="no team label")))["response"]
    assert response["uid"] == "u-1"
    assert response["status"] == {"status": "Failure", "code": 403, "reason": "Forbidden", "message": "no team label"}


def test_a_patch_is_base64_of_json_patch() -> None:
    operation = {"op": "add", "path": "/metadata/labels", "value": {"team": "shop"}}
    response = json.loads(write_answer(Answer("u-1", allowed=True, patch=(operation,))))["response"]
    assert response["patchType"] == "JSONPatch"
    assert json.loads(base64.b64decode(response["patch"])) == [operation]


def test_a_denied_request_is_not_patched() -> None:
    assert "patch" not in json.loads(write_answer(Answer("u", allowed=False, patch=({"op": "add"},))))["response"]


@settings(max_examples=100)
@given(st.lists(st.text(max_size=600), max_size=40))
def test_warnings_stay_within_what_the_api_server_takes(warnings: list[str]) -> None:
    kept = fitted(warnings)
    assert all(len(warning.encode()) <= 256 for warning in kept)
    assert sum(len(warning.encode()) for warning in kept) <= 4096


def test_the_first_warnings_are_kept() -> None:
    assert fitted(["money", "x" * 5000, *["y" * 256] * 40])[0] == "money"
