"""What holds of everything that is told of an object, whatever its fields hold."""

from __future__ import annotations

import json
import re
import unicodedata

from policies.verdict import Violation

FLUX = re.compile(r"is\simmutable|immutable\sfield", re.IGNORECASE)
"""What makes Flux delete an object, and create it anew."""


def require_inert(text: str) -> None:
    """Hold a text to one line in which nothing acts on a terminal, a log or a reader's eyes."""
    acting = [character for character in text if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert not acting, repr(text)
    assert not FLUX.search(text), text


def require_readable(violation: Violation) -> None:
    """Hold what is told of one rule to its form: a first line under 120 characters, everything inert."""
    assert violation.message.strip()
    for line in (violation.message, violation.fix, violation.current, violation.required):
        require_inert(line)
    assert len(violation.message) < 120, violation.message


def require_logged(log: bytes) -> None:
    """Hold what is logged of one review to at most one line of JSON, whatever is in it inert."""
    lines = log.splitlines()
    assert len(lines) <= 1, log
    for line in lines:
        record = json.loads(line)
        require_inert(line.decode())
        for value in record.values():
            require_inert(str(value))
