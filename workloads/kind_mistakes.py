"""Kinds and API versions that Kubernetes does not have, in groups that are its own: ``Deploymnet`` of ``apps/v1``.

An object of such a kind is refused by every API server. Groups of others are told of only where one of Kubernetes' own was
surely meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple

from workloads.field import FieldPath
from workloads.kinds.fields import homes_of, kinds_of, newest, table
from workloads.kinds.registry import known_kinds
from workloads.kinds.removed import REMOVED
from workloads.manifest import Manifest
from workloads.mistake import Mistake
from workloads.remembered import LONGEST
from workloads.text.near_word import misspelt, near_word
from workloads.text.placeholder import is_filled_in_later

_OF_CLIENTS: Final = frozenset(("List", "Config"))
"""Kinds of ``v1`` that only clients read: a List is taken apart, a Config tells kubectl its clusters."""
_OF_OPENSHIFT: Final = frozenset(
    {
        *("Build", "BuildConfig", "DeploymentConfig", "Image", "ImageStream", "ImageStreamTag", "Project", "ProjectRequest"),
        *("ClusterRole", "ClusterRoleBinding", "Group", "Role", "RoleBinding", "Route", "Template", "User"),
    }
)
"""Kinds that OpenShift had in ``v1`` before they had groups; its client still takes them."""
_NOT_TOLD: Final = _OF_CLIENTS | _OF_OPENSHIFT
_VERSION, _KIND = ("apiVersion",), ("kind",)
_SETTLED: Final = re.compile(r"v[1-9][0-9]*")
_UNSETTLED: Final = re.compile(r"v[1-9][0-9]*(?:alpha|beta)[1-9][0-9]*")
_SHOWN: Final = 60


class Misnamed(NamedTuple):
    """A kind or an API version that no API server has, with what was most probably meant."""

    path: FieldPath
    words: str
    hint: str
    group: str
    kind: str
    """As it is written where nobody can tell what was meant; so the group."""


def kind_mistakes(manifest: Manifest) -> Iterator[Mistake]:
    """What is wrong with the kind or the API version; nothing where they may be right."""
    found = misnamed(manifest)
    if found is not None:
        yield Mistake(found.path, found.words, found.hint, refused=True)


def misnamed(manifest: Manifest) -> Misnamed | None:
    """That no API server has an object's kind, or its API version; None where one may."""
    written = manifest.api_version, manifest.kind
    if any(map(is_filled_in_later, written)):
        return None
    return _remembered(*written) if max(map(len, written)) <= LONGEST else _look(*written)


def _look(api_version: str, kind: str) -> Misnamed | None:
    kinds = kinds_of(api_version)
    if kinds is None:
        return _of_version(api_version, kind)
    if kind in kinds or (api_version == "v1" and kind in _NOT_TOLD):
        return None
    words = f"Kubernetes {newest()} has no kind {_short(kind)} in {api_version}: no API server takes it"
    homes = homes_of(kind)
    if homes:
        return Misnamed(_VERSION, words, _at_home(homes), _group(homes[-1]), kind)
    near = near_word(kind, (known for known in kinds if not known.endswith("List")))
    hint = f"did you mean {near!r}?" if near else "kubectl api-resources lists the kinds there are"
    return Misnamed(_KIND, words, hint, _group(api_version), near or kind)


_remembered = lru_cache(maxsize=1024)(_look)


def _of_version(api_version: str, kind: str) -> Misnamed | None:
    """An API version that is not known, where the kind, the group's name, or its past says which was meant."""
    group, slash, version = api_version.rpartition("/")
    homes = homes_of(kind)
    shown = _short(api_version)
    since = REMOVED.get(api_version, {}).get(kind)
    words = hint = ""
    if since:
        words = f"Kubernetes has no {kind} in {api_version} since {since}: no API server takes it"
    elif not slash and homes:
        words = f"apiVersion {shown} is none of Kubernetes': no API server takes it"
    elif group in _own_groups() and _is_none(version):
        words = f"Kubernetes {newest()} has no API version {shown}: no API server takes it"
    elif slash and group not in _groups():
        near = misspelt(group, {_group(home) for home in homes} if "." in group else _groups())
        words = f"Kubernetes has no API group {_short(group)}: no API server takes it" if near else ""
        hint = f"did you mean {f'{near}/{version}'!r}?"
        group = near or group
    meant = _group(homes[-1]) if homes else group
    return Misnamed(_VERSION, words, hint or (_at_home(homes) if homes else ""), meant, kind) if words else None


def _is_none(version: str) -> bool:
    """Whether no server of any release that is known has a version, of a group of Kubernetes' own that does not list it."""
    return _SETTLED.fullmatch(version) is not None or _UNSETTLED.fullmatch(version) is None


def _at_home(homes: tuple[str, ...]) -> str:
    return f"write apiVersion: {homes[-1]}"


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


@cache
def _own_groups() -> frozenset[str]:
    """The API groups of Kubernetes itself that have names, and one that it had."""
    return (frozenset(map(_group, table()["kinds"])) | {"extensions"}) - {""}


@cache
def _groups() -> frozenset[str]:
    """Those, and the groups of others that are known here."""
    return (_own_groups() | known_kinds().keys()) - {""}


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
