"""What somebody mistook in a manifest: it says something else than was meant."""

from __future__ import annotations

from dataclasses import dataclass

from workloads.field import FieldPath
from workloads.manifest import Manifest
from workloads.problem import Problem, Severity
from workloads.text.location import locate


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is written wrongly in one object."""

    path: FieldPath
    """Of the field; empty for the object as a whole."""
    words: str
    """What is wrong, without the object's name."""
    hint: str = ""
    """What to do."""
    sort: str = ""
    """What many of its like are told as, after their number: ``objects have a field spec.replica …``; empty for none."""
    refused: bool = False
    """Whether no API server can read the object for it, so that nothing of it runs."""


def problem(manifest: Manifest, mistake: Mistake) -> Problem:
    """A mistake as a warning, with the line and column of its field.

    Of what a template renders no line is known: what was rendered, and for whom, is told instead.
    """
    origin, words = manifest.origin, mistake.words
    line, column = locate(origin, mistake.path) if origin is not None and origin.lined else (0, 0)
    if origin is not None and not origin.lined:
        words = f"{origin.rendering}{words}"
    file = origin.file if origin is not None else ""
    mistaken = f"{manifest.kind} {manifest.title}"
    return Problem(Severity.WARNING, words, file, line, column, mistake.hint, mistake.sort, mistaken)
