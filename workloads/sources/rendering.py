"""Both sides of a change, rendered as far as the change reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from workloads.manifest import LOCAL_GROUPS, Identity, Manifest, Origin
from workloads.problem import Problem, Severity
from workloads.rendering.cluster_words import asking
from workloads.rendering.obstacle import Obstacle, reason
from workloads.rendering.plan import reached
from workloads.rendering.render import Render, Tool
from workloads.rendering.side import Side
from workloads.rendering.single_changes import single_changes
from workloads.rendering.standing import freed, hidden
from workloads.rendering.tree import Tree
from workloads.rendering.unknown_content import unknown_content
from workloads.rendering.unread_values import ValuesSide, unread_values
from workloads.settings.configuration import FILE_NAME
from workloads.sources.renderer import Rendered, Renderer
from workloads.text.reader import Reading

DEEPEST: Final = 4
"""Applications that deploy Applications, in a row."""


@dataclass(frozen=True, slots=True)
class RenderedSide:
    """One side of a change."""

    reading: Reading
    owned: frozenset[str]
    """Files whose objects are not to be read as they stand."""
    outcomes: Mapping[Identity, str]
    """Of objects that stand for others: why those are not known; empty where they are."""
    sources: Mapping[Identity, Manifest]
    """These objects, wherever they stand."""
    freed: frozenset[str] = frozenset()
    """Files that are read as they stand though they do not change: what rendered them is gone, or what renders them is new."""

    def settled(self, read: Reading) -> Reading:
        """What was read of the side as it stands, with what was rendered; objects that stand for others say what came of them."""
        whole = read + self.reading
        there = {manifest.identity() for manifest in whole.manifests}
        manifests = [self._told(manifest) for manifest in whole.manifests]
        manifests += [
            self._told(source) for identity, source in self.sources.items() if identity not in there and self._lacks(identity)
        ]
        return replace(whole, manifests=tuple(manifests))

    def _lacks(self, identity: Identity) -> bool:
        return bool(self.outcomes.get(identity))

    def _told(self, manifest: Manifest) -> Manifest:
        known = self.sources.get(manifest.identity())
        outcome = self.outcomes.get(manifest.identity())
        if known is None or outcome is None:
            return manifest
        return replace(manifest, body=known.body, unrendered=f"not rendered: {outcome}" if outcome else "")


@dataclass(slots=True)
class _Outcome:
    """What came of the renderings of both sides so far."""

    renderer: Renderer
    texts: dict[int, bytes] = field(default_factory=dict)
    """What was rendered, by the identity of the rendering's value."""
    failed: dict[object, str] = field(default_factory=dict)
    """Why nothing came of a rendering, by what is the same on both sides: a side alone would pass for new, or for removed."""

    in_the_way: dict[object, tuple[Obstacle, ...]] = field(default_factory=dict)
    """What kept renderings from being tried, likewise: of both sides, so that both can be mended at once."""

    def render(self, jobs: Iterable[tuple[Tree, Render]]) -> None:
        """Render several, of any side."""
        listed = list(jobs)
        ready = [(tree, render) for tree, render in listed if not render.obstacles]
        results = dict(zip((id(render) for _, render in ready), self.renderer.render(ready), strict=True))
        for _, render in listed:
            found = results.get(id(render)) or Rendered(complaint=self._hindered(render))
            if found.complaint:
                self.failed[render.owner] = found.complaint
            else:
                self.texts[id(render)] = found.text

    def _hindered(self, render: Render) -> str:
        """Why a rendering was not tried, here or on the other side."""
        known = (*self.in_the_way.get(render.owner, ()), *render.obstacles)
        # The same thing may stand on another line there.
        self.in_the_way[render.owner] = tuple({(each.message, each.hint): each for each in known}.values())
        return reason(self.in_the_way[render.owner])

    def why(self, render: Render) -> str:
        """Why nothing came of a rendering, or of all that its object asks for; empty where something did."""
        if not self.failed:
            return ""
        identity, _ = render.owner
        return self.failed.get(render.owner, "") or self.failed.get((identity, ""), "")


def told_alike(before: Reading, after: Reading) -> tuple[Reading, Reading]:
    """Both sides, with what is not known on one of them not told on the other: it would pass for new, or for removed."""
    unknown = {each.identity(): each.unrendered for side in (before, after) for each in side.manifests if each.unrendered}
    return _alike(before, unknown), _alike(after, unknown)


def _alike(side: Reading, unknown: Mapping[Identity, str]) -> Reading:
    if not unknown:
        return side
    manifests = (
        replace(each, unrendered=each.unrendered or unknown.get(each.identity(), each.unrendered)) for each in side.manifests
    )
    return replace(side, manifests=tuple(manifests))


