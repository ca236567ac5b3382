"""The environment of a job of GitHub Actions, and the file that tells it of a pull request."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

NUMBER = 482
"""Of the pull request."""


def without_ci(patch: pytest.MonkeyPatch) -> None:
    """An environment in which no CI runs, and nothing is set of ours."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GITLAB_", "CI_", "WEIGHBRIDGE_")) and name != "WEIGHBRIDGE_CORPUS":
            patch.delenv(name)


@dataclass(frozen=True, slots=True)
class Actions:
    """A job on acme/platform, whose files are in a folder."""

    folder: Path

    @classmethod
    def begun(cls, folder: Path, patch: pytest.MonkeyPatch, address: str) -> Actions:
        """Jobs of a GitHub that answers at an address."""
        without_ci(patch)
        found = cls(folder)
        for name, value in {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(found.event),
            "GITHUB_RUN_ID": "1187", "GITHUB_REPOSITORY": "acme/platform", "GITHUB_API_URL": address,
            "GITHUB_SERVER_URL": "https://github.example", "GITHUB_TOKEN": "robot-token",
            "GITHUB_STEP_SUMMARY": str(found.summary),
        }.items():  # fmt: skip
            patch.setenv(name, value)
        return found

    @property
    def event(self) -> Path:
        """What the job is told."""
        return self.folder / "event.json"

    @property
    def summary(self) -> Path:
        """What the job leaves to be read."""
        return self.folder / "summary.md"

    def pushed(self, head: str, base: str) -> None:
        """The job is told of a push to the pull request."""
        told = {"number": NUMBER, "head": {"sha": head, "repo": {"id": 1}}, "base": {"sha": base, "repo": {"id": 1}}}
        self.event.write_text(json.dumps({"action": "synchronize", "pull_request": told}), encoding="utf-8")
