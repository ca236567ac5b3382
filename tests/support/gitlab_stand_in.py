"""A small GitLab for tests, on loopback: merge requests and their notes, and limits on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, unquote, urlsplit

from loopback import answering

from forge.answer import Answer

ROBOT, ALICE = 31, 32
TOKENS = {"robot-token": ROBOT, "alices-token": ALICE}


@dataclass
class Note:
    """A note on a merge request."""

    id: int
    author: int
    body: str
    system: bool = False


@dataclass
class GitLab:
    """One project, ``acme/platform``, with one merge request, number 7."""

    head: str = "1" * 40
    state: str = "opened"
    draft: bool = False
    commits: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    page_size: int = 100
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers with which the next requests are answered."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v4"

    def say(self, author: int, body: str, *, system: bool = False) -> Note:
        """A note."""
        note = Note(100 + len(self.notes) + len(self.asked), author, body, system)
        self.notes.append(note)
        return note

    def answer(self, method: str, path: str, token: str, body: dict[str, str]) -> tuple[int, object]:
        """A status and what is said with it."""
        if token not in TOKENS:
            return 401, {"message": "401 Unauthorized"}
        if path == "/user":
            return 200, {"id": TOKENS[token]}
        there = "/projects/acme/platform"
        if path == f"{there}/merge_requests/7":
            return 200, self._merge_request()
        if path == f"{there}/merge_requests/7/commits":
            return 200, [{"id": sha} for sha in reversed(self.commits)]
        if re.fullmatch(f"{there}/repository/commits/[0-9a-f]+/merge_requests", path):
            return 200, [self._merge_request()]
        match = re.fullmatch(f"{there}/merge_requests/7/notes(?:/(\\d+))?", path)
        return self._note(method, match[1], TOKENS[token], body) if match else (404, {"message": "404 Not found"})

    def _note(self, method: str, number: str | None, author: int, body: dict[str, str]) -> tuple[int, object]:
        if number is None:
            if method == "GET":
                return 200, [self._json(note) for note in self.notes]
            return 201, self._json(self.say(author, body["body"]))
        note = next((note for note in self.notes if note.id == int(number)), None)
        if note is None:
            return 404, {"message": "404 Not found"}
        if note.author != author:
            return 403, {"message": "403 Forbidden"}
        if method == "DELETE":
            self.notes.remove(note)
            return 204, None
        note.body = body["body"]
        return 200, self._json(note)

    def _merge_request(self) -> dict[str, object]:
        return {"iid": 7, "sha": self.head, "state": self.state, "draft": self.draft, "diff_refs": {"base_sha": "b" * 40}}

    def _json(self, note: Note) -> dict[str, object]:
        return {"id": note.id, "body": note.body, "author": {"id": note.author}, "system": note.system}


@dataclass(frozen=True)
class Direct:
    """A transport that hands each request over without a network in between."""

    gitlab: GitLab
    token: str = "robot-token"

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:  # noqa: ARG002 - one page
        self.gitlab.asked.append((method, path))
        body = json.loads(json.dumps(payload or {}))
        status, found = self.gitlab.answer(method, unquote(path), self.token, body)
        return Answer(status, "" if found is None else json.dumps(found))


def _handler(gitlab: GitLab) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            split = urlsplit(self.path)
            path = unquote(split.path).removeprefix("/api/v4")
            gitlab.asked.append((self.command, path))
            headers: dict[str, str] = {}
            if gitlab.refusals:
                status, headers = gitlab.refusals.pop(0)
                body: object = {"message": "Too many requests"}
            else:
                status, body = gitlab.answer(self.command, path, self.headers.get("PRIVATE-TOKEN", ""), json.loads(data or b"{}"))
            if isinstance(body, list):
                page = int(dict(parse_qsl(split.query)).get("page", 1))
                headers = {"Link": '<next>; rel="next"'} if len(body) > page * gitlab.page_size else {}
                body = body[(page - 1) * gitlab.page_size : page * gitlab.page_size]
            payload = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(payload))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the standard library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Nothing is written to the terminal."""

    return Handler


@contextmanager
def serving(gitlab: GitLab) -> Iterator[GitLab]:
    """The stand-in, answering on a port of its own."""
    with answering(_handler(gitlab)) as port:
        gitlab.port = port
        yield gitlab
