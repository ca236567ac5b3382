"""A weighing that somebody else wrote, such as the run of a stranger's pull request: bytes held to limits and to the schema.

Nothing of it is believed for being there: what is too large, too deep, no number or not as the schema says is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from policies.reports.document import weighing_schema
from workloads.problem import Problem, Severity

LARGEST: Final = 32 * 1024 * 1024
"""Bytes that are read."""
DEEPEST: Final = 40
"""Containers inside one another; a weighing has about ten."""
MOST_VALUES: Final = 2_000_000
"""Values of all kinds together."""
LONGEST: Final = 16 * 1024
"""Characters of one text."""
LONGEST_NUMBER: Final = 60
"""Characters of one number: a double has 24 at most."""
LARGEST_EXPONENT: Final = 50

Json = Mapping[str, object]


def read_foreign(data: bytes, file: str) -> Json | Problem:
    """The document in some bytes, its numbers as integers and decimals; what is wrong with it where it is none. Never raises."""
    if len(data) > LARGEST:
        return _refused(file, f"it has more than {LARGEST // 1024**2} MiB")
    try:
        found = json.loads(data, parse_float=_decimal, parse_int=_whole, parse_constant=_no_number)
    except RecursionError:
        return _refused(file, f"it has more than {DEEPEST} levels")
    except ValueError as error:
        return _refused(file, f"it is no JSON ({str(error)[:200]})")
    wrong = next(_excesses(found), "") or _mistake(found)
    return _refused(file, wrong) if wrong or not isinstance(found, dict) else found


def _refused(file: str, why: str) -> Problem:
    return Problem(Severity.ERROR, f"this is no weighing: {why}", file, hint="weighbridge comment --json writes one")


def _decimal(written: str) -> Decimal:
    if len(written) > LONGEST_NUMBER:
        raise ValueError("a number is too long")
    found = Decimal(written)
    if found and abs(found.adjusted()) > LARGEST_EXPONENT:
        raise ValueError("a number is too large, or too small")
    return found


def _whole(written: str) -> int:
    return int(_decimal(written))


def _no_number(written: str) -> Decimal:
    raise ValueError(f"{written} is no number")


def _excesses(document: object) -> Iterator[str]:
    """What there is too much of."""
    level, seen = [document], 0
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
        seen += len(level)
        if seen > MOST_VALUES:
            yield f"it has more than {MOST_VALUES:,} values"
        if any(isinstance(value, str) and len(value) > LONGEST for value in level):
            yield f"a text has more than {LONGEST:,} characters"
        if not level:
            return
    yield f"it has more than {DEEPEST} levels"


def _inside(value: object) -> list[object]:
    """Keys and values, or entries."""
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _mistake(document: object) -> str:
    """What is not as the schema says; empty where all is."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - a tenth of a second, for few commands

    error = next(Draft202012Validator(weighing_schema()).iter_errors(document), None)
    return f"{error.json_path} is not as the schema says: {error.message[:200]}" if error is not None else ""
