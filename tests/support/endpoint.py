"""Reviews posted to the webhook's endpoint as WSGI has it, without a server."""

from __future__ import annotations

from io import BytesIO
from typing import Any, NamedTuple
from unittest.mock import patch

import orjson
from gating import gate

from webhook.endpoint import Endpoint
from webhook.gate import Gate


class Posted(NamedTuple):
    """What came of a body that was posted."""

    status: str
    answer: dict[str, Any]
    log: bytes
    """What was written to the log."""


GATE = gate()


def posted(body: bytes, path: str = "/validate/policy", by: Gate = GATE) -> Posted:
    """A body posted to a path, and what is answered and logged."""
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    endpoint = Endpoint({"/validate/policy": by.validate, "/mutate": by.mutate}, _otherwise)
    with patch("webhook.endpoint.os.write") as written:
        parts = endpoint(environ, lambda status, _headers: statuses.append(status))
    return Posted(statuses[0], orjson.loads(b"".join(parts)), b"".join(call.args[1] for call in written.call_args_list))


def _otherwise(_environ: object, _start: object) -> list[bytes]:
    raise AssertionError("no such path")
