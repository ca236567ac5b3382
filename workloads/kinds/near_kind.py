"""The known kind that was most probably meant by one that is not known: ``ScaleObject`` of KEDA's group.

A group of others may have kinds that nobody here knows, so that this is a question, and nothing is weighed by its answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workloads.kinds.registry import find, spelt_kinds
from workloads.text.near_word import misspelt

_SHOWN: Final = 60


@lru_cache(maxsize=1024)
def near_kind(group: str, name: str) -> str:
    """The known kind of which one that is not known is surely a misspelling; empty where its group has none, or knows it."""
    return misspelt(name, spelt_kinds().get(group, ())) if find(group, name) is None else ""


def not_known(group: str, name: str) -> str:
    """That a kind is not known, and which one may be meant."""
    near = near_kind(group, name)
    words = f"kind {name[:_SHOWN]} of group {group[:_SHOWN] or 'core'} is not known and holds no pod template"
    return f"{words}: did you mean {near}?" if near else words
