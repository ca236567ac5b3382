"""Which renderings of a change differ by one file alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workloads.rendering.provenance import Shown
from workloads.rendering.render import Render, RenderIdentity, Tool
from workloads.rendering.single_change import SingleChange
from workloads.rendering.tree import Tree, link_to


def single_changes(
    before: tuple[Tree, Iterable[Render]], after: tuple[Tree, Iterable[Render]], shown: Shown
) -> Mapping[RenderIdentity, SingleChange]:
    """For each rendering that both sides have, the file in which they differ, where it is one. Linear in their files."""
    earlier = {render.identity: render for render in before[1]}
    found: dict[RenderIdentity, SingleChange] = {}
    for render in after[1]:
        old = earlier.get(render.identity)
        path = _only_difference(old, before[0], render, after[0]) if old is not None else ""
        was, now = (tree.read(path) if path else None for tree in (before[0], after[0]))
        if was is not None and now is not None:
            literal = render.tool is Tool.KUSTOMIZE and not render.variables
            found[render.identity] = SingleChange(shown(path), was, now, literal)
    return found


def _only_difference(old: Render, was: Tree, new: Render, now: Tree) -> str:
    """The path of the one file in which they differ; empty where that is not all, or where links lead elsewhere."""
    if new.tool is Tool.PLAIN or _called(old) != _called(new):
        return ""
    read = old.files | new.files
    if any(link_to(tree.links, path) is not None for tree in (was, now) for path in read):
        return ""
    different = [path for path in read if was.files.get(path) != now.files.get(path)]
    return different[0] if len(different) == 1 else ""


def _called(render: Render) -> tuple[object, ...]:
    """What decides the output beside the files."""
    return render.arguments, dict(render.made), render.variables, render.namespace, render.layers
