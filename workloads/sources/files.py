"""Manifests from files, folders and standard input.

Folders are walked in a stable order. Whatever cannot be read is a problem of its own; the rest is still read.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Collection, Iterator, Sequence

from workloads.manifest import Manifest
from workloads.problem import Problem, Severity
from workloads.text.document import DEFAULT_LIMITS, ReadLimits
from workloads.text.foreign import set_apart
from workloads.text.reader import Reading, read

SUFFIXES = (".yaml", ".yml", ".json")
"""Endings of the files that are read in a folder; a file that is named is read whatever its ending."""

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "kustomization")
"""Names, in small letters, of the file that makes a folder a kustomization."""

MOST_FILES = 100_000
"""Files of one folder tree that are read."""

Watcher = Callable[[int], None]
"""Told after each file how many have been read."""


def read_paths(
    paths: Sequence[str],
    limits: ReadLimits = DEFAULT_LIMITS,
    watcher: Watcher | None = None,
    owned: Collection[str] = (),
    *,
    piped: bool = False,
) -> Reading:
    """Everything at the given paths: files, folders, ``-`` for standard input. Linear in the bytes. Never raises.

    ``owned`` are files of folders, as they are named there, that somebody else reads. ``piped`` says that a path may be a pipe:
    a person has named it, and waits for what comes out.
    """
    manifests: list[Manifest] = []
    problems: list[Problem] = []
    foreign: list[Problem] = []
    others = files = 0
    for path in paths:
        for reading in _piped(path, limits) if piped and is_pipe(path) else _readings(plainest(path), limits, owned):
            manifests += reading.manifests
            problems += reading.problems
            foreign += reading.foreign
            others += reading.others
            files += reading.files
            if watcher is not None:
                watcher(files)
    return Reading(tuple(manifests), tuple(problems), others, files, tuple(foreign))


def is_pipe(path: str) -> bool:
    """Whether what stands at a path is a pipe, such as the one that a shell makes of ``<(helm template …)``."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def plainest(path: str) -> str:
    """A path as all output has it: ``apps`` for ``./apps/``; as it is where a link makes that another place."""
    short = os.path.normpath(path) if path else path
    return short if os.pardir not in path or os.path.realpath(short) == os.path.realpath(path) else path


def _readings(path: str, limits: ReadLimits, owned: Collection[str]) -> Iterator[Reading]:
    if path == "-":
        yield _read_standard_input(limits)
    elif os.path.isdir(path):
        yield from _read_folder(path, limits, owned)
    else:
        reading, _ = _read_file(path, limits, limits.size)
        yield reading


def _read_standard_input(limits: ReadLimits) -> Reading:
    data = sys.stdin.buffer.read(limits.size + 1)
    return read(data, "-", limits)


def _piped(path: str, limits: ReadLimits) -> Iterator[Reading]:
    """What comes out of a pipe until its writer ends, or until it is more than a file may have."""
    try:
        with open(path, "rb") as stream:
            yield read(stream.read(limits.size + 1), path, limits)
    except OSError as error:
        yield _refused(path, f"cannot be read: {error.strerror or error}")


def _read_file(path: str, limits: ReadLimits, largest: int) -> tuple[Reading, bytes]:
    """One file, and its bytes where there are no more than ``largest``.

    What is not a plain file is not read: a pipe or a device may never end.
    """
    try:
        # Without blocking: opening a pipe would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                return _refused(path, "not a plain file: not read"), b""
            if found.st_size > largest:
                return _refused(path, f"larger than {limits.size // 1024 // 1024} MiB: not read"), b""
            data = os.read(descriptor, found.st_size + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        return _refused(path, f"cannot be read: {getattr(error, 'strerror', None) or error}"), b""
    return read(data, path, limits), data


def _refused(path: str, message: str, severity: Severity = Severity.ERROR) -> Reading:
    return Reading(problems=(Problem(severity, message, path),))


def _read_folder(root: str, limits: ReadLimits, owned: Collection[str]) -> Iterator[Reading]:
    """Every manifest below a folder, in the order of names. Hidden folders are passed over; links may not lead out."""
    home = os.path.realpath(root)
    count = 0
    unbuilt: list[str] = []
    linked: list[str] = []
    for folder, folders, names in os.walk(root, onerror=None):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked += (path for path in (os.path.join(folder, name) for name in folders) if _leads_out(path, home))
        for name in sorted(names):
            path = os.path.join(folder, name).removeprefix("./")
            if owned and os.path.normpath(path) in owned:
                continue
            if name.lower() in KUSTOMIZATIONS:
                unbuilt.append(folder)
            if not name.endswith(SUFFIXES):
                continue
            count += 1
            if count > MOST_FILES:
                yield _refused(root, f"more than {MOST_FILES:,} files: the rest was not read")
                return
            yield _read_member(path, home, limits)
    if unbuilt:
        yield Reading(problems=(_unbuilt(unbuilt),))
    looked_into = {parent for path in owned for parent in _parents(path)} if linked else set()
    passed = [link for link in linked if os.path.normpath(link) not in looked_into]
    if passed:
        yield Reading(problems=(_unfollowed(passed),))


def _parents(path: str) -> Iterator[str]:
    while (folder := os.path.dirname(path)) not in ("", path):
        yield folder
        path = folder


def _leads_out(path: str, home: str) -> bool:
    """Whether a folder is a link to one that stands elsewhere."""
    return os.path.islink(path) and not f"{os.path.realpath(path)}/".startswith(f"{home}{os.sep}")


def _unfollowed(links: Sequence[str]) -> Problem:
    """That links to folders are passed over, as ``kubectl apply --recursive`` passes over them."""
    others = f" and {len(links) - 1:,} more" if len(links) > 1 else ""
    words = f"a link to a folder elsewhere{others}: what stands there is not read, as kubectl does not read it"
    hint = "name that folder, too, to have it weighed"
    return Problem(Severity.WARNING, words, links[0].removeprefix("./"), hint=hint)


def _unbuilt(folders: Sequence[str]) -> Problem:
    """What Kustomize builds is not what its files say one by one: patches are no objects, and overlays are several."""
    others = f" and {len(folders) - 1:,} more folders" if len(folders) > 1 else ""
    words = f"a kustomization{others}: bases, overlays and patches are weighed as they stand, not as they are built"
    hint = f"build it first, for example: kubectl kustomize {folders[0]} | weighbridge estimate -"
    return Problem(Severity.WARNING, words, folders[0], hint=hint)


def _read_member(path: str, home: str, limits: ReadLimits) -> Reading:
    """One file of a folder, which a link must not have brought in from elsewhere."""
    if os.path.islink(path):
        target = os.path.realpath(path)
        if target != home and not target.startswith(home + os.sep):
            return _refused(path, "a link that leads out of the folder: not read")
        if not os.path.exists(target):
            return _refused(path, "a link to nothing: not read", Severity.WARNING)
    return read_member(path, limits)


def read_member(path: str, limits: ReadLimits) -> Reading:
    """One file that nobody named. Never raises."""
    reading, data = _read_file(path, limits, limits.searched)
    return set_apart(reading, data) if data else reading
