"""What a run tells the next one, unseen, in its check run: which comment there was, and which denials had been told by then.

A forge does not tell that a comment was deleted. A check run remembers that there was one, so that its absence says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_DENIALS = 14
"""Denials that are remembered: GitHub does not say how long the text may be, so that it stays under 255 characters."""
BESIDE_ALL = 11
"""Denials that are remembered one by one where there are more: beside a digest of all of them."""

MOST_SUGGESTED = 12
"""Suggestions that are remembered: those of one review, and some that a person deleted."""
_BEGINNING = 5
"""Digits of a finding's digest that are remembered."""

_TEXT = re.compile(
    r"weighbridge:1 config=(\S{1,80})(?: comment=(\d{1,20}))?(?: denied=([0-9a-f,]{1,200}))?"
    r"(?: all=([0-9a-f]{12}))?(?: suggested=([0-9a-f,]{1,100}))?( reviewed)?( settled)?"
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a pull request's earlier runs."""

    key: str
    comment: int = 0
    """The comment that there was; 0 for none so far."""
    denials: frozenset[str] = frozenset()
    """Digests of the denials that people have been told of; of many, some of them."""
    settled: bool = False
    """Whether there was nothing left to say."""
    suggested: frozenset[str] = frozenset()
    """The suggestions that were there, or that a person had deleted: the beginnings of their findings' digests."""
    reviewed: bool = False
    """Whether the run was through with its suggestions; else they are those of the run before."""
    every: str = ""
    """One digest of all that people have been told of, where they are more than are remembered one by one."""

    @property
    def text(self) -> str:
        """As it is kept."""
        comment = f" comment={self.comment}" if self.comment else ""
        many = len(self.denials) > MOST_DENIALS
        every = _digest(self.denials) if many else self.every
        denied = f" denied={','.join(sorted(self.denials)[: BESIDE_ALL if many else None])}" if self.denials else ""
        denied += f" all={every}" if every else ""
        suggested = f" suggested={','.join(sorted(self.suggested)[:MOST_SUGGESTED])}" if self.suggested else ""
        ended = f"{' reviewed' if self.reviewed else ''}{' settled' if self.settled else ''}"
        return f"weighbridge:1 config={self.key}{comment}{denied}{suggested}{ended}"

    def tells_of(self, denials: frozenset[str]) -> bool:
        """Whether people have been told of all of some denials."""
        return denials <= self.denials or _digest(denials) == self.every


def _digest(denials: frozenset[str]) -> str:
    """Many denials as twelve hexadecimal digits."""
    return hashlib.sha256(",".join(sorted(denials)).encode()).hexdigest()[:12]


def memory_of(text: str, key: str) -> Memory | None:
    """What is remembered for a configuration; None where that is nothing."""
    match = _TEXT.fullmatch(text)
    if match is None or match[1] != key:
        return None
    denials, suggested = (frozenset(listed.split(",")) if listed else frozenset[str]() for listed in (match[3], match[5]))
    return Memory(key, int(match[2] or 0), denials, match[7] is not None, suggested, match[6] is not None, match[4] or "")


def is_memory(text: str) -> bool:
    """Whether a check run's text is one that a run of ours wrote, for whatever configuration."""
    return _TEXT.fullmatch(text) is not None


def digests(denials: Iterable[str]) -> frozenset[str]:
    """Denials, each as six hexadecimal digits."""
    return frozenset(hashlib.sha256(denial.encode("utf-8", "replace")).hexdigest()[:6] for denial in denials)


def beginnings(findings: Iterable[str]) -> frozenset[str]:
    """Findings' digests as they are remembered."""
    return frozenset(digest[:_BEGINNING] for digest in findings)
