"""Suites in folders: policies beside the folders ``allowed`` and ``denied`` with their examples.

An example is a file of objects, or a folder with ``before.yaml`` and ``after.yaml`` for a change. A denied one may begin with a
comment that says what for: ``# expected: cost-labels/team: no team``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from policies.documents.loader import load
from policies.documents.suite import Example, Expectation, Suite
from policies.policy_set import PolicySet
from workloads.problem import Problem, Severity
from workloads.sources.files import SUFFIXES, read_paths
from workloads.text.reader import Reading

KINDS = {"allowed": True, "denied": False}
LARGEST_HEAD = 4096
"""Bytes at a file's beginning in which it says what is expected."""

_EXPECTED = re.compile(r"^# expected: (\S+?): (.+?)\s*$", re.MULTILINE)


def read_suites(paths: list[Path]) -> tuple[Suite, ...]:
    """Every suite at or below the paths, by name. Linear in the files."""
    folders = sorted({folder for path in paths for folder in _folders(path)})
    return tuple(_suite(folder) for folder in folders)


def _folders(path: Path) -> Iterator[Path]:
    """The folders that have examples, at or below one."""
    for kind in KINDS:
        yield from (found.parent for found in (path, *path.rglob(kind)) if found.name == kind and found.is_dir())
        if (path / kind).is_dir():
            yield path


def _suite(folder: Path) -> Suite:
    documents = [str(path) for path in sorted(folder.iterdir()) if path.is_file() and path.suffix in SUFFIXES]
    reading = read_paths(documents)
    loaded = load(reading.manifests)
    problems = [*reading.problems, *loaded.problems]
    if not loaded.policies and not problems:
        problems.append(Problem(Severity.ERROR, "no CostPolicy beside the examples: nothing would be denied", str(folder)))
    return Suite(str(folder), PolicySet(loaded.policies), tuple(_examples(folder)), tuple(problems))


def _examples(folder: Path) -> Iterator[Example]:
    for kind, allowed in KINDS.items():
        for path in sorted((folder / kind).glob("*")):
            if path.is_dir():
                yield _change(path, allowed=allowed)
            elif path.suffix in SUFFIXES:
                name = f"{kind}/{path.name}"
                yield Example(name, str(path), allowed, read_paths([str(path)]), expectation=_expectation(path))


def _change(path: Path, *, allowed: bool) -> Example:
    """A change: what is named before, and what is named after, each a file or a folder."""
    sides = {side: next(iter(sorted(path.glob(f"{side}*"))), None) for side in ("before", "after")}
    before, after = (read_paths([str(side)]) if side else Reading() for side in (sides["before"], sides["after"]))
    named = sides["after"]
    expectation = _expectation(named) if named is not None and named.is_file() else None
    return Example(f"{path.parent.name}/{path.name}", str(named or path), allowed, after, before, expectation)


def _expectation(path: Path) -> Expectation | None:
    with path.open("rb") as stream:
        found = _EXPECTED.search(stream.read(LARGEST_HEAD).decode("utf-8", "replace"))
    return Expectation(found[1], found[2]) if found else None
