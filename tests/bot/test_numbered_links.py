"""Links of a comment are numbers with the addresses at its end; what only looks like a link stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_links import inline_links

from bot.markdown import code, escaped, fenced, link
from bot.numbered_links import numbered

ADDRESS = "https://github.example/acme/platform/blob/3f2c9ab/apps/web.yaml#L4"


def test_an_address_is_written_once_however_often_it_is_linked() -> None:
    text = f"| [`shop/web`]({ADDRESS}), denied | [`web.yaml:4`]({ADDRESS}) |\n[Run](https://ci.example/1)"
    assert numbered(text) == (
        "| [`shop/web`][1], denied | [`web.yaml:4`][1] |\n[Run][2]",
        (f"[1]: {ADDRESS}", "[2]: https://ci.example/1"),
    )


@pytest.mark.parametrize(
    "text",
    [
        code("](https://evil.example)"),
        code("``](https://evil.example)`"),
        escaped("[x](https://evil.example)"),
        fenced("[x](https://evil.example)\n```\n[y](https://evil.example)", "diff"),
        "[x](javascript:alert)",
        "[x](https://evil.example/a b)",
    ],
)
def test_what_only_looks_like_a_link_stays_as_it_is(text: str) -> None:
    assert numbered(text) == (text, ())


def test_a_link_after_code_that_looks_like_one_is_still_a_link() -> None:
    name = code("`](https://evil.example)")
    assert numbered(link(name, ADDRESS)) == (f"[{name}][1]", (f"[1]: {ADDRESS}",))


@given(st.lists(st.tuples(st.text(max_size=20), st.sampled_from(["", ADDRESS, "https://ci.example/1"])), max_size=8))
def test_with_its_addresses_put_back_a_text_is_what_it_was(parts: list[tuple[str, str]]) -> None:
    text = "\n".join(link(code(name), address) for name, address in parts)
    shown, addresses = numbered(text)
    assert inline_links("\n".join([shown, *addresses])).split("\n")[: text.count("\n") + 1] == text.split("\n")
    assert len(addresses) == len({address for _, address in parts if address})
