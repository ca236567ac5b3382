"""Which fields of an expression are read only through another: where that is not there, they are not reached.

Told by the text: ``template`` is before ``spec`` in ``object.spec.template.spec``, and before ``image`` in
``object.spec.template.spec.containers.all(c, c.image != '')``.
"""

from __future__ import annotations

import re
from typing import Final

_CHAIN: Final = re.compile(r"(?:\s*\.\s*\??\w+|\[[^\[\]]*\])*")
_MACRO: Final = re.compile(r"\s*\.\s*(?:all|exists|exists_one|map|filter)\(\Z")


def offset(text: str, line: int, column: int, name: str) -> int:
    """Where the name of a selected field stands, given the place that the compiler tells: of ``has(…)`` it tells the bracket."""
    start = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    found = re.compile(rf"\.\s*\??\s*{re.escape(name)}\b")
    if text[start : start + 1] != "(":
        return start
    closed = text.find(")", start)
    places = [match.start() for match in found.finditer(text, start, closed if closed >= 0 else len(text))]
    return places[-1] if places else start


def reached_through(text: str, first: int, second: int) -> bool:
    """Whether the field at one offset is a part of what the one before it selects, or of one of its members."""
    if first >= second:
        return False
    chain = _CHAIN.match(text, first, second)
    end = chain.end() if chain else first
    if end == second:
        return True
    opened = text.find("(", first, second)
    return opened == end and _MACRO.search(text, first, opened + 1) is not None and _stays_inside(text[opened + 1 : second])


def _stays_inside(text: str) -> bool:
    """Whether a text behind an opening bracket has not closed it."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return True
