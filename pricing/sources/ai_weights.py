"""Whether two names mean the same published weights: ``meta-llama/Llama-3.1-8B-Instruct`` and ``meta.llama3-1-8b-instruct-v1:0``.

What is left of a name are its words and numbers, in order. A quantised or shortened variant keeps the word that says so and is
another model.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

NAMES_FILE: Final = Path(__file__).parents[1] / "data" / "ai_weights.tsv"
"""Names of the price list that say nothing of their weights, with the weights that their providers say they run."""

_VENDOR = re.compile(r"^[a-z]{2,12}\.(?=[a-z])", re.ASCII)
_RELEASE = re.compile(r"-v\d+(?::\d+)?$", re.ASCII)
_POINT = re.compile(r"(?<=\d)p(?=\d)", re.ASCII)
_VERSION = re.compile(r"(?<![a-z])v(?=\d)", re.ASCII)
_WORD = re.compile(r"[a-z]+|\d+|:[a-z]+", re.ASCII)
_BRANDS = ("meta", "databricks")
"""Words that sellers put before a model's name."""


def weights(name: str, provider: str = "") -> str:
    """What two names of the same weights have in common: ``llama 3 1 8 b instruct``."""
    stated = _stated().get(f"{provider}/{name}".lower(), name) if provider else name
    last = stated.lower().rpartition("/")[2]
    last = _RELEASE.sub("", _VENDOR.sub("", last))
    words = _WORD.findall(_VERSION.sub("", _POINT.sub(".", last)))
    while len(words) > 1 and words[0] in _BRANDS:
        words = words[1:]
    return " ".join(words)


@cache
def _stated() -> dict[str, str]:
    with NAMES_FILE.open(encoding="utf-8", newline="") as file:
        return {f"{row['provider']}/{row['name']}".lower(): row["weights"] for row in csv.DictReader(file, delimiter="\t")}
