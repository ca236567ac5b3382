"""A change of 20 files in a repository of 10,000, from checkout to comment, against the same change in one of 100 files.

Plain YAML; and Kustomize, with the 20 files in five roots, where kustomize or kubectl is on PATH. Cold is without anything that
an earlier run left in the cache folder; warm has seen another change before, as a pipeline that keeps its cache has, but not
this one.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.tree import AUTOSCALER, CONFIGURATION, DEPLOYMENT, SERVICE

SMALL, LARGE = 100, 10_000
CHANGED = 20
ROOTS = 5
ROUNDS = 5


def main() -> None:
    """Print the tables."""
    _compare("plain YAML", _plain)
    if shutil.which("kustomize") or shutil.which("kubectl"):
        _compare(f"Kustomize, {CHANGED} files in {ROOTS} roots", _kustomized)
    else:
        print("Kustomize: neither kustomize nor kubectl is on PATH")


def _compare(title: str, write: Callable[[Path, int], Sequence[Path]]) -> None:
    print(f"\n{title}: seconds on the clock, median of {ROUNDS}\n{'':<22}{'cold':>8}{'warm':>8}")
    found = {}
    for files in (SMALL, LARGE):
        with tempfile.TemporaryDirectory() as name:
            found[files] = cold, warm = _measured(Path(name), files, write)
        print(f"{files:>6,} files {'':<9}{cold:>8.2f}{warm:>8.2f}")
    (cold, warm), (large_cold, large_warm) = found[SMALL], found[LARGE]
    print(f"{'ratio':<22}{large_cold / cold:>8.2f}{large_warm / warm:>8.2f}")
    print("target: 10,000 files under 3 s; at most 1.5 times as long cold, 1.2 times warm")


def _measured(place: Path, files: int, write: Callable[[Path, int], Sequence[Path]]) -> tuple[float, float]:
    """Seconds of a cold and of a warm run, each the median of several."""
    folder, cache = place / "repository", place / "cache"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    changed = write(folder, files)
    _commit(folder)
    for round_ in range(2 * ROUNDS + 1):
        for path in changed:
            path.write_text(
                path.read_text().replace("revisionHistoryLimit: 3", f"revisionHistoryLimit: 3\n  minReadySeconds: {round_}")
            )
            path.write_text(path.read_text().replace("replicas: ", "replicas: 1", 1))
        _commit(folder)
    cold, warm = [], []
    for round_ in range(ROUNDS):
        shutil.rmtree(cache, ignore_errors=True)
        cold.append(_seconds(folder, cache, 2 * round_ + 1))
        warm.append(_seconds(folder, cache, 2 * round_))
    return statistics.median(cold), statistics.median(warm)


def _seconds(folder: Path, cache: Path, back: int) -> float:
    command = [
        str(Path(sys.executable).parent / "weighbridge"),
        "diff",
        "--git",
        f"HEAD~{back + 1}...HEAD~{back}",
        "--format",
        "markdown",
    ]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


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