def render_change(before: Side, after: Side, changed: frozenset[str], renderer: Renderer) -> tuple[RenderedSide, RenderedSide]:
    """What the change renders differently, on both sides. Never raises on what a tree holds."""
    outcome = _Outcome(renderer)
    after.plan.keep(before.plan)
    forced = before.forced(changed) | after.forced(changed)
    # What a link that is turned showed, or shows now, is part of what names the link.
    turned = (side.linked[path] for path in before.linked.keys() & after.linked.keys() for side in (before, after))
    built = before.built.union(after.built, turned)
    _round(before, after, (before.first(built), after.first(built)), changed, forced, outcome)
    _follow(before, after, changed, forced, outcome)
    charts = before.charts | after.charts
    _round(before, after, (before.leading(charts), after.leading(charts)), changed, forced, outcome)
    _follow(before, after, changed, forced, outcome)
    charts = before.charts | after.charts
    _round(before, after, (before.charted(charts), after.charted(charts)), changed, frozenset(), outcome)
    unread = unread_values(ValuesSide(before.plan, before.renders), ValuesSide(after.plan, after.renders), changed)
    before.renders += unread[0]
    after.renders += unread[1]
    lost = Reading(problems=tuple(_lost(path) for path in after.plan.lost() if path in before.plan.lost()))
    deployed = before.deployed | after.deployed
    first = _rendered(before, outcome, deployed | before.attached(changed), changed)
    second = _rendered(after, outcome, deployed | after.attached(changed), changed)
    taken = (second.owned - first.owned) & before.tree.files.keys() & after.tree.files.keys()
    stood = hidden(after, taken, second.reading.manifests)
    first = replace(first, freed=taken - changed - stood)
    told = Reading(problems=(*_chosen(after), *_kept(after, stood), *_of_the_cluster(before, after, changed)))
    second = replace(second, owned=second.owned - stood, freed=freed(before, after), reading=second.reading + lost + told)
    return first, second


def _follow(before: Side, after: Side, changed: frozenset[str], forced: frozenset[str], outcome: _Outcome) -> None:
    """Render what is deployed by what was rendered, and so on."""
    for _ in range(DEEPEST):
        found = before.found(), after.found()
        if not any(found):
            return
        _round(before, after, found, changed, forced, outcome)


def _round(
    before: Side,
    after: Side,
    renders: tuple[list[Render], list[Render]],
    changed: frozenset[str],
    forced: frozenset[str],
    outcome: _Outcome,
) -> None:
    was, is_ = reached(*renders, changed, forced)
    outcome.render([(before.tree, render) for render in was] + [(after.tree, render) for render in is_])
    before.take(was, outcome.texts)
    after.take(is_, outcome.texts, single_changes((before.tree, was), (after.tree, is_), after.shown))


def _lost(path: str) -> Problem:
    """That weighbridge.yaml names something that is not there, before or after the change."""
    words = f"render: there is no kustomization and no chart at {path!r}: it is not rendered"
    return Problem(Severity.WARNING, words, FILE_NAME, hint="correct the path, or remove the entry")


def _chosen(side: Side) -> Iterator[Problem]:
    """What was rendered of one chart of several that would do: what a cluster takes may be newer."""
    for render, _ in side.taken:
        stated = render.source.origin.file if render.source.origin else render.folder
        file = side.shown(stated) if render.source.group in LOCAL_GROUPS else stated
        for words in render.choices:
            hint = "fetch a newer one, or state one version"
            yield Problem(Severity.WARNING, f"rendered with the chart {words}", file, hint=hint)


def _kept(side: Side, stood: frozenset[str]) -> Iterator[Problem]:
    """What was rendered, or ``stood``, by itself before the change, and is part of something else now."""
    kept = side.plan.kept
    for path in sorted(stood):
        yield _both(side.shown(path))
    for render in side.renders:
        if render.source.group in LOCAL_GROUPS and (render.tool, render.folder) in kept:
            yield _both(side.shown(render.source.origin.file if render.source.origin else render.folder))


def _of_the_cluster(before: Side, after: Side, changed: frozenset[str]) -> Iterator[Problem]:
    """What changed templates make of what only a cluster tells: it is rendered as on a first installation."""
    read = frozenset().union(*(render.files for render, _ in after.taken if render.tool is Tool.HELM))
    for path in sorted(path for path in read & changed if "templates" in path.split("/")):
        for line, word in asking(before.tree.read(path) or b"", after.tree.read(path) or b""):
            words = f"it depends on the cluster, or on chance: {word}"
            hint = "weighed as helm template renders it, as on a first installation where nothing else is"
            yield Problem(Severity.WARNING, words, after.shown(path), line, hint=hint, sort="depends on the cluster")


def _both(file: str) -> Problem:
    words = "it was deployed by itself, as far as files tell, and the change makes it part of another: both are weighed"
    hint = "where it goes on by itself, name it under render in weighbridge.yaml: later changes weigh it as a part only"
    return Problem(Severity.WARNING, words, file, hint=hint, sort="part of another from now on")


def _rendered(side: Side, outcome: _Outcome, held: frozenset[str], changed: frozenset[str]) -> RenderedSide:
    """One side. ``held`` are files that stand by themselves on neither, such as those that objects deploy on either side."""
    manifests: list[Manifest] = []
    problems: list[Problem] = []
    for render, reading in side.taken:
        if not outcome.why(render):
            manifests += reading.manifests
            problems += reading.problems
    outcomes: dict[Identity, str] = {}
    sources: dict[Identity, Manifest] = {}
    for render in side.renders:
        why = outcome.why(render) or (reason(render.obstacles) if render.obstacles else "")
        source = _standing(render, side, why, changed)
        if source.group in LOCAL_GROUPS and not why:
            continue
        identity = source.identity()
        outcomes[identity] = outcomes.get(identity) or why
        sources[identity] = source
    return RenderedSide(Reading(tuple(manifests), tuple(problems)), side.owned | held, outcomes, sources)


def _standing(render: Render, side: Side, why: str, changed: frozenset[str]) -> Manifest:
    """What stands for a rendering. Where nothing came of that, its content is part of it, so that a change of it is one."""
    source, shown = render.source, side.shown
    if not why:
        return source
    body = {**source.body, "content": unknown_content(render, side.tree, changed)}
    if source.group not in LOCAL_GROUPS:
        return replace(source, body=body)
    origin = source.origin or Origin(render.folder)
    place = replace(origin, file=shown(origin.file), root=shown(render.folder), variant=render.variant, cluster=render.cluster)
    return replace(source, body=body, origin=place)
