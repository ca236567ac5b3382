"""What decides an answer that nobody can tell, as a short text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from gating import deployment, gate, policy, review, said
from hypothesis import given
from hypothesis import strategies as st

from policies.fingerprint import LENGTH, fingerprint
from workloads.excess import MOST_VALUES
from workloads.span import Span

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_values_are_told_apart_by_a_text_of_one_length(one: object, two: object) -> None:
    assert len(fingerprint(one)) == 2 * LENGTH
    assert (fingerprint(one) == fingerprint(two)) == (repr(one) == repr(two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1, True),
        (1, "1"),
        ({"a": 1}, {"a": 2}),
        (Span.exactly(1), Span.exactly(2)),
        ((Decimal(1), ()), (Decimal("1.5"), ())),
        ({1: "a"}, {2: "a"}),
        ("\ud800", "\udfff"),
        ([2**70], [2**71]),
    ],
)
def test_what_differs_has_another_text_whether_or_not_json_says_it(one: object, two: object) -> None:
    assert fingerprint(one) == fingerprint(one)
    assert fingerprint(one) != fingerprint(two)


@pytest.mark.parametrize(("tolerated", "denied"), [("k0", False), ("another", True)])
def test_what_is_too_large_is_stopped_only_where_its_spec_changes(tolerated: str, denied: bool) -> None:
    def large(first: str) -> dict[str, object]:
        body = deployment()
        keys = [first, *(f"k{index}" for index in range(1, MOST_VALUES))]
        body["spec"]["template"]["spec"]["tolerations"] = [{"key": key} for key in keys]
        return body

    rules = {"limitResources": {"replicas": 5}}
    asked = gate([policy(spec={"points": {"admission": {"unknown": "fail"}}}, **rules)])
    answer = asked.validate(review(large(tolerated), large("k0") | {"status": {"replicas": 1}}))
    assert answer.allowed is not denied, said(answer)
