"""Variables are filled in as Flux does, and what only a cluster knows is never taken for its default."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from workloads.rendering.substitution import DEEPEST, LONGEST, substituted
from workloads.rendering.variables import Giver, Variables, excepted, unfilled

SETTINGS = Giver("ConfigMap settings", {"A": "1", "B": "2"})
LATER = Giver("ConfigMap later", {"B": "3"})
SECRET = Giver("Secret hidden", hidden=None)
KEYS = Giver("Secret keys", hidden=frozenset({"A"}))


@pytest.mark.parametrize(
    ("givers", "stated", "values", "unsure"),
    [
        ([SETTINGS], {}, {"A": "1", "B": "2"}, []),
        ([SETTINGS, LATER], {}, {"A": "1", "B": "3"}, []),
        ([LATER, SETTINGS], {}, {"A": "1", "B": "2"}, []),
        ([SETTINGS, LATER], {"B": "4"}, {"A": "1", "B": "4"}, []),
        ([SETTINGS, SECRET], {}, {}, ["A", "B", "C"]),
        ([SECRET, SETTINGS], {}, {"A": "1", "B": "2"}, ["C"]),
        ([SECRET], {"C": "5"}, {"C": "5"}, ["A", "B"]),
        ([SETTINGS, KEYS], {}, {"B": "2"}, ["A"]),
        ([KEYS, SETTINGS], {}, {"A": "1", "B": "2"}, []),
        ([KEYS], {"A": "6"}, {"A": "6"}, []),
        ([Giver("ConfigMap lines", {"A": "1\n"})], {"B": "a\nb"}, {"A": "1", "B": "ab"}, []),
        ([], {}, {}, []),
    ],
)
def test_a_later_giver_goes_before_an_earlier_one_and_what_is_stated_before_all(
    givers: list[Giver], stated: dict[str, str], values: dict[str, str], unsure: list[str]
) -> None:
    found = Variables.given(givers, stated)
    assert found.values == values
    assert [name for name in "ABC" if found.why(name)] == unsure


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${A} ${A:=9} ${A:-9} ${A=9} ${A:?9} ${A:+9}", "1 1 1 1 1 1"),
        ("${C:=9} ${C:-9} ${C=9} ${C:?9} ${C:+9} ${C:=}", "9 9 9 9 9 "),
        ("${C:=${A}} ${C:=a${D:=${E:=${A}}}b} ${A:=${C}}", "1 a1b 1"),
        ("${W} ${W,} ${W,,} ${W^} ${W^^} ${#W}", "wEb wEb web WEb WEB 3"),
        ("${C-9} ${W:0:2} ${W/E/x} ${C,,} ${A:=}}", "${C-9} ${W:0:2} ${W/E/x} ${C,,} 1}"),
        ("${EMPTY:=9} [${EMPTY}]", "9 []"),
        ("$${A} $$${A} $$a $A ${C}", "${A} $1 $a $A ${C}"),
    ],
)
def test_variables_are_filled_in_as_flux_does(text: str, filled: str) -> None:
    assert substituted(text.encode(), Variables({"A": "1", "W": "wEb", "EMPTY": ""})).decode() == filled


def test_what_is_deeper_or_longer_than_is_looked_at_stays_as_it_is() -> None:
    deep = "${C:=" * (DEEPEST + 2) + "}" * (DEEPEST + 2)
    assert substituted(deep.encode(), Variables({"A": "1"})).startswith(b"${C:=")
    long = b"${C:=" + b"x" * (LONGEST + 1) + b"}"
    assert substituted(long, Variables({"A": "1"})) == long


def test_what_is_never_closed_takes_no_long_while() -> None:
    text = b"${C:=" * 20_000
    assert substituted(text, Variables({"A": "1"})) == text


VALUES = {"A": "1", "W": "wEb", "EMPTY": ""}
PIECES = [
    "${A}",
    "${C:=",
    "${W,,}",
    "${W^}",
    "${#W}",
    "}",
    "a",
    " ",
    "${EMPTY:-",
    "$",
    "$${A}",
    "${A:=b}",
    "${C=9}",
    "${C:+x}",
    "=",
]


@pytest.mark.go
def test_flux_fills_in_the_same(go_oracle) -> None:
    asked: list[str] = []

    @settings(max_examples=500, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
    def collect(text: str) -> None:
        asked.append(text)

    collect()
    answers = go_oracle("envsubst")({"text": text, "values": VALUES} for text in asked)
    known = [(text, answer["filled"]) for text, answer in zip(asked, answers, strict=True) if not answer.get("error")]
    ours = [(text, substituted(text.encode(), Variables(VALUES)).decode()) for text, _ in known]
    assert ours == known
    assert len(known) > 200


def test_a_variable_that_something_unknown_may_give_does_not_have_its_default() -> None:
    assert substituted(b"${A} ${C:=9}", Variables.given([SECRET, SETTINGS], {})) == b"1 ${C:=9}"


def test_a_size_that_is_still_a_variable_is_not_known_and_a_host_name_is_no_matter() -> None:
    nobody = Variables()
    assert unfilled({"spec": {"replicas": "${N}"}}, nobody) == "spec.replicas is ${N}, which only the cluster knows"
    assert unfilled({"spec": {"replicas": "${N:0:1}"}}, nobody)
    assert unfilled({"spec": {"values": {"resources": {"limits": {"memory": "${M:=1Gi}"}}}}}, nobody)
    assert not unfilled({"spec": {"host": "web.${DOMAIN}"}}, nobody)


def test_what_may_give_a_size_is_named() -> None:
    told = unfilled({"spec": {"replicas": "${N:=3}"}}, Variables.given([SECRET], {}))
    assert told == "spec.replicas is ${N:=3}, of which Secret hidden may give the value, which only the cluster has"


@pytest.mark.parametrize("place", ["labels", "annotations"])
def test_an_object_may_say_that_nothing_is_filled_in_in_it(place: str) -> None:
    mark = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}
    assert excepted({"metadata": {place: mark}})
    assert not excepted({"spec": {"template": {"metadata": {place: mark}}}})
    assert not excepted({"metadata": {place: {"kustomize.toolkit.fluxcd.io/substitute": "enabled"}}})
