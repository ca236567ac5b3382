"""A GitHub for tests, on loopback: stateful, held against GitHub's published description, and going wrong on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from github_stand_in import graphql
from github_stand_in.answers import Answers
from github_stand_in.description import Used, published
from github_stand_in.faults import Fault, Interruption
from github_stand_in.refusal import NOT_FOUND, Refusal
from github_stand_in.routes import Request, find
from github_stand_in.world import ROBOT, Grant, World
from loopback import answering


@dataclass(frozen=True)
class Asked:
    """A request that was sent."""

    method: str
    path: str
    query: dict[str, str]
    body: Any

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        if self.path.endswith("/graphql"):
            return "mutation" in str(self.body.get("query"))
        return self.method != "GET"


@dataclass
class GitHub:
    """The stand-in. ``prefix`` is ``/api/v3`` for one that answers as an Enterprise server does."""

    prefix: str = ""
    page_size: int = 100
    """Entries of a page at most, whatever is asked for."""
    world: World = field(default_factory=World)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    """What requests and answers had that no description has. Empty at the end of every test."""
    before_each: Interruption | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    port: int = 0

    @property
    def url(self) -> str:
        """What clients are told to be the API's address."""
        return f"http://127.0.0.1:{self.port}{self.prefix}"

    @property
    def writes(self) -> list[Asked]:
        """The requests that change something."""
        return [asked for asked in self.asked if asked.writes]

    def fail(self, fault: Fault) -> None:
        """Have something go wrong."""
        self.faults.append(fault)

    def handle(self, asked: Asked, token: str) -> tuple[int, dict[str, str], object] | None:
        """The answer to a request: status, headers, body; None where the connection is to end without one."""
        with self.lock:
            self.asked.append(asked)
            number = len(self.asked)
        if self.before_each:
            self.before_each(number, asked.method, asked.path)
        with self.lock:
            fault = next((each for each in self.faults if each.meets(asked.method, asked.path)), None)
            done = self._done(asked, token) if fault is None or fault.applied else None
        if fault is None:
            return done
        time.sleep(fault.delay)
        if fault.dropped:
            return None
        return done if fault.status == 200 else (fault.status, dict(fault.headers), {"message": fault.message})

    def _done(self, asked: Asked, token: str) -> tuple[int, dict[str, str], object]:
        path = asked.path.removeprefix(self.prefix)
        grant = self._grant(path, token)
        if grant is None:
            return 401, {}, Refusal(401, "Bad credentials").body
        if moved := self._moved(path):
            return (301 if asked.method == "GET" else 307), {"Location": f"{self.url}{moved}"}, {"message": "Moved Permanently"}
        if asked.path == (self.prefix.removesuffix("/v3") + "/graphql"):
            return 200, {}, graphql.answer(self.world, grant, asked.body)
        return self._rest(asked, path, grant)

    def _moved(self, path: str) -> str:
        """Where a path of a repository that was renamed leads; empty for another."""
        parts = path.split("/", 4)
        now = self.world.renamed.get("/".join(parts[2:4])) if parts[1:2] == ["repos"] else None
        return "/".join(["", "repos", now, *parts[4:]]) if now else ""

    def _grant(self, path: str, token: str) -> Grant | None:
        """Who a token speaks for; an App speaks of itself with a signed token of three parts."""
        if path.startswith("/app-manifests/"):
            return Grant(ROBOT)
        if path.startswith("/app/"):
            return Grant(ROBOT) if token.count(".") == 2 else None
        return self.world.tokens.get(token)

    def _rest(self, asked: Asked, path: str, grant: Grant) -> tuple[int, dict[str, str], object]:
        self.mistakes += Used().mistakes(asked.method, path, asked.query, asked.body)
        described = published()
        if described:
            self.mistakes += described.request_mistakes(asked.method, path, asked.query, asked.body)
        headers: dict[str, str] = {}
        try:
            status, body = self._carried_out(asked, path, grant)
            body, headers = self._page(asked, body)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        if described:
            self.mistakes += described.answer_mistakes(asked.method, path, status, body)
        return status, headers, body

    def _carried_out(self, asked: Asked, path: str, grant: Grant) -> tuple[int, object]:
        operation, values = find(asked.method, path) or (None, {})
        repository = (
            self.world.repositories.get(f"{values['owner']}/{values['repository']}") if "owner" in values else self.world.platform
        )
        if operation is None or repository is None:
            raise Refusal(404, NOT_FOUND)
        return operation(Request(self.world, Answers(self.url), grant, repository, values, asked.query, asked.body or {}))

    def _page(self, asked: Asked, body: object) -> tuple[object, dict[str, str]]:
        """One page of a list, with a link to the next one."""
        listed = body.get("check_runs") if isinstance(body, dict) and "check_runs" in body else body
        if not isinstance(listed, list):
            return body, {}
        size = min(int(asked.query.get("per_page", 30)), self.page_size)
        page = int(asked.query.get("page", 1))
        part, more = listed[(page - 1) * size : page * size], len(listed) > page * size
        target = f"http://127.0.0.1:{self.port}{asked.path}?{urlencode({**asked.query, 'page': page + 1})}"
        return {**body, "check_runs": part} if isinstance(body, dict) else part, {
            "Link": f'<{target}>; rel="next"'
        } if more else {}


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            data = self.rfile.read(length)
            split = urlsplit(self.path)
            asked = Asked(self.command, split.path, dict(parse_qsl(split.query)), json.loads(data) if data else None)
            token = self.headers.get("Authorization", "").split(" ")[-1]
            answer = github.handle(asked, token)
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer
            payload = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - the standard library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Nothing is written to the terminal."""

    return Handler


@contextmanager
def serving(github: GitHub) -> Iterator[GitHub]:
    """The stand-in, answering on a port of its own. At the end nothing may have been sent that no description has."""
    with answering(_handler(github)) as port:
        github.port = port
        yield github
    assert not github.mistakes, "\n".join(dict.fromkeys(github.mistakes))
