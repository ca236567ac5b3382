"""What a tree of manifests comes to, folder by folder, as a Markdown table: objects, and how many of their pods are counted.

The pods that would run are counted here a second time, from the raw objects and without the file of kinds: every pod template
that stands in an object, times the count beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from workloads.field import mapping
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.sources.files import read_paths
from workloads.surroundings import observe
from workloads.text.reader import Reading
from workloads.workload import Inventory

NODES = 3
TEMPLATES_ONLY = {
    *("PodTemplate", "ServingRuntime", "ClusterServingRuntime", "TrainingRuntime", "ClusterTrainingRuntime", "WorkflowTemplate"),
    *(
        "ClusterWorkflowTemplate",
        "LLMInferenceServiceConfig",
        "NodePool",
        "ProvisioningRequest",
        "InstallTemplate",
        "CustomResourceDefinition",
    ),
    *("AnalysisTemplate", "ClusterAnalysisTemplate", "Workload", "Kustomization", "CronWorkflow"),
}
"""Kinds whose pod templates run nothing by themselves, or are counted by their calls."""
COUNTS = ("replicas", "minReplicas", "count", "size", "instances")


@dataclass
class Row:
    """One folder."""

    objects: int = 0
    workloads: int = 0
    unpriced: int = 0
    free: int = 0
    unread: int = 0
    expected: Decimal = Decimal(0)
    counted: Decimal = Decimal(0)

    @property
    def share(self) -> str:
        """Pods counted of those expected."""
        return f"{self.counted / self.expected * 100:.1f} %" if self.expected else "–"


def expected_pods(manifest: Manifest) -> Decimal:
    """The pods an object would run, as a person reads it off the text."""
    body, kind = manifest.body, manifest.kind
    if kind in TEMPLATES_ONLY:
        return Decimal(0)
    if kind == "Pod":
        return Decimal(1)
    if kind == "DaemonSet":
        return Decimal(NODES)
    if kind in {"Job", "CronJob"} and manifest.group in {"batch", "extensions"}:
        spec = mapping(body, "spec") if kind == "Job" else mapping(body, "spec", "jobTemplate", "spec")
        parallelism = _number(spec.get("parallelism"), 1)
        return min(parallelism, _number(spec.get("completions"), parallelism))
    return sum((count for count in _counts(body)), Decimal(0))


def _counts(body: object) -> Iterator[Decimal]:
    """For each pod template, the count that stands nearest above it."""
    pending: list[tuple[object, Decimal]] = [(body, Decimal(1))]
    while pending:
        value, count = pending.pop()
        if isinstance(value, list):
            pending += [(child, count) for child in value]
        elif isinstance(value, Mapping):
            stated = next((value[key] for key in COUNTS if isinstance(value.get(key), int)), None)
            here = count if stated is None else Decimal(stated)
            containers = value.get("containers")
            if (
                isinstance(containers, list)
                and containers
                and all(isinstance(each, Mapping) and "image" in each for each in containers)
            ):
                yield here
            else:
                pending += [(child, here) for key, child in value.items() if key not in {"status", "metadata"}]


def _number(value: object, default: object) -> Decimal:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else Decimal(str(default))


def add(row: Row, reading: Reading) -> None:
    """Add what one file comes to."""
    row.objects += len(reading.manifests)
    row.unread += sum(not problem.message.startswith("key") for problem in reading.problems)
    inventory = take_inventory(reading.manifests, observe(reading.manifests))
    row.workloads += len(inventory.workloads)
    row.free += len(inventory.free)
    row.unpriced += len({entry.manifest.identity() for entry in inventory.unpriced})
    counted = _counted(inventory)
    for manifest in reading.manifests:
        expected = expected_pods(manifest)
        row.expected += expected
        row.counted += min(expected, counted.get(id(manifest), Decimal(0)))


def _counted(inventory: Inventory) -> dict[int, Decimal]:
    """The pods that were counted, at the most that may run, by object. What the last of two equal objects has stands for both."""
    return {
        id(workload.manifest): sum((group.pods.high for group in workload.groups), Decimal(0)) for workload in inventory.workloads
    }


def table(root: Path) -> dict[str, Row]:
    """A row for each folder below the root, each file weighed by itself."""
    rows: dict[str, Row] = {}
    for path in sorted(root.rglob("*")):
        if path.suffix in {".yaml", ".yml", ".json"} and path.is_file():
            add(rows.setdefault(path.relative_to(root).parts[0], Row()), read_paths([str(path)]))
    return rows


def main(arguments: list[str]) -> int:
    """Print the table of a folder."""
    if len(arguments) != 1:
        print("usage: python tools/corpus_table.py FOLDER", file=sys.stderr)
        return 3
    rows = table(Path(arguments[0]))
    total = Row()
    print("| folder | objects | workloads | not priced | free | not read | pods expected | counted | share |")
    print("|:--|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, row in rows.items():
        _print(name, row)
        for field in Row.__dataclass_fields__:
            setattr(total, field, getattr(total, field) + getattr(row, field))
    _print("**all**", total)
    return 0


def _print(name: str, row: Row) -> None:
    numbers = (row.objects, row.workloads, row.unpriced, row.free, row.unread, row.expected, row.counted)
    print(f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} | {row.share} |")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
