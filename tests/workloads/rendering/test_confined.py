"""A renderer runs without a network, a home or other programs, and for a limited time with limited memory and output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from workloads.sources import confined
from workloads.sources.confined import Ended, confinement, run

LIMITED = pytest.mark.skipif(not confinement().limits, reason="needs Linux, whose processes can be limited from outside")


def _python(tmp_path: Path, code: str, seconds: float = 20) -> Ended:
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    return run([sys.executable, "-I", "-c", code], tmp_path, home, seconds)


def test_what_a_program_prints_comes_back(tmp_path: Path) -> None:
    assert _python(tmp_path, "print('kind: Pod')") == Ended(b"kind: Pod\n")


def test_a_failure_is_told_in_the_programs_words(tmp_path: Path) -> None:
    ended = _python(tmp_path, "import sys; print('half'); sys.exit('no such\\nbase')")
    assert ended == Ended(b"", "no such base")


def test_nothing_of_the_environment_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    told = json.loads(_python(tmp_path, "import json, os; print(json.dumps(dict(os.environ)))").output)
    assert "AWS_SECRET_ACCESS_KEY" not in told
    assert told["HOME"] == str(tmp_path / "home")
    assert told["GIT_ALLOW_PROTOCOL"] == "file"
    assert told["HTTPS_PROXY"] == "http://127.0.0.1:9"


def test_no_other_program_is_found(tmp_path: Path) -> None:
    assert _python(tmp_path, "import shutil; print(shutil.which('git'), shutil.which('sh'))").output == b"None None\n"


def test_there_is_no_network_where_the_kernel_allows_that(tmp_path: Path) -> None:
    if confinement().network != "namespace":
        pytest.skip("no network namespace can be made here")
    code = "import socket; print([name for _, name in socket.if_nameindex()])"
    assert _python(tmp_path, code).output == b"['lo']\n"


def test_without_a_namespace_the_level_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_prefix", tuple)
    assert confinement().network == "proxies"
    assert "proxies that lead nowhere" in confinement().words


def test_a_program_that_never_ends_is_ended_with_all_it_started(tmp_path: Path) -> None:
    code = f"import subprocess, time; subprocess.Popen([{sys.executable!r}, '-c', 'import time; time.sleep(60)']); time.sleep(60)"
    assert _python(tmp_path, code, 0.5).complaint == "it took longer than 0 s"


@LIMITED
def test_memory_is_limited(tmp_path: Path) -> None:
    assert _python(tmp_path, "x = bytearray(2 * 1024**3)").complaint


@LIMITED
def test_output_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "OUTPUT", 1024**2)
    code = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    assert _python(tmp_path, code).complaint == "it wrote more than 1 MiB"
