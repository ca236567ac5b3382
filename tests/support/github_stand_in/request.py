"""What an operation of the GitHub stand-in is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from github_stand_in.answers import Answers
from github_stand_in.refusal import NOT_ACCESSIBLE, NOT_FOUND, Refusal
from github_stand_in.world import Comment, Grant, PullRequest, Repository, World


@dataclass(frozen=True)
class Request:
    """What an operation is given."""

    world: World
    answers: Answers
    grant: Grant
    repository: Repository
    values: Mapping[str, str]
    """What stands in the path."""
    query: Mapping[str, str]
    body: Mapping[str, Any]

    def pull(self, name: str = "number") -> PullRequest:
        found = self.repository.pulls.get(int(self.values[name]))
        if found is None:
            raise Refusal(404, NOT_FOUND)
        return found

    def may(self, *permissions: str, write: bool = False) -> None:
        """Refuse what the token has none of the permissions for."""
        levels = [self.grant.permissions.get(permission, "") for permission in permissions]
        if not ("write" in levels or (not write and "read" in levels)):
            raise Refusal(403, NOT_ACCESSIBLE)

    def own_comment(self) -> Comment:
        found = self.repository.comments.get(int(self.values["comment"]))
        if found is None:
            raise Refusal(404, NOT_FOUND)
        self.may("issues", "pull_requests", write=True)
        return found


Answer = tuple[int, object]
Operation = Callable[[Request], Answer]
