"""What a run tells the next one, unseen, in its check run: which comment there was, and which denials had been told by then.

A forge does not tell that a comment was deleted. A check run remembers that there was one, so that its absence says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_DENIALS = 24
"""Denials that are remembered: GitHub does not say how long the text may be, so that it stays under 255 characters."""

_TEXT = re.compile(r"weighbridge:1 config=(\S{1,80})(?: comment=(\d{1,20}))?(?: denied=([0-9a-f,]{1,200}))?( settled)?")


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a pull request's earlier runs."""

    key: str
    comment: int = 0
    """The comment that there was; 0 for none so far."""
    denials: frozenset[str] = frozenset()
    """Digests of the denials that people have been told of."""
    settled: bool = False
    """Whether there was nothing left to say."""

    @property
    def text(self) -> str:
        """As it is kept."""
        comment = f" comment={self.comment}" if self.comment else ""
        denied = f" denied={','.join(sorted(self.denials)[:MOST_DENIALS])}" if self.denials else ""
        return f"weighbridge:1 config={self.key}{comment}{denied}{' settled' if self.settled else ''}"


def memory_of(text: str, key: str) -> Memory | None:
    """What is remembered for a configuration; None where that is nothing."""
    match = _TEXT.fullmatch(text)
    if match is None or match[1] != key:
        return None
    denials = frozenset(match[3].split(",")) if match[3] else frozenset[str]()
    return Memory(key, int(match[2] or 0), denials, match[4] is not None)


def digests(denials: Iterable[str]) -> frozenset[str]:
    """Denials, each as six hexadecimal digits."""
    return frozenset(hashlib.sha256(denial.encode("utf-8", "replace")).hexdigest()[:6] for denial in denials)
