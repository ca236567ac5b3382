"""An API server of fixed answers, for tests of what reads a cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from loopback import answering

Answer = tuple[int, object] | list[tuple[int, object]]
"""Status and body; of several, one after another, the last one for ever."""


@dataclass
class ApiAnswers:
    """What is answered by path, and what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    accepted: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    written: list[tuple[str, dict]] = field(default_factory=list)
    """Path and body of what was to be changed."""
    port: int = 0

    def serve(self, group: str, version: str = "v1", **lists: list[dict]) -> None:
        """Serve a group with lists of objects by plural."""
        root = f"/apis/{group}/{version}" if group else "/api/v1"
        if group:
            self.answers[f"/apis/{group}"] = (200, {"versions": [{"version": version}]})
        for plural, items in lists.items():
            self.answers[f"{root}/{plural}"] = (200, {"items": items})

    def next(self, path: str) -> tuple[int, object]:
        """The answer for a path with its query, else for the path alone."""
        found = self.answers.get(path, self.answers.get(path.partition("?")[0], (404, {"kind": "Status"})))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found

    def kubeconfig(self, folder: Path, context: str = "production") -> Path:
        """A kubeconfig file that leads here."""
        path = folder / "kubeconfig"
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "t", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "users": [{"name": "t", "user": {"token": "secret-token"}}],
            "contexts": [{"name": context, "context": {"cluster": "t", "user": "t"}}],
            "current-context": context,
        }
        path.write_text(json.dumps(content))
        return path


@contextmanager
def api_server() -> Iterator[ApiAnswers]:
    """A server on loopback, for as long as it is wanted."""
    known = ApiAnswers(answers={"/version": (200, {"gitVersion": "v1.36.3"})})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            known.accepted[self.path.partition("?")[0]] = self.headers.get("Accept", "")
            status, body = known.next(self.path)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in known.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_PATCH(self) -> None:
            known.written.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            status, _ = known.next(f"PATCH {self.path.partition('?')[0]}")
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Nothing: tests are quiet."""

    with answering(Handler) as port:
        known.port = port
        yield known
