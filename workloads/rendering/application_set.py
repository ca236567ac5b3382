"""The Applications that an ApplicationSet makes, as far as its generators look at nothing but itself and the repository.

Generators: list, git (directories and files), matrix and merge of these, each with a selector. Templates: the plain
``{{path.basename}}`` and, with ``goTemplate``, those of ``go_template``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from workloads.field import FieldPath, mapping, sequence, text
from workloads.manifest import Manifest
from workloads.rendering.generation import DEEPEST, Generation
from workloads.rendering.go_template import filled
from workloads.rendering.not_known import NotKnownError
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.parameter_sets import Parameters, nested, patched
from workloads.rendering.template_bounds import Steps
from workloads.rendering.template_functions import shown
from workloads.rendering.world import World
from workloads.text.location import locate
from workloads.text.reader import parse_document

_PLAIN: Final = re.compile(r"\{\{\s*([\w.\[\]-]+)\s*\}\}")
_BLOCK: Final = re.compile(rb"[|>][-+1-9]*\s*(?:#.*)?\Z")
"""How a line ends below which a text of several lines stands."""
_STRICT: Final = "missingkey=error"
"""The option by which Argo CD refuses what no generator gives."""


def applications(manifest: Manifest, world: World) -> list[Manifest] | Obstacle:
    """The Applications of a set, in the order of its generators; why they are not known, where they are not."""
    spec = mapping(manifest.body, "spec")
    go = spec.get("goTemplate") is True
    style = _Style(go, _STRICT not in sequence(spec, "goTemplateOptions"), Steps())
    generation = Generation(world, style.filled, go=go)
    try:
        found = [
            _application(manifest, parameters, style)
            for generator in sequence(spec, "generators")
            for parameters in generation.made_by(generator)
        ]
    except NotKnownError as error:
        return _obstacle(manifest, error)
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


def _obstacle(manifest: Manifest, error: NotKnownError) -> Obstacle:
    """Why a set is not known, with the line of the template that tells no more."""
    origin = manifest.origin
    if origin is None or not origin.lined or not error.path:
        return Obstacle(str(error), "weigh the Applications that it makes")
    line, _ = locate(origin, error.path)
    stated = origin.source.split(b"\n")[line - 1 : line]
    within = error.line if any(map(_BLOCK.search, stated)) else 0
    return Obstacle(str(error), "weigh the Applications that it makes", origin.file, line + within)


def _application(manifest: Manifest, parameters: Parameters, style: _Style) -> Manifest:
    template = mapping(manifest.body, "spec", "template")
    made = style.filled(template, parameters, "spec", "template")
    whole = made if isinstance(made, dict) else {}
    patch = text(manifest.body, "spec", "templatePatch")
    if patch:
        written = style.filled(patch, parameters, "spec", "templatePatch")
        value, problems = parse_document(str(written).encode("utf-8", "replace"), "templatePatch")
        if problems or not isinstance(value, dict | None):
            raise NotKnownError("its templatePatch is not understood", path=("spec", "templatePatch"))
        whole = patched(whole, value or {})
    body = {"apiVersion": manifest.api_version, "kind": "Application", **whole}
    application = Manifest.of(body, manifest.origin)
    return replace(application, namespace=application.namespace or manifest.namespace)


@dataclass(frozen=True, slots=True)
class _Style:
    """How the templates of one set are written."""

    go: bool
    lenient: bool
    steps: Steps
    """What is left to all texts of the set together."""

    def filled(self, value: object, parameters: Parameters, *path: str | int) -> object:
        """A template with its parameters filled in, wherever they stand; ``path`` leads to it."""
        if isinstance(value, dict):
            return {
                self._text(str(key), parameters, path): self.filled(entry, parameters, *path, key) for key, entry in value.items()
            }
        if isinstance(value, list):
            return [self.filled(entry, parameters, *path, place) for place, entry in enumerate(value)]
        return self._text(value, parameters, path) if isinstance(value, str) else value

    def _text(self, template: str, parameters: Parameters, path: FieldPath) -> str:
        if "{{" not in template:
            return template
        try:
            if not self.go:
                return _plain(template, parameters)
            self.steps.read(parameters)
            return filled(template, nested(parameters), steps=self.steps, lenient=self.lenient)
        except NotKnownError as error:
            raise error.under(*path) from None


def _plain(template: str, parameters: Parameters) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in parameters:
            raise NotKnownError(f"its template names {match[0][:60]}, which no generator gives")
        return shown(parameters[match[1]])

    whole = _PLAIN.sub(value, template)
    if "{{" in whole:
        raise NotKnownError(f"its template does what is not understood: {whole[whole.index('{{') :][:60]}")
    return whole
