"""Check runs on GitHub. Only Apps may write them; the token of Actions is one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from forge.check_run import Annotation, CheckRun, Known, WrittenCheck
from forge.courier import Courier
from forge.error import UnreachableError
from forge.github_own_checks import GitHubOwnChecks
from workloads.field import dig, text

MOST_ANNOTATIONS = 50
"""Annotations that one request takes."""


class GitHubChecks:
    """The check runs of one repository. Every method raises a ``ForgeError``."""

    def __init__(self, courier: Courier, there: str, own: GitHubOwnChecks) -> None:
        """Speak of the repository at a path through a courier."""
        self._courier = courier
        self._there = there
        self._own = own

    def written(self, head: str, name: str, known: Known) -> WrittenCheck | None:
        """The latest check run of a name on a commit that is ours."""
        runs = sorted(map(_written, self._own.named(head, name, known)), key=lambda check: check.id)
        return runs[-1] if runs else None

    def write(self, check: CheckRun) -> WrittenCheck:
        """Write a check run with its first annotations. Two of one name on a commit do no harm: the latest counts."""
        payload = {
            "name": check.name,
            "head_sha": check.head,
            "status": "completed",
            "conclusion": str(check.conclusion),
            "external_id": check.memory,
            **({"details_url": check.link} if check.link else {}),
            **({"actions": [asdict(button) for button in check.buttons]} if check.buttons else {}),
            "output": _output(check, check.annotations[:MOST_ANNOTATIONS]),
        }
        return _written(self._courier.ask("POST", f"{self._there}/check-runs", payload=payload))

    def annotate(self, written: WrittenCheck, check: CheckRun) -> None:
        """Add the annotations that a check run lacks: those after as many as it has."""
        for start in range(written.annotations, len(check.annotations), MOST_ANNOTATIONS):
            output = _output(check, check.annotations[start : start + MOST_ANNOTATIONS])
            # Sent twice, they would stand there twice.
            self._courier.ask("PATCH", f"{self._there}/check-runs/{written.id}", payload={"output": output}, twice=False)

    def remember(self, written: WrittenCheck, memory: str) -> None:
        """Have a check run remember something else."""
        self._courier.ask("PATCH", f"{self._there}/check-runs/{written.id}", payload={"external_id": memory})


def _output(check: CheckRun, annotations: Sequence[Annotation]) -> dict[str, object]:
    return {"title": check.title, "summary": check.summary, "annotations": [_annotation(each) for each in annotations]}


def _annotation(annotation: Annotation) -> dict[str, object]:
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": annotation.line,
        "annotation_level": str(annotation.level),
        "title": annotation.title,
        "message": annotation.message,
        **({"raw_details": annotation.details} if annotation.details else {}),
    }


def _written(found: object) -> WrittenCheck:
    number, annotations = dig(found, "id"), dig(found, "output", "annotations_count")
    if not isinstance(number, int):
        raise UnreachableError("GitHub did not tell a check run's number")
    return WrittenCheck(
        number,
        text(found, "head_sha"),
        text(found, "conclusion"),
        text(found, "output", "title"),
        text(found, "output", "summary"),
        annotations if isinstance(annotations, int) else 0,
        text(found, "external_id"),
    )
