"""What weighbridge.yaml says of the comment on a pull request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from workloads.field import mapping, text

DEFAULT_MONEY = Decimal(1)
"""Change a month, in the currency of the output, from which on a first comment is worth it."""


@dataclass(frozen=True, slots=True)
class CommentSettings:
    """When a comment is written, and what becomes of earlier ones."""

    money: Decimal | None = DEFAULT_MONEY
    """Change a month, or once, that a first comment is worth; None where only a share is stated."""
    percent: Decimal | None = None
    """Change in percent of what there was that a first comment is worth. Where both are stated, both must be reached."""
    behaviour: str = "update"
    """``update``, ``new``, ``hide-and-new`` or ``delete-and-new``."""
    drafts: bool = False
    """Whether draft pull requests get a comment, and not only a check run."""
    title: str = "Cost"
    """What the heading begins with."""
    advice: bool = True
    """Whether the comment says what could be had for less, or how a denial is settled: bullet, patches and suggestions."""
    suggestions: bool = True
    """Whether advice is also given where it can be committed, in review comments on lines of the change."""


def read_comment(stated: Mapping[str, object]) -> CommentSettings:
    """The settings under ``comment``, which the schema has been held to."""
    least = mapping(stated, "minChange")
    money = _number(least.get("money"))
    percent = _number(least.get("percent"))
    return CommentSettings(
        money=DEFAULT_MONEY if money is None and percent is None else money,
        percent=percent,
        behaviour=text(stated, "behaviour") or "update",
        drafts=stated.get("drafts") is True,
        title=text(stated, "title") or "Cost",
        advice=stated.get("advice") is not False,
        suggestions=stated.get("suggestions") is not False,
    )


def _number(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None
