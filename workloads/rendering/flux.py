"""What Flux renders: a Kustomization builds a path of a source, a HelmRelease a chart.

Fields are those of kustomize.toolkit.fluxcd.io/v1 and helm.toolkit.fluxcd.io/v2 (fluxcd.io/flux/components).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import orjson

from workloads.field import dig, mapping, sequence, text
from workloads.manifest import Manifest
from workloads.rendering.edits import Edits
from workloads.rendering.helm_plan import Release, absent_render, archive_render
from workloads.rendering.kustomize_plan import deployed_render
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.render import Render, Tool
from workloads.rendering.revision import followed_source, pinned_repository
from workloads.rendering.value_path import value_at
from workloads.rendering.variables import Variables
from workloads.rendering.world import World
from workloads.text.reader import parse_document

_NAMES: Final = ("namePrefix", "nameSuffix")
_LAID: Final = ("patches", "images")
"""What a post-renderer states: fluxcd.io/flux/components/helm/helmreleases, post renderers."""


def flux_kustomization(manifest: Manifest, world: World) -> list[Render]:
    """What a Kustomization of Flux builds."""
    reference = mapping(manifest.body, "spec", "sourceRef")
    return [replace(_built(manifest, world), revisions=_revisions(manifest, reference, world))]


def _built(manifest: Manifest, world: World) -> Render:
    spec = mapping(manifest.body, "spec")
    obstacle = _source_obstacle(manifest, mapping(spec, "sourceRef"), world)
    folder = world.path(text(spec, "path"))
    if obstacle is None and (folder is None or folder not in world.plan.folders):
        obstacle = Obstacle(f"no folder {text(spec, 'path')[:200] or '.'} in the repository")
    if obstacle is not None or folder is None:
        files = frozenset({folder} if folder else ())
        return Render(Tool.KUSTOMIZE, "", manifest, files, obstacles=(obstacle,) if obstacle else ())
    variables, plan = _variables(manifest, world), world.plan
    return deployed_render(plan.kustomizations, plan.folders, folder, manifest, _written(spec), variables)


def _variables(manifest: Manifest, world: World) -> Variables | None:
    """What is filled in after a build: what is stated, over what ConfigMaps and Secrets give, a later one over an earlier one."""
    stated = {name: str(value) for name, value in mapping(manifest.body, "spec", "postBuild", "substitute").items()}
    references = [each for each in sequence(manifest.body, "spec", "postBuild", "substituteFrom") if isinstance(each, dict)]
    givers = (world.giver(manifest, reference) for reference in references)
    return Variables.given((giver for giver in givers if giver is not None), stated) or None


def configured_by(manifest: Manifest) -> frozenset[str]:
    """The names of the ConfigMaps and Secrets that an object takes values or variables of."""
    listed = (*sequence(manifest.body, "spec", "valuesFrom"), *sequence(manifest.body, "spec", "postBuild", "substituteFrom"))
    return frozenset(text(each, "name") for each in listed if text(each, "name"))


def sourced_by(manifest: Manifest) -> frozenset[str]:
    """The names of the sources that an object names."""
    spec = mapping(manifest.body, "spec")
    stated = (mapping(spec, "sourceRef"), _chart_reference(spec))
    return frozenset(text(each, "name") for each in stated if text(each, "name"))


def _written(spec: Mapping[str, object]) -> Edits:
    """What a Kustomization writes into that of its path. Only patches that stand in it are taken over."""
    fields: dict[str, object] = {key: text(spec, key) for key in _NAMES if text(spec, key)}
    if text(spec, "targetNamespace"):
        fields["namespace"] = text(spec, "targetNamespace")
    encrypted = mapping(spec, "decryption")
    opened = not encrypted or text(encrypted, "provider") == "sops"
    return Edits(
        fields | _edits(spec),
        tuple(str(each) for each in sequence(spec, "components")),
        spec.get("ignoreMissingComponents") is True,
        obstacles=() if opened else (Obstacle("it decrypts what it builds"),),
    )


def _edits(stated: Mapping[str, object]) -> dict[str, object]:
    """Patches and images, as far as they are written in place: a patch from a file is none that Flux takes."""
    patches = [
        {key: each.get(key) for key in ("patch", "target") if key in each}
        for each in sequence(stated, "patches")
        if isinstance(each, dict)
    ]
    images = [
        {key: text(each, key) for key in ("name", "newName", "newTag", "digest") if text(each, key)}
        for each in sequence(stated, "images")
    ]
    return {key: value for key, value in (("patches", patches), ("images", images)) if value}


def _layers(spec: Mapping[str, object]) -> tuple[tuple[bytes, ...], tuple[Obstacle, ...]]:
    """What the post-renderers of a HelmRelease lay over what comes of its chart, and why others are not known."""
    layers: list[bytes] = []
    for renderer in sequence(spec, "postRenderers"):
        stated = mapping(renderer, "kustomize")
        other = next((key for key in stated if key not in _LAID), "" if stated else "no kustomize")
        if other:
            return (), (Obstacle(f"its postRenderers state {other[:60]}, which is not applied", "state patches and images"),)
        layers.append(orjson.dumps(_edits(stated)))
    return tuple(layers), ()


def _referred(manifest: Manifest, reference: Mapping[str, object], world: World) -> Manifest | None:
    """The source that an object names, where it stands in the repository."""
    namespace = text(reference, "namespace") or manifest.namespace
    return world.referred(text(reference, "kind"), namespace, text(reference, "name"), manifest)


def _revisions(manifest: Manifest, reference: Mapping[str, object], world: World) -> dict[str, str]:
    """What an object's source follows, as far as that is told."""
    found = _referred(manifest, reference, world)
    return {} if found is None else {"": followed_source(found.body)}


