"""How the GitHub App runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.app.room import WHOLE
from bot.app.server import Listening


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Who the App is, where it keeps things, and what it speaks to."""

    app: int
    """The App's number on GitHub."""
    key: str = field(repr=False)
    """Its private key, PEM."""
    secrets: tuple[bytes, ...] = field(repr=False)
    """The webhook's secret; while it is changed, the one before as well."""
    state: Path
    """Folder for clones, caches and, with SQLite, queue and register."""
    queue: str
    """``sqlite:///FILE`` or ``redis://HOST:PORT/NUMBER``."""
    api: str
    """Address of GitHub's API."""
    server: str
    """Address under which GitHub shows and clones repositories."""
    command: tuple[str, ...]
    """What weighs: it reads an order from standard input."""
    room: int = WHOLE
    """Bytes that all clones may take together."""
    workers: int = 2
    """Repositories that are worked on at a time."""
    listening: Listening = field(default_factory=Listening)

    @property
    def clones(self) -> Path:
        """The folder of clones."""
        return self.state / "clones"

    @property
    def home(self) -> Path:
        """The folder that those who weigh have as their home."""
        return self.state / "home"


def server_of(api: str) -> str:
    """Where the GitHub of an API shows repositories.

    ``https://api.github.com`` is of ``https://github.com``, ``https://HOST/api/v3`` of ``https://HOST``, and
    ``https://api.NAME.ghe.com`` of ``https://NAME.ghe.com``.
    """
    parts = urlsplit(api)
    return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"
