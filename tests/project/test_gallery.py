"""The gallery shows every state of the comment, in pictures that are small, and shows nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from comment_states import STATES
from PIL import Image

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 120_000
"""Bytes of a picture."""


def _linked(page: str) -> set[str]:
    return set(re.findall(r"!\[[^\]]+\]\((?:docs/)?pictures/([\w-]+)\.png\)", (ROOT / page).read_text(encoding="utf-8")))


def test_the_gallery_has_a_picture_of_every_state_and_of_nothing_else() -> None:
    assert _linked("docs/gallery.md") == set(STATES)


def test_every_picture_is_shown_somewhere() -> None:
    shown = _linked("docs/gallery.md") | _linked("docs/page.md") | _linked("README.md")
    assert {file.stem for file in PICTURES.iterdir()} == shown


@pytest.mark.parametrize("name", sorted(file.name for file in PICTURES.iterdir()))
def test_a_picture_is_small_and_has_something_on_it(name: str) -> None:
    file = PICTURES / name
    assert file.stat().st_size < LARGEST
    with Image.open(file) as picture:
        assert picture.format == "PNG"
        assert picture.width >= 900
        assert len(picture.convert("L").getcolors() or []) > 8