def _chart_revisions(manifest: Manifest, spec: Mapping[str, object], world: World) -> dict[str, str]:
    """What tells which chart it is, where that is neither a name and a version nor a tag, by which charts are kept."""
    found = _referred(manifest, _chart_reference(spec), world)
    stated = mapping(found.body, "spec") if found is not None else {}
    if found is not None and found.kind == "HelmChart":
        source = f"{text(stated, 'sourceRef', 'kind')} {text(stated, 'sourceRef', 'name')}"
        return {"": f"{text(stated, 'chart')[:100]} {text(stated, 'version')[:60] or 'of any version'} of {source[:150]}"}
    if found is not None and found.kind == "OCIRepository" and not text(stated, "ref", "tag"):
        return {"": followed_source(found.body)}
    return {}


def _source_obstacle(manifest: Manifest, reference: Mapping[str, object], world: World) -> Obstacle | None:
    """Why a source cannot be read here; None where it is this repository, or may be."""
    kind = text(reference, "kind")
    if kind != "GitRepository":
        return Obstacle(f"its source is {kind[:60] or 'not told'} {text(reference, 'name')[:100]}", "weigh what it is made from")
    found = _referred(manifest, reference, world)
    if found is None:
        return None
    return world.elsewhere(text(found.body, "spec", "url")) or pinned_repository(mapping(found.body, "spec", "ref"))


def flux_release(manifest: Manifest, world: World) -> list[Render]:
    """What a HelmRelease renders."""
    spec = mapping(manifest.body, "spec")
    wanted = mapping(spec, "chart", "spec")
    values, obstacles = _values(manifest, world)
    layers, unlaid = _layers(spec)
    obstacles += unlaid
    namespace = text(spec, "targetNamespace") or manifest.namespace
    name = text(spec, "releaseName") or "-".join(part for part in (text(spec, "targetNamespace"), manifest.name) if part)
    files = tuple(_value_files(wanted, world))
    release = Release(manifest, name, namespace, files, values, layers=layers, obstacles=obstacles)
    if text(wanted, "sourceRef", "kind") not in ("GitRepository", "Bucket"):
        return [replace(_remote(manifest, spec, release, world), revisions=_chart_revisions(manifest, spec, world))]
    return [
        replace(_local(manifest, wanted, release, world), revisions=_revisions(manifest, mapping(wanted, "sourceRef"), world))
    ]


