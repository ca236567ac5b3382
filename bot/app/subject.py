"""What a delivery is about: a pull request, a merge group, a commit that is some pull request's, a branch, a repository."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson
from pydantic import TypeAdapter

from policies.message import inert


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to be looked at. Two deliveries with the same key are about the same."""

    installation: int
    """Number of the App's installation that may see it."""
    repository: int
    """Number of the repository: it stays when the repository is renamed."""
    name: str
    """``owner/name``, as it was told last."""
    number: int = 0
    """The pull request; 0 for all else."""
    head: str = ""
    """Full name of the commit of a merge group, or of one whose pull request has to be found."""
    base: str = ""
    """What a merge group goes on top of; empty for all else."""
    queued: int = 0
    """The pull request that a merge group's branch is named after; 0 for all else."""
    branch: str = ""
    """A branch of which other people may be trusted than before; empty for all else."""

    @property
    def key(self) -> str:
        """What tells it from others."""
        about = f"branch {self.branch}" if self.branch else self.number or self.head
        return f"{self.repository}/{about}"

    @property
    def gone(self) -> bool:
        """Whether the App may not see the repository any more."""
        return not self.number and not self.head and not self.branch

    @property
    def words(self) -> str:
        """As a log names it."""
        if self.number:
            return f"{self.name}#{self.number}"
        if self.branch:
            return inert(f"{self.name}@{self.branch}")
        return f"{self.name}@{self.head[:7]}" if self.head else self.name

    @property
    def text(self) -> str:
        """As it is kept."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def of(cls, text: str | bytes) -> Subject:
        """What ``text`` was written of: also by another version, which may know more, or less."""
        return TypeAdapter(cls).validate_json(text)
