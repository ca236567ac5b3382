"""What weighbridge.yaml says of rendering: how, where a folder's own files do not say it, and what is not looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workloads.field import sequence, text


@dataclass(frozen=True, slots=True)
class RenderEntry:
    """One entry of ``render``."""

    path: str
    """A folder, relative to the configuration's."""
    tool: str = ""
    """``kustomize``, ``helm`` or ``plain``; empty for what the folder's files say."""
    values: tuple[str, ...] = ()
    """Files of values, relative to the configuration's folder; later ones win."""
    release: str = ""
    namespace: str = ""
    """Of objects that state none."""
    cluster: str = ""
    """Name of the cluster that it is for; empty where the paths of clusters decide."""


def read_render(document: Mapping[str, object]) -> tuple[RenderEntry, ...]:
    """The entries of ``render``, of a document that keeps the schema."""
    return tuple(
        RenderEntry(
            path=text(entry, "path").strip("/").removeprefix("./"),
            tool=text(entry, "with"),
            values=tuple(str(value) for value in sequence(entry, "values")),
            release=text(entry, "release"),
            namespace=text(entry, "namespace"),
            cluster=text(entry, "cluster"),
        )
        for entry in sequence(document, "render")
    )
