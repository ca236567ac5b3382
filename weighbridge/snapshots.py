"""The cluster snapshots that estimates rest on: the file that a flag or weighbridge.yaml names, read wholly or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pricing.book import PriceBook
from weighbridge.configuration.settings import Settings
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.usual_nodes import with_usual_nodes
from workloads.api_group import GROUP
from workloads.manifest import Manifest, Origin
from workloads.problem import Problem, Severity
from workloads.settings.configuration import ClusterSettings
from workloads.snapshots.snapshot import UNKNOWN, Snapshot
from workloads.text.document import DEFAULT_LIMITS

OLD: Final = timedelta(days=30)
"""Age from which on a snapshot is warned of."""
_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What a snapshot tells of a cluster, and the file it was read from."""

    snapshot: Snapshot = UNKNOWN
    file: str = ""
    documents: tuple[Manifest, ...] = ()
    """The cost policies and exemptions that the cluster had."""
    told: tuple[Problem, ...] = ()
    """What is to be said of the machines that its nodes are stated to be."""

    def problems(self, now: datetime) -> Iterator[Problem]:
        """That the snapshot is old, or of a time to come, and what is to be said of stated nodes."""
        yield from self.told
        taken = self.snapshot.taken
        if taken is None:
            return
        age = now - taken.at
        if age > OLD:
            words = f"{taken.words} is {age.days} days old: nodes and replicas may be others by now"
            yield Problem(Severity.WARNING, words, self.file, hint="take it again with: weighbridge snapshot")
        if age < -timedelta(days=1):
            yield Problem(Severity.WARNING, f"{taken.words} is of a time to come", self.file)


NOT_KNOWN = Known()


def known(cluster: ClusterSettings | None, settings: Settings, prices: PriceBook) -> Known:
    """What is known of a cluster: from its snapshot, where a file is named, and of its nodes as weighbridge.yaml states them.

    :raises Failure: when the file cannot be read as it is, or the nodes cannot be as stated: either would give figures for a
        cluster that never was.
    """
    found = _snapshot(cluster, settings)
    snapshot, told = with_usual_nodes(found.snapshot, cluster, settings, prices)
    return replace(found, snapshot=snapshot, told=told)


def _snapshot(cluster: ClusterSettings | None, settings: Settings) -> Known:
    flag = settings.flags.snapshot
    if flag.value:
        return _read(Path(flag.value), flag.because)
    named = cluster.snapshot if cluster is not None else ""
    if not named:
        return NOT_KNOWN
    if _ELSEWHERE.match(named):
        raise Failure(f"clusters[].snapshot {named!r}: only files are read, so that weighing needs no network; fetch it first")
    return _read(settings.folder / named, "clusters[].snapshot")


def _read(path: Path, because: str) -> Known:
    from workloads.snapshots.cluster import ClusterSnapshot  # noqa: PLC0415 - only with a snapshot
    from workloads.snapshots.document import read_snapshot  # noqa: PLC0415

    if _ELSEWHERE.match(str(path)) or str(path).startswith(("https:/", "http:/", "oci:/")):
        raise Failure(f"{because} {str(path)!r}: only files are read, so that weighing needs no network; fetch it first")
    found = read_snapshot(_bytes(path, because), str(path))
    if not isinstance(found, ClusterSnapshot):
        print_problems(found)
        raise Failure(f"{path} could not be read as it is: nothing was weighed")
    rules = (Manifest.of(body, Origin(str(path))) for body in found.objects)
    return Known(found.surroundings(), str(path), tuple(each for each in rules if each.group == GROUP))


def _bytes(path: Path, because: str) -> bytes:
    try:
        if not path.is_file():
            raise Failure(
                f"{because}: cannot read {path}: no such file" if not path.exists() else f"{because}: {path} is no plain file"
            )
        with path.open("rb") as stream:
            data = stream.read(DEFAULT_LIMITS.size + 1)
    except OSError as error:
        raise Failure(f"{because}: cannot read {path}: {error.strerror or error}") from None
    return data
