"""Whose a merge group is: a stranger's weighbridge.yaml decides nothing in the queue either.

GitHub names a group's branch after the last of its pull requests, and does not tell the others. So the head's own settings hold
only for a group that is of one pull request alone, and that of a branch of the repository itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.occasion import Occasion
from forge.error import NotPermittedError, NotThereError
from forge.protocol import Forge


def of_no_stranger(forge: Forge, here: Occasion, parents: Sequence[str]) -> bool:
    """Whether nobody without a right to write to the repository can have written of a merge group.

    ``parents`` are those of its head: with one pull request alone, merged or squashed, the first is what the group goes on top
    of. What cannot be told is a stranger's.

    :raises ForgeError: when the forge cannot be asked.
    """
    if not here.queued or here.base not in parents[:1]:
        return False
    try:
        return not forge.pull_request(here.queued).foreign
    except (NotThereError, NotPermittedError):
        return False
