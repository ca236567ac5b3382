"""YAML that is written reads as what it was written for, here and in any other reader."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workloads.text.plain_yaml import write_yaml
from workloads.text.reader import parse_document

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["y", "no", "1e3", "0o17", "1:30", "2026-11-26", "=", "<<", "~", "", "null", ".inf", "08", "- a", "a: b", "#", "{}", "1_000"]
)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_what_is_written_is_read_as_it_was(value: dict[str, object]) -> None:
    assert parse_document(write_yaml(value), "x.yaml") == (value or {}, ())


@given(st.dictionaries(TEXTS, TEXTS, max_size=5))
def test_another_reader_reads_the_same_texts(value: dict[str, str]) -> None:
    assert yaml.safe_load(write_yaml(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": {"b": "c", "d": 1}}, "a: {b: c, d: 1}\n"),
        ({"a": [{"b": "c"}, {"d": {"e": 1}}]}, "a:\n- {b: c}\n- d: {e: 1}\n"),
        ({"cpu": "2", "on": "no"}, '{cpu: "2", "on": "no"}\n'),
    ],
)
def test_what_is_small_stands_on_one_line_and_what_could_be_mistaken_is_quoted(value: object, text: str) -> None:
    assert write_yaml(value).decode() == text


def test_what_is_the_same_twice_is_written_twice() -> None:
    same = {"a": "b"}
    assert b"*" not in write_yaml({"one": [same, same], "two": same})
