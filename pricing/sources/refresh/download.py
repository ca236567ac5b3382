"""One large file of a price API, onto the disk: gone on with where it broke off, and not fetched again while it is the same."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from pricing.sources.refresh import storage
from pricing.sources.refresh.listed import RefreshError
from pricing.sources.refresh.transport import ATTEMPTS, CutError, Transport

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

LARGEST: Final = 8 * 1024**3
"""Bytes of a file: the largest price list published is a twentieth of that."""
LONGEST_TAG: Final = 512


class Progress(Protocol):
    """Who is told how far it is."""

    def __call__(self, what: str, done: int, whole: int) -> None:
        """``done`` of ``whole`` bytes or pages; ``whole`` is zero where nobody knows."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is being fetched to a path, with its ETag beside it for as long as it is in parts."""

    transport: Transport
    address: str
    path: Path
    what: str
    """What a person calls it."""
    progress: Progress

    def fetch(self, tag: str) -> str | None:
        """Fetch it whole and return its ETag; None where it is still the one that ``tag`` names.

        :raises RefreshError: when it cannot be had; what was fetched of it is kept.
        """
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(tag)
            except CutError:
                self.transport.wait(attempt)
        raise RefreshError(f"{self._shown}: the answer broke off {ATTEMPTS} times; run it again to go on from there")

    def done(self) -> None:
        """Remove the file, which has been read."""
        storage.clear(self.path, self._tag_path)

    @property
    def _shown(self) -> str:
        return self.transport.shown(self.address)

    @property
    def _tag_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.tag")

    def _attempt(self, tag: str) -> str | None:
        part_tag, size = self._part()
        headers = {"Range": f"bytes={size}-", "If-Range": part_tag} if size else {"If-None-Match": tag} if tag else {}
        with self.transport.answer(self.address, headers) as response:
            status = response.status
            if status == HTTPStatus.NOT_MODIFIED and not size:
                return None
            if size and _complete(response, size):
                return part_tag
            if size and not _goes_on(response, part_tag, size):
                # The file is another by now, or the server cannot go on in the middle: from the beginning.
                storage.clear(self.path, self._tag_path)
                if status != HTTPStatus.OK:
                    raise CutError("cannot go on")
                size = 0
            if status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
                raise RefreshError(f"{self._shown} answered {status}")
            return self._append(response, size)

    def _part(self) -> tuple[str, int]:
        """The ETag and size of what is there already; nothing where it cannot be gone on with."""
        try:
            tag = self._tag_path.read_text(encoding="utf-8")
            return (tag, self.path.stat().st_size) if _strong(tag) else ("", 0)
        except (OSError, ValueError):
            return "", 0

    def _append(self, response: BaseHTTPResponse, size: int) -> str:
        tag = str(response.headers.get("ETag", ""))[:LONGEST_TAG]
        whole = _whole(response, size)
        if not size:
            storage.clear(self.path)
            storage.write(self._tag_path, tag.encode())
        with self.path.open("ab" if size else "wb") as file:
            for chunk in self.transport.chunks(response):
                file.write(chunk)
                size += len(chunk)
                if size > LARGEST:
                    raise RefreshError(f"{self._shown}: larger than {LARGEST // 1024**3} GiB: this is no price list")
                self.progress(self.what, size, whole)
        if whole and size != whole:
            raise CutError(f"{size} of {whole} bytes")
        return tag


def _strong(tag: str) -> bool:
    """Whether an ETag promises the same bytes, so that a file may be gone on with."""
    return len(tag) > 2 and tag.startswith('"') and tag.endswith('"')


def _goes_on(response: BaseHTTPResponse, tag: str, size: int) -> bool:
    """Whether an answer is the rest of the same file."""
    stated = str(response.headers.get("Content-Range", ""))
    same = response.headers.get("ETag", tag) == tag
    return response.status == HTTPStatus.PARTIAL_CONTENT and stated.startswith(f"bytes {size}-") and same


def _complete(response: BaseHTTPResponse, size: int) -> bool:
    """Whether an answer says that there is no more of the same file."""
    stated = str(response.headers.get("Content-Range", ""))
    return response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and stated == f"bytes */{size}"


def _whole(response: BaseHTTPResponse, size: int) -> int:
    """Bytes of the whole file; zero where the answer does not say."""
    stated = str(response.headers.get("Content-Length", ""))
    return size + int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else 0
