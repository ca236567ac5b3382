"""A comment of ours is known again by its last line, exactly, and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.marker import KEY, NO_MARKER, Marker, alike, marker_of
from bot.memory import MOST_DENIALS, Memory, digests, memory_of

HEAD, BASE = "a" * 40, "b" * 40


@pytest.mark.parametrize(
    ("marker", "line"),
    [
        (NO_MARKER, "<!-- weighbridge:1 -->"),
        (Marker("default", HEAD, BASE, 1187), f"<!-- weighbridge:1 config=default head={HEAD} base={BASE} run=1187 -->"),
        (
            Marker("default", HEAD, BASE, 1187, 482),
            f"<!-- weighbridge:1 config=default head={HEAD} base={BASE} pull=482 run=1187 -->",
        ),
        (Marker("staging", HEAD), f"<!-- weighbridge:1 config=staging head={HEAD} -->"),
    ],
)
def test_a_marker_is_a_line_that_nobody_sees(marker: Marker, line: str) -> None:
    assert marker.line == line
    assert marker_of(f"### Cost\n\ntext\n{line}\n") == marker


@pytest.mark.parametrize(
    "body",
    [
        "",
        "### Cost",
        "<!-- weighbridge:1 -->\nmore",
        "> <!-- weighbridge:1 -->",
        "text <!-- weighbridge:1 -->",
        "<!-- weighbridge:2 -->",
        "<!-- weighbridge:1 config=a--b -->",
        "<!-- weighbridge:1 config=default head=nonsense -->",
        "<!-- weighbridge:1 run=1 --> <!-- weighbridge:1 -->",
    ],
)
def test_what_is_not_our_last_line_is_no_marker(body: str) -> None:
    assert marker_of(body) is None


def test_a_forge_that_keeps_carriage_returns_is_no_obstacle() -> None:
    assert marker_of("### Cost\r\n\r\n<!-- weighbridge:1 config=x -->\r\n") == Marker("x")
    assert alike("a\r\nb", "a\nb\n")


def test_two_comments_that_differ_in_the_run_alone_are_alike() -> None:
    one, two = (f"text\n{Marker('default', HEAD, BASE, run).line}" for run in (1, 2))
    assert alike(one, two)
    assert not alike(one, f"text\n{Marker('default', BASE, BASE, 1).line}")
    assert not alike(one, f"other\n{Marker('default', HEAD, BASE, 1).line}")


@given(st.from_regex(KEY, fullmatch=True), st.sets(st.text(max_size=20)), st.integers(0, 10**18), st.booleans())
def test_what_is_remembered_is_read_as_it_was_written_and_fits_what_github_keeps(key, denials, comment, settled) -> None:
    memory = Memory(key, comment, digests(denials), settled)
    assert len(memory.text) <= 255
    again = memory_of(memory.text, key)
    assert again is not None
    assert (again.key, again.comment, again.settled) == (key, comment, settled)
    assert again.denials == memory.denials or len(memory.denials) > MOST_DENIALS
    assert memory_of(memory.text, f"{key}x") is None


@given(st.text())
def test_no_text_that_others_put_there_is_more_than_nothing(text: str) -> None:
    assert memory_of(text, "default") is None or text.startswith("weighbridge:1 ")
    assert marker_of(text) is None or "<!-- weighbridge:1" in text
