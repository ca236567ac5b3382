"""Ranges of versions as Helm reads them: ``>=19.0.0 <20``, ``^1.2``, ``~2.1 || 3.x``, ``1.2 - 1.4``.

Rules: github.com/Masterminds/semver v3, checking version constraints, which Helm and Flux use; order: semver.org, 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 200
"""Characters of a range."""
_DIGITS: Final = r"(?:0|[1-9]\d{0,17})"
_REST: Final = r"(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?"
_VERSION: Final = re.compile(rf"v?(?P<major>{_DIGITS})(?:\.(?P<minor>{_DIGITS}))?(?:\.(?P<patch>{_DIGITS}))?{_REST}\Z", re.ASCII)
_PART: Final = rf"(?:{_DIGITS}|[xX*])"
_WRITTEN: Final = rf"v?{_PART}(?:\.{_PART}){{0,2}}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
_LIMIT: Final = re.compile(
    rf"(?P<operator>=>|=<|>=|<=|!=|~>|[=<>~^])?\s*v?(?P<major>{_PART})(?:\.(?P<minor>{_PART}))?(?:\.(?P<patch>{_PART}))?{_REST}"
    r"(?=[\s,]|\Z)",
    re.ASCII,
)
_HYPHEN: Final = re.compile(rf"({_WRITTEN})\s+-\s+({_WRITTEN})", re.ASCII)
_SAME: Final = {"": "=", "=>": ">=", "=<": "<=", "~>": "~"}

Order = tuple[int, int, int, tuple[tuple[int, int, str], ...]]
"""Versions in their order: a release comes after all that is released before it."""
_RELEASED: Final = ((2, 0, ""),)


@dataclass(frozen=True, slots=True)
class _Limit:
    """One condition of a range."""

    operator: str
    stated: tuple[int | None, ...]
    """Major, minor and patch, from the first that is left open on None."""
    early: bool
    """Whether it is about what is released before a release."""
    order: Order

    def holds(self, version: Order) -> bool:
        """Whether a version meets it."""
        known = tuple(part for part in self.stated if part is not None)
        begun, is_open = version[: len(known)], len(known) < 3
        equal = begun == known if is_open else version == self.order
        above = begun > known if is_open else version > self.order
        near = begun[:2] == known[:2] or (self.order[:3] == (0, 0, 0) and not is_open)
        fixed = self._fixed
        return {
            "=": equal,
            "!=": not equal,
            ">": above,
            "<=": not above,
            ">=": version >= self.order,
            "<": version < self.order,
            "~": version >= self.order and near,
            "^": version >= self.order and version[:fixed] == self.order[:fixed],
        }[self.operator]

    @property
    def _fixed(self) -> int:
        """How many parts a caret leaves as they are: up to the first that is not zero."""
        known = [part for part in self.stated if part is not None]
        return next((place for place, part in enumerate(known, 1) if part), len(known))


def is_range(text: str) -> bool:
    """Whether a text is a range, as a single version is too."""
    return _limits(text) is not None


def highest(text: str, versions: Iterable[str]) -> str:
    """The highest of several versions in a range; empty where none is, or it is no range."""
    either = _limits(text) or []
    known = {version: order for version in versions if (order := _order(version)) is not None}
    fitting = [version for version, order in known.items() if any(_meets(order, limits) for limits in either)]
    return max(fitting, key=lambda version: (known[version], version), default="")


def _meets(version: Order, limits: list[_Limit]) -> bool:
    if version[3] != _RELEASED and not any(limit.early for limit in limits):
        return False
    return all(limit.holds(version) for limit in limits)


def _limits(text: str) -> list[list[_Limit]] | None:
    """The alternatives of a range, each with all its conditions; None where it is none. One that is empty takes any."""
    if len(text) > LONGEST or not text.isprintable():
        return None
    found = [_together(part) for part in _HYPHEN.sub(r">=\1 <=\2", text or "*").split("||")]
    return None if any(each is None for each in found) else [each for each in found if each is not None]


def _together(text: str) -> list[_Limit] | None:
    found: list[_Limit] = []
    rest = text.strip()
    while rest:
        match = _LIMIT.match(rest)
        if match is None:
            return None
        found.append(_limit(match))
        rest = rest[match.end() :].lstrip().removeprefix(",").lstrip()
    return found or None


def _limit(match: re.Match[str]) -> _Limit:
    operator = match["operator"] or ""
    stated: list[int | None] = []
    for part in (match["major"], match["minor"], match["patch"]):
        is_open = part is None or part in "xX*" or None in stated
        stated.append(None if is_open else int(part))
    major, minor, patch = (part or 0 for part in stated)
    return _Limit(
        _SAME.get(operator, operator), tuple(stated), match["pre"] is not None, (major, minor, patch, _early(match["pre"]))
    )


def _order(version: str) -> Order | None:
    match = _VERSION.match(version) if len(version) <= LONGEST else None
    if match is None:
        return None
    major, minor, patch = (int(match[part] or 0) for part in ("major", "minor", "patch"))
    return major, minor, patch, _early(match["pre"])


def _early(stated: str | None) -> tuple[tuple[int, int, str], ...]:
    """What comes before a release, in its order: numbers before words, and fewer of them before more."""
    if stated is None:
        return _RELEASED
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in stated.split("."))
