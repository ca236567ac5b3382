"""The labels that an object's owner lends it: the object that controls it, told by its uid, and what controls that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policies.context import Owner
from policies.message import quoted
from policies.subject import Subject
from workloads.field import dig, mapping, sequence, text
from workloads.manifest import Identity, Manifest

MOST_OWNERS: Final = 5
"""Owners above one another that are looked at: a Pod of a CronJob has two."""

NOBODY: Final = Owner({})


def controller_of(body: Mapping[str, object]) -> Mapping[str, object] | None:
    """The owner reference that controls an object; None for one without."""
    owners = sequence(body, "metadata", "ownerReferences")
    return next((mapping(owner) for owner in owners if dig(owner, "controller") is True), None)


def owner_of(subject: Subject) -> Owner:
    """What an object's owner lends it, as the caller found out, else by the objects of the same change.

    A file can say whose an object is, and cannot prove it: there an owner counts only where both state its uid.
    """
    if subject.context.owner is not None:
        return subject.context.owner
    if controller_of(subject.manifest.body) is None:
        return NOBODY
    labels: dict[str, object] = {}
    body: Mapping[str, object] = subject.manifest.body
    for _ in range(MOST_OWNERS):
        reference = controller_of(body)
        if reference is None:
            break
        found = _among(subject, reference)
        if isinstance(found, str):
            return Owner({}, found)
        labels = {**mapping(found.body, "metadata", "labels"), **labels}
        body = found.body
    return Owner(labels)


def _among(subject: Subject, reference: Mapping[str, object]) -> Manifest | str:
    """The owner among the objects of a change; in words, why it is not known."""
    group, kind, name = text(reference, "apiVersion").rpartition("/")[0], text(reference, "kind"), text(reference, "name")
    title = f"{quoted(kind)} {quoted(name)}"
    known = subject.side.manifests if subject.side is not None else {}
    for namespace in (subject.namespace, ""):
        found = known.get(Identity(subject.context.cluster, group, kind, namespace, name))
        if found is not None:
            uid = text(found.body, "metadata", "uid")
            return found if uid and uid == text(reference, "uid") else f"{title} is not shown to be the one, by its uid"
    return f"{title} is not among the objects read"
