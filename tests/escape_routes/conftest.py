"""What tests of changes share: a repository that has two states, and what is said of the change from one to the other."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from weighbridge.cli import run

Weighed = Callable[[Mapping[str, str], Mapping[str, str]], dict]


@pytest.fixture
def weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Weighed:
    """Commits one state of a repository and another one, and weighs the change."""
    monkeypatch.chdir(tmp_path)

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    def weigh_(before: Mapping[str, str], after: Mapping[str, str]) -> dict:
        git("init", "-q", "-b", "main")
        for state in (before, after):
            for path in before.keys() - state.keys():
                (tmp_path / path).unlink()
            for path, text in state.items():
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_text(text)
            git("add", "-A")
            git("commit", "-q", "-m", "state")
        capfd.readouterr()
        run(["diff", "--git", "HEAD~1..HEAD", "--format", "json"])
        return json.loads(capfd.readouterr().out)

    return weigh_
