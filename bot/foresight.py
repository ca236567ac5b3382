"""What can be told of a posting without a look at the forge: what it would do in either case, and never which case it is."""

from __future__ import annotations

from bot.lifecycle import Behaviour
from bot.posting import Posting


def foreseen(posting: Posting, draft: bool | None = None) -> str:
    """What would be written, as far as that does not depend on what is there, in words.

    ``draft`` is whether the pull request is one, None where nothing tells.
    """
    if not posting.number:
        return "would write a check run and no comment: it is in a merge queue"
    return f"would {_first(posting, draft)}; {_earlier(posting)}"


def _first(posting: Posting, draft: bool | None) -> str:
    """What it would do where there is no comment yet."""
    if not posting.wanted.worth:
        return "write no first comment, since the change is not worth one (comment.minChange)"
    if draft and not posting.drafts:
        return "write a check run, and no first comment while it is a draft (comment.drafts)"
    if posting.drafts or draft is False:
        return "write a comment if there is none and nobody deleted it"
    return "write a comment if there is none, nobody deleted it and this is no draft"


def _earlier(posting: Posting) -> str:
    """What it would do with a comment that is there."""
    if posting.wanted.settled:
        return "one that is there would be updated and folded away"
    if posting.behaviour is Behaviour.UPDATE:
        return "one that is there would be updated"
    return f"one that is there would be followed by a new one ({posting.behaviour})"
