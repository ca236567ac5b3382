"""How far templates are followed: steps, characters, and what lists hold, any amount of which few lines can ask for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final

from workloads.rendering.not_known import NotKnownError

STEPS: Final = 500_000
"""Steps that all texts of one ApplicationSet take together."""
LARGEST: Final = 1 << 20
"""Characters of a text, written or on its way."""
DEEPEST: Final = 20
"""Lists and mappings inside one another."""
MEMBERS: Final = 10_000
"""What a list holds through, the members of its members with it."""
_AT_ONCE: Final = 100
"""Characters or members that are gone through in one step."""


@dataclass(slots=True)
class Steps:
    """The steps that are left to the texts of one ApplicationSet."""

    left: int = STEPS

    def take(self, count: int) -> None:
        """Take some of them.

        :raises NotKnownError: where fewer are left.
        """
        self.left -= count
        if self.left < 0:
            raise NotKnownError("its templates take more steps than are followed")

    def read(self, *values: object) -> None:
        """Take those that reading values takes, which does not look into their members.

        :raises NotKnownError: where fewer are left, or the texts among the values are longer than any is to be.
        """
        fitting(sum(len(value) for value in values if isinstance(value, str)))
        self.take(sum(len(value) // _AT_ONCE for value in values if isinstance(value, str | list | dict)))


def fitting(length: int) -> None:
    """Let a text of so many characters be made.

    :raises NotKnownError: where these are too many.
    """
    if length > LARGEST:
        raise NotKnownError(f"its template comes to more than {LARGEST:,} characters")


def splitting(count: int) -> None:
    """Let a list be made of so many members.

    :raises NotKnownError: where these are too many.
    """
    if count > MEMBERS:
        raise NotKnownError(f"its template makes a list of more than {MEMBERS:,} members")


def held(values: list[object]) -> int:
    """How many members a list holds through.

    :raises NotKnownError: where these are too many or too deep inside one another, or their texts too long together.
    """
    level: list[object] = [values]
    count = characters = 0
    for _ in range(DEEPEST + 1):
        holders = [each for each in level if isinstance(each, list | dict)]
        characters += sum(len(each) for each in level if isinstance(each, str))
        fitting(characters)
        count += sum(map(len, holders))
        splitting(count)
        if not holders:
            return count
        level = [entry for each in holders for entry in (chain(each, each.values()) if isinstance(each, dict) else each)]
    raise NotKnownError(f"its template puts more than {DEEPEST} lists inside one another")
