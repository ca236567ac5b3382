"""Fields of Kubernetes' own kinds that no such object has, and values of another type than a field takes.

Kubectl's server refuses the first (``fieldValidation: Strict``, its default since 1.27); a client that asks for less loses the
field without a word, and the object runs on the default. So that is what is weighed, and told: a figure that a misspelt field did
not change looks like any other. The second no server can read, whoever asks. Kinds of others are never looked at: nobody here
knows their fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from workloads.field import FieldPath, render, shown
from workloads.kinds.fields import FREE, LIST, Form, Shape, newest, shape_of
from workloads.manifest import Manifest
from workloads.mistake import Mistake
from workloads.resource_doubt import amount_doubt, limit_doubt, name_doubt
from workloads.right_form import right_field, right_form, right_value
from workloads.text.placeholder import is_filled_in_later

MOST: Final = 10
"""Mistakes that are told of one object."""
LONGEST: Final = 120
"""Characters of a path that are shown."""
_WRITTEN_BY_SERVERS: Final = frozenset(("status",))
"""Fields of an object that no manifest decides."""
_POD: Final = "CoreV1PodSpec"
_OF_PATCHES: Final = "$"
"""How the directives of a strategic merge patch begin."""
_CLASSES: Final[Mapping[str, frozenset[type]]] = {
    "str": frozenset((str,)),
    "int": frozenset((int, float)),
    "bool": frozenset((bool,)),
    "number": frozenset((int, float)),
    "quantity": frozenset((str, int, float)),
}
"""What YAML's values are of, by the type of a field; whoever counts tells of numbers that are not whole."""

_LISTS: Final[Mapping[str, bool]] = {"CoreV1ResourceRequirements": False, "CoreV1VolumeResourceRequirements": True}
"""Types whose lists of resources are looked into, and whether those are of a volume."""

_Link = tuple["_Link", str | int] | None
"""A path from its end: a path of its own for each value would be most of the work."""
_Pending = list[tuple[Mapping[str, object], Shape, _Link]]


@dataclass(slots=True)
class _Strange:
    """What is strange about an object."""

    unknown: list[tuple[_Link, object]] = field(default_factory=list)
    """Fields that their type does not have, with what they say."""
    misformed: list[tuple[_Link, Form, object]] = field(default_factory=list)
    """Values that their field does not take, with what it does."""
    resources: list[tuple[_Link, Mapping[str, object], bool, object]] = field(default_factory=list)
    """Lists of resources, whether they are a volume's, and the limits of those that are requests."""
    empty: list[_Link] = field(default_factory=list)
    """Pods that state no containers."""


def field_mistakes(manifest: Manifest) -> Iterator[Mistake]:
    """Each mistake with its path, at most `MOST` of a sort. Linear in the object; never raises on what it holds."""
    shape = shape_of(manifest.api_version, manifest.kind)
    if shape is None:
        return
    strange = _strange(manifest.body, shape)
    for link, value in strange.unknown[:MOST]:
        yield _unknown(manifest, _path(link), shape, value)
    for link, form, value in strange.misformed[:MOST]:
        yield _misformed(manifest, _path(link), form, value)
    for link, amounts, of_volume, limits in strange.resources:
        yield from islice(_of_resources(manifest, link, amounts, limits, of_volume=of_volume), MOST)
    for link in strange.empty[:MOST]:
        yield _empty(manifest, (*_path(link), "containers"))


def _strange(body: Mapping[str, object], shape: Shape) -> _Strange:
    """Walk through an object beside its type, level by level."""
    found = _Strange()
    pending: _Pending = [(body, shape, None)]
    for holder, here, link in pending:
        forms = here.forms
        if here.name == _POD and holder.get("containers") == []:
            found.empty.append(link)
        for key, value in holder.items():
            form = forms.get(key)
            if form is None:
                if not key.startswith(_OF_PATCHES):
                    found.unknown.append(((link, key), value))
            elif value is None or (link is None and key in _WRITTEN_BY_SERVERS):
                continue
            elif form.holder:
                _enter_several(form, value, (link, key), pending, found)
                if form.name == "quantity" and here.name in _LISTS and isinstance(value, dict):
                    limits = holder.get("limits") if key == "requests" else None
                    found.resources.append(((link, key), value, _LISTS[here.name], limits))
            elif form.name != FREE:
                _enter(form, value, (link, key), pending, found)
    return found


def _enter(form: Form, value: object, link: _Link, pending: _Pending, found: _Strange) -> None:
    """Take one value of a form's type."""
    if form.shape is not None and isinstance(value, dict):
        pending.append((value, form.shape, link))
    elif (form.shape is not None or value.__class__ not in _CLASSES[form.name]) and not is_filled_in_later(value):
        found.misformed.append((link, form._replace(holder=""), value))


def _enter_several(form: Form, value: object, link: _Link, pending: _Pending, found: _Strange) -> None:
    """Take the values that a list or a map holds; those of a type without fields are compared in one expression."""
    if not isinstance(value, list if form.holder == LIST else dict):
        if not is_filled_in_later(value):
            found.misformed.append((link, form, value))
        return
    inner = value if isinstance(value, list) else value.values()
    if form.name == FREE or (form.shape is None and _CLASSES[form.name].issuperset(map(type, inner))):
        return
    for key, each in enumerate(value) if isinstance(value, list) else value.items():
        if each is not None:
            _enter(form, each, (link, key), pending, found)


def _of_resources(
    manifest: Manifest, link: _Link, amounts: Mapping[str, object], limits: object, *, of_volume: bool
) -> Iterator[Mistake]:
    """What is doubtful about a list of resources: names, amounts, requests above their limits."""
    most = limits if isinstance(limits, dict) else {}
    for name, value in amounts.items():
        doubt = name_doubt(name, of_volume=of_volume) or amount_doubt(name, value) or limit_doubt(name, value, most.get(name))
        if doubt is not None:
            path = (*_path(link), name)
            words = f"{manifest.kind} {manifest.title}: {doubt.words}, in {_short(render(path[:-1]))}"
            yield Mistake(path, words, doubt.hint, f"objects have a list of resources in which {doubt.words}")


def _empty(manifest: Manifest, path: FieldPath) -> Mistake:
    words = f"{manifest.kind} {manifest.title}: {_short(render(path))} is empty: the API server refuses a pod without containers"
    return Mistake(path, words, "such as containers: [{name: web, image: …}]", "objects have pods without containers")


def _path(link: _Link) -> FieldPath:
    parts: list[str | int] = []
    while link is not None:
        link, part = link
        parts.append(part)
    return tuple(reversed(parts))


def _unknown(manifest: Manifest, path: FieldPath, root: Shape, value: object) -> Mistake:
    known = f"Kubernetes {newest()} has no field"
    words = f"{manifest.kind} {manifest.title}: {known} {_short(render(path))}, so no figure counts it"
    sort = f"objects have a field {_short(str(path[-1]))}, and {known} of that name there"
    return Mistake(path, words, right_field(path, root, value), sort)


def _misformed(manifest: Manifest, path: FieldPath, form: Form, value: object) -> Mistake:
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    wanted = right_form(form)
    words = f"{manifest.kind} {manifest.title}: {_short(render(path))} must be {wanted}, not {shown(value)}"
    sort = f"objects have a field {_short(key)} that is not {wanted}"
    return Mistake(path, words, right_value(key, form, value), sort, refused=True)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
