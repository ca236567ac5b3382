"""What an Application renders a chart with: ``source.helm`` of argoproj.io/v1alpha1.

Source: argo-cd.readthedocs.io/en/stable/user-guide/helm.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.rendering.build_environment import BuildEnvironment
from workloads.rendering.builds import is_build
from workloads.rendering.helm_plan import KUBERNETES, Release
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.render import TREE
from workloads.rendering.value_files import ValueFiles
from workloads.text.reader import parse_document

_VERSION: Final = re.compile(r"v?[0-9]{1,4}\.[0-9]{1,4}(?:\.[0-9]{1,4})?(?:[-+][\w.+-]{1,60})?\Z")
_COMMA: Final = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class HelmSource:
    """What a source states under ``helm``, and what that is read against."""

    stated: Mapping[str, object]
    files: ValueFiles
    environment: BuildEnvironment

    def laid_on(self, release: Release) -> Release:
        """A release of an Application with all that is stated."""
        values, obstacles = self.files.named(self.stated)
        given = {text(each, "name"): self._given(each) for each in sequence(self.stated, "fileParameters") if text(each, "name")}
        obstacles += [each for each in given.values() if isinstance(each, Obstacle)]
        files = {name: each for name, each in given.items() if isinstance(each, str)}
        kubernetes = text(self.stated, "kubeVersion") or KUBERNETES
        if not _VERSION.match(kubernetes):
            obstacles.append(Obstacle(f"helm.kubeVersion {kubernetes[:60]!r} is no version"))
        return Release(
            release.source,
            text(self.stated, "releaseName") or release.name,
            text(self.stated, "namespace") or release.namespace,
            tuple(values),
            [_values(self.stated)],
            (*self._parameters(), *_of_files(files)),
            release.cluster,
            (*release.obstacles, *obstacles, *self._unknown()),
            read=tuple(files.values()),
            kubernetes=kubernetes,
            api_versions=tuple(str(each) for each in sequence(self.stated, "apiVersions")),
            schemas=self.stated.get("skipSchemaValidation") is not True,
        )

    def _given(self, parameter: object) -> str | Obstacle:
        """The file, from the tree's top, whose text a parameter is."""
        path = self.files.path(text(parameter, "path"))
        there = isinstance(path, Obstacle) or self.files.there(path)
        return path if there else Obstacle(f"no such file, which helm.fileParameters name: {path}")

    def _parameters(self) -> Iterator[str]:
        """Parameters as Helm's flags, the last of one name."""
        stated = {text(each, "name"): each for each in sequence(self.stated, "parameters")}
        for name, parameter in stated.items():
            if name:
                forced = mapping(parameter).get("forceString") is True
                yield "--set-string" if forced else "--set"
                yield f"{name}={_escaped(self.environment.filled(text(parameter, 'value')))}"

    def _unknown(self) -> Iterator[Obstacle]:
        """Parameters that only a sync knows, but for those that only say which build of an image runs."""
        for each in sequence(self.stated, "parameters"):
            obstacle = self.environment.obstacle(f"parameter {text(each, 'name')[:60]}", text(each, "value"))
            if obstacle is not None and not is_build(text(each, "name")):
                yield obstacle


def _of_files(files: Mapping[str, str]) -> Iterator[str]:
    for name, path in files.items():
        yield "--set-file"
        yield f"{name}={_escaped(posixpath.join(TREE, path))}"


def _escaped(value: str) -> str:
    """A value in which no comma begins another one; in braces, it is a list."""
    return value if value.startswith("{") and value.endswith("}") else _COMMA.sub("\\,", value)


def _values(helm: Mapping[str, object]) -> Mapping[str, object]:
    """The values that stand in the Application itself: an object of them goes in place of a text."""
    if isinstance(helm.get("valuesObject"), dict):
        return mapping(helm, "valuesObject")
    parsed, _ = parse_document(text(helm, "values").encode("utf-8", "replace"), "values")
    return parsed if isinstance(parsed, dict) else {}
