"""A change of 20 files in a repository of 10,000, from checkout to comment, against the same change in one of 100 files.

Plain YAML; and Kustomize, with the 20 files in five roots, where kustomize or kubectl is on PATH. Cold is without anything that
an earlier run left in the cache folder; warm has seen another change before, as a pipeline that keeps its cache has, but not
this one.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.tree import AUTOSCALER, CONFIGURATION, DEPLOYMENT, SERVICE

SMALL, LARGE = 100, 10_000
CHANGED = 20
ROOTS = 5
ROUNDS = 5

Write = Callable[[Path, int], Sequence[Path]]
"""Writes a repository of so many files into a folder, and says which of them the change is about."""


class Taken(NamedTuple):
    """What one run takes, in seconds."""

    clock: float
    processor: float
    """Of the command and of everything that it starts."""


def main() -> None:
    """Print the tables."""
    _compare("plain YAML", _plain)
    if shutil.which("kustomize") or shutil.which("kubectl"):
        _compare(f"Kustomize, {CHANGED} files in {ROOTS} roots", _kustomized)
    else:
        print("Kustomize: neither kustomize nor kubectl is on PATH")


def _compare(title: str, write: Write) -> None:
    """Both repositories in turn, so that a machine whose speed drifts still gives an honest ratio."""
    runs: dict[tuple[int, str], list[Taken]] = {}
    with tempfile.TemporaryDirectory() as name:
        places = {files: Path(name) / str(files) for files in (SMALL, LARGE)}
        for files, place in places.items():
            _write(place / "repository", files, write)
        for round_ in range(ROUNDS):
            for files, place in places.items():
                shutil.rmtree(place / "cache", ignore_errors=True)
                runs.setdefault((files, "cold"), []).append(_run(place, 2 * round_ + 1))
            for files, place in places.items():
                runs.setdefault((files, "warm"), []).append(_run(place, 2 * round_))
    _print(title, runs)


def _print(title: str, runs: dict[tuple[int, str], list[Taken]]) -> None:
    print(f"\n{title}: seconds, median of {ROUNDS}\n{'':<22}{'cold':>8}{'CPU':>8}{'warm':>8}{'CPU':>8}")
    figures = {
        files: [statistics.median(column) for state in ("cold", "warm") for column in zip(*runs[files, state], strict=True)]
        for files in (SMALL, LARGE)
    }
    for files, row in figures.items():
        print(f"{files:>6,} files{'':<10}" + "".join(f"{figure:>8.2f}" for figure in row))
    print(f"{'ratio':<22}" + "".join(f"{large / small:>8.2f}" for small, large in zip(*figures.values(), strict=True)))
    print("target: 10,000 files under 3 s; at most 1.5 times as long cold, 1.2 times warm")


def _write(folder: Path, files: int, write: Write) -> None:
    """A repository with as many changes as are weighed, the last one first."""
    folder.mkdir(parents=True)
    _git(folder, "init", "-q", "-b", "main")
    changed = write(folder, files)
    _commit(folder)
    for round_ in range(2 * ROUNDS + 1):
        for path in changed:
            replicas = f"replicas: {3 + round_}\n  minReadySeconds: {round_}\n"
            path.write_text(re.sub(r"replicas: \d+\n(  minReadySeconds: \d+\n)?", replicas, path.read_text(), count=1))
        _commit(folder)
    # As a clone has it: what is fetched comes packed.
    _git(folder, "repack", "-a", "-d", "-q")


def _run(place: Path, back: int) -> Taken:
    """Weigh the change that lies so many commits back."""
    command = [
        str(Path(sys.executable).parent / "weighbridge"),
        "diff",
        "--git",
        f"HEAD~{back + 1}...HEAD~{back}",
        "--format",
        "markdown",
    ]
    environment = {**os.environ, "XDG_CACHE_HOME": str(place / "cache")}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run(command, cwd=place / "repository", env=environment, check=False, capture_output=True, text=True)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode or f"**{CHANGED} workloads**" not in ended.stdout:
        raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}")
    return Taken(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _plain(folder: Path, files: int) -> list[Path]:
    """Applications of four files each; of 20 of them the deployment changes."""
    every = [_application(folder / f"team-{number % 50}", number) for number in range(files // 4)]
    return [path for paths in every[:CHANGED] for path in paths[:1]]


def _kustomized(folder: Path, files: int) -> list[Path]:
    """Roots of four applications, each a base with an overlay; in five of them every deployment changes."""
    changed: list[Path] = []
    for root in range(files // (4 * 4 + 2)):
        base, overlay = folder / "apps" / f"root-{root}" / "base", folder / "apps" / f"root-{root}" / "production"
        written = [_application(base, 4 * root + number) for number in range(4)]
        named = "".join(f"- {path.relative_to(base)}\n" for paths in written for path in paths)
        (base / "kustomization.yaml").write_text(f"resources:\n{named}")
        overlay.mkdir()
        (overlay / "kustomization.yaml").write_text(f"namespace: shop-{root}\nresources:\n- ../base\n")
        changed += [paths[0] for paths in written] if root < ROOTS else []
    return changed


def _application(folder: Path, number: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "name": f"service-{number}",
        "namespace": f"team-{number % 50}",
        "replicas": 2,
        "cpu": 100 + number % 9,
        "memory": 256,
    }
    texts = {"deployment": DEPLOYMENT, "service": SERVICE, "autoscaler": AUTOSCALER, "configuration": CONFIGURATION}
    paths = []
    for kind, text in texts.items():
        path = folder / f"service-{number}-{kind}.yaml"
        path.write_text(text.format(**values))
        paths.append(path)
    return paths


def _commit(folder: Path) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "change")


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.com", "-c", "gc.auto=0"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)
