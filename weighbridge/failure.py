"""A broken world in a person's words: what the command line says before it gives up with exit code 2."""

from __future__ import annotations


class Failure(Exception):  # noqa: N818 - what it is, in a word: every exception that ends a command is one
    """Something outside the input is broken: a price book, a repository, a certificate. The text says what to do."""
