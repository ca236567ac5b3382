"""A comment's links as numbers, with the addresses at its end: its lines stay short in mail and wherever nobody renders it.

``[text](address)`` becomes ``[text][1]`` (CommonMark, "Link reference definitions"). Each address is written once, however often
it is linked.
"""

from __future__ import annotations

import re

_PART = re.compile(
    r"^(?P<fence>`{3,})[^\n]*\n.*?^(?P=fence)$"  # code of several lines
    r"|(?<![\\`])(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)"  # a code span
    r"|\]\((?P<address>https?://[^\s()<>\[\]]+)\)",
    re.MULTILINE | re.DOTALL,
)
"""What may hold something that looks like a link and is none, and what is one: names of a change are code, or escaped."""


def numbered(markdown: str) -> tuple[str, tuple[str, ...]]:
    """Markdown of ours with numbers in place of addresses, and the line of each number. Linear in the text."""
    numbers: dict[str, int] = {}

    def shown(part: re.Match[str]) -> str:
        address = part["address"]
        return f"][{numbers.setdefault(address, len(numbers) + 1)}]" if address else part[0]

    text = _PART.sub(shown, markdown)
    return text, tuple(f"[{number}]: {address}" for address, number in numbers.items())
