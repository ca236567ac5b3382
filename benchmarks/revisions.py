"""A diff of two Git revisions of a large repository: what it reads, and its CPU against weighing both whole trees."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.comparison import print_table, processes_side_by_side
from benchmarks.tree import write_tree
from workloads.sources.files import read_paths
from workloads.sources.git import read_change

MANIFESTS = 2000
ROUNDS = 3


def main() -> None:
    """Print the table, and how many files the diff reads."""
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name) / "repository", Path.cwd()
        folder.mkdir()
        _git(folder, "init", "-q", "-b", "main")
        write_tree(folder, MANIFESTS)
        _git(folder, "add", "-A")
        _git(folder, "commit", "-q", "-m", "all")
        changed = folder / "team-5" / "service-1-deployment.yaml"
        changed.write_text(changed.read_text().replace("replicas: ", "replicas: 1"))
        _git(folder, "commit", "-q", "-am", "one")
        os.chdir(folder)
        try:
            change = read_change("HEAD~1..HEAD")
            whole = read_paths(["."])
            command = str(Path(sys.executable).parent / "weighbridge")
            measured = processes_side_by_side(
                ROUNDS,
                estimate_of_the_whole_tree=[command, "estimate", "."],
                diff_of_two_revisions=[command, "diff", "--git", "HEAD~1..HEAD"],
            )
        finally:
            os.chdir(home)
    print_table(measured, f"{change.after.files} of {whole.files:,} files read on the head's side")


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)
