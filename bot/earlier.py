"""What a comment said of the commit before, told where the new one has no figures: nobody is left to look for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.marker import marker_of
from forge.comment import Comment

NO_CHANGE = "no change"
NOT_WEIGHED = "this commit could not be weighed"

_TOLD = re.compile(r"\(`[0-9a-f]{7}`: [\w ,.$€£¥+−×%→-]{1,200}\.\)")
_FIGURES = re.compile(r"### [\w .-]{1,60}: ([\w ,.$€£¥+−×()%→-]{1,200})")
"""A heading of ours, and nothing that somebody with the right to edit may have put there to act."""
_BARE = re.compile(rf": (?:{NO_CHANGE}|{NOT_WEIGHED}(?:, [\d,]+ denied)?)$")
"""The end of a heading without figures."""


def with_earlier(body: str, comments: Sequence[Comment]) -> str:
    """A comment without figures, with those that the newest of our comments had for another commit; others as they are."""
    lines = body.split("\n")
    if not _BARE.search(lines[0]) or len(lines) < 3:
        return body
    told = _earlier(comments, body)
    lines[2] = f"{lines[2]} {told}" if told else lines[2]
    return "\n".join(lines)


def _earlier(comments: Sequence[Comment], body: str) -> str:
    """``(`3f2c9ab`: +$77 a month, 1 denied.)``; what the last one told of the one before, where it had no figures itself."""
    if not comments:
        return ""
    last = comments[-1].body
    marker, own, heading = marker_of(last), marker_of(body), _FIGURES.fullmatch(last.split("\n", 1)[0].rstrip())
    figures = heading[1] if heading else ""
    other = marker is not None and own is not None and marker.head != own.head
    bare = figures == NO_CHANGE or figures.startswith(NOT_WEIGHED)
    if other and marker is not None and figures and not bare:
        # Brackets inside brackets are hard to read.
        return f"(`{marker.head[:7]}`: {figures.replace(' (', ', ').replace(')', '')}.)"
    found = _TOLD.search(last)
    return found[0] if found and bare else ""
