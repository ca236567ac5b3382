"""Fields of objects that deploy others which say how these are kept up, and nothing of what is deployed, or where.

Only what is listed here is left out of account: a field that nobody here knows may decide anything. Sources: the schemas of
argoproj.io/v1alpha1 (argo-cd.readthedocs.io/en/stable/operator-manual), and of kustomize.toolkit.fluxcd.io/v1 and
helm.toolkit.fluxcd.io/v2 (fluxcd.io/flux/components).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from workloads.field import text
from workloads.manifest import Manifest
from workloads.rendering.builds import is_build, without_builds
from workloads.rendering.costless import without_costless

_ANY: Final = "*"
"""In a path, each entry of a list or a mapping."""
_CHARTS: Final = ("passCredentials", "skipCrds", "skipSchemaValidation", "skipTests")
_APPLICATION: Final = (
    *("ignoreDifferences", "info", "project", "revisionHistoryLimit"),
    *("syncPolicy.automated", "syncPolicy.retry", "syncPolicy.syncOptions"),
    *(f"{source}.helm.{key}" for source in ("source", "sources.*") for key in _CHARTS),
)
_APPLICATION_SET: Final = (
    *(f"template.spec.{path}" for path in _APPLICATION),
    *(f"template.metadata.{key}" for key in ("annotations", "finalizers", "labels")),
    *("generators.*.*.requeueAfterSeconds", "generators.*.*.generators.*.*.requeueAfterSeconds"),
    *("preservedFields", "strategy", "syncPolicy"),
)
_KUSTOMIZATION: Final = (
    *("decryption.secretRef", "decryption.serviceAccountName", "deletionPolicy", "dependsOn", "force", "healthCheckExprs"),
    *("healthChecks", "interval", "prune", "retryInterval", "serviceAccountName", "timeout", "wait"),
)
_ACTION: Final = (
    *("cleanupOnFail", "crds", "createNamespace", "disableOpenAPIValidation", "disableSchemaValidation", "disableTakeOwnership"),
    *("disableWait", "disableWaitForJobs", "force", "remediation", "replace", "skipCRDs", "strategy", "timeout"),
)
_RELEASE: Final = (
    *("dependsOn", "driftDetection", "interval", "maxHistory", "persistentClient", "rollback", "serviceAccountName"),
    *("test", "timeout", "uninstall"),
    *(f"{action}.{key}" for action in ("install", "upgrade") for key in _ACTION),
    *("chart.metadata", "chart.spec.interval", "chart.spec.reconcileStrategy", "chart.spec.verify"),
)

_VALUES: Final = ("values",)
"""Where values of a chart stand in the spec of a HelmRelease."""
_VALUES_INSIDE: Final = ("valuesObject",)
"""Where they stand in a source of an Application, at any depth of a set."""


def _split(paths: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path.split(".")) for path in paths)


_UPKEEP: Final = {
    ("argoproj.io", "Application"): _split(_APPLICATION),
    ("argoproj.io", "ApplicationSet"): _split(_APPLICATION_SET),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): _split(_KUSTOMIZATION),
    ("helm.toolkit.fluxcd.io", "HelmRelease"): _split(_RELEASE),
}


def deciding(manifest: Manifest) -> Mapping[str, object]:
    """What of an object may decide what it costs: not its labels and annotations, nor how it is kept up. Linear in it."""
    body = {key: value for key, value in manifest.body.items() if key != "metadata"}
    paths = _UPKEEP.get((manifest.group, manifest.kind))
    if paths is None:
        return body
    kept = {key: value for key, value in body.items() if key != "status"}
    return {**kept, "spec": _unbuilt(_without(body.get("spec"), paths))}


def _unbuilt(value: object, depth: int = 0) -> object:
    """A spec without what in its values costs nothing, and without the builds of images that these, or parameters, ask for."""
    if isinstance(value, list):
        return [_unbuilt(entry, depth + 1) for entry in value]
    if not isinstance(value, dict):
        return value
    if is_build(text(value, "name")):
        return {key: entry for key, entry in value.items() if key != "value"}
    named = _VALUES if depth == 0 else _VALUES_INSIDE
    return {
        key: without_costless(without_builds(entry)) if key in named else _unbuilt(entry, depth + 1)
        for key, entry in value.items()
    }


def _without(value: object, paths: Iterable[tuple[str, ...]]) -> object:
    """A value without what stands at some paths, and without mappings that held nothing else."""
    if isinstance(value, list):
        return [_without(entry, _below(paths, _ANY)) for entry in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _without(entry, _below(paths, key)) for key, entry in value.items() if not _ends(paths, key)}
    return {key: entry for key, entry in kept.items() if entry != {} or value[key] == {}}


def _below(paths: Iterable[tuple[str, ...]], key: object) -> tuple[tuple[str, ...], ...]:
    return tuple(path[1:] for path in paths if len(path) > 1 and path[0] in (key, _ANY))


def _ends(paths: Iterable[tuple[str, ...]], key: object) -> bool:
    return any(path == (key,) for path in paths)
