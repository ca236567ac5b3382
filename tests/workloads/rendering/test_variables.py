"""Variables are filled in as Flux does, and what only a cluster knows is never taken for its default."""

from __future__ import annotations

import pytest

from workloads.rendering.variables import Giver, Variables, excepted, substituted, unfilled

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
        ("${A} ${A:=9} ${A:-9} ${A=9} ${A-9}", "1 1 1 1 1"),
        ("${C:=9} ${C:-9} ${C=9} ${C-9} ${C:=}", "9 9 9 9 "),
        ("${EMPTY:=9} [${EMPTY}]", "9 []"),
        ("$${A} $A ${C}", "${A} $A ${C}"),
    ],
)
def test_variables_are_filled_in_as_flux_does(text: str, filled: str) -> None:
    assert substituted(text.encode(), Variables({"A": "1", "EMPTY": ""})).decode() == filled


def test_a_variable_that_something_unknown_may_give_does_not_have_its_default() -> None:
    assert substituted(b"${A} ${C:=9}", Variables.given([SECRET, SETTINGS], {})) == b"1 ${C:=9}"


def test_a_size_that_is_still_a_variable_is_not_known_and_a_host_name_is_no_matter() -> None:
    nobody = Variables()
    assert unfilled({"spec": {"replicas": "${N}"}}, nobody) == "spec.replicas is ${N}, which only the cluster knows"
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
