"""An explanation as a tree: a sentence, and the sentences it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence, and the sentences it rests on."""

    text: str
    steps: tuple[Step, ...] = ()

    def document(self) -> Mapping[str, object]:
        """The tree as JSON has it."""
        return {"text": self.text, "steps": [step.document() for step in self.steps]}


def drawn(step: Step) -> Iterator[tuple[int, str]]:
    """A tree as lines of plain characters, each with its depth."""
    yield 0, step.text
    for place, each in enumerate(step.steps):
        last = place == len(step.steps) - 1
        for number, (depth, text) in enumerate(drawn(each)):
            branch = ("`- " if last else "|- ") if not number else ("   " if last else "|  ")
            yield depth + 1, f"{branch}{text}"
