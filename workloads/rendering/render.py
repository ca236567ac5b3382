"""One thing to render: with which tool, from which files, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from workloads.manifest import Identity, Manifest
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.tree import OutsideError, Tree, followed
from workloads.rendering.variables import Variables

TREE: Final = "tree"
"""The folder that the files of the tree are laid out in, while something is rendered."""

RenderIdentity = tuple[str, str, str, Identity]
"""Tool, folder, variant, and what asks for it in which cluster."""


class Tool(StrEnum):
    """What renders."""

    KUSTOMIZE = "kustomize"
    HELM = "helm"
    PLAIN = "plain"
    """Nothing: files are taken as they stand."""


@dataclass(frozen=True, slots=True)
class Render:
    """One rendering, as far as it is decided by the files of one tree."""

    tool: Tool
    folder: str
    """What is rendered, from the tree's top: a folder with a kustomization, or a chart."""
    source: Manifest
    """What asks for it: a HelmRelease or an Application; else what stands for the kustomization or the chart itself."""
    files: frozenset[str] = frozenset()
    """Every file of the tree that is read."""
    made: Mapping[str, bytes] = field(default_factory=dict)
    """Files beside those of the tree, by path from the folder that holds ``TREE``: values, what is laid over a kustomization."""
    arguments: tuple[str, ...] = ()
    """What the tool is told. Paths are from the folder that holds ``TREE``."""
    cluster: str = ""
    """Name of the cluster that it is for, where something says so; else the paths of weighbridge.yaml decide."""
    namespace: str = ""
    """Namespace of objects that state none."""
    variant: str = ""
    """Which of several renderings of the folder it is; empty where it is the only one."""
    asked: str = ""
    """The file of the object that asks for it, as it is shown; empty where its own folder does."""
    revisions: Mapping[str, str] = field(default_factory=dict)
    """What its object follows, as far as that is told: its own source by an empty name, others by what they are called."""
    variables: Variables | None = None
    """What is filled in for variables in the output; None where nothing is."""
    layers: tuple[bytes, ...] = ()
    """Kustomizations that are laid over the output, one after the other: each is told its resources."""
    obstacles: tuple[Obstacle, ...] = ()
    """Why it is not rendered; empty where it is."""
    beside: frozenset[str] = frozenset()
    """Of its files those that stay what they are by themselves: Helm lets templates read all that stands beside them."""
    unpruned: str | None = field(default="", compare=False)
    """Why what its source no longer has goes on running; empty where it does not say so. None where a change takes away what
    deploys it: nobody knows what becomes of what it had."""
    choices: tuple[str, ...] = ()
    """What was chosen of several that would do, such as a version of a range, for whoever reads the report."""

    @property
    def own(self) -> frozenset[str]:
        """The files that are weighed as they are rendered, and not as they stand."""
        return self.files - self.beside

    @property
    def identity(self) -> RenderIdentity:
        """What makes two renderings, of two trees, the same one before and after a change."""
        return self.tool, self.folder, self.variant, self.source.identity(self.cluster)

    @property
    def owner(self) -> tuple[Identity, str]:
        """What fails as one: all renderings that one object asks for, on both sides of a change."""
        return self.source.identity(), self.variant

    def content(self, tree: Tree) -> Iterator[str]:
        """Everything that decides the output, beside the tool: equal contents are rendered equally. Linear in the files."""
        yield from (self.tool, self.folder, *self.arguments)
        yield from (layer.decode("utf-8", "surrogateescape") for layer in self.layers)
        for path, data in sorted(self.made.items()):
            yield from (path, data.decode("utf-8", "surrogateescape"))
        for path in sorted(self.files):
            try:
                target = followed(tree.links, path)
                yield from (path, tree.files.get(target, target))
            except OutsideError:
                yield from (path, tree.links.get(path, ""))
