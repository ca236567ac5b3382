"""A broken world in a person's words: what the command line says before it gives up with exit code 2."""

from __future__ import annotations


class Failure(Exception):  # noqa: N818 - what it is, in a word: every exception that ends a command is one
    """Something outside the input is broken: a price book, a repository, a certificate. The text says what to do."""


def reason_of(error: Exception) -> str:
    """Why something ended, for others to read. Of a mistake of ours only the sort is told: its words may be anything."""
    return str(error) if isinstance(error, Failure) else f"this is a mistake in Weighbridge ({type(error).__name__})"
