"""GitHub's GraphQL: what REST does not tell. It answers errors with status 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forge.courier import Courier
from forge.error import ForgeError, NotPermittedError, NotThereError, RefusedError
from workloads.field import mapping, sequence, text

_ERRORS: Final[Mapping[str, type[ForgeError]]] = {"FORBIDDEN": NotPermittedError, "NOT_FOUND": NotThereError}


def ask(courier: Courier, query: str, variables: Mapping[str, object]) -> object:
    """The data that answers a query.

    :raises ForgeError: one of its children, by what can be done about it.
    """
    answer = courier.ask("POST", "/graphql", payload={"query": query, "variables": dict(variables)})
    errors = sequence(answer, "errors")
    if errors:
        kind = _ERRORS.get(text(errors[0], "type"), RefusedError)
        raise kind(f"GitHub does not answer over GraphQL: {text(errors[0], 'message')}")
    return mapping(answer, "data")
