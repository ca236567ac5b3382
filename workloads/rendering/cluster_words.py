"""Sizes that a template works out of what only a cluster, or chance, tells: Helm renders it here as it is first installed.

Source: helm.sh/docs/chart_template_guide/builtin_objects, and the functions of the same guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_ASKS: Final = re.compile(
    rb"\blookup\b|\.Release\.(?:IsUpgrade|IsInstall|Revision)\b|\.Capabilities\.[A-Za-z.]+"
    rb"|\b(?:rand(?:Alpha|AlphaNum|Ascii|Bytes|Int|Numeric)|shuffle|now|genCA|genPrivateKey|getHostByName)\b"
)
_SIZES: Final = re.compile(
    rb"\b(?:replicas|minReplicas|maxReplicas|parallelism|completions|cpu|memory|storage|ephemeral-storage|requests|limits"
    rb"|nodeSelector|storageClassName|instances|nvidia\.com/gpu)\b[\"']? *:"
)
_CONDITION: Final = re.compile(rb"\{\{-? *(?:else +)?(?:if|with)\b")
_CHOOSES_VERSIONS: Final = b".Capabilities."
"""Charts choose versions of APIs by these in conditions everywhere, which costs nothing."""


class Asked(NamedTuple):
    """A line that asks."""

    line: int
    """1-based."""
    word: str
    """What it asks for."""


def asking(before: bytes, after: bytes) -> Iterator[Asked]:
    """The lines of a template that ask for what only a cluster tells and decide a size by it, or whether something is there.

    ``before`` is the template before a change: what it asked for then is no news. Linear in both.
    """
    if not _SIZES.search(after):
        return
    known = {line.strip() for line in before.split(b"\n")}
    for number, line in enumerate(after.split(b"\n"), 1):
        found = _ASKS.search(line)
        if found and line.strip() not in known and _decides(line, found[0]):
            yield Asked(number, found[0].decode())


def _decides(line: bytes, word: bytes) -> bool:
    if _SIZES.search(line):
        return True
    return _CONDITION.search(line) is not None and not word.startswith(_CHOOSES_VERSIONS)
