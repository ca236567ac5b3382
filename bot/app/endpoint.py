"""Where GitHub sends its deliveries: checked, written down, answered. What they ask for is done elsewhere."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson
from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from bot.app.delivery import Told, read_delivery
from bot.app.register import Register
from bot.app.signature import HEADER, signed

_LOG: Final = logging.getLogger("weighbridge.app")
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a delivery: of the events that are subscribed to, only one about thousands of repositories comes near."""
PATH: Final = "/github"
"""Where deliveries are posted to."""
_DELIVERY: Final = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True, slots=True)
class Door:
    """What the endpoint needs of the rest."""

    app: int
    """The App's number."""
    secrets: Sequence[bytes] = field(repr=False)
    register: Register
    call: Callable[[int], None]
    """Has somebody look at a repository soon."""
    clock: Callable[[], float]


def create_application(door: Door) -> Flask:
    """``POST /github`` takes deliveries; ``GET /healthz`` answers probes."""
    application = Flask("app", static_folder=None)
    application.config["MAX_CONTENT_LENGTH"] = LARGEST

    @application.get("/healthz")
    def healthy() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @application.post(PATH)
    def deliver() -> tuple[dict[str, object], int]:
        return _answer(door, request)

    @application.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[dict[str, object], int]:
        return {"error": error.description or error.name}, error.code or 500

    return application


def _answer(door: Door, asked: Request) -> tuple[dict[str, object], int]:
    """Answer one delivery. Nothing of a body is looked at before its signature was."""
    body = asked.get_data(cache=False)
    if not signed(body, asked.headers.get(HEADER, ""), door.secrets):
        return {"error": f"{HEADER} does not sign this body by the webhook's secret"}, 401
    event, delivery = asked.headers.get("X-GitHub-Event", ""), asked.headers.get("X-GitHub-Delivery", "")
    if not event or not _DELIVERY.fullmatch(delivery):
        return {"error": "a delivery names its event and its number (X-GitHub-Event, X-GitHub-Delivery)"}, 400
    if asked.mimetype != "application/json":
        return {"error": "send deliveries as application/json: choose it in the webhook's settings"}, 415
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {"error": "the body is no JSON"}, 400
    return _taken(door, delivery, read_delivery(event, payload, door.app), hashlib.sha256(body).hexdigest())


def _taken(door: Door, delivery: str, told: Sequence[Told], body: str) -> tuple[dict[str, object], int]:
    """Write a delivery down. From here on nothing of it is lost, also where nobody can be called now."""
    if not told:
        return {"status": "nothing to do"}, 200
    if not door.register.receive(delivery, told, door.clock(), body):
        return {"status": "known already"}, 202
    for repository in dict.fromkeys(each.subject.repository for each in told):
        try:
            door.call(repository)
        except Exception as error:  # noqa: BLE001 - of whatever holds the queue
            _LOG.warning("delivery %s waits for the next round: nobody could be called (%s)", delivery, type(error).__name__)
    return {"status": "taken", "about": [each.subject.words for each in told[:10]]}, 202
