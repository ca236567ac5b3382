"""What decides how large an object is where nobody can tell: all that it states, but for its names and its images."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from policies.finding import Finding, untold
from policies.subject import Subject
from workloads.excess import TOO_LARGE
from workloads.rendering.upkeep import deciding

_NAMING: Final = frozenset(("apiVersion", "kind", "status"))
"""Fields of an object that name it, or tell what became of it."""


def unsized(subject: Subject) -> Finding | None:
    """That nobody can tell how large an object is, or not all of it; None where its groups of pods tell."""
    reason = subject.unpriced[0].reason if subject.unsized else subject.untold
    if not reason:
        return None
    return untold("size", "how large it is", reason, measured=Decimal(0), lacking=stated(subject))


def stated(subject: Subject) -> frozenset[str]:
    """All that an object states which may decide its sizes, as one text: equal where a change decides none."""
    return subject.fingerprints("size", lambda: (_deciding(subject),))


def _deciding(subject: Subject) -> object:
    body = subject.manifest.body
    if subject.unpriced and subject.unpriced[0].reason == TOO_LARGE:
        return body.get("spec")
    return {key: _sizing(value) for key, value in deciding(subject.manifest).items() if key not in _NAMING}


def _sizing(value: object) -> object:
    """A value without the images in it: another one is no larger."""
    if isinstance(value, dict):
        return {key: _sizing(each) for key, each in value.items() if key != "image" or not isinstance(each, str)}
    return [_sizing(each) for each in value] if isinstance(value, list) else value
