"""A Git server on loopback that speaks as GitHub's does: ``git http-backend``, behind a token."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from loopback import answering

_QUIET = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_HTTP_EXPORT_ALL": "1"}


def git(folder: Path, *arguments: str) -> str:
    """What Git prints."""
    named = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    ended = subprocess.run(
        ["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=True, env={**os.environ, **_QUIET}
    )
    return ended.stdout.strip()


class Origin:
    """A repository on the server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        git(folder, "init", "-q")

    def commit(self, branch: str, files: Mapping[str, str | Path | None], start: str = "") -> str:
        """Commit files on a branch, None removing one and a path being where a link leads, and return the commit."""
        if start:
            git(self.folder, "checkout", "-q", "-B", branch, start)
        elif git(self.folder, "branch", "--list", branch):
            git(self.folder, "checkout", "-q", branch)
        else:
            git(self.folder, "checkout", "-q", "-b", branch)
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            elif isinstance(text, Path):
                path.symlink_to(text)
            else:
                path.write_text(text, encoding="utf-8")
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", "change")
        return git(self.folder, "rev-parse", "HEAD")


@dataclass
class GitServer:
    """The server: repositories under one folder, open to whoever has a token that ``admits``."""

    root: Path
    admits: Callable[[str], bool] = lambda _: True
    port: int = 0
    asked: list[str] = field(default_factory=list)
    before_each: Callable[[str], None] | None = None
    status: int = 0
    """What every request is answered with; 0 for the answer of Git's."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def origin(self, name: str) -> Origin:
        """A new repository, such as ``acme/platform``."""
        return Origin(self.root / f"{name}.git")


def _handler(server: GitServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Content-Encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            split = urlsplit(self.path)
            server.asked.append(f"{self.command} {self.path}")
            if server.before_each:
                server.before_each(self.path)
            if server.status:
                return self._refuse(server.status)
            _, _, told = self.headers.get("Authorization", "").partition(" ")
            user, _, token = base64.b64decode(told).decode().partition(":")
            if user != "x-access-token" or not server.admits(token):
                return self._refuse(401)
            environment = {
                **os.environ, **_QUIET, "GIT_PROJECT_ROOT": str(server.root), "PATH_INFO": split.path, "QUERY_STRING": split.query,
                "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)), "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "REMOTE_ADDR": "127.0.0.1",
            }  # fmt: skip
            ended = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment, check=False)
            head, _, payload = ended.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
            self.send_response(int(headers.pop("Status", "200").split(" ")[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
            return None

        def _refuse(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _answer  # noqa: N815 - the standard library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Nothing is written to the terminal."""

    return Handler


@contextmanager
def serving_git(server: GitServer) -> Iterator[GitServer]:
    """The server, answering on a port of its own."""
    with answering(_handler(server)) as port:
        server.port = port
        yield server
