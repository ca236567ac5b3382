"""The HTTP side of the gate: paths, what is refused before it is read, and one line of log a review.

A denial is always an answer with ``allowed: false``; an HTTP error means that the sender did not send a review.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import Final

import orjson
from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from policies.message import quoted
from webhook.gate import Gate
from webhook.review import HEAD, LARGEST, Answer, BadReview, Review, read_review, uid_in, write_answer

_LOG: Final = logging.getLogger("weighbridge.webhook")

Judge = Callable[[Review], Answer]


def create_application(gate: Gate) -> Flask:
    """The application for a gate.

    ``POST /validate/policy`` and ``POST /mutate`` take an AdmissionReview; ``GET /healthz`` and ``GET /readyz`` answer probes.
    """
    application = Flask("webhook", static_folder=None)
    application.config["MAX_CONTENT_LENGTH"] = None  # read below, so that what is too large can still be answered by uid

    @application.post("/validate/policy")
    def validate() -> Response:
        return _reviewed(_current(), gate.validate)

    @application.post("/mutate")
    def mutate() -> Response:
        return _reviewed(_current(), gate.mutate)

    @application.get("/healthz")
    def healthy() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @application.get("/readyz")
    def ready() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @application.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return _error(error.code or 500, error.description or error.name)

    @application.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        # The kind of failure only: its text may hold what a Secret held.
        _LOG.exception("a review could not be answered", extra={"error": type(error).__name__})
        return _error(500, "the review could not be answered: this is a mistake in Weighbridge")

    return application


def _current() -> Request:
    """The request itself, not Flask's stand-in for it, which looks it up at every touch."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    return found


def _reviewed(incoming: Request, judge: Judge) -> Response:
    started = time.perf_counter()
    refusal = _refusal(incoming)
    if refusal is not None:
        return refusal
    body = _body(incoming)
    if len(body) > LARGEST or (incoming.content_length or 0) > LARGEST:
        return _too_large(body)
    review = read_review(body)
    if isinstance(review, BadReview):
        return _too_large(body) if review.too_large else _error(400, review.message)
    answer = judge(review)
    _log(incoming.path, review, answer, time.perf_counter() - started)
    return Response(write_answer(answer), mimetype="application/json")


def _body(incoming: Request) -> bytes:
    """The body, or as much of one that is too large as its uid may stand in."""
    length = incoming.content_length
    if length is not None:
        # As much as is announced: asking for the limit would set aside that much memory for each review.
        return incoming.stream.read(min(length, HEAD) if length > LARGEST else length)
    body = bytearray()
    while len(body) <= LARGEST and (part := incoming.stream.read(HEAD)):
        body += part
    return bytes(body)


def _refusal(incoming: Request) -> Response | None:
    """What is refused unread: bodies that are not plain JSON, since a compressed one may be of any size."""
    if incoming.headers.get("Content-Encoding", "identity") != "identity":
        return _error(415, "send the review uncompressed")
    if incoming.mimetype != "application/json":
        return _error(415, "send the review as application/json")
    return None


def _too_large(body: bytes) -> Response:
    """A denial where the uid can be found, so that padding an object does not open the gate; else an error."""
    uid = uid_in(body[:HEAD])
    words = (
        f"the review is larger than {LARGEST // 1024 // 1024} MiB: an object this large cannot be weighed, so it is not let in"
    )
    if not uid:
        return _error(413, words)
    return Response(write_answer(Answer(uid, allowed=False, message=words)), mimetype="application/json")


def _error(code: int, message: str) -> Response:
    return Response(orjson.dumps({"error": message, "code": code}), status=code, mimetype="application/json")


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
        "milliseconds": round(seconds * 1000, 1),
    }
    # Straight to standard error: a logging record would cost as much as a fifth of the decision.
    os.write(2, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