def _value_files(wanted: Mapping[str, object], world: World) -> Iterator[str]:
    """The files of values that a chart's source holds; where that is said, without those that are not there."""
    tree, optional = world.plan.tree, wanted.get("ignoreMissingValuesFiles") is True
    for path in (world.path(str(each)) for each in sequence(wanted, "valuesFiles")):
        if path is not None and (not optional or path in tree.files or path in tree.links):
            yield path


def _values(manifest: Manifest, world: World) -> tuple[list[Mapping[str, object]], tuple[Obstacle, ...]]:
    """The values of a HelmRelease: those it refers to, and over them its own."""
    found: list[Mapping[str, object]] = []
    obstacles: list[Obstacle] = []
    for reference in sequence(manifest.body, "spec", "valuesFrom"):
        if not isinstance(reference, dict):
            continue
        value = world.values_of(manifest, reference)
        given = value if value is None or isinstance(value, Obstacle) else _given(reference, value)
        if isinstance(given, Obstacle):
            obstacles.append(given)
        elif given is not None:
            found.append(given)
    return [*found, mapping(manifest.body, "spec", "values")], tuple(obstacles)


def _given(reference: Mapping[str, object], value: str) -> Mapping[str, object] | Obstacle:
    """The values that a text of a ConfigMap comes to: a document of them, or the one of a path."""
    target = text(reference, "targetPath")
    if target:
        return value_at(target, value, literal=reference.get("literal") is True)
    parsed, _ = parse_document(value.encode("utf-8", "replace"), "values.yaml")
    return parsed if isinstance(parsed, dict) else {}


def _local(manifest: Manifest, wanted: Mapping[str, object], release: Release, world: World) -> Render:
    obstacle = _source_obstacle(manifest, mapping(wanted, "sourceRef"), world)
    folder = world.path(text(wanted, "chart"))
    if obstacle is None and (folder is None or folder not in world.plan.charts):
        obstacle = Obstacle(f"no chart at {text(wanted, 'chart')[:200]} in the repository")
    if obstacle is not None or folder is None:
        return absent_render("", text(wanted, "chart"), release, manifest, obstacle or Obstacle("a chart that leads out"))
    return world.plan.helm(folder, release)


def _remote(manifest: Manifest, spec: Mapping[str, object], release: Release, world: World) -> Render:
    """A chart of a repository of charts, from where somebody fetched it to."""
    address, name, version = _address(manifest, spec, world)
    store = world.plan.directions.store
    fetched = store.get(address, name, version) if address else None
    if fetched is not None:
        return archive_render(fetched, name, version, release, manifest)
    words = f"remote chart {name or 'without a name'} {version or 'of any version'}"
    if address:
        obstacle = Obstacle(f"{words} of {address}, and weighing needs no network", store.hint(address, name, version))
    else:
        reference = _chart_reference(spec)
        source = f"{text(reference, 'kind')[:60]} {text(reference, 'name')[:100]}".strip() or "a source that is not named"
        hint = "keep that object, which tells its address, in the repository"
        obstacle = Obstacle(f"{words} of {source}, which is not in this repository", hint)
    return absent_render("", name, release, manifest, obstacle)


def _chart_reference(spec: Mapping[str, object]) -> Mapping[str, object]:
    """What tells where a chart is from."""
    return mapping(spec, "chart", "spec", "sourceRef") or mapping(spec, "chartRef")


def _address(manifest: Manifest, spec: Mapping[str, object], world: World) -> tuple[str, str, str]:
    """Repository, name and version of a remote chart, as far as they are known."""
    wanted, reference = mapping(spec, "chart", "spec"), _chart_reference(spec)
    found = _referred(manifest, reference, world)
    url = text(found.body, "spec", "url") if found is not None else ""
    if text(reference, "kind") == "OCIRepository":
        tag = dig(found.body, "spec", "ref", "tag") if found is not None else ""
        return posixpath.dirname(url), posixpath.basename(url) or text(reference, "name"), str(tag or "")
    return url, text(wanted, "chart"), text(wanted, "version")
