"""``expression`` rules and conditions as the API server takes them: parameters written out, and nothing read that it has not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.cel.environment import VARIABLES, compiled_in, server_environment
from policies.cel.expression import Compiled
from policies.export.identifier import read_at, renamed
from policies.export.literal import document, text
from policies.export.requirement import LeftOut, Part, Requirement
from policies.message import quoted
from policies.policy import Validation

PARAMETERS: Final = "params"
"""The variable that holds a policy's own values."""
_KNOWN: Final = {
    "namespaceObject": re.compile(r"\s*\.\??metadata\s*\.\??(name|labels)\b"),
    "request": re.compile(
        r"\s*\.\??(operation|kind|resource|subResource|namespace|name|dryRun|userInfo\s*\.\??(username|groups))\b"
    ),
}
"""What ours know of these, too: where they cannot tell, an answer of the API server's could deny what ours only warn of."""
_NAMES: Final = {PARAMETERS: f"variables.{PARAMETERS}"}


def parts(check: Validation, rule: str) -> Iterator[Part]:
    """The one requirement, or why it is left out."""
    reason = foreign(check.expression)
    if reason:
        yield LeftOut(rule, reason)
        return
    broken = text(f"does not meet {quoted(check.expression.text, 90)}")
    own = check.words is not None and not foreign(check.words)
    yield Requirement(
        rule,
        fails=f"!({written(check.expression)})",
        covered=f"!({renamed(check.expression.text, {**_NAMES, 'object': 'oldObject'})})",
        words=f"string({written(check.words)})" if own and check.words is not None else broken,
        required=f"has to meet {quoted(check.expression.text, 90)}",
    )


def written(expression: Compiled) -> str:
    """An expression inside an exported policy."""
    return renamed(expression.text, _NAMES)


def foreign(expression: Compiled) -> str:
    """Why the API server cannot take an expression, or could answer it otherwise; empty where it can."""
    if "cost" in expression.reads:
        return "it reads cost, which the API server does not know"
    for name, known in _KNOWN.items():
        if any(not known.match(rest) for rest in read_at(expression.text, name)):
            return f"it reads of {name} what is not known elsewhere"
    if isinstance(compiled_in(server_environment((*VARIABLES, "variables")), written(expression)), tuple):
        return "it is not in the API server's own CEL: there quantities are texts"
    return ""


def parameters(params: Mapping[str, object]) -> Mapping[str, str]:
    """The variable that stands for ``params``.

    :raises ValueError: for a number that CEL has not.
    """
    return {PARAMETERS: document(params)}
