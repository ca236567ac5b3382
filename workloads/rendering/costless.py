"""What manifests, patches and values of charts say that costs nothing: probes, notes for others' tools, variables of no model.

Only what is listed here is left out of account: whatever nobody here knows may decide anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from workloads.devices.gpu_access import VISIBLE_DEVICES
from workloads.field import mapping, text
from workloads.models.name import UNMISTAKABLE
from workloads.models.variable import names_address, names_model
from workloads.rendering.builds import DECIDING
from workloads.text.document import read_documents

_PROBES: Final = frozenset({"livenessProbe", "readinessProbe", "startupProbe"})
_HOOKS: Final = frozenset({"postStart", "preStop", "stopSignal"})
_LIFECYCLE: Final = "lifecycle"
"""Of a container; elsewhere a word for how a machine is bought."""
_CONTAINERS: Final = frozenset({"containers", "initContainers"})
_SECONDS: Final = frozenset(
    {"terminationGracePeriodSeconds", "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit"}
    | {"terminationMessagePath", "terminationMessagePolicy"}
)
"""Fields that tell how a controller or a kubelet looks after pods that run anyway."""
_NOTED: Final = frozenset({"annotations", "podAnnotations", "commonAnnotations"})
_NOTES: Final = (
    *("checksum/", "prometheus.io/", "reloader.stakater.com/", "kubectl.kubernetes.io/", "kubernetes.io/change-cause"),
    *("kubernetes.io/description", "link.argocd.argoproj.io/", "backstage.io/", "a8r.io/"),
)
"""How annotations begin that only tools for looking on read, or that only start pods anew."""
_OPERATIONS: Final = frozenset({"add", "remove", "replace", "test"})
_ANYTHING: Final = re.compile(r"[\w.-]+/[\w.:-]+\Z|.*\$\(", re.DOTALL)
"""A value that may be the name of a model's weights, or is put together of other variables."""
_PATCH: Final = "patch"


def without_costless(value: object) -> object:
    """A value without what costs nothing. As deep as the reader lets documents be; linear in it."""
    if isinstance(value, list):
        return [without_costless(entry) for entry in value if not _is_operation(entry)]
    if not isinstance(value, dict):
        return value
    kept = {key: _kept(key, entry) for key, entry in value.items() if not _is_care(key, entry)}
    return {key: entry for key, entry in kept.items() if entry not in ({}, []) or value[key] in ({}, [])}


def _kept(key: object, entry: object) -> object:
    """What of a field's value may cost something."""
    if key in DECIDING:
        return entry
    if key in _NOTED and isinstance(entry, dict):
        return {name: note for name, note in entry.items() if not str(name).startswith(_NOTES)}
    if key == "env" and isinstance(entry, list):
        return [variable for variable in entry if not _is_plain(variable)]
    return _of_patch(entry) if key == _PATCH and isinstance(entry, str) else without_costless(entry)


def _is_care(key: object, entry: object) -> bool:
    """Whether a field only tells how pods that run anyway are looked after."""
    if isinstance(entry, dict):
        return key in _PROBES or (key == _LIFECYCLE and _HOOKS.issuperset(entry))
    return key in _SECONDS and not isinstance(entry, list)


def _is_operation(entry: object) -> bool:
    """Whether an entry of a list is an operation of a JSON patch (RFC 6902) on such a field."""
    start, *path = text(entry, "path").split("/")
    if start or text(entry, "op") not in _OPERATIONS or not DECIDING.isdisjoint(path):
        return False
    inside = not _CONTAINERS.isdisjoint(path) and not (_PROBES | {_LIFECYCLE}).isdisjoint(path)
    return inside or bool(path and path[-1] in _SECONDS)


def _is_plain(variable: object) -> bool:
    """Whether a variable of a container names no model, no address of one, and no devices.

    A whole number is none that is passed over: a chart may count its replicas by one of its values.
    """
    name, value = text(variable, "name"), mapping(variable).get("value", "")
    told: tuple[Callable[[str], bool], ...] = (names_model, names_address, frozenset(VISIBLE_DEVICES).__contains__)
    if not name or not isinstance(value, str) or any(asks(name) for asks in told):
        return False
    return not value.startswith(UNMISTAKABLE) and _ANYTHING.match(value) is None and not value.strip().isdigit()


def _of_patch(patch: str) -> object:
    """A patch that stands in a kustomization, as what it says; as its text where it cannot be read."""
    found = read_documents(patch.encode("utf-8", "replace"), _PATCH)
    return patch if found.problems else [without_costless(document.value) for document in found.documents]
