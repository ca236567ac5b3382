"""Objects that no API server can read: of a kind or version that none has, or with values that fields do not take.

Nothing of such an object runs, and what has its name goes on running. Objects that break a rule are not among them: a webhook
may mend those before a server looks. Nor are those with fields that are only misspelt, which some clients have dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from workloads.field import FieldPath
from workloads.field_mistakes import field_mistakes
from workloads.kind_mistakes import kind_mistakes, misnamed
from workloads.kinds.kind import Kind
from workloads.kinds.near_kind import near_kind
from workloads.kinds.registry import find
from workloads.manifest import Identity, Manifest
from workloads.mistake import Mistake

_REFUSED: Final = ": no API server takes it"


class Refusal(NamedTuple):
    """Why no API server takes an object."""

    reason: str
    """With what to do."""
    path: FieldPath


def refusal(manifest: Manifest) -> Refusal | None:
    """Why no API server takes an object of a file; None where one may, and for what an API server gave. Linear in the object."""
    return None if manifest.origin is None else first_refusal(manifest, (*kind_mistakes(manifest), *field_mistakes(manifest)))


def first_refusal(manifest: Manifest, mistakes: Iterable[Mistake]) -> Refusal | None:
    """The first of an object's mistakes for which it is refused."""
    found = next((each for each in mistakes if each.refused), None)
    if found is None:
        return None
    words = found.words.removeprefix(f"{manifest.kind} {manifest.title}: ").removesuffix(_REFUSED)
    return Refusal(f"{words}{_REFUSED}{f' ({found.hint})' if found.hint else ''}", found.path)


def kind_meant(manifest: Manifest) -> Kind | None:
    """What is known of an object's kind, or of that which it most probably should be; None where nothing is.

    Of others' groups that is an autoscaler alone: left out of account, it would leave what it is to scale without a maximum.
    """
    meant = identity_meant(manifest)
    known = find(meant.group, meant.kind)
    return known if known is not None or manifest.origin is None else _autoscaler_meant(meant)


def _autoscaler_meant(stated: Identity) -> Kind | None:
    near = near_kind(stated.group, stated.kind)
    kind = find(stated.group, near) if near else None
    return kind if kind is not None and kind.scaler is not None else None


def identity_meant(manifest: Manifest, cluster: str = "") -> Identity:
    """The identity of what an object most probably should be: what has it goes on running."""
    found, stated = misnamed(manifest) if manifest.origin is not None else None, manifest.identity(cluster)
    return stated if found is None else stated._replace(group=found.group, kind=found.kind)
