"""Requests to one price API: tried again after a pause where that helps, and never sent anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pricing.sources.refresh.listed import RefreshError, RefusedError
from workloads.sources.silence import silence

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

ATTEMPTS: Final = 6
"""Times that a request is sent before it is given up."""
FIRST_PAUSE: Final = 0.5
"""Seconds before the second attempt; twice as long before each further one."""
LONGEST_PAUSE: Final = 60.0
"""Seconds waited at most, whatever ``Retry-After`` says."""
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
CHUNK: Final = 64 * 1024
"""Bytes of a body that are held at a time."""
AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed."""


class CutError(Exception):
    """A body that ended before its end; what was read of it is good."""


class Transport:
    """One API. Redirects are not followed: prices are taken from the host that was named, or not at all."""

    def __init__(self, endpoint: str, pause: Callable[[float], None] = time.sleep) -> None:
        """:raises RefreshError: when the endpoint is no address of a web server."""
        import urllib3  # noqa: PLC0415 - only a refresh speaks HTTP

        parts = urlsplit(endpoint)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
            raise RefreshError(f"{endpoint!r} is no endpoint: https://HOST, with a path at most")
        self._endpoint = endpoint.rstrip("/")
        self._host = parts.netloc
        self._pause = pause
        self._errors = urllib3.exceptions.HTTPError
        self._pool = urllib3.PoolManager(
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            headers={"User-Agent": "weighbridge", "Accept-Encoding": "identity"},
        )

    def whole(self, path: str, most: int) -> bytes:
        """A body of at most ``most`` bytes, asked for again where it breaks off.

        :raises RefreshError: when it cannot be had.
        """
        for attempt in range(ATTEMPTS):
            with self.answer(path) as response:
                _require_ok(response, self.shown(path))
                try:
                    return _joined(self.chunks(response), most, self.shown(path))
                except CutError:
                    self.wait(attempt)
        raise RefreshError(f"{self.shown(path)}: the answer broke off {ATTEMPTS} times")

    @contextmanager
    def answer(self, path: str, headers: Mapping[str, str] | None = None) -> Iterator[BaseHTTPResponse]:
        """The answer to one request, its body not yet read.

        :raises RefreshError: when nobody answers, or nobody answers well, however often it is tried.
        """
        response = self._tried(path, headers or {})
        try:
            yield response
        finally:
            response.close()

    def chunks(self, response: BaseHTTPResponse) -> Iterator[bytes]:
        """A body in pieces.

        :raises CutError: when it breaks off.
        """
        try:
            yield from response.stream(CHUNK, decode_content=False)
        except self._errors as error:
            raise CutError(str(error)) from error

    def wait(self, attempt: int, stated: str = "") -> None:
        """Pause before another attempt: as long as the server says, else twice as long each time."""
        self._pause(min(LONGEST_PAUSE, max(FIRST_PAUSE * 2**attempt, _seconds(stated))))

    def shown(self, path: str) -> str:
        """An address as it may be printed: without its query, which may hold a key."""
        return f"{self._host}{urlsplit(path).path}"

    def _tried(self, path: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        reason = ""
        for attempt in range(ATTEMPTS):
            stated = ""
            try:
                response = self._pool.request(
                    "GET", self._endpoint + path, headers={**self._pool.headers, **headers}, preload_content=False, redirect=False
                )
            except self._errors as error:
                reason = silence(error)
            else:
                if response.status not in AGAIN:
                    return response
                reason, stated = _status(response.status), response.headers.get("Retry-After", "")
                response.close()
            if attempt < ATTEMPTS - 1:
                self.wait(attempt, stated)
        raise RefreshError(f"{self.shown(path)}: {reason}, {ATTEMPTS} times")


def _require_ok(response: BaseHTTPResponse, shown: str) -> None:
    if response.status != HTTPStatus.OK:
        raise RefusedError(f"{shown} answered {_status(response.status)}")


def _joined(chunks: Iterator[bytes], most: int, shown: str) -> bytes:
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > most:
            raise RefreshError(f"{shown}: the answer is larger than {most // 1024 // 1024} MiB: this is no price list")
    return bytes(found)


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _seconds(stated: str) -> float:
    """What ``Retry-After`` says, as seconds from now; zero where it says nothing that can be read."""
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    try:
        return parsedate_to_datetime(stated).timestamp() - time.time() if stated else 0.0
    except (TypeError, ValueError, OverflowError):
        return 0.0
