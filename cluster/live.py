"""A change against a live cluster, as ``kubectl diff`` sees it: what runs, and what it would be after ``kubectl apply``.

Asks the user's own ``kubectl``, as a subprocess without a shell. The API server completes and merges each object in a dry run, so
that what others own (an autoscaler's replicas) stays as it is, and nothing is written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from workloads.copies import say_the_same
from workloads.manifest import Identity, Manifest, Origin
from workloads.problem import Problem, Severity
from workloads.text.reader import Reading, read

PATIENCE: Final = 300
"""Seconds that one command of kubectl may take."""
MOST_NAMESPACES: Final = 50
"""Namespaces whose autoscalers and limits are asked for."""
AROUND: Final = (
    "horizontalpodautoscalers.autoscaling",
    "scaledobjects.keda.sh",
    "multidimpodautoscalers.autoscaling.gke.io",
    "limitranges",
)
"""What the cluster holds beside the files that decides what their objects cost."""
_NOT_SERVED: Final = "the server doesn't have a resource type"
_COPY: Final = """#!{python}
import os, shutil, sys
for side, folder in zip(("before", "after"), sys.argv[-2:]):
    shutil.copytree(folder, os.path.join({target!r}, side), dirs_exist_ok=True)
"""
"""The program that kubectl runs with the folders of both sides, which it deletes afterwards."""


class LiveError(Exception):
    """kubectl is not there, or refused. The text says what it said."""


@dataclass(frozen=True, slots=True)
class LiveChange:
    """Both sides of a change to a cluster."""

    before: Reading
    """What runs of the objects that the files state, with what decides their cost."""
    after: Reading
    """The same after ``kubectl apply``. Each object stands where its file states it."""


def read_live(stated: Reading, context: str = "", kubeconfig: str = "") -> LiveChange:
    """What ``kubectl apply`` of objects would change. Two requests an object, by kubectl, and four a namespace.

    :raises LiveError: when kubectl is not installed, cannot reach the cluster, or the API server refuses an object.
    """
    kubectl = _Kubectl(context, kubeconfig)
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as folder:
        kubectl.diff(stated.manifests, Path(folder))
        before, after = (_read(Path(folder, side)) for side in ("before", "after"))
    origins = _Origins(stated.manifests)
    live, merged = origins.placed(before.manifests), origins.placed(after.manifests)
    around = kubectl.around(merged)
    return LiveChange(
        Reading((*live, *around.manifests)),
        replace(
            stated,
            manifests=(*merged, *around.manifests),
            problems=(*stated.problems, *origins.torn(merged), *around.problems),
        ),
    )


class _Origins:
    """Where each object is stated in the files, found again by its name. A file may leave the namespace to the context."""

    def __init__(self, stated: Iterable[Manifest]) -> None:
        self._stated: dict[Identity, list[Manifest]] = {}
        for manifest in stated:
            self._stated.setdefault(manifest.identity(), []).append(manifest)

    def placed(self, manifests: Iterable[Manifest]) -> tuple[Manifest, ...]:
        return tuple(replace(manifest, origin=self._origin_of(manifest.identity())) for manifest in manifests)

    def _origin_of(self, identity: Identity) -> Origin | None:
        found = self._of(identity)
        return found[-1].origin if found else None

    def _of(self, identity: Identity) -> list[Manifest]:
        """What the files state of an object, in the order in which kubectl applies it, as far as that is told."""
        elsewhere = self._stated.get(identity._replace(namespace=""), []) if identity.namespace else []
        return [*elsewhere, *self._stated.get(identity, [])]

    def torn(self, manifests: Iterable[Manifest]) -> Iterator[Problem]:
        """That an object is stated more than once, and not alike: which text the cluster is left with, its order decides."""
        for manifest in manifests:
            *others, last = self._of(manifest.identity()) or [manifest]
            other = next((each for each in reversed(others) if not say_the_same(each, last)), None)
            if other is not None and other.origin is not None and last.origin is not None:
                words = (
                    f"{manifest.kind} {manifest.title} is given at {_place(other.origin)} too, and not alike: "
                    "which one the cluster is left with depends on the order in which they are applied"
                )
                hint = "leave one of them, or compare only what is applied together"
                yield Problem(Severity.ERROR, words, last.origin.file, last.origin.line, hint=hint)


def _place(origin: Origin) -> str:
    return f"{origin.file}:{origin.line}"


class _Kubectl:
    """kubectl, against one cluster."""

    def __init__(self, context: str, kubeconfig: str) -> None:
        chosen = (("--context", context), ("--kubeconfig", kubeconfig))
        self._options = [word for option, value in chosen if value for word in (option, value)]

    def diff(self, manifests: Sequence[Manifest], folder: Path) -> None:
        """Put what runs into ``before`` and what would run into ``after``, one file an object."""
        for side in ("before", "after"):
            (folder / side).mkdir()
        program = folder / "copy"
        program.write_text(_COPY.format(python=sys.executable, target=str(folder)), encoding="utf-8")
        program.chmod(0o700)
        items = {"apiVersion": "v1", "kind": "List", "items": [manifest.body for manifest in manifests]}
        ended = self._run("diff", "--filename", "-", given=json.dumps(items), KUBECTL_EXTERNAL_DIFF=str(program))
        if ended.returncode:
            raise LiveError(f"kubectl diff: {_said(ended.stderr)}")

    def around(self, manifests: Iterable[Manifest]) -> Reading:
        """The namespaces of objects, with their autoscalers and limits, but for what is among the objects."""
        known = {manifest.identity() for manifest in manifests}
        namespaces = sorted({identity.namespace for identity in known if identity.namespace})
        reading = Reading()
        for namespace in namespaces[:MOST_NAMESPACES]:
            reading += self._got(f"namespace {namespace}", "namespace", namespace)
            for kind in AROUND:
                reading += self._got(f"{kind} of namespace {namespace}", kind, "--namespace", namespace)
        if len(namespaces) > MOST_NAMESPACES:
            left = len(namespaces) - MOST_NAMESPACES
            reading += _untold(f"autoscalers and limits of {left} more namespaces were not asked for")
        return replace(reading, manifests=tuple(each for each in reading.manifests if each.identity() not in known))

    def _got(self, what: str, *arguments: str) -> Reading:
        """Objects that the cluster has, by the arguments of ``kubectl get``; of a kind that it does not serve there are none."""
        ended = self._run("get", *arguments, "--ignore-not-found", "--output", "json")
        if not ended.returncode:
            return Reading(tuple(replace(each, origin=None) for each in read(ended.stdout.encode()).manifests))
        return Reading() if _NOT_SERVED in ended.stderr else _untold(f"not known: {what} ({_said(ended.stderr)})")

    def _run(self, *arguments: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["kubectl", *arguments, *self._options],
                input=given,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                env={**os.environ, **more},
                check=False,
            )
        except FileNotFoundError:
            raise LiveError("kubectl is not installed, or not on PATH") from None
        except subprocess.TimeoutExpired:
            raise LiveError(f"kubectl {arguments[0]} took longer than {PATIENCE} seconds") from None


def _read(folder: Path) -> Reading:
    """The objects that kubectl wrote, each in a file that is called by its kind and name."""
    return sum((read(file.read_bytes(), file.name) for file in sorted(folder.iterdir())), Reading())


def _untold(message: str) -> Reading:
    return Reading(problems=(Problem(Severity.WARNING, message),))


def _said(stderr: str) -> str:
    """The last thing that kubectl said, which is the error."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    said = lines[-1].strip()[:300] if lines else "it failed and said nothing"
    return f"{said} (--context and --kubeconfig name another cluster)" if "localhost:8080" in said else said
