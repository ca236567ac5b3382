"""The Applications that an ApplicationSet makes, as far as its generators look at nothing but itself and the repository.

Generators: list, git (directories and files), matrix and merge of these, each with a selector. Templates: the plain
``{{path.basename}}`` and, with ``goTemplate``, those of ``go_template``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
from workloads.rendering.generation import DEEPEST, Generation
from workloads.rendering.go_template import filled
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.parameter_sets import Parameters, patched
from workloads.rendering.template_functions import NotKnownError, shown
from workloads.rendering.world import World
from workloads.text.reader import parse_document

_PLAIN: Final = re.compile(r"\{\{\s*([\w.\[\]-]+)\s*\}\}")


def applications(manifest: Manifest, world: World) -> list[Manifest] | Obstacle:
    """The Applications of a set, in the order of its generators; why they are not known, where they are not."""
    spec = mapping(manifest.body, "spec")
    generation = Generation(world, _filled, go=spec.get("goTemplate") is True)
    try:
        found = [
            _application(manifest, parameters, go=spec.get("goTemplate") is True)
            for generator in sequence(spec, "generators")
            for parameters in generation.made_by(generator)
        ]
    except NotKnownError as error:
        return Obstacle(str(error), "weigh the Applications that it makes")
    return found


def looked_at(generators: object, world: World, depth: int = 0) -> dict[str, str]:
    """The revisions that generators look at, those inside others with them, by where they stand."""
    found: dict[str, str] = {}
    for place, generator in enumerate(generators if isinstance(generators, list) and depth <= DEEPEST else (), 1):
        git = mapping(generator, "git")
        if git:
            found[f"its generator {place}"] = world.followed(text(git, "repoURL"), text(git, "revision"))
        for kind in ("matrix", "merge"):
            inner = looked_at(mapping(generator, kind).get("generators"), world, depth + 1)
            found |= {f"{name} of {place}": revision for name, revision in inner.items()}
    return found


def _application(manifest: Manifest, parameters: Parameters, *, go: bool) -> Manifest:
    template = mapping(manifest.body, "spec", "template")
    made = _filled(template, parameters, go)
    whole = made if isinstance(made, dict) else {}
    patch = text(manifest.body, "spec", "templatePatch")
    if patch:
        value, problems = parse_document(_text(patch, parameters, go).encode("utf-8", "replace"), "templatePatch")
        if problems or not isinstance(value, dict | None):
            raise NotKnownError("its templatePatch is not understood")
        whole = patched(whole, value or {})
    body = {"apiVersion": manifest.api_version, "kind": "Application", **whole}
    application = Manifest.of(body, manifest.origin)
    return replace(application, namespace=application.namespace or manifest.namespace)


def _filled(value: object, parameters: Parameters, go: bool) -> object:
    """A template with its parameters filled in, wherever they stand."""
    if isinstance(value, dict):
        return {_text(str(key), parameters, go): _filled(entry, parameters, go) for key, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, parameters, go) for entry in value]
    return _text(value, parameters, go) if isinstance(value, str) else value


def _text(template: str, parameters: Parameters, go: bool) -> str:
    if "{{" not in template:
        return template

    if go:
        return filled(template, parameters)

    def value(match: re.Match[str]) -> str:
        if match[1] not in parameters:
            raise NotKnownError(f"its template names {match[0][:60]}, which no generator gives")
        return shown(parameters[match[1]])

    whole = _PLAIN.sub(value, template)
    if "{{" in whole:
        raise NotKnownError(f"its template does what is not understood: {whole[whole.index('{{') :][:60]}")
    return whole
