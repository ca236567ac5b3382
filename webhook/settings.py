"""How the admission server listens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where to listen, by which certificate, with how many hands."""

    host: str = "127.0.0.1"
    port: int = 8443
    certificate: Path | None = None
    """PEM file of the certificate and its chain; None makes a development one."""
    key: Path | None = None
    """PEM file of the certificate's private key."""
    folder: Path | None = None
    """Where a development certificate is kept; None for a temporary place."""
    workers: int = 1
    """Processes. Each has its own price book, policies and memory of the cluster."""
    threads: int = 4
    """Requests that one worker answers at a time."""
    keep_alive: int = 120
    """Seconds an idle connection is kept: longer than the API server's client keeps it (90 s), which else meets a closed one."""
    patience: float = 3.0
    """Seconds that a peer has for handshake, header and body together."""

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
