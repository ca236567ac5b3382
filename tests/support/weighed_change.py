"""What ``weighbridge diff --git`` says of the last commit of the repository here, as a program reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from weighbridge.cli import run


@dataclass(frozen=True, slots=True)
class WeighedChange:
    """The JSON of a weighing, and the code it ended with."""

    code: int
    said: dict[str, Any]
    complaints: str

    @classmethod
    def of(cls, capfd: pytest.CaptureFixture[str], *arguments: str) -> WeighedChange:
        """Weigh the last commit against the one before."""
        capfd.readouterr()
        code = run(["diff", "--git", "HEAD~1..HEAD", "--format", "json", *arguments])
        told = capfd.readouterr()
        return cls(code, json.loads(told.out), told.err)

    @property
    def moved(self) -> dict[str, tuple[str, float, float]]:
        """Of each workload that changes what happened to it, and its cost a month before and after."""
        rows = [row for row in self.said["workloads"] if row["change"] != "unchanged"]
        return {row["name"]: (row["change"], row["before"]["expected"], row["total"]["expected"]) for row in rows}

    @property
    def unknown(self) -> dict[str, str]:
        """Why objects have no price, by name."""
        return {entry["name"]: entry["reason"] for entry in self.said["unpricedChanges"]}

    @property
    def nothing(self) -> bool:
        """Whether nothing is said to change or to be unknown."""
        return not self.moved and not self.unknown
