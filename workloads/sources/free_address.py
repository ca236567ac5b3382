"""Whether an address is free, asked before a server listens on it: gunicorn would try for seconds, and end in its own way."""

from __future__ import annotations

import socket


def taken(host: str, port: int) -> str:
    """Why an address cannot be listened on, in words; empty where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""
