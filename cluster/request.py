"""One request to an API server, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cluster.lookup import Absent, Answer, Found, Unavailable
from workloads.sources.silence import silence

JSON: Final = "application/json"
APPLY: Final = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the API server answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    """By name in small letters."""


def get(
    api: Any,  # noqa: ANN401 - the client publishes no types
    path: str,
    patience: float,
    accept: str = JSON,
    query: Sequence[tuple[str, str]] = (),
) -> Reply | Unavailable:
    """A reply of any status, or why there is none. ``patience`` is in seconds; never raises."""
    return _send(api, "GET", path, patience, {"Accept": accept}, query)


def apply(
    api: Any,  # noqa: ANN401 - the client publishes no types
    path: str,
    patience: float,
    body: Mapping[str, object],
) -> Reply | Unavailable:
    """Apply a part of an object by server-side apply, as the manager ``weighbridge``: what it does not state stays as it is."""
    headers = {"Accept": JSON, "Content-Type": APPLY}
    query = (("fieldManager", "weighbridge"), ("force", "true"))
    return _send(api, "PATCH", path, patience, headers, query, body)


def _send(
    api: Any,  # noqa: ANN401 - the client publishes no types
    method: str,
    path: str,
    patience: float,
    headers: Mapping[str, str],
    query: Sequence[tuple[str, str]],
    body: Mapping[str, object] | None = None,
) -> Reply | Unavailable:
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - beside the client, whose import is the slow one

    try:
        request = api.param_serialize(
            method, path, query_params=list(query), header_params=dict(headers), body=body, auth_settings=["BearerToken"]
        )
        response = api.call_api(*request, _request_timeout=patience)
        data = response.read()
    except (HTTPError, OSError) as error:
        return Unavailable(f"the API server cannot be reached ({silence(error)})")
    answered = {str(name).lower(): str(value) for name, value in response.getheaders().items()}
    return Reply(response.status, data, answered)


def answer(reply: Reply | Unavailable, what: str) -> Answer:
    """A reply as an answer about ``what``, in which absent and "nobody can say" are told apart."""
    import orjson  # noqa: PLC0415

    if isinstance(reply, Unavailable):
        return reply
    if reply.status == 404:
        return Absent()
    if reply.status != 200:
        return Unavailable(_refusal(reply.status, what))
    try:
        return Found(orjson.loads(reply.body))
    except orjson.JSONDecodeError:
        return Unavailable("the API server did not answer with JSON")


def _refusal(status: int, what: str) -> str:
    if status == 401:
        return "the API server does not know who asks (401): log in again"
    return f"{what} may not be read" if status == 403 else f"the API server answered {status}"
