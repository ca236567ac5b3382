"""Run fuzz targets of ``tests/fuzz`` under atheris: each in a process of its own, for some seconds or a number of runs.

What breaks a target is kept in ``.fuzz/TARGET/``, beside the inputs that reached something new; later runs start from those.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "fuzz"
KEPT = ROOT / ".fuzz"
PACKAGES = ("workloads", "pricing", "policies", "webhook", "bot")
LONGEST = 65536
"""Bytes of one input."""
SLOWEST = 20
"""Seconds, instrumented, after which an input is taken to hang."""


def targets() -> dict[str, Path]:
    """The targets by name: ``tests/fuzz/fuzz_NAME.py``."""
    return {path.stem.removeprefix("fuzz_"): path for path in sorted(FOLDER.glob("fuzz_*.py"))}


def load(name: str) -> ModuleType:
    """A target's module, with ``target`` and ``SEEDS``."""
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    specification = importlib.util.spec_from_file_location(f"fuzz_{name}", targets()[name])
    if specification is None or specification.loader is None:
        raise SystemExit(f"{targets()[name]} cannot be loaded")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def run(name: str, options: list[str], corpus: list[str]) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris  # noqa: PLC0415 - only where it is there

    with atheris.instrument_imports(include=list(PACKAGES)):
        module = load(name)
    kept = KEPT / name
    found = kept / "inputs"
    found.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(module.SEEDS):
        (found / f"seed-{number}").write_bytes(seed)
    arguments = [f"-artifact_prefix={kept}/", f"-max_len={LONGEST}", f"-timeout={SLOWEST}", "-print_final_stats=1", *options]
    atheris.Setup([sys.argv[0], *arguments, str(found), *corpus], module.target)
    atheris.Fuzz()


def main() -> int:
    """Run the targets named, or all; the exit code is 1 where one was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="*", help=f"which of {', '.join(targets())}; all where none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for how long each is run (default: 60)")
    parser.add_argument("--runs", type=int, default=0, help="how often each is run instead, from a fixed seed")
    parser.add_argument("--corpus", action="append", default=[], help="a folder of further inputs, read and never written to")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    chosen = given.target or list(targets())
    if unknown := set(chosen) - targets().keys():
        parser.error(f"no target {', '.join(sorted(unknown))}; there are: {', '.join(targets())}")
    bound = ["-seed=1", f"-runs={given.runs}"] if given.runs else [f"-max_total_time={given.seconds}"]
    if given.here:
        run(chosen[0], bound, given.corpus)
        return 0
    folders = [part for folder in given.corpus for part in ("--corpus", folder)]
    limits = ["--runs", str(given.runs), "--seconds", str(given.seconds)]
    broken = [name for name in chosen if not _passes([sys.executable, __file__, name, "--here", *limits, *folders], name)]
    print(f"{len(chosen) - len(broken)} passed, {len(broken)} failed" + (f": {', '.join(broken)}" if broken else ""))
    return 1 if broken else 0


def _passes(command: list[str], name: str) -> bool:
    """Run one target, and print its last lines; everything it said where it broke."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    lines = [line for line in done.stderr.splitlines() if line.startswith(("stat::number", "stat::slowest", "stat::average"))]
    print(
        f"{name}: {'; '.join(' '.join(line.split()) for line in lines)}"
        if not done.returncode
        else f"{name}:\n{done.stderr[-6000:]}"
    )
    return not done.returncode


if __name__ == "__main__":
    sys.exit(main())
