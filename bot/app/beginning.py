"""That a commit is being weighed: its check run says so from the beginning, so that a required check shows as running.

Which commits that was said of stands in the register before it is said. So whatever is stopped at whatever moment, the next look
at the subject ends with its figures what stands on its commit, and takes back what stands on others that nobody weighs any more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bot.app.register import Register
from bot.app.subject import Subject
from bot.markdown import code
from bot.memory import is_memory
from forge.error import NotPermittedError, NotThereError, RefusedError, UncertainError
from forge.github_checks import GitHubChecks, Words

BEGUN: Final = "weighbridge:1 begun"
"""What a check run remembers while nothing is known yet."""
OVER: Final = Words("Not weighed", "A newer commit took its place, or what it was weighed for is over.")
FAILED: Final = Words("Not weighed", "What came of it could not be written here.")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is said of one subject's commits while they are weighed. Its methods raise a ``ForgeError``."""

    register: Register
    checks: GitHubChecks
    subject: Subject
    name: str
    """Of the check run."""
    clock: Callable[[], float]

    def begin(self, head: str) -> int:
        """Number of the check run that says of a commit that it is being weighed; 0 where one says already what it costs.

        Also 0 where the App may write none: that is said when its figures are written.
        """
        with suppress(NotPermittedError, RefusedError):
            standing = self.checks.standing(head, self.name, _ours)
            if any(each.finished and is_memory(each.memory) for each in standing):
                return 0
            unfinished = [each.id for each in standing if not each.finished]
            return unfinished[-1] if unfinished else self._said(head)
        return 0

    def begun(self, head: str) -> int:
        """Number of the check run that says so already; 0 where none does."""
        with suppress(NotPermittedError, RefusedError):
            return max((each.id for each in self.checks.standing(head, self.name, _ours) if not each.finished), default=0)
        return 0

    def take_back(self, but: str = "", words: Words = OVER) -> None:
        """End what is said of all commits, but one, that this was said of."""
        heads = self._heads()
        for head in heads:
            if head != but:
                with suppress(NotPermittedError, NotThereError, RefusedError):
                    self._ended(head, words)
        if heads not in ([], [but]):
            self._remember([head for head in heads if head == but])

    def _said(self, head: str) -> int:
        self._remember(list(dict.fromkeys([*self._heads(), head])))
        try:
            return self.checks.begin(head, self.name, Words("Being weighed", f"{code(head[:7])} is being weighed."), BEGUN)
        except UncertainError:
            return self.begun(head)

    def _ended(self, head: str, words: Words) -> None:
        for each in self.checks.standing(head, self.name, _ours):
            if not each.finished:
                self.checks.cancel(each.id, words)

    @property
    def _key(self) -> str:
        return f"begun {self.subject.key}"

    def _heads(self) -> list[str]:
        kept = self.register.kept(self._key, 0)
        return kept.decode().split() if kept else []

    def _remember(self, heads: list[str]) -> None:
        self.register.keep(self._key, " ".join(heads).encode(), self.clock())


def _ours(memory: str) -> bool:
    return memory == BEGUN or is_memory(memory)
