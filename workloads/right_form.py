"""What is to be written in place of a field that a kind does not have, or of a value of another type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from workloads.field import FieldPath, render
from workloads.kinds.fields import LIST, MAP, Form, Shape
from workloads.text.near_word import misspelt, near_word

DEEPEST: Final = 8
"""Steps below an object at which a field is looked for."""
_FEW: Final = 8
"""Fields of a type that are all named."""
LONGEST: Final = 120
"""Characters of a field's name that are compared."""
_NOUNS: Final = {
    "str": "text",
    "int": "a whole number",
    "bool": "true or false",
    "number": "a number",
    "quantity": "a quantity",
}
_EXAMPLES: Final = {"str": "text", "int": "3", "bool": "true", "number": "1", "quantity": "500m"}
_ENTRY: Final = "[]"
"""Of a path as people write it: any entry of a list."""


def right_field(path: FieldPath, root: Shape, value: object) -> str:
    """What was meant by a field that its type does not have, or where it belongs in the object; else what the type has."""
    name, above = str(path[-1])[:LONGEST], list(_along(path[:-1], root))
    holder = above[-1][1]
    near = misspelt(name, holder.forms)
    if near:
        return f"did you mean {near!r}?"
    lists = [field for field, form in holder.forms.items() if (form.holder, form.name) == (MAP, "quantity")]
    if lists and _is_resource(name):
        return f"write it under {' or '.join(lists)}"
    if _is_resource(name) and "resources" in holder.forms:
        return "write it under resources.requests"
    held = type(value) if isinstance(value, dict | list) else None
    below = _home(name, holder, held)
    over = (at for at, shape in reversed(above[:-1]) if _takes(shape, name, held))
    home = (*path[:-1], *below) if below else next(over, None)
    if home is not None:
        return f"it belongs under {_written(home)}"
    near = near_word(name, holder.forms)
    if near:
        return f"did you mean {near!r}?"
    return f"known here: {', '.join(sorted(holder.forms))}" if len(holder.forms) <= _FEW else ""


def _along(path: FieldPath, shape: Shape) -> Iterator[tuple[FieldPath, Shape]]:
    """The types that a path leads through, from the object itself on, each with its own path."""
    yield (), shape
    for end, part in enumerate(path, 1):
        form = shape.forms.get(part) if isinstance(part, str) else None
        if form is not None and form.shape is not None:
            shape = form.shape
            yield path[: end + (form.holder != "")], shape


def _is_resource(name: str) -> bool:
    return name in {"cpu", "memory", "storage", "ephemeral-storage"} or "/" in name


@lru_cache(maxsize=256)
def _home(name: str, shape: Shape, held: type | None) -> FieldPath | None:
    """Where below a type the one field of a name stands, without it; of several that of a container; None where none is."""
    found = [path for path, each in _below(shape, ()) if path and _takes(each, name, held)]
    best = min(found, key=lambda path: ("containers" not in path, len(path)), default=None)
    return best if best is not None and (len(found) == 1 or "containers" in best) else None


def _takes(shape: Shape, name: str, held: type | None) -> bool:
    """Whether a type has a field of a name that takes what was written: a mapping, a list, or anything else."""
    form = shape.forms.get(name)
    if form is None:
        return False
    wanted = list if form.holder == LIST else dict if form.holder == MAP or form.shape is not None else None
    return wanted is held


def _below(shape: Shape, path: FieldPath) -> Iterator[tuple[FieldPath, Shape]]:
    yield path, shape
    if len(path) >= DEEPEST:
        return
    for field, form in shape.forms.items():
        if form.shape is not None and field != "status":
            yield from _below(form.shape, (*path, field, *((_ENTRY,) if form.holder else ())))


def _written(path: FieldPath) -> str:
    return render(path).replace(f'["{_ENTRY}"]', _ENTRY) or "the object itself"


def right_form(form: Form) -> str:
    """What a field takes, in words: ``a list``."""
    if form.holder == LIST:
        return "a list"
    return "keys with values" if form.holder == MAP or form.shape is not None else _NOUNS.get(form.name, "another value")


def right_value(key: str, form: Form, value: object) -> str:
    """What to write for a value of another type: the same without quotes, or in them, or one made up."""
    if not (form.holder or form.shape):
        if form.name == "str" and isinstance(value, bool | int | float):
            return f'write {key}: "{str(value).lower()}", in quotes'
        if isinstance(value, str) and _reads_as(value, form.name):
            return f"write {key}: {value.lower()}, without quotes"
    return f"such as {key}: {_example(form)}"


def _reads_as(written: str, name: str) -> bool:
    """Whether a text would be right if it stood without its quotes."""
    if name == "bool":
        return written.lower() in {"true", "false"}
    return name in {"int", "number"} and written.isascii() and written.isdigit() and len(written) <= len("2147483647")


def _example(form: Form) -> str:
    if form.name == "quantity" and form.holder:
        return "{cpu: 500m, memory: 1Gi}"
    inner = _of_shape(form.shape) if form.shape is not None else _EXAMPLES.get(form.name, "…")
    if form.holder == LIST:
        return f"[{inner}]"
    return f"{{key: {inner}}}" if form.holder == MAP else inner


def _of_shape(shape: Shape) -> str:
    """The one field that says most of a type."""
    for field in ("containers", "requests", "name"):
        form = shape.forms.get(field)
        if form is not None:
            return f"{{{field}: {_example(form) if field != 'name' else '…'}, …}}"
    field = min(shape.forms, default="")
    return f"{{{field}: …}}" if field else "{}"
