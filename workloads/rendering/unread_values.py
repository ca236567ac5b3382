"""Changed values that nothing known renders a chart with, and Jsonnet that nothing known deploys: what they cost is not known."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from workloads.manifest import Manifest, Origin
from workloads.rendering.builds import without_builds
from workloads.rendering.chart import CHART
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.plan import Plan
from workloads.rendering.render import TREE, Render, Tool
from workloads.rendering.tree import inside
from workloads.text.foreign import VALUES
from workloads.text.reader import parse_document

_SUFFIXES: Final = (".yaml", ".yml")
_HELMFILE: Final = re.compile(r"(?:.*/)?(?:helmfile\.ya?ml(?:\.gotmpl)?|helmfile\.d/.+\.ya?ml(?:\.gotmpl)?)\Z")
_JSONNET: Final = (".jsonnet", ".libsonnet")
_VENDORED: Final = "vendor"
"""The folder that jsonnet-bundler keeps the libraries of others in: a change of one shows in what imports it."""
_OF_WORKLOADS: Final = re.compile(
    rb"['\"](?:Deployment|StatefulSet|DaemonSet|ReplicaSet|CronJob|Job|Pod|PersistentVolumeClaim|HorizontalPodAutoscaler)['\"]"
    rb"|\b(?:deployment|statefulSet|daemonSet|cronJob|job|container|persistentVolumeClaim)\.new\b"
    rb"|\b(?:replicas|requests|limits)['\"]?\s*\+?:{1,3}|\bwithReplicas\b|\b(?:resourcesRequests|withRequests)"
)
"""By what Jsonnet that makes workloads is told from that of dashboards and alerts."""
_HELMS: Final = ("templates", "crds", "charts", "ci")
"""The folders of a chart that hold no values for who installs it."""
_OWN: Final = "values.yaml"
_SIZES: Final = frozenset(
    {
        *("replicas", "replicaCount", "minReplicas", "maxReplicas", "autoscaling", "resources", "requests", "limits", "cpu"),
        *("memory", "gpu", "storage", "storageClass", "persistence", "nodeSelector", "instanceType", "schedule", "parallelism"),
    }
)
"""The names by which charts ask for what costs, by convention."""
_NOBODY: Final = Obstacle(
    "nothing that is known renders a chart with these values", "name them under render[].values of weighbridge.yaml"
)
_NOT_RUN: Final = Obstacle(
    "helmfile renders it, which is not run", "weigh what helmfile template prints, or name its values under render[].values"
)
_NOT_RUN_EITHER: Final = Obstacle(
    "Jsonnet that no Application here names: it is not run", "weigh what it prints, such as tk export or jsonnet does"
)


@dataclass(frozen=True, slots=True)
class ValuesSide:
    """One side of a change: its files, and what is rendered of them."""

    plan: Plan
    renders: Iterable[Render]

    def holds(self, path: str) -> bool:
        """Whether a file is there and looked at."""
        return path in self.plan.tree.files and not self.plan.directions.ignored(path)

    def value(self, path: str) -> object:
        """What a file says; None where it is not there, and which one it is where that cannot be read."""
        if not self.holds(path):
            return None
        data = self.plan.tree.read(path)
        value, problems = parse_document(data, path) if data is not None else (None, None)
        return value if problems == () else {"": self.plan.tree.files[path]}


def unread_values(before: ValuesSide, after: ValuesSide, changed: Iterable[str]) -> tuple[list[Render], list[Render]]:
    """For each side what stands for changed files of values that neither renders anything with. Linear in these files."""
    if not before.plan.tree.files:
        # Nothing is changed that was there: charts that are weighed for the first time come with examples.
        return [], []
    read = _read((*before.renders, *after.renders))
    found = [(path, why) for path in sorted(changed) if (why := _why(path, before, after, read)) is not None]
    first, second = ([_standing(path, why) for path, why in found if side.holds(path)] for side in (before, after))
    return first, second


def _read(renders: Iterable[Render]) -> frozenset[str]:
    """The files that values are taken from, or that are known to be read by what cannot be rendered."""
    found: set[str] = set()
    for render in renders:
        if render.tool is not Tool.HELM or render.obstacles:
            found |= render.files
        given = (file for flag, file in pairwise(render.arguments) if flag == "--values")
        found.update(file.removeprefix(f"{TREE}/") for file in given)
    return frozenset(found)


def _why(path: str, before: ValuesSide, after: ValuesSide, read: frozenset[str]) -> Obstacle | None:
    """Why it is not known what a changed file costs; None where it is no such file."""
    if path in read or not any(side.holds(path) for side in (before, after)):
        return None
    if any(side.plan.directions.plain(posixpath.dirname(path)) for side in (before, after)):
        return None
    if _HELMFILE.match(path):
        return _NOT_RUN
    sides = [side for side in (before, after) if side.holds(path)]
    if path.endswith(_JSONNET):
        return _NOT_RUN_EITHER if any(_makes_workloads(path, side) for side in sides) else None
    if not path.endswith(_SUFFIXES) or not all(_are_values(path, side) for side in sides):
        return None
    return _NOBODY if without_builds(before.value(path)) != without_builds(after.value(path)) else None


def _makes_workloads(path: str, side: ValuesSide) -> bool:
    """Whether a file of Jsonnet speaks of workloads, or of their sizes, and is of this repository."""
    data = side.plan.tree.read(path) if _VENDORED not in path.split("/") else None
    return data is not None and _OF_WORKLOADS.search(data) is not None


def _are_values(path: str, side: ValuesSide) -> bool:
    """Whether a file holds values of a chart: by its name, or by what the values of the chart say that it stands in."""
    stated = side.value(path)
    if not isinstance(stated, dict | None) or (isinstance(stated, dict) and "kind" in stated):
        return False
    named = VALUES.match(posixpath.basename(path)) is not None
    chart = side.plan.charts.owning(path)
    if chart is None:
        return named and _sizes(stated)
    if posixpath.join(chart, _OWN) == path or any(inside(posixpath.join(chart, each), path) for each in _HELMS):
        return False
    if posixpath.join(chart, CHART) == path:
        return False
    return named or bool(_keys(stated) & _keys(side.value(posixpath.join(chart, _OWN))))


def _sizes(value: object) -> bool:
    """Whether something says how many or how large, by the names that charts use: other files are called values, too."""
    if isinstance(value, dict):
        return not _SIZES.isdisjoint(value) or any(map(_sizes, value.values()))
    return isinstance(value, list) and any(map(_sizes, value))


def _keys(value: object) -> frozenset[str]:
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _standing(path: str, why: Obstacle) -> Render:
    """What stands in a report for a file of values, or of Jsonnet."""
    version, kind = ("jsonnet.org/v1", "Jsonnet") if path.endswith(_JSONNET) else ("helm.sh/v2", "Values")
    body: Mapping[str, object] = {"apiVersion": version, "kind": kind, "metadata": {"name": path}}
    return Render(
        Tool.HELM, posixpath.dirname(path), Manifest.of(body, Origin(path)), frozenset({path}), variant=path, obstacles=(why,)
    )
