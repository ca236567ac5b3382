"""What can be broken about a source, as opposed to what it holds.

SourceError
└── RepositoryError     Git refused, or there is no repository
"""

from __future__ import annotations


class SourceError(Exception):
    """A source that cannot be used at all. The text says what is wrong and what to do."""


class RepositoryError(SourceError):
    """There is no repository here, or Git refused a request."""
