"""Why it is not known what a template comes to."""

from __future__ import annotations

from workloads.field import FieldPath


class NotKnownError(Exception):
    """Why it is not known what a template comes to."""

    def __init__(self, words: str, line: int = 0, path: FieldPath = ()) -> None:
        """``line`` is that of the template, 0 where none is told; ``path`` leads to the template."""
        super().__init__(words)
        self.line = line
        self.path = path

    def at(self, line: int) -> NotKnownError:
        """The same, of a line of a template."""
        return NotKnownError(str(self), line, self.path)

    def under(self, *keys: str | int) -> NotKnownError:
        """The same, of a template that stands under further keys."""
        return NotKnownError(str(self), self.line, (*keys, *self.path))
