"""Text of any origin as a terminal may be given it."""

from __future__ import annotations


def printable(text: str) -> str:
    """A text without what a terminal would act on: control characters, and marks that change the direction of writing."""
    return text if text.isprintable() else "".join(character if character.isprintable() else "?" for character in text)
