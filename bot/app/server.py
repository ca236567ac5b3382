"""The App's HTTP server: gunicorn with threads, run from here and not from its command line.

It listens behind what ends TLS in front of it, or with a certificate of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from workloads.sources.free_address import taken


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and with how many hands."""

    host: str = "127.0.0.1"
    port: int = 8080
    certificate: Path | None = None
    """PEM file of the certificate and its chain; None for plain HTTP."""
    key: Path | None = None
    workers: int = 1
    """Processes."""
    threads: int = 8
    """Deliveries that each takes at a time."""

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class ServerError(Exception):
    """The server cannot start. The text says why."""


def serve(listening: Listening, make: Callable[[], Flask], worker: type) -> None:
    """Serve until told to stop; ``make`` is called in each process, ``worker`` is the kind of gunicorn's worker.

    Never returns: gunicorn ends the process.

    :raises ServerError: when the address is not free.
    """
    require_free(listening)
    _Server(listening, make, worker).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    """gunicorn with our options."""

    def __init__(self, listening: Listening, make: Callable[[], Flask], worker: type) -> None:
        self._listening = listening
        self._make = make
        self._worker = worker
        super().__init__()

    def load_config(self) -> None:
        """Our options, and nothing from the environment or a configuration file."""
        for name, value in _options(self._listening, self._worker).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application; called in each process."""
        return self._make()


def _options(listening: Listening, worker: type) -> dict[str, Any]:
    secure = {"certfile": str(listening.certificate), "keyfile": str(listening.key)} if listening.certificate else {}
    return {
        "bind": listening.address,
        "workers": listening.workers,
        "threads": listening.threads,
        "worker_class": worker,
        "keepalive": 30,
        "graceful_timeout": 10,
        "timeout": 60,
        "loglevel": "warning",
        "control_socket_disable": True,
        **secure,
    }


def require_free(listening: Listening) -> None:
    """Make sure that the address can be listened on.

    :raises ServerError: when it cannot.
    """
    why = taken(listening.host, listening.port)
    if why:
        raise ServerError(f"cannot listen on {listening.address}: {why}")
