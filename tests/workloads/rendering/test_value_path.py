"""One value of a chart by its path is read as Helm's --set reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.rendering.obstacle import Obstacle
from workloads.rendering.value_path import value_at


@pytest.mark.parametrize(
    ("stated", "literal", "value"),
    [
        ("5", False, 5),
        ("0", False, 0),
        ("-3", False, -3),
        ("007", False, "007"),
        ("1.5", False, "1.5"),
        ("5\n", False, "5\n"),
        ("true", False, True),
        ("null", False, None),
        ("'5'", False, "5"),
        ('"true"', False, "true"),
        ("a=b", False, "a=b"),
        ("5", True, "5"),
        ("a,b", True, "a,b"),
        ("{a}", True, "{a}"),
    ],
)
def test_a_value_is_of_the_type_that_helm_gives_it(stated: str, literal: bool, value: object) -> None:
    assert value_at("web.pods", stated, literal=literal) == {"web": {"pods": value}}


@pytest.mark.parametrize(
    ("path", "stated"), [("list[0]", "1"), ("a\\.b", "1"), ("", "1"), (".".join("a" * 30), "1"), ("a", "1,b=2"), ("a", "{1,2}"), ("a", "\\1")]
)  # fmt: skip
def test_what_is_more_than_one_value_is_said_not_to_be_known(path: str, stated: str) -> None:
    found = value_at(path, stated, literal=False)
    assert isinstance(found, Obstacle)
    assert "targetPath" in found.message


@given(st.text(), st.text(), st.booleans())
def test_nonsense_raises_nothing(path: str, stated: str, literal: bool) -> None:
    assert value_at(path, stated, literal=literal)
