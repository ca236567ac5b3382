"""Texts in YAML and JSON, well formed and not: read, observed, counted, priced, judged and shown."""

from __future__ import annotations

from pathlib import Path

from showing import require_shown, weighed_manifests

from policies.documents.starter import LIBRARY
from workloads.text.reader import ReadLimits, read

ROOT = Path(__file__).parents[2]
SEEDS = [path.read_bytes() for folder in (ROOT / "examples", LIBRARY) for path in sorted(folder.rglob("*.yaml"))]
_LIMITS = ReadLimits(size=200_000, depth=60, values=20_000)
"""Small, so that a run meets them."""


def target(data: bytes) -> None:
    """Weigh what a text holds. Of what cannot be read, the file and the line are told."""
    reading = read(data, "hostile.yaml", _LIMITS)
    for problem in reading.problems:
        assert problem.message
        assert problem.file == "hostile.yaml"
    if reading.manifests:
        require_shown(weighed_manifests(None, reading.manifests))
