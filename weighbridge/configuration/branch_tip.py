"""The tip of the branch that a pull request goes to, as the checkout has it.

GitHub's event names the tip of when the head was last pushed, which may be months ago. Whatever was made stricter on the branch
since would not hold, and what the branch took over of the change would be weighed as if it were still to come.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.occasion import Occasion


def on_current_base(here: Occasion) -> Occasion:
    """A pull request with the branch's tip as its base, where the checkout has a newer one than the event names."""
    from bot.occasion import GITHUB  # noqa: PLC0415 - not for --help
    from workloads.sources.error import SourceError  # noqa: PLC0415
    from workloads.sources.repository import Repository  # noqa: PLC0415

    if here.forge != GITHUB or not here.number or not here.target:
        return here
    try:
        repository = Repository(".")
        tip = repository.tracked(here.target)
        # A checkout that is used again may have an older one. In a shallow one it may be unknown where the change left it.
        newer = bool(tip) and not repository.holds(here.base, tip) and bool(repository.resolve(f"{tip}...{here.head}"))
    except SourceError:
        return here
    return replace(here, base=tip) if newer else here
