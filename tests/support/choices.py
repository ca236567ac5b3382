"""Choices made by bytes: what a fuzzer changes, and what hypothesis shortens, decides what is built of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from hostile import values
from skeletons import skeletons

Value = TypeVar("Value")


class Choices:
    """Reads choices from bytes; when they run out, every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def below(self, number: int) -> int:
        """A number from 0 to one below ``number``."""
        width = 1 if number <= 256 else 2
        chosen = int.from_bytes(self._data[self._place : self._place + width], "big")
        self._place += width
        return chosen % number

    def of(self, several: Sequence[Value]) -> Value:
        """One of several."""
        return several[self.below(len(several))]

    def rest(self, most: int = 200) -> str:
        """What is left, as a text of at most so many characters."""
        text = self._data[self._place : self._place + most].decode("utf-8", "replace")
        self._place = len(self._data)
        return text


def an_object(choices: Choices) -> dict[str, Any]:
    """A nearly valid object of any kind that is known: whole, but for what stands in up to seven of its fields."""
    body: dict[str, Any] = json.loads(choices.of(skeletons()))
    return changed(body, choices)


def changed(body: dict[str, Any], choices: Choices) -> dict[str, Any]:
    """An object with hostile values, fields of other places, or nothing at all in up to seven of its fields. Changes it."""
    for _ in range(choices.below(8)):
        places = list(_places(body))
        if not places:
            return body
        container, key = places[choices.below(len(places))]
        way = choices.below(8)
        if way == 0:
            del container[key]
        elif way == 1:
            other, name = places[choices.below(len(places))]
            if name in other if isinstance(other, dict) else True:
                container[key] = json.loads(json.dumps(other[name], default=str))
        elif way == 2 and isinstance(container, dict):
            container[choices.of(values_of(str))] = container.pop(key)
        elif way == 3 and isinstance(container[key], list):
            container[key] = container[key] * choices.of((0, 2, 40)) + [None]
        elif way == 4:
            container[key] = choices.rest(40)
        else:
            container[key] = choices.of(values())
    return body


def values_of(kind: type) -> list[Any]:
    """The hostile values of one type."""
    return [value for value in values() if isinstance(value, kind)]


def _places(value: Any, depth: int = 0) -> list[tuple[Any, Any]]:
    """Every place in a body that holds something, as container and key; the deepest ones are left alone."""
    found: list[tuple[Any, Any]] = []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in entries:
        found.append((value, key))
        if depth < 12 and len(found) < 2000:
            found += _places(each, depth + 1)
    return found
