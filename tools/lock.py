"""Resolve the lock files from pyproject.toml, with hashes, for every Python and platform the project supports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {
    "requirements.lock": ["--group", "build", "pyproject.toml"],
    "requirements-dev.lock": ["--group", "build", "--group", "dev", "pyproject.toml"],
    "requirements-e2e.lock": ["--no-deps", "--group", "e2e"],
}
COMMON = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]


def main() -> None:
    """Write every lock file anew."""
    for name, inputs in LOCKS.items():
        command = [
            str(Path(sys.executable).parent / "uv"),
            "pip",
            "compile",
            *COMMON,
            *inputs,
            "--output-file",
            name,
            "--upgrade",
            "--quiet",
        ]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
