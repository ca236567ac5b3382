"""Somebody who listens on loopback, and programs in place of git and ssh that write down who called them: what a renderer fetches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from loopback import answering

_ANSWER = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fetched}\n"


@dataclass(frozen=True, slots=True)
class Listening:
    """What was fetched so far."""

    host: str
    """With its port."""
    programs: Path
    """A folder for PATH."""
    asked: list[str] = field(default_factory=list)
    """Paths that were asked for."""

    @property
    def reached(self) -> list[str]:
        """Everything that was asked for, of the server or of a program."""
        calls = self.programs / "calls"
        return [*self.asked, *(calls.read_text().splitlines() if calls.exists() else ())]


@contextmanager
def listening(folder: Path) -> Iterator[Listening]:
    """Listens until the end; ``folder`` is for the programs."""
    found: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(_ANSWER)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    for name in ("git", "ssh"):
        (folder / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {folder}/calls\nexit 1\n')
        (folder / name).chmod(0o755)
    with answering(Handler) as port:
        yield Listening(f"127.0.0.1:{port}", folder, found)
