"""Kinds and API versions that Kubernetes does not have, in groups that are its own: ``Deploymnet`` of ``apps/v1``.

An object of such a kind is refused by every API server. Groups of others are told of only where one of Kubernetes' own was
surely meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from workloads.kinds.fields import homes_of, kinds_of, newest, table
from workloads.kinds.registry import known_kinds
from workloads.manifest import Manifest
from workloads.mistake import Mistake
from workloads.text.near_word import misspelt, near_word

_OF_CLIENTS: Final = frozenset(("List", "Config"))
"""Kinds of ``v1`` that only clients read: a List is taken apart, a Config tells kubectl its clusters."""
_VERSION, _KIND = ("apiVersion",), ("kind",)
_LONGEST: Final = 60


def kind_mistakes(manifest: Manifest) -> Iterator[Mistake]:
    """What is wrong with the kind or the API version; nothing where they may be right."""
    kinds = kinds_of(manifest.api_version)
    if kinds is None:
        yield from _of_version(manifest)
    elif manifest.kind not in kinds and manifest.kind not in _OF_CLIENTS:
        words = f"Kubernetes {newest()} has no kind {_short(manifest.kind)} in {manifest.api_version}: no API server takes it"
        homes = homes_of(manifest.kind)
        near = near_word(manifest.kind, (kind for kind in kinds if not kind.endswith("List")))
        hint = f"did you mean {near!r}?" if near else "kubectl api-resources lists the kinds there are"
        yield Mistake(_VERSION if homes else _KIND, words, _at_home(homes) if homes else hint)


def _of_version(manifest: Manifest) -> Iterator[Mistake]:
    """An API version of no group that is known, where the kind, or the group's name, says which was meant."""
    group, slash, version = manifest.api_version.rpartition("/")
    homes = homes_of(manifest.kind)
    shown = _short(manifest.api_version)
    if not slash:
        if homes:
            yield Mistake(_VERSION, f"apiVersion {shown} is none of Kubernetes': no API server takes it", _at_home(homes))
    elif group not in _groups():
        near = misspelt(group, {home.rpartition("/")[0] for home in homes} if "." in group else _groups())
        if near:
            words = f"Kubernetes has no API group {_short(group)}: no API server takes it"
            yield Mistake(_VERSION, words, f"did you mean {f'{near}/{version}'!r}?")


def _at_home(homes: tuple[str, ...]) -> str:
    return f"write apiVersion: {homes[-1]}"


@cache
def _groups() -> frozenset[str]:
    """The API groups of Kubernetes itself, and those of others that are known here."""
    own = (api_version.rpartition("/")[0] for api_version in table()["kinds"])
    return frozenset((*own, *known_kinds(), "extensions")) - {""}


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
