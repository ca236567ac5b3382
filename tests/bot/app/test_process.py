"""Programs are run within limits, without secrets, and for as long as somebody wants their answer."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from bot.app.process import Limits, ProgramError, StoppedError, environment, run

pytestmark = pytest.mark.whole

LIMITS = Limits(seconds=20, memory=1024**3, file=1024**2)


def _run(program: str, folder: Path, limits: Limits = LIMITS, wanted=lambda: True, given: bytes = b""):
    return run([sys.executable, "-c", program], folder, environment(), limits, wanted, given)


def test_a_program_reads_what_it_is_given_and_its_answer_is_returned(tmp_path: Path) -> None:
    ended = _run("import sys; print(sys.stdin.read().upper()); print('hm', file=sys.stderr)", tmp_path, given=b"abc")
    assert (ended.output, ended.complaint) == (b"ABC\n", "hm")


def test_a_program_is_told_nothing_that_is_secret(tmp_path: Path, monkeypatch) -> None:
    for name in ("WEIGHBRIDGE_WEBHOOK_SECRET", "WEIGHBRIDGE_APP_PRIVATE_KEY", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "swordfish")
    assert b"swordfish" not in _run("import os; print(dict(os.environ))", tmp_path).output


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys; print('first', file=sys.stderr); sys.exit('no such thing')", "no such thing"),
        ("import sys; sys.exit(7)", "it ended with code 7"),
        ("print('x' * 2_000_000)", "more than 1 MiB"),
        ("x = bytearray(2 * 1024**3)", "more than 1,024 MiB of memory"),
    ],
)
def test_why_a_program_failed_is_told(tmp_path: Path, program, words) -> None:
    with pytest.raises(ProgramError, match=words):
        _run(program, tmp_path)


def test_a_program_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    started = "import subprocess, time; p = subprocess.Popen(['sleep', '60']); open('pid', 'w').write(str(p.pid)); time.sleep(60)"
    with pytest.raises(ProgramError, match="longer than 1 s"):
        _run(started, tmp_path, Limits(1, 1024**3, 1024**2))
    pid = (tmp_path / "pid").read_text()
    for _ in range(100):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("what it started is still there")


def test_a_program_whose_answer_nobody_wants_is_ended(tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        _run(
            "import time; time.sleep(60)", tmp_path, wanted=lambda: not (tmp_path / "stop").exists() and _touch(tmp_path / "stop")
        )


def _touch(path: Path) -> bool:
    path.touch()
    return True


def test_how_the_network_is_reached_is_told_to_who_has_to_reach_it_alone(monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:swordfish@proxy.example:3128")
    assert environment(network=True)["HTTPS_PROXY"] == "http://user:swordfish@proxy.example:3128"
    assert "swordfish" not in str(environment(HOME="/x"))
    assert environment(HOME="/x")["PATH"] == os.environ["PATH"]
