"""Changes that every API server refuses: what stays as it was when an object was created, and what has to be done instead.

Source: the validation of updates in kubernetes/pkg/apis/{apps,batch,core,storage}/validation. Only what is certain from the text
is told: a default that is written out is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from workloads.field import dig, mapping, sequence, text
from workloads.manifest import Manifest
from workloads.quantity import QuantityError, parse_quantity

Said = Iterator[str]

REFUSED: Final = "Kubernetes refuses to "
"""How each begins."""

_SELECTED: Final = "its pods end and start anew (with `--cascade=orphan` the old ones stay, and are paid)"
_CONTAINER: Final = ("name", "image", "command", "args", "resources")


def refused(before: Manifest, after: Manifest) -> Iterator[str]:
    """What Kubernetes refuses of a change of one object, each with what to do and what that costs. Linear in the objects."""
    rule = _RULES.get((after.group, after.kind))
    if rule is not None and before.body is not after.body and before.identity() == after.identity():
        yield from rule(before.body, after.body)


def _stateful_set(before: Mapping[str, object], after: Mapping[str, object]) -> Said:
    fixed = [key for key in ("selector", "serviceName") if _both_stated(before, after, key)]
    fixed += ["podManagementPolicy"] if _ordering(before) != _ordering(after) else []
    fixed += ["volumeClaimTemplates"] if _templates(before) != _templates(after) else []
    if fixed:
        how = "delete it with `--cascade=orphan` and create it anew; its pods and volumes stay"
        yield f"{REFUSED}change its {' and '.join(fixed)}: {how}"


def _selecting(before: Mapping[str, object], after: Mapping[str, object]) -> Said:
    if _both_stated(before, after, "selector"):
        yield f"{REFUSED}change its selector: delete it and create it anew; {_SELECTED}"


def _job(before: Mapping[str, object], after: Mapping[str, object]) -> Said:
    if dig(before, "spec", "suspend") is True or _is_replaced(after):
        return
    template = _pod(before) != _pod(after)
    if template or _both_stated(before, after, "completionMode"):
        field = "template" if template else "completionMode"
        yield f"{REFUSED}change its {field}: delete it and create it anew; it runs, and is paid, once more"


def _claim(before: Mapping[str, object], after: Mapping[str, object]) -> Said:
    was, is_ = (_size(mapping(side, "spec")) for side in (before, after))
    smaller = was is not None and is_ is not None and is_ < was
    fixed = [key for key in ("storageClassName", "accessModes", "volumeMode") if _both_stated(before, after, key)]
    if smaller or fixed:
        what = "make it smaller" if smaller else f"change its {' and '.join(fixed)}"
        how = "copy its data to a new claim and delete this one; both are paid until then"
        yield f"{REFUSED}{what}: {how}"


def _storage_class(before: Mapping[str, object], after: Mapping[str, object]) -> Said:
    fixed = [key for key in ("provisioner", "parameters") if before.get(key) and after.get(key) and before[key] != after[key]]
    if fixed:
        how = "delete that and create it anew; volumes that exist stay what they are, and cost as much"
        yield f"{REFUSED}change the {' and '.join(fixed)} of its StorageClass: {how}"


_RULES: Final[Mapping[tuple[str, str], Callable[[Mapping[str, object], Mapping[str, object]], Said]]] = {
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "Deployment"): _selecting,
    ("apps", "DaemonSet"): _selecting,
    ("apps", "ReplicaSet"): _selecting,
    ("batch", "Job"): _job,
    ("", "PersistentVolumeClaim"): _claim,
    ("storage.k8s.io", "StorageClass"): _storage_class,
}


def _both_stated(before: Mapping[str, object], after: Mapping[str, object], key: str) -> bool:
    """Whether a field of the spec is stated on both sides, and otherwise."""
    was, is_ = (mapping(side, "spec").get(key) for side in (before, after))
    return was is not None and is_ is not None and was != is_


def _ordering(body: Mapping[str, object]) -> str:
    return text(body, "spec", "podManagementPolicy") or "OrderedReady"


def _templates(body: Mapping[str, object]) -> list[object]:
    """What of a StatefulSet's claims decides their volumes."""
    return [
        (text(claim, "metadata", "name"), text(claim, "spec", "storageClassName"), _size(mapping(claim, "spec")), _modes(claim))
        for claim in sequence(body, "spec", "volumeClaimTemplates")
    ]


def _modes(claim: object) -> list[object]:
    return list(sequence(claim, "spec", "accessModes"))


def _size(spec: Mapping[str, object]) -> Decimal | None:
    return _amount(dig(spec, "resources", "requests", "storage"))


def _amount(written: object) -> Decimal | None:
    """A quantity as its number, so that ``1`` and ``1000m`` are one; None for what is none."""
    try:
        return parse_quantity(written)
    except QuantityError:
        return None


def _pod(body: Mapping[str, object]) -> list[object]:
    """What of a Job's pods is certainly refused when it changes."""
    spec = mapping(body, "spec", "template", "spec")
    found: list[object] = [spec.get("nodeSelector"), spec.get("tolerations"), spec.get("affinity")]
    for group in ("initContainers", "containers"):
        found += [[_plain(key, mapping(one).get(key)) for key in _CONTAINER] for one in sequence(spec, group)]
    return found


def _plain(key: str, value: object) -> object:
    if key != "resources" or not isinstance(value, Mapping):
        return value
    return {part: {name: _amount(each) for name, each in mapping(value, part).items()} for part in ("requests", "limits")}


_REPLACED: Final = ("helm.sh/hook", "argocd.argoproj.io/hook")
_REPLACING: Final = ("Replace=true", "Force=true")


def _is_replaced(body: Mapping[str, object]) -> bool:
    """Whether whoever deploys a Job creates it anew anyway, as its annotations say."""
    annotations = mapping(body, "metadata", "annotations")
    options = str(annotations.get("argocd.argoproj.io/sync-options", ""))
    return any(key in annotations for key in _REPLACED) or any(option in options for option in _REPLACING)
