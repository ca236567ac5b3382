"""A request that the GitHub stand-in does not carry out, as GitHub says so."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - what it is, in a word
    """An answer other than success."""

    def __init__(self, status: int, message: str, errors: list[dict[str, object]] | list[str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, object] = {
            "message": message,
            "documentation_url": "https://docs.github.example",
            "status": str(status),
        }
        if errors:
            self.body["errors"] = errors


NOT_FOUND = "Not Found"
NOT_ACCESSIBLE = "Resource not accessible by integration"


def too_long(field: str, most: int) -> Refusal:
    """What GitHub answers to a text over its limit."""
    error: dict[str, object] = {"resource": "IssueComment", "code": "custom", "field": field}
    return Refusal(422, "Validation Failed", [{**error, "message": f"{field} is too long (maximum is {most} characters)"}])
