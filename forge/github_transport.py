"""Requests to GitHub through PyGithub: github.com and Enterprise servers, with a token or as a GitHub App."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from forge.address import require_address
from forge.answer import Answer, NoAnswerError
from workloads.sources.silence import silence

if TYPE_CHECKING:
    from github.Auth import Auth
    from github.Requester import Requester

GITHUB = "https://api.github.com"
TIMEOUT_SECONDS = 20
"""Wait for one answer: GitHub ends a request itself after ten seconds."""
GRAPHQL = "/graphql"


class GitHubTransport:
    """A connection to GitHub. It sends each request once: whether to send it again is not for it to say."""

    def __init__(self, requester: Requester) -> None:
        """Send by a requester of PyGithub's, which holds the connection and the credentials."""
        self._requester = requester

    @classmethod
    def with_token(cls, token: str, api: str = GITHUB) -> GitHubTransport:
        """With a token: Actions' own, a person's, or an installation's."""
        from github.Auth import Token  # noqa: PLC0415 - half a second

        return cls(_requester(Token(token), api))

    @classmethod
    def of_app(cls, app: str, key: str, api: str = GITHUB) -> GitHubTransport:
        """As a GitHub App itself, by its private key in PEM: it may ask for the tokens of its installations, and little else."""
        from github.Auth import AppAuth  # noqa: PLC0415 - half a second

        return cls(_requester(AppAuth(app, key), api))

    @classmethod
    def anonymous(cls, api: str = GITHUB) -> GitHubTransport:
        """As nobody: an App that is just being created has nothing yet to show."""
        return cls(_requester(None, api))

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:
        """The answer to one request; the path ``/graphql`` is that of GraphQL, wherever the server has it.

        :raises NoAnswerError: when there is none.
        """
        from requests import RequestException  # noqa: PLC0415 - comes with PyGithub

        address = self._requester.graphql_url if path == GRAPHQL else path
        try:
            status, headers, text = self._requester.requestJson(method, address, dict(query), None, payload)
        except (RequestException, OSError, RuntimeError) as error:
            # RuntimeError is what PyGithub raises upon a redirect to another host.
            words = str(error) if isinstance(error, RuntimeError) else silence(error)
            raise NoAnswerError(f"{self._requester.hostname}: {words}") from None
        return Answer(status, text, {name.lower(): str(value) for name, value in headers.items()})


def _requester(auth: Auth | None, api: str) -> Requester:
    from github.Requester import Requester  # noqa: PLC0415 - half a second

    require_address("GitHub", api)
    return Requester(
        auth=auth,
        base_url=api.rstrip("/"),
        timeout=TIMEOUT_SECONDS,
        user_agent="weighbridge",
        per_page=100,
        verify=True,
        retry=None,
        pool_size=None,
    )
