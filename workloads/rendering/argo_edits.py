"""What an Application writes into the kustomization of its folder: ``source.kustomize`` of argoproj.io/v1alpha1.

Source: argo-cd.readthedocs.io/en/stable/user-guide/kustomize.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.rendering.build_environment import BuildEnvironment
from workloads.rendering.edits import Edits, image_edit

_NAMES: Final = ("namePrefix", "nameSuffix", "namespace")
_PATCH: Final = ("path", "patch", "target", "options")
_COUNT: Final = re.compile(r"[0-9]{1,9}\Z")


def argo_edits(stated: Mapping[str, object], environment: BuildEnvironment) -> Edits:
    """What a source states under ``kustomize``, as a kustomization says it."""
    fields: dict[str, object] = {key: text(stated, key) for key in _NAMES if text(stated, key)}
    lists = {
        "patches": [{key: each[key] for key in _PATCH if key in each} for each in map(mapping, sequence(stated, "patches"))],
        "images": [image_edit(each) for each in sequence(stated, "images") if isinstance(each, str)],
        "replicas": [{"name": text(each, "name"), "count": _count(each)} for each in sequence(stated, "replicas")],
    }
    fields |= {key: entries for key, entries in lists.items() if entries}
    return Edits(
        fields | _labels(stated, environment) | _annotations(stated),
        tuple(str(each) for each in sequence(stated, "components")),
        stated.get("ignoreMissingComponents") is True,
        tuple(key for key in ("commonLabels", "commonAnnotations") if stated.get(f"force{key[:1].upper()}{key[1:]}") is True),
    )


def _count(stated: object) -> object:
    """A number of replicas, which may stand in a text."""
    count = mapping(stated).get("count")
    return int(count) if isinstance(count, str) and _COUNT.match(count) else count


def _labels(stated: Mapping[str, object], environment: BuildEnvironment) -> dict[str, object]:
    """Labels: on selectors and templates too, unless that is said otherwise."""
    pairs = {name: environment.filled(str(value)) for name, value in mapping(stated, "commonLabels").items()}
    if not pairs:
        return {}
    if stated.get("labelWithoutSelector") is not True:
        return {"commonLabels": pairs}
    return {"labels": [{"pairs": pairs, "includeTemplates": stated.get("labelIncludeTemplates") is True}]}


def _annotations(stated: Mapping[str, object]) -> dict[str, object]:
    pairs = {name: str(value) for name, value in mapping(stated, "commonAnnotations").items()}
    return {"commonAnnotations": pairs} if pairs else {}
