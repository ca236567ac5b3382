"""Processes are kept running, and end together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

PROGRAM = """
import sys
from bot.app.supervisor import Supervisor
sys.exit(Supervisor({"one": sys.argv[1:]}).run())
"""


def _supervised(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *command], cwd=Path(__file__).parents[3])


def test_a_process_that_ends_by_itself_is_begun_again_and_a_signal_ends_it(tmp_path: Path) -> None:
    started = tmp_path / "started"
    process = _supervised("sh", "-c", f"echo x >> {started}; [ $(wc -l < {started}) -gt 1 ] && exec sleep 60")
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end and not (started.exists() and started.read_text() == "x\nx\n"):
            time.sleep(0.02)
        assert started.read_text() == "x\nx\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()


def test_one_that_cannot_even_start_ends_all_with_its_code() -> None:
    assert _supervised("sh", "-c", "exit 2").wait(30) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_either_signal_ends_it(number: int, tmp_path: Path) -> None:
    process = _supervised("sh", "-c", f"touch {tmp_path}/there; exec sleep 60")
    end = time.monotonic() + 30
    while time.monotonic() < end and not (tmp_path / "there").exists():
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(30) == 0
