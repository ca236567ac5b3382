"""Words that a text says and does not hold letter by letter: whoever looks for a word in it would not find them."""

from __future__ import annotations

import re
from typing import Final

from workloads.reference_words import every_word
from workloads.text.reader import read

_NUMBER: Final = r"\\(x|u00|U000000)(2[dDeE]|3[0-9]|[4-7][0-9a-fA-F])"
SEARCH: Final = _NUMBER + "|!!binary|2002:binary|^%TAG|^(\udcff\udcfe|\udcfe\udcff)|\\\\\r?$"
"""Finds texts that may hold such words, as an extended regular expression of bytes."""
_NUMBERED: Final = re.compile(_NUMBER.encode() + rb"|!!binary|2002:binary|^%TAG|\A(?:\xff\xfe|\xfe\xff)", re.MULTILINE)
"""A letter, a digit or a sign of names that is written by its number, a text that is written as bytes, and UTF-16."""
_CONTINUED: Final = re.compile(rb"\\\r?\n[ \t]*")
"""Where a quoted text of YAML goes on in the next line as if there were none."""


def hidden_words(data: bytes) -> bytes:
    """Text in which such words of an object stand letter by letter; nothing for nearly every text. Never raises.

    What is only continued in the next line is joined; where letters are written by their numbers, the text is read.
    """
    joined = _CONTINUED.sub(b"", data) if b"\\\n" in data or b"\\\r\n" in data else b""
    if _NUMBERED.search(data) is None:
        return joined
    said = {word for manifest in read(data).manifests for word in every_word(manifest.body)}
    return b"\n".join([joined, *(word.encode("utf-8", "replace") for word in sorted(said))])
