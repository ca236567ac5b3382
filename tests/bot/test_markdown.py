"""Text from a change is shown in Markdown and never acts in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.comment import Links
from bot.markdown import code, escaped, fenced, plain, prose, table, text_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web", "`web`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a``b", "```a``b```"),
        ("a|b", "`a¦b`"),
        ("a\nb\tc", "`a b c`"),
        ("a\u202eb\u200bc\ufeff", "`abc`"),
        ("", "`  `"),
        ("$x$", "` $x$ `"),
        ("a$`b`$", "` a$ˋbˋ$ `"),
        ("a$b", "`a$b`"),
        ("a\u3164\u115f\u1160\uffa0\u2800\u034f\u17b4\ufe0f\u180bb", "`ab`"),
        ("x" * 200, f"`{'x' * 79}…`"),
    ],
)
def test_a_name_is_a_code_span(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("costs $12", "costs $12"),
        ("$x$", r"<span>\$</span>x<span>\$</span>"),
        ("$5 of $$HOME", r"$5 of <span>\$</span><span>\$</span>HOME"),
        ("a_b*c", r"a\_b\*c"),
        ("<b>&amp;", r"\<b\>\&amp;"),
        ("@acme/finops", r"\@&#8203;acme/finops"),
        ("see #12 and GH-7", r"see \#&#8203;12 and GH&#8203;-7"),
        ("https://evil.example", "https:&#8203;//evil.example"),
        ("www.evil.example", "www&#8203;.evil.example"),
        ("[x](y)", r"\[x\](y)"),
        ("a | b", r"a \| b"),
    ],
)
def test_a_text_is_text(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("absent (`helm pull x --repo https://c.example/x`).", "absent (`helm pull x --repo https://c.example/x`)."),
        ("a_b `c_d`", r"a\_b `c_d`"),
        ("`a|b` @team", r"`a¦b` \@&#8203;team"),
        (f"`{'x' * 200}`", f"`{'x' * 200}`"),
        ("one ` alone_", r"one \` alone\_"),
        ("``a_b`` c", r"\`\`a\_b\`\` c"),
        ("\\`a`", r"\\`a`"),
    ],
)
def test_a_command_between_backticks_is_there_to_be_copied(text: str, shown: str) -> None:
    assert prose(text) == shown


@given(st.text())
def test_no_text_leaves_its_line_its_cell_or_its_span(text: str) -> None:
    for shown in (code(text), escaped(text), prose(text)):
        assert "\n" not in shown
        assert "\r" not in shown
        (_, _, row) = table(["x"], "l", [[shown]])
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 2
    fence = re.match(r"`+", code(text))
    assert fence
    assert code(text)[len(fence[0]) : -len(fence[0])].count(fence[0]) == 0
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("apps/web.yaml", "https://x/blob/apps/web.yaml#L3"),
        ("a b)](c.yaml", "https://x/blob/a%20b%29%5D%28c.yaml#L3"),
        ("100%?#.yaml", "https://x/blob/100%25%3F%23.yaml#L3"),
        ("\udcff.yaml", "https://x/blob/%3F.yaml#L3"),
    ],
)
def test_a_link_ends_where_its_file_ends(file: str, address: str) -> None:
    assert Links("https://x/blob").place(file, 3) == address
    assert Links().place(file, 3) == ""


@given(st.text())
def test_nothing_ends_a_fence_but_its_end(text: str) -> None:
    first, *inside, last = fenced(text, "yaml").split("\n")
    assert (first, set(last)) == (f"{last}yaml", {"`"})
    assert len(last) >= 3
    assert not [line for line in inside if line.strip().startswith(last)]


@given(st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_markdown_of_ours_is_read_back_as_the_text_it_was_made_of(one: str, two: str) -> None:
    assert text_of(escaped(one)) == plain(one)
    named = re.sub(r"(?<=\$)`|`(?=\$)", "ˋ", plain(two).replace("|", "¦"))
    if named:
        assert text_of(code(two)) == named
        assert text_of(f"**new:** {escaped(one)} {code(two)}, × {code('a`b')}") == f"new: {plain(one)} {named}, × a`b"
