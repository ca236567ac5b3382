"""A broken world in a person's words: what the command line says before it gives up with exit code 2."""

from __future__ import annotations


class Failure(Exception):
    """Something outside the input is broken: a price book, a repository, a certificate. The text says what to do."""
