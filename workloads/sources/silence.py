"""Why a server did not answer, in a person's words: HTTP libraries wrap the one reason that helps in three of their own."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Final

LONGEST_CHAIN: Final = 10
"""Errors inside one another that are looked at."""


def silence(error: BaseException) -> str:
    """What happened to a connection: ``Connection refused``, ``no such host``, ``no answer in time``."""
    chain = list(_chain(error))
    for inner in reversed(chain):
        words = _words(inner)
        if words:
            return words
    late = any("Timeout" in type(each).__name__ for each in chain)
    return "no answer in time" if late else type(chain[-1]).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came of, which libraries keep in four places."""
    found: BaseException | None = error
    for _ in range(LONGEST_CHAIN):
        if found is None:
            return
        yield found
        kept = (getattr(found, "reason", None), found.__cause__, found.__context__, *found.args)
        found = next((each for each in kept if isinstance(each, BaseException)), None)


def _words(error: BaseException) -> str:
    """What the operating system or TLS says; empty for an error of a library's own."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted here ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS connection ({error.reason})"
    if isinstance(error, socket.gaierror):
        return "no such host is known here"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return error.strerror or "" if isinstance(error, OSError) else ""
