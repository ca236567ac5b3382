"""Ranges of versions are read as Helm reads them, and the highest version of those at hand is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.rendering.version_range import highest, is_range

AT_HAND = ("1.2.2", "1.2.3", "1.2.10", "1.3.0", "2.0.0-rc.1", "2.0.0", "2.1.0", "0.2.3", "0.2.9", "0.3.0", "0.0.3", "0.0.4")


@pytest.mark.parametrize(
    ("stated", "taken"),
    [
        ("", "2.1.0"),
        ("*", "2.1.0"),
        ("1.2.3", "1.2.3"),
        ("v1.2.3", "1.2.3"),
        ("=1.2.3", "1.2.3"),
        ("1.2", "1.2.10"),
        ("1.2.x", "1.2.10"),
        ("1.X", "1.3.0"),
        (">=1.0.0 <2", "1.3.0"),
        (">=1.0.0, <2.0.0", "1.3.0"),
        (">= 1.0.0,<1.3.0", "1.2.10"),
        (">1.2", "2.1.0"),
        (">1.2 <2", "1.3.0"),
        ("<=1.2", "1.2.10"),
        ("=<1.2.3", "1.2.3"),
        ("<2.0.0", "1.3.0"),
        ("~1.2.3", "1.2.10"),
        ("~>1", "1.3.0"),
        ("^1.2.3", "1.3.0"),
        ("^0.2.3", "0.2.9"),
        ("^0.0.3", "0.0.3"),
        ("^0.0", "0.0.4"),
        ("^0", "0.3.0"),
        ("1.2.3 - 1.3.0", "1.3.0"),
        ("1.2.0 - 1.2", "1.2.10"),
        ("!=2.1.0 >1", "2.0.0"),
        ("!=2.x", "1.3.0"),
        ("^0.2 || ^1.2.10", "1.3.0"),
        ("3.x || ~0.2", "0.2.9"),
        (">=2.0.0-0 <2.0.0", "2.0.0-rc.1"),
        (">=2.0.0-rc.0 <2.1.0", "2.0.0"),
        (">=3", ""),
        ("2.0.0-rc.2", ""),
    ],
)
def test_the_highest_version_in_a_range_is_taken(stated: str, taken: str) -> None:
    assert is_range(stated)
    assert highest(stated, AT_HAND) == taken


@pytest.mark.parametrize(
    "stated",
    [
        "latest",
        ">=",
        ">=1.0.0 and <2",
        "1.2.3.4",
        "--debug",
        "1.2.3; rm",
        "$(id)",
        "1 ||",
        ">=1<2",
        "1.0.0\n2",
        "9" * 300,
        "1..2",
        "٣",
    ],
)
def test_what_helm_would_not_read_is_no_range(stated: str) -> None:
    assert not is_range(stated)
    assert highest(stated, AT_HAND) == ""


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.0.0-alpha", "1.0.0-alpha.1"),
        ("1.0.0-alpha.1", "1.0.0-alpha.beta"),
        ("1.0.0-beta.2", "1.0.0-beta.11"),
        ("1.0.0-rc.1", "1.0.0"),
        ("1.0.9", "1.0.10"),
        ("v1.0.9", "1.1"),
    ],
)
def test_versions_are_ordered_as_semver_says(lower: str, higher: str) -> None:
    assert highest(">=0-0", [higher, lower]) == higher


def test_what_is_no_version_is_never_taken() -> None:
    assert highest("*", ["latest", "", "1.2.3.4", "x" * 1_000]) == ""


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_what_is_taken_is_one_of_those_at_hand(stated: str, versions: list[str]) -> None:
    assert highest(stated, versions) in {"", *versions}


@given(st.tuples(*[st.integers(0, 4)] * 3), st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=6))
def test_a_caret_is_a_lower_and_an_upper_bound(stated: tuple[int, int, int], versions: list[tuple[int, int, int]]) -> None:
    major, minor, patch = stated
    upper = (major + 1, 0, 0) if major else (0, minor + 1, 0) if minor else (0, 0, patch + 1)
    fitting = [version for version in versions if stated <= version < upper]
    expected = ".".join(map(str, max(fitting))) if fitting else ""
    assert highest(f"^{major}.{minor}.{patch}", [".".join(map(str, version)) for version in versions]) == expected
