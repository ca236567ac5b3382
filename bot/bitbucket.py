"""The comment for forges whose Markdown knows no HTML, as Bitbucket's: what the tags do is said in Markdown, or left out.

https://confluence.atlassian.com/bitbucketserver/markdown-syntax-guide-776639995.html: all HTML tags are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LARGEST = 32_000
"""Characters: Bitbucket Data Center takes 32,768."""

_SUMMARY = re.compile(r"<details><summary>(.*)</summary>")
_SMALL = re.compile(r"<sub>(.*)</sub>")
_MARKER = re.compile(r"<!-- (weighbridge:.*) -->")
_ALERT = "> [!CAUTION]"


def without_html(comment: str) -> str:
    """A comment without tags. Its last line, by which it is found again, is seen there.

    Only whole lines are looked at: a tag within one is a name's, and stays as inert as it is. What cannot be folded away is
    left out where the comment would be too long.
    """
    whole = "\n".join(_lines(comment, folded=True))
    return whole if len(whole) <= LARGEST else "\n".join(_lines(comment, folded=False))


def _lines(comment: str, *, folded: bool) -> Iterator[str]:
    inside = False
    for line in comment.splitlines():
        summary, small, marker = (pattern.fullmatch(line) for pattern in (_SUMMARY, _SMALL, _MARKER))
        if summary:
            inside = True
            yield f"#### {summary[1]}" if folded else "Left out for length: the arithmetic, which is in the JSON."
        elif line == "</details>":
            inside = False
        elif small:
            yield small[1]
        elif marker:
            yield from ("", f"`{marker[1]}`")
        elif line != _ALERT and (folded or not inside):
            yield line
