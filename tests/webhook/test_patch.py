"""The patches we make, by RFC 6902: they add what is absent, in the fewest operations, and nothing over what is there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_patch import patched

from policies.mutation import Addition
from webhook.patch import add, pointer

# The document's own examples of "add" (appendix A.1, A.2, A.10, A.14 and A.16), which the applier of the tests has to keep.
RFC_6902 = [
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"foo": "bar", "baz": "qux"}),
    ({"foo": ["bar", "baz"]}, [{"op": "add", "path": "/foo/1", "value": "qux"}], {"foo": ["bar", "qux", "baz"]}),
    ({"foo": "bar"}, [{"op": "add", "path": "/child", "value": {"x": {}}}], {"foo": "bar", "child": {"x": {}}}),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    ({"foo": ["bar"]}, [{"op": "add", "path": "/foo/-", "value": ["abc"]}], {"foo": ["bar", ["abc"]]}),
]


@pytest.mark.parametrize(("document", "operations", "expected"), RFC_6902)
def test_the_examples_of_the_rfc_come_out_as_it_says(document: Any, operations: Any, expected: Any) -> None:
    assert patched(document, operations) == expected


def test_the_rfcs_example_of_a_parent_that_is_not_there_fails() -> None:
    with pytest.raises(KeyError):
        patched({"foo": "bar"}, [{"op": "add", "path": "/baz/bat", "value": "qux"}])


LABELS = ("metadata", "labels")


def adding(*found: tuple[tuple[str, ...], object]) -> list[Addition]:
    return [Addition(path, value, "") for path, value in found]


CASES = [
    ("a map that is there gets its keys", {"metadata": {"labels": {"app": "web"}}}, 2),
    ("a map that is not there is added whole", {"metadata": {"name": "web"}}, 1),
    ("a map that is null counts as absent", {"metadata": {"labels": None}}, 1),
    ("what holds it is not there either", {}, 1),
    ("what is there is kept", {"metadata": {"labels": {"team": "other", "env": "x"}}}, 0),
    ("what is of another type is left to the API server", {"metadata": {"labels": 3}}, 0),
]


@pytest.mark.parametrize(("body", "operations"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_patch_is_as_short_as_can_be(body: dict[str, Any], operations: int) -> None:
    wanted = adding(((*LABELS, "team"), "shop"), ((*LABELS, "env"), "test"))
    patch = add(body, wanted)
    assert len(patch) == operations
    assert add(patched(body, patch), wanted) == ()


def test_entries_are_appended_to_a_list_and_only_once() -> None:
    wanted = adding((("spec", "tolerations"), [{"key": "spot"}]))
    body = {"spec": {"tolerations": [{"key": "gpu"}]}}
    patch = add(body, wanted)
    assert patch == ({"op": "add", "path": "/spec/tolerations/-", "value": {"key": "spot"}},)
    assert add(patched(body, patch), wanted) == ()
    assert patched({"spec": {}}, add({"spec": {}}, wanted)) == {"spec": {"tolerations": [{"key": "spot"}]}}


KEYS = st.text(st.sampled_from("ab/~0.1-"), min_size=1, max_size=4)
TREES = st.recursive(st.none() | st.text(max_size=3) | st.integers(), lambda inner: st.dictionaries(KEYS, inner, max_size=3))


@given(
    st.dictionaries(KEYS, TREES, max_size=3), st.lists(st.tuples(st.tuples(KEYS, KEYS, KEYS), st.text(max_size=3)), max_size=4)
)
def test_a_patch_of_anything_applies_changes_nothing_that_was_there_and_is_empty_the_second_time(
    body: dict[str, Any], found: list[tuple[tuple[str, ...], str]]
) -> None:
    wanted = adding(*found)
    after = patched(body, add(body, wanted))
    assert add(after, wanted) == ()
    assert _kept(body, after)


def _kept(before: Any, after: Any) -> bool:
    if isinstance(before, dict):
        return isinstance(after, dict) and all(value is None or _kept(value, after[key]) for key, value in before.items())
    return bool(before == after)


@given(KEYS)
def test_a_key_of_any_characters_is_one_step(key: str) -> None:
    assert patched({}, [{"op": "add", "path": f"/{pointer(key)}", "value": 1}]) == {key: 1}
