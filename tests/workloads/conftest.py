"""What tests of this package share: Kubernetes' own code to compare with, and the corpus of real manifests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

ORACLES = Path(__file__).parent.parent / "oracle"

Oracle = Callable[[Iterable[object]], list[dict[str, object]]]


@pytest.fixture(scope="session")
def go_oracle(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Oracle]:
    """Builds a Go program of tests/oracle by its folder's name: JSON values in, one answer each out. Skips where Go is absent."""
    if shutil.which("go") is None:
        pytest.skip("Go is not installed")

    @cache
    def build(name: str) -> Path:
        program = tmp_path_factory.mktemp("oracle") / name
        subprocess.run(["go", "build", "-o", program, "."], cwd=ORACLES / name, check=True, capture_output=True, timeout=600)
        return program

    def oracle(name: str) -> Oracle:
        program = build(name)

        def ask(questions: Iterable[object]) -> list[dict[str, object]]:
            lines = "".join(json.dumps(question) + "\n" for question in questions)
            done = subprocess.run([program], input=lines.encode(), check=True, capture_output=True, timeout=120)
            return [json.loads(line) for line in done.stdout.splitlines()]

        return ask

    return oracle


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real manifests."""
    folder = os.environ.get("WEIGHBRIDGE_CORPUS", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("WEIGHBRIDGE_CORPUS names no folder")
    return Path(folder)
