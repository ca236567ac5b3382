"""Text with its variables filled in after a build, as Flux does: ``${NAME}``, ``${NAME:=default}``, ``${NAME^^}``.

Source: fluxcd.io/flux/components/kustomize/kustomizations, post build variable substitution; ``github.com/fluxcd/pkg/envsubst``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from workloads.rendering.variables import Variables

LONGEST: Final = 1_000
"""Characters of a default."""
DEEPEST: Final = 3
"""Variables inside one another's defaults."""
_NAME: Final = rb"[A-Za-z_]\w*"


def _variable(depth: int) -> bytes:
    """The pattern of a variable whose default holds further ones. Atomic, so that no text takes a long while."""
    inner = _variable(depth - 1) if depth else rb"(?!)"
    default = rb"(?>(?:[^}$\n]|\$(?!\{)|%b){0,%d})" % (inner, LONGEST)
    return rb"(?>\$\{(?:#%b|%b(?:(?::[-=?+]|=)%b|,,?|\^\^?)?)\})" % (_NAME, _NAME, default)


_VARIABLE: Final = re.compile(_variable(DEEPEST))
_SIGN: Final = re.compile(rb"\$\$|%b" % _variable(DEEPEST))
"""A variable, or two signs that stand for one; in a default they do not."""
_PARTS: Final = re.compile(rb"(#?)(%b)(:[-=?+]|=|,,?|\^\^?)?(.*)" % _NAME, re.DOTALL)
_CASES: Final[Mapping[bytes, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        b",": lambda text: text[:1].lower() + text[1:],
        b",,": bytes.lower,
        b"^": lambda text: text[:1].upper() + text[1:],
        b"^^": bytes.upper,
    }
)


def substituted(output: bytes, variables: Variables) -> bytes:
    """Text with its variables filled in; one that nobody here knows, or a function that is not worked out, stays as it is.

    A variable without text has its default, as one that is not given has. What is no text of ASCII is put into no other case.
    """

    return _SIGN.sub(lambda match: _put(match[0], variables), output)


def _put(found: bytes, variables: Variables) -> bytes:
    """What stands in the place of a variable, or of two signs."""
    if found == b"$$":
        return b"$"
    parts = _PARTS.fullmatch(found[2:-1])
    value = _value(parts, variables) if parts is not None else None
    return found if value is None else value


def _value(parts: re.Match[bytes], variables: Variables) -> bytes | None:
    """What one variable comes to; None where that is not known."""
    name, function = parts[2].decode(), parts[3] or b""
    if variables.why(name):
        return None
    known = variables.values.get(name)
    text = None if known is None else known.encode("utf-8", "replace")
    if function in _CASES:
        return _CASES[function](text) if text is not None and text.isascii() else None
    if text is None and not function:
        return None
    if parts[1]:
        return str(len(text or b"")).encode()
    return text or _VARIABLE.sub(lambda match: _put(match[0], variables), parts[4])
