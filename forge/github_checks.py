"""Check runs on GitHub. Only Apps may write them; the token of Actions is one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from forge.check_run import Annotation, CheckRun, Conclusion, Known, StandingCheck, WrittenCheck
from forge.courier import Courier
from forge.error import UnreachableError
from forge.github_own_checks import GitHubOwnChecks
from workloads.field import dig, text

MOST_ANNOTATIONS = 50
"""Annotations that one request takes."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a check run says that has nothing to tell yet, or any more."""

    title: str
    summary: str
    """Markdown."""


class GitHubChecks:
    """The check runs of one repository. Every method raises a ``ForgeError``."""

    def __init__(self, courier: Courier, there: str, own: GitHubOwnChecks) -> None:
        """Speak of the repository at a path through a courier."""
        self._courier = courier
        self._there = there
        self._own = own

    def written(self, head: str, name: str, known: Known) -> list[WrittenCheck]:
        """The check runs of a name on a commit that are ours, oldest first."""
        return sorted(map(_written, self._own.named(head, name, known)), key=lambda check: check.id)

    def standing(self, head: str, name: str, known: Known) -> list[StandingCheck]:
        """All check runs of a name on a commit that are ours, oldest first, whether they are finished or not."""
        return sorted(map(_standing, self._own.named(head, name, known)), key=lambda check: check.id)

    def begin(self, head: str, name: str, words: Words, memory: str) -> int:
        """Write a check run that is not finished, and return its number. Where the answer is lost, look whether it is there."""
        payload = {
            "name": name, "head_sha": head, "status": "in_progress", "external_id": memory, "output": asdict(words),
        }  # fmt: skip
        return _standing(self._courier.ask("POST", f"{self._there}/check-runs", payload=payload, twice=False)).id

    def cancel(self, number: int, words: Words) -> None:
        """Finish a check run with nothing that was found."""
        payload = {"status": "completed", "conclusion": str(Conclusion.CANCELLED), "output": asdict(words)}
        self._courier.ask("PATCH", f"{self._there}/check-runs/{number}", payload=payload)

    def write(self, check: CheckRun) -> WrittenCheck:
        """Write a check run, or finish the one that was begun. Two of one name on a commit do no harm: the latest counts."""
        # Annotations are added to those that are there: sent twice, as a change may be, they would stand there twice.
        annotations = () if check.begun else check.annotations[:MOST_ANNOTATIONS]
        payload = {
            **({} if check.begun else {"name": check.name, "head_sha": check.head}),
            "status": "completed",
            "conclusion": str(check.conclusion),
            "external_id": check.memory,
            **({"details_url": check.link} if check.link else {}),
            **({"actions": [asdict(button) for button in check.buttons]} if check.buttons else {}),
            "output": _output(check, annotations),
        }
        method, path = ("PATCH", f"/{check.begun}") if check.begun else ("POST", "")
        return _written(self._courier.ask(method, f"{self._there}/check-runs{path}", payload=payload))

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


def _standing(found: object) -> StandingCheck:
    number = dig(found, "id")
    if not isinstance(number, int):
        raise UnreachableError("GitHub did not tell a check run's number")
    return StandingCheck(number, text(found, "status") == "completed", text(found, "external_id"))


def _written(found: object) -> WrittenCheck:
    annotations = dig(found, "output", "annotations_count")
    return WrittenCheck(
        _standing(found).id,
        text(found, "head_sha"),
        text(found, "conclusion"),
        text(found, "output", "title"),
        text(found, "output", "summary"),
        annotations if isinstance(annotations, int) else 0,
        text(found, "external_id"),
    )
