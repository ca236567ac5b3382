"""Requests to GitLab over urllib3: three methods on four paths are no reason for a library of its whole API."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import orjson
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from forge.address import require_address
from forge.answer import Answer, NoAnswerError
from workloads.sources.silence import silence

TIMEOUT_SECONDS = 20
"""Wait for one answer."""
LARGEST = 16 * 1024 * 1024
"""Bytes of an answer that are read."""


class GitLabTransport:
    """A connection to GitLab. It sends each request once, follows no redirect, and gives its token to nobody else."""

    def __init__(self, token: str, api: str) -> None:
        """Speak with a token to an API's address: ``https://gitlab.com/api/v4``.

        :raises AddressError: when it is none.
        """
        require_address("GitLab", api)
        self._api = api.rstrip("/")
        self._headers = {"PRIVATE-TOKEN": token, "Content-Type": "application/json", "User-Agent": "weighbridge"}
        self._pool = PoolManager(timeout=Timeout(TIMEOUT_SECONDS), retries=False)

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:
        """The answer to one request.

        :raises NoAnswerError: when there is none.
        """
        body = None if payload is None else orjson.dumps(payload)
        address = self._api + path
        try:
            response = self._pool.request(
                method,
                address if not query else f"{address}?{urlencode(query)}",
                body=body,
                headers=self._headers,
                redirect=False,
                preload_content=False,
            )
            data = response.read(LARGEST)
            response.drain_conn()
        except HTTPError as error:
            raise NoAnswerError(f"{urlsplit(self._api).hostname}: {silence(error)}") from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, data.decode("utf-8", "replace"), headers)
