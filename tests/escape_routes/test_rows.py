"""Every known way round the gate has a test that is named after it, in process and, where the API server has a part in it, on a real one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
IN_PROCESS = TESTS / "escape_routes"
ON_A_REAL_ONE = TESTS / "e2e"

ROWS = (
    *(f"e{number:02}" for number in range(1, 28)),
    *("e29", "e40", "e41", "e47", "e48", "e49", "e51", "e52", "e55", "e56"),
)
"""Ways by sizes, accelerators, kinds, identity and updates."""
IN_FILES_ALONE = {"e46": "what a pull request's files do not show is nothing that an API server is asked about"}
"""Ways that have no test on a real API server, and why."""
_NUMBERS = re.compile(r"test((?:_e\d\d)+)_")


def _rows_of(folder: Path) -> set[str]:
    """The rows that tests of a folder are named after."""
    found: set[str] = set()
    for path in folder.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = _NUMBERS.match(node.name) if isinstance(node, ast.FunctionDef) else None
            found |= set(named[1].strip("_").split("_")) if named else set()
    return found


@pytest.mark.parametrize("row", [*ROWS, *IN_FILES_ALONE])
def test_a_way_round_the_gate_is_tried_in_process(row: str) -> None:
    assert row in _rows_of(IN_PROCESS)


@pytest.mark.parametrize("row", ROWS)
def test_a_way_round_the_gate_is_tried_on_a_real_api_server(row: str) -> None:
    assert row in _rows_of(ON_A_REAL_ONE)


def test_a_row_without_a_test_on_a_real_api_server_has_its_reason() -> None:
    assert not (IN_FILES_ALONE.keys() & (set(ROWS) | _rows_of(ON_A_REAL_ONE)))
    assert _rows_of(IN_PROCESS) <= {*ROWS, *IN_FILES_ALONE}
