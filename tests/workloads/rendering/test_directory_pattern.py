"""Patterns of Argo CD's directories: which paths they take, beside the library that Argo CD reads them with."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from workloads.rendering.directory_pattern import DEEPEST, LONGEST, PatternError, directory_pattern

TEXTS = st.lists(st.sampled_from(["a", "b", "/", ".yaml", "sub/", "-", "c"]), min_size=1, max_size=2).map("".join)
"""Texts that often begin and end alike."""
ONE_STAR = st.builds("{}{}{}".format, TEXTS | st.just(""), st.sampled_from(["*", "**", ""]), TEXTS | st.just(""))
EITHER = st.lists(TEXTS, min_size=1, max_size=3).map(lambda several: "{" + ",".join(several) + "}")
PATTERNS = st.one_of(
    st.lists(TEXTS | st.sampled_from(["*", "**", "?", "[a-c]", "[!b]", "[ab]"]), min_size=1, max_size=4).map("".join),
    st.lists(TEXTS | EITHER | st.just("*"), min_size=1, max_size=4).map("".join),
    st.lists(ONE_STAR, min_size=1, max_size=3).map(lambda several: "{" + ",".join(several) + "}"),
    st.builds("{}{}{}".format, TEXTS, st.lists(ONE_STAR, min_size=1, max_size=3).map(",".join).map("{{{}}}".format), TEXTS),
)
ODD = st.lists(st.sampled_from(["a", "/", "*", "?", "[", "]", "{", "}", ",", "!", "-", "\\", "[a-c]", "{a,b}"]), max_size=9).map(
    "".join
)
PATHS = st.lists(st.sampled_from(["a", "b", "c", "/", ".yaml", "-", "sub/"]), min_size=1, max_size=6).map("".join)


def _takes(pattern: str, path: str) -> bool:
    return directory_pattern(pattern).takes(path)


@pytest.mark.parametrize(
    ("pattern", "path", "taken"),
    [
        ("*.yaml", "a.yaml", True),
        ("*.yaml", "sub/a.yaml", True),
        ("sub/*", "sub/deep/a.yaml", True),
        ("*", "", True),
        ("?.yaml", "a.yaml", True),
        ("?.yaml", "ab.yaml", False),
        ("{a,b}.yaml", "b.yaml", True),
        ("{a.yaml,sub/*}", "sub/b.yaml", True),
        ("sub/{a,b}/{c,d}.yaml", "sub/b/c.yaml", True),
        ("{*.yaml,*.yml}", "sub/a.yml", True),
        ("{a,b", "b", True),
        ("a*a", "a", True),
        ("{a*a,b}", "a", True),
        ("a,b", "a,b", True),
        ("[ab].yaml", "b.yaml", True),
        ("[!ab].yaml", "c.yaml", True),
        ("[a-c].yaml", "b.yaml", True),
        ("[a-cd].yaml", "d.yaml", False),
        ("[c-a]", "b", False),
        ("[]", "", False),
        ("\\*.yaml", "*.yaml", True),
        ("\\*.yaml", "a.yaml", False),
        ("values-[0-9]*.yaml", "values-12.yaml", True),
        ("**/a.yaml", "a.yaml", False),
        ("**/a.yaml", "x/y/a.yaml", True),
    ],
)
def test_a_pattern_takes_paths_as_argo_cd_reads_it(pattern: str, path: str, taken: bool) -> None:
    assert _takes(pattern, path) is taken


@given(ODD | PATTERNS, PATHS)
def test_a_pattern_is_known_or_told_not_to_be(pattern: str, path: str) -> None:
    try:
        assert _takes(pattern, path) in (True, False)
    except PatternError:
        assert "{" in pattern


@pytest.mark.parametrize(
    "pattern",
    ["sub/{a*,b}", "{a*,b}.yaml", "{a,{b,c}}", "{a,}.yaml", "*{b}", "{*c,c}", "{a?,b}", "x{[ab],c}"],
)
def test_alternatives_that_the_library_reads_in_its_own_way_are_not_known(pattern: str) -> None:
    with pytest.raises(PatternError):
        directory_pattern(pattern)


@given(PATHS)
def test_a_path_takes_itself_where_its_signs_are_escaped(path: str) -> None:
    assert _takes("".join(f"\\{character}" for character in path), path)


@pytest.mark.parametrize("pattern", ["a" * (LONGEST + 1), "{" * (DEEPEST + 1)])
def test_a_pattern_of_any_size_is_not_looked_at(pattern: str) -> None:
    with pytest.raises(PatternError):
        _takes(pattern, "a")


def test_many_stars_take_no_long_while() -> None:
    assert not _takes("*a" * 400 + "b", "a" * 500)


@pytest.mark.go
def test_the_library_of_argo_cd_takes_the_same(go_oracle) -> None:
    asked: list[dict[str, Any]] = []

    @settings(max_examples=700, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(PATTERNS, st.lists(PATHS, min_size=6, max_size=6))
    def collect(pattern: str, paths: list[str]) -> None:
        with suppress(PatternError):
            pattern_ = directory_pattern(pattern)
            asked.append({"pattern": pattern, "paths": [*paths, pattern.strip("{}*")], "read": pattern_})

    collect()
    questions = [{key: each[key] for key in ("pattern", "paths")} for each in asked]
    answers = [answer["taken"] for answer in go_oracle("glob")(questions)]
    ours = [[each["read"].takes(path) for path in each["paths"]] for each in asked]
    different = [(each["pattern"], each["paths"], was) for each, was, is_ in zip(asked, answers, ours, strict=True) if was != is_]
    assert different == []
    assert len(asked) > 400
    assert sum(map(any, ours)) > 150
