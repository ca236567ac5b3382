"""Whom a CODEOWNERS names for a file, as GitHub reads it: the last line that matches, and no line that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import PathSpec

from forge.codeowners import LARGEST, LONGEST_PATTERN, CodeOwners, Owners, read_codeowners

EXAMPLE = r"""
# A line that begins so is a comment.
*                        @everybody @acme/platform
*.yaml                   @acme/manifests # and so is what follows a word
*.tf docs@example.com
/build/logs/             @builders
docs/*                   docs@example.com @writer
apps/                    @apps
/charts/                 @acme/charts
**/logs                  @loggers
/apps/                   @top @other
/apps/open
with\ space/             @spaced
/deep/**/values.yaml     @acme/values
"""


def read(text: str) -> CodeOwners:
    return read_codeowners(text.encode("utf-8", "surrogateescape"), "CODEOWNERS")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("README.md", ("everybody", "acme/platform")),
        ("some/where/README.md", ("everybody", "acme/platform")),
        ("some/where/a.yaml", ("acme/manifests",)),
        (".hidden.yaml", ("acme/manifests",)),
        ("a.YAML", ("everybody", "acme/platform")),
        ("build/logs/today/a.txt", ("loggers",)),
        ("other/build/logs", ("loggers",)),
        ("some/logs/a/b", ("loggers",)),
        ("docs/start.md", ("writer",)),
        ("docs/more/start.md", ("everybody", "acme/platform")),
        ("more/docs/start.md", ("everybody", "acme/platform")),
        ("some/apps/a/b.md", ("apps",)),
        ("apps/a.md", ("top", "other")),
        ("apps/open/a.md", ()),
        ("apps/open", ()),
        ("apps/opened/a.md", ("top", "other")),
        ("charts/web/a.yaml", ("acme/charts",)),
        ("some/charts/web/a.yaml", ("acme/manifests",)),
        ("some/with space/a", ("spaced",)),
        ("deep/values.yaml", ("acme/values",)),
        ("deep/a/b/values.yaml", ("acme/values",)),
        ("deep/a/values.yaml/x", ("acme/values",)),
    ],
)
def test_the_last_line_that_matches_a_file_decides(path: str, names: tuple[str, ...]) -> None:
    assert read(EXAMPLE).of(path).names == names


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("*", ["a", "a/b/c"], []),
        ("/*", ["a"], ["a/b"]),
        ("**", ["a", "a/b"], []),
        ("/", [], ["a", "a/b"]),
        ("a", ["a", "a/b", "x/a", "x/a/b"], ["ab", "x/ab"]),
        ("/a", ["a", "a/b"], ["x/a"]),
        ("a/", ["a/b", "x/a/b/c"], ["a", "x/a"]),
        ("/a/", ["a/b"], ["a", "x/a/b"]),
        ("a/b", ["a/b", "a/b/c"], ["x/a/b"]),
        ("a/*", ["a/b"], ["a", "a/b/c"]),
        ("a/*/", ["a/b/c", "a/b/c/d"], ["a/b"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "x/a/b"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/z"], ["a/x"]),
        ("**/a", ["a", "x/a", "x/y/a/z"], ["ab"]),
        ("**/a/*", ["a/b", "x/a/b", "a/x/a/b"], ["a", "a/b/c"]),
        ("**/a/**/b/*", ["a/b/c", "a/b/b/c"], ["a/b", "a/b/c/d"]),
        ("*.js", ["a.js", "x/b.js", "a.js/x"], ["a.jsx"]),
        ("a?c", ["abc", "x/abc"], ["ac", "a/c", "abbc"]),
        ("a*c/d", ["ac/d", "abbc/d/e"], ["a/c/d"]),
        (r"a\*", ["a*"], ["ab"]),
        (r"a\*?", ["a*b"], ["abc"]),
        (r"a\?*", ["a?b"], ["abb"]),
        ("a//b", [], ["a/b"]),
        ("a#b", ["a#b"], ["a"]),
        ("zażółć/", ["zażółć/a"], ["zazolc/a"]),
    ],
)
def test_a_pattern_matches_files_and_what_is_in_folders(pattern: str, matching: list[str], others: list[str]) -> None:
    owners = read(f"{pattern} @owner")
    assert not owners.skipped
    assert [path for path in (*matching, *others) if owners.of(path).names] == matching


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("!apps/ @owner", "cannot begin with !"),
        (r"\#apps/ @owner", "escaped #"),
        ("app[sz]/ @owner", "cannot have [ ]"),
        ("app]/ @owner", "cannot have [ ]"),
        ("apps/ owner", "neither @login"),
        ("apps/ @owner, @other", "neither @login"),
        ("apps/ @owner/team/more", "neither @login"),
        ("apps/ @own\u202eer", "neither @login"),
        ("apps/ @own\u200ber", "neither @login"),
        ("apps/ @@owner", "neither @login"),
        ("apps/\u2028x @owner", "neither @login"),
        ("apps\\ @owner\\", "cannot be read"),
        ("apps\\", "cannot be read"),
        ("apps\\/x @owner", "cannot be read"),
        (f"{'a' * (LONGEST_PATTERN + 1)} @owner", "cannot be read"),
    ],
)
def test_a_line_that_cannot_be_read_is_skipped_as_on_github_and_that_is_told(line: str, why: str) -> None:
    found = read(f"* @everybody\n{line}\n")
    assert found.of("apps/a").names == ("everybody",)
    assert list(found.skipped) == [2]
    assert why in found.skipped[2]


def test_an_address_is_an_owner_of_whom_nobody_tells_who_it_is() -> None:
    assert read("* me@example.com @owner you+k8s@example.com").of("a") == Owners(
        ("owner",), ("me@example.com", "you+k8s@example.com")
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "   \t\n", "\ufeff", "\\", "\x00"])
def test_a_file_that_names_nobody_names_nobody(text: str) -> None:
    assert read(text).of("a/b") == Owners()


def test_windows_line_ends_and_a_mark_of_byte_order_change_nothing() -> None:
    assert read("\ufeffa/ @owner\r\nb/ @other\r\n").of("b/c").names == ("other",)


def test_a_file_that_is_too_large_for_github_names_nobody() -> None:
    found = read_codeowners(b"* @owner\n" * (LARGEST // 9 + 1), "CODEOWNERS")
    assert found.of("a") == Owners()
    assert "larger than 3 MB" in found.skipped[1]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("*a" * 1000 + "b", "a" * 255), ("**/a/" * 400 + "b", "a/" * 2000 + "c"), ("?*" * 1000, "a" * 200)],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    found = read(f"{pattern} @owner")
    assert not found.skipped
    assert found.of(path) == Owners()


@given(st.binary(max_size=300), st.text(max_size=30))
def test_nothing_raises_on_anything(data: bytes, path: str) -> None:
    read_codeowners(data, "CODEOWNERS").of(path)


PIECES = st.sampled_from(["a", "b", "ab", "a*", "*b", "?", "**"])
NAMES = st.sampled_from(["a", "b", "ab", "aab", "c"])


@example([(False, ["**"], True)], ["a"])
@given(
    st.lists(st.tuples(st.booleans(), st.lists(PIECES, min_size=1, max_size=4), st.booleans()), min_size=1, max_size=3),
    st.lists(NAMES, min_size=1, max_size=5),
)
def test_where_a_pattern_is_one_of_gitignore_s_it_is_read_as_that(patterns, names) -> None:
    lines = [f"{'/' * anchored}{'/'.join(pieces)}{'/' * folder}" for anchored, pieces, folder in patterns]
    path = "/".join(names)
    found = read("".join(f"{line} @owner\n" for line in lines)).of(path)
    assert bool(found.names) is PathSpec.from_lines("gitignore", lines).match_file(path)
