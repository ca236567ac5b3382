"""Kubernetes' regular-expression library of CEL: ``find`` and ``findAll``, by RE2.

Functions as in k8s.io/apiserver/pkg/cel/library/regex.go. Matching is linear in the text, whatever the pattern.
"""

from __future__ import annotations

from policies.cel.declaration import Declared, Kinds, function
from policies.matching.pattern import compile_pattern

MOST_MATCHES = 10_000
"""Matches that are looked for in one text."""


def declared(kinds: Kinds) -> list[Declared]:
    """The library's functions."""
    texts, text = kinds.list_of(kinds.string), kinds.string
    return [
        function("find", text, [text, text], _find, member=True),
        function("findAll", texts, [text, text], lambda written, pattern: _find_all(written, pattern, -1), member=True),
        function("findAll", texts, [text, text, kinds.integer], _find_all, member=True),
    ]


def _find(written: str, pattern: str) -> str:
    found = _find_all(written, pattern, 1)
    return found[0] if found else ""


def _find_all(written: str, pattern: str, most: int) -> list[str]:
    """The first matches from the left; every one below zero."""
    wanted = MOST_MATCHES if most < 0 else min(most, MOST_MATCHES)
    found: list[str] = []
    if wanted:
        for match in compile_pattern(pattern).finditer(written):
            found.append(match.group())
            if len(found) == wanted:
                break
    return found
