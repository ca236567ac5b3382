"""The comment without HTML says the same, for forges that show tags as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifest_texts import deployment, namespace

from bot.bitbucket import LARGEST, without_html
from bot.comment import comment
from bot.marker import Marker
from policies.documents.starter import starter

BEFORE = namespace("shop") + deployment("web", replicas=3)
AFTER = namespace("shop") + deployment("web", replicas=9) + deployment("nobodys", team="", space="ml") + namespace("ml", team="")


@pytest.fixture(scope="module")
def said(reported) -> str:
    return comment(reported(BEFORE, AFTER, starter()), marker=Marker("staging"))


def test_there_is_no_tag_left_and_the_last_line_is_seen(said: str) -> None:
    text = without_html(said)
    assert not re.search(r"<[a-z/!]", text)
    assert text.endswith("\n\n`weighbridge:1 config=staging`")


def test_the_alert_is_a_quotation_and_the_arithmetic_a_section(said: str) -> None:
    lines = without_html(said).splitlines()
    assert "[!CAUTION]" not in str(lines)
    assert any(line.startswith("> **`ml/nobodys` is denied") for line in lines)
    assert "#### How each figure was worked out, and how sure it is" in lines


def test_every_row_and_sentence_stays(said: str) -> None:
    text = without_html(said)
    rows = [line for line in said.splitlines() if line.startswith(("|", "- ", "#"))]
    assert rows
    assert all(row in text for row in rows)


def test_what_cannot_be_folded_is_left_out_where_it_is_too_long_and_that_is_said(said: str) -> None:
    whole = said.replace("</details>", "| a line of the arithmetic |\n" * 2_000 + "</details>")
    text = without_html(whole)
    assert len(text) < LARGEST
    assert "Left out for length: the arithmetic, which is in the JSON." in text
    assert text.splitlines()[0] == whole.splitlines()[0]


@given(st.text(st.sampled_from("<details>/sumarybx!- \n|`"), max_size=60))
def test_a_tag_within_a_line_is_left_as_inert_as_it_is(name: str) -> None:
    line = f"| {' '.join(name.split())} |"
    assert without_html(line) == line
