"""Which field of an expression is read only through another, told by its text."""

from __future__ import annotations

import pytest

from policies.cel.reach import offset, reached_through

THROUGH = [
    ("object.spec.template.spec", ".template", ".spec", True),
    ("object.spec.?template.?metadata.labels", ".?template", ".labels", True),
    ("object.spec.items[0].name", ".items", ".name", True),
    ("object.spec.items.all(c, c.name == 'x')", ".items", ".name", True),
    ("object.spec.items.exists(c, (c.one == 1) && c.name == 'x')", ".items", ".name", True),
    ("object.spec.items.all(c, c.one) && object.name", ".items", ".name", False),
    ("object.spec.items.orValue(object.name)", ".items", ".name", False),
    ("size(object.spec.items) > object.name", ".items", ".name", False),
    ("object.kind == 'Pod' ? object.items : object.name", ".items", ".name", False),
    ("object.name && object.items", ".items", ".name", False),
    ("object.items", ".items", ".items", False),
]


@pytest.mark.parametrize(("text", "first", "second", "through"), THROUGH, ids=[row[0] for row in THROUGH])
def test_a_field_is_read_through_those_before_it_in_its_chain(text: str, first: str, second: str, through: bool) -> None:
    assert reached_through(text, text.index(first), text.rindex(second)) is through


@pytest.mark.parametrize(
    ("text", "line", "column", "name", "at"),
    [
        ("object.spec.few", 1, 12, "few", 11),
        ("has(object.spec.few)", 1, 4, "few", 15),
        ("has(object.few.few)", 1, 4, "few", 14),
        ("a &&\n  has(object.few)", 2, 6, "few", 17),
        ("has(object.few", 1, 4, "few", 10),
        ("", 1, 1, "few", 0),
        ("has(x)", 1, 4, "few(", 3),
    ],
)
def test_the_place_of_a_field_in_has_is_its_own(text: str, line: int, column: int, name: str, at: int) -> None:
    assert offset(text, line, column, name) == at
