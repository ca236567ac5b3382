"""Starting is cheap: what a command does not need, it does not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from weighbridge.cli import MISUSED, PASSED, run
from weighbridge.commands.prices import COMMANDS as PRICE_COMMANDS

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]

EXPENSIVE = {
    "kubernetes",
    "flask",
    "gunicorn",
    "cryptography",
    "jsonschema",
    "requests",
    "github",
    "asyncio",
    "huey",
    "redis",
    "pydantic",
    "genai_prices",
    "numpy",
    "scipy",
    "matplotlib",
}


def _imported_by(*arguments: str) -> set[str]:
    """The top-level modules that a run of the command line imports."""
    program = (
        "import sys, io, contextlib\n"
        "from weighbridge.cli import run\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    run({list(arguments)!r})\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_a_plain_diff_imports_nothing_expensive() -> None:
    imported = _imported_by("diff", "examples/shop/before/shop", "examples/shop/after/shop", "--config", "/dev/null")
    assert not imported & EXPENSIVE


def test_help_imports_no_command_and_no_data() -> None:
    imported = _imported_by("--help")
    assert not imported & (EXPENSIVE | {"rich", "yaml", "sqlite3", "pricing", "policies", "workloads"})


@pytest.mark.parametrize(
    "command",
    ["estimate", "diff", "check", "comment", "app", "snapshot", "serve", "prices", "schema", "config", "init", "completion"],
)
def test_every_command_explains_itself(command: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "weighbridge", command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0
    assert "Usage: weighbridge" in result.stdout


@pytest.mark.parametrize("command", PRICE_COMMANDS)
def test_every_command_of_the_price_book_explains_itself_in_the_list_s_words(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prices", command, "--help"]) == PASSED
    assert f"Usage: weighbridge prices {command}" in capsys.readouterr().out
    assert run(["prices", "--help"]) == PASSED
    assert PRICE_COMMANDS[command] in capsys.readouterr().out


def test_a_misspelt_command_of_the_price_book_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "sho"]) == MISUSED
    assert "Did you mean 'show'?" in capsys.readouterr().err
