"""A gunicorn thread worker that a stalled peer cannot hold.

The stock worker waits for ever for the rest of a handshake, a header or a body: as many stalled connections as threads stop it.
This one has threads to spare for waiting, bounds the time in which a request has to arrive, and works on no more than
``threads`` requests at once.
"""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final

from gunicorn.util import close_graceful
from gunicorn.workers.gthread import ThreadWorker

from webhook.review import LARGEST

WAITING: Final = 64
"""Threads beyond those that work: connections that may be slow at the same time."""


LINGER: Final = 0.5
"""Seconds that a peer has to close its side, so that it reads the answer whole."""


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn publishes no types
    """A thread worker with deadlines. ``patience`` and ``largest`` are set by the server that runs it."""

    patience = 3.0
    """Seconds from a connection's first byte, or its next request's, until it has been read whole."""
    largest = LARGEST
    """Bytes of a body that are read."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - gunicorn's signature
        super().__init__(*arguments, **options)
        self._deadlines: dict[Any, float] = {}
        self._hands = threading.BoundedSemaphore(self.cfg.threads)

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Threads to work, and threads to wait."""
        return ThreadPoolExecutor(self.cfg.threads + WAITING)

    def handle(self, conn: Any) -> object:  # noqa: ANN401 - gunicorn's connection
        """Serve a connection within its deadline."""
        self._deadlines[conn] = time.monotonic() + self.patience
        try:
            kept = super().handle(conn)
        finally:
            self._deadlines.pop(conn, None)
        if not kept:
            _close(conn)
        return kept

    def handle_request(self, req: Any, conn: Any) -> object:  # noqa: ANN401 - gunicorn's request and connection
        """Read a request whole, then answer it as soon as a hand is free: a body that stalls holds none."""
        data = req.body.read(self.largest + 1)
        if len(data) > self.largest:
            # What follows is not read: it must not be taken for the next request.
            req.force_close()
        req.body = BytesIO(data)
        self._deadlines.pop(conn, None)
        with self._hands:
            return super().handle_request(req, conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Cut off what has passed its deadline, beside the idle connections; called about once a second."""
        now = time.monotonic()
        for conn in [conn for conn, deadline in list(self._deadlines.items()) if deadline < now]:
            _cut_off(conn.sock)
        super().murder_keepalived(force)


def _close(conn: Any) -> None:  # noqa: ANN401 - gunicorn's connection
    """Close a connection here: the stock worker waits for the peer to close on the one thread that all connections share."""
    close_graceful(conn.sock, LINGER)
    conn.close = _closed


def _closed(*, graceful: bool = False) -> None:
    """It is closed already."""


def _cut_off(sock: socket.socket) -> None:
    """End a connection under the thread that waits for it: its read returns at once."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It has ended by itself.
        return


def worker_with(patience: float, largest: int = LARGEST) -> type[PatientWorker]:
    """The worker with another patience, in seconds, for bodies of so many bytes."""
    return type("PatientWorker", (PatientWorker,), {"patience": patience, "largest": largest})
