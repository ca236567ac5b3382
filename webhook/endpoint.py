"""The paths that the API server posts reviews to: each is read, judged and answered, and logged where it did not simply pass.

They are answered in front of Flask, which has the rest: its request, routing and response cost as much as half a decision.
"""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from policies.message import quoted
from webhook.review import HEAD, LARGEST, Answer, BadReview, Review, read_review, uid_in, write_answer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_LOG: Final = logging.getLogger("weighbridge.webhook")

Judge = Callable[[Review], Answer]


@dataclass(frozen=True, slots=True)
class Reply:
    """A body of JSON and the HTTP status it goes with."""

    body: bytes
    status: str = "200 OK"


class Endpoint:
    """A WSGI application that answers reviews on paths of its own, and leaves every other request to another.

    A denial is an answer with ``allowed: false``; an HTTP error means that the sender did not send a review.
    """

    def __init__(self, judges: Mapping[str, Judge], otherwise: WSGIApplication) -> None:
        self._judges = judges
        self._otherwise = otherwise

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Never raises on what a review holds."""
        judge = self._judges.get(environ["PATH_INFO"])
        if judge is None:
            return self._otherwise(environ, start_response)
        try:
            reply = _reply(environ, judge)
        except Exception as error:  # noqa: BLE001 - one mistake must not end the server
            _tell(error)
            reply = _error("500 Internal Server Error", "the review could not be answered: this is a mistake in Weighbridge")
        start_response(reply.status, [("Content-Type", "application/json"), ("Content-Length", str(len(reply.body)))])
        return [reply.body]


def _reply(environ: WSGIEnvironment, judge: Judge) -> Reply:
    started = time.perf_counter()
    refusal = _refusal(environ)
    if refusal is not None:
        return refusal
    announced = _announced(environ)
    body = _body(environ, announced)
    if len(body) > LARGEST or (announced or 0) > LARGEST:
        return _beyond(f"the review is larger than {LARGEST // 1024 // 1024} MiB", uid_in(body[:HEAD]))
    review = read_review(body)
    if isinstance(review, BadReview):
        return _beyond(review.message, review.uid) if review.beyond else _error("400 Bad Request", review.message)
    answer = judge(review)
    if _worth_telling(answer):
        _log(environ["PATH_INFO"], review, answer, time.perf_counter() - started)
    return Reply(write_answer(answer))


def _refusal(environ: WSGIEnvironment) -> Reply | None:
    """What is refused unread: bodies that are not plain JSON, since a compressed one may be of any size."""
    if environ["REQUEST_METHOD"] != "POST":
        return _error("405 Method Not Allowed", "post a review here")
    if environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        return _error("415 Unsupported Media Type", "send the review uncompressed")
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        return _error("415 Unsupported Media Type", "send the review as application/json")
    return None


def _announced(environ: WSGIEnvironment) -> int | None:
    """How long the body is said to be; None where nothing is said, as when it comes in chunks."""
    length = environ.get("CONTENT_LENGTH", "")
    return int(length) if length.isdecimal() else None


def _body(environ: WSGIEnvironment, announced: int | None) -> bytes:
    """The body, or as much of one that is too large as its uid may stand in."""
    stream = environ["wsgi.input"]
    if announced is not None:
        # As much as is announced: asking for the limit would set aside that much memory for each review.
        return bytes(stream.read(min(announced, HEAD) if announced > LARGEST else announced))
    body = bytearray()
    # Without a length, only a server that says so ends the body where the request ends.
    while environ.get("wsgi.input_terminated") and len(body) <= LARGEST and (part := stream.read(HEAD)):
        body += part
    return bytes(body)


def _beyond(reason: str, uid: str) -> Reply:
    """A denial where the uid can be found, so that padding an object does not open the gate; else an error."""
    words = f"{reason}: such an object cannot be weighed, so it is not let in"
    return Reply(write_answer(Answer(uid, allowed=False, message=words))) if uid else _error("413 Content Too Large", words)


def _error(status: str, message: str) -> Reply:
    return Reply(orjson.dumps({"error": message, "code": int(status[:3])}), status)


def _tell(error: Exception) -> None:
    """Log a mistake of ours: its kind and where it happened, not its text, which may hold what a Secret held."""
    places = " < ".join(f"{place.filename}:{place.lineno}" for place in reversed(traceback.extract_tb(error.__traceback__)))
    _LOG.error("a review could not be answered: %s at %s", type(error).__name__, places)


def _worth_telling(answer: Answer) -> bool:
    """What simply passes is in the API server's own audit log, with its cost: two logs of it would only be read past."""
    return not answer.allowed or bool(answer.warnings or answer.patch)


def _log(path: str, review: Review, answer: Answer, seconds: float) -> None:
    """One line a review: who asked for what and what was answered, nothing of what the object holds."""
    line = {
        "path": path,
        "uid": review.uid,
        "operation": review.operation,
        "kind": quoted(review.kind),
        "subresource": quoted(review.subresource),
        "namespace": quoted(review.namespace),
        "name": quoted(review.name, 80),
        "user": quoted(review.requester.name, 80),
        "dryRun": review.dry_run,
        "allowed": answer.allowed,
        "warnings": len(answer.warnings),
        "verdict": answer.annotations.get("verdict", "pass"),
        "exemptions": list(answer.exemptions),
        "milliseconds": round(seconds * 1000, 1),
    }
    # Straight to standard error: a logging record would cost as much as a fifth of the decision.
    os.write(2, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
