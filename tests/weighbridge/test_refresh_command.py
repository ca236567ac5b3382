"""``weighbridge prices refresh`` as a user runs it: killed, interrupted, run again; and what every other command makes of its book."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from price_apis import PriceApi, aws_csv, aws_index, garbage, serving

from pricing.rate import Location
from pricing.sources.book import EMBEDDED, open_book

pytestmark = pytest.mark.whole

REGION = "eu-central-1"
INDEX = "/offers/v1.0/aws/AmazonEC2/current/region_index.json"
OFFERS = f"/offers/v1.0/aws/AmazonEC2/20261120000000/{REGION}/index.csv"


@pytest.fixture(scope="module")
def offers(prices) -> bytes:
    """The region's list: every price a tenth up."""
    machines = {
        machine.type: (f"{machine.on_demand.value * 11 / 10:f}", f"{machine.cpu:f}", f"{machine.memory:f}")
        for machine in prices.machines(Location("aws", REGION))
        if machine.on_demand and machine.on_demand.confidence == "exact"
    }
    return aws_csv(REGION, machines)


@pytest.fixture
def api(offers: bytes):
    api = PriceApi()
    api.files = {INDEX: aws_index(REGION), OFFERS: offers}
    with serving(api):
        yield api


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A cache folder of one test's own."""
    return tmp_path / "cache"


@pytest.fixture
def command(api: PriceApi, home: Path):
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "COLUMNS": "100"}

    def start(*arguments: str, **more: object) -> subprocess.Popen[str]:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment, **more}
        # Where the tests run in the background, a shell has interrupts ignored, and a new process inherits that.
        options |= {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
        return subprocess.Popen([sys.executable, "-m", "weighbridge", *arguments], **options)

    return start


@pytest.fixture
def refresh(command, api: PriceApi):
    return lambda *arguments, **more: command(
        "prices", "refresh", "aws", "--region", REGION, "--endpoint", api.endpoint, *arguments, **more
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def part_of(home: Path) -> Path:
    return home / "weighbridge" / "downloads" / f"aws-{REGION}.csv.part"


def wait_for_bytes(part: Path, least: int) -> None:
    """Until so many bytes of the list are on the disk."""
    end = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size >= least) and time.monotonic() < end:
        time.sleep(0.005)
    assert part.stat().st_size >= least


def shown(command, *arguments: str) -> str:
    code, out, err = ended(command("prices", "show", "m5.large", "--region", REGION, "--format", "json", *arguments))
    assert code == 0, err
    return json.loads(out)[0]["usd/hour"]


def test_what_was_refreshed_is_used_from_then_on_and_said(refresh, command) -> None:
    assert shown(command) == "0.115"
    code, out, err = ended(refresh())
    assert (code, err) == (0, "")
    assert "784 machine prices of aws as of" in out
    assert out.endswith("Used from now on.\n")
    assert shown(command) == "0.1265"
    _, out, _ = ended(command("estimate", "examples/shop/after/shop", "--cloud", "aws", "--region", REGION))
    assert "under aws prices refreshed 20" in out.splitlines()[0]


def test_settings_can_do_without_what_was_refreshed_or_name_another_book(refresh, command, tmp_path) -> None:
    ended(refresh())
    ended(refresh("--out", str(tmp_path / "named.sqlite")))
    (tmp_path / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, resources: {requests: {cpu: 1}}}]}\n"
    )

    def first_line(setting: str) -> str:
        (tmp_path / "weighbridge.yaml").write_text(f"version: 1\nprices: {{refreshed: {setting}}}\n")
        code, out, err = ended(command("estimate", str(tmp_path / "pod.yaml")))
        assert code == 0, err
        return out.splitlines()[0]

    assert "refreshed" not in first_line("false")
    assert "aws prices refreshed" in first_line("true")
    assert "aws prices refreshed" in first_line("named.sqlite")


def test_a_book_elsewhere_is_used_where_it_is_named(refresh, command, tmp_path) -> None:
    place = tmp_path / "mine.sqlite"
    code, out, _ = ended(refresh("--out", str(place)))
    assert code == 0
    assert f"--prices {place}" in out
    assert shown(command) == "0.115"
    assert shown(command, "--prices", str(place)) == "0.1265"


@pytest.mark.parametrize("harm", [b"", b"not a book", None], ids=["empty", "text", "a byte"])
def test_a_damaged_book_in_the_usual_place_is_told_and_not_used(refresh, command, home, harm) -> None:
    ended(refresh())
    book = home / "weighbridge" / "prices.sqlite"
    data = bytearray(book.read_bytes())
    data[9000] ^= 1
    book.write_bytes(bytes(data) if harm is None else harm)
    code, out, err = ended(command("prices", "show", "m5.large", "--region", REGION))
    assert code == 0
    assert "0.115" in out
    assert str(book) in err
    assert "the prices that the program comes with are used" in err


@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
def test_a_killed_refresh_leaves_the_old_book_and_is_gone_on_with(refresh, api, home, offers, share) -> None:
    place = home / "weighbridge" / "prices.sqlite"
    place.parent.mkdir(parents=True)
    before = EMBEDDED.read_bytes()
    place.write_bytes(before)
    api.slow = 0.03
    process = refresh()
    part = part_of(home)
    wait_for_bytes(part, int(len(offers) * share))
    process.kill()
    ended(process)
    assert place.read_bytes() == before
    done = part.stat().st_size
    assert 0 < done < len(offers)
    api.slow = 0
    code, _, err = ended(refresh())
    assert (code, err) == (0, "")
    assert api.asked[-1] == f"{OFFERS} bytes={done}-"
    assert open_book(place).machine(Location("aws", REGION), "m5.large").on_demand.value == Decimal("0.1265")
    assert not part.exists()


def test_an_interrupted_refresh_says_what_was_kept(refresh, api, home, offers) -> None:
    api.slow = 0.03
    process = refresh()
    wait_for_bytes(part_of(home), len(offers) // 3)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    assert (code, out) == (2, "")
    assert err == (
        "weighbridge: interrupted. No price book was written: the embedded one is used. "
        "What was fetched is kept: run it again to go on.\n"
    )
    assert not (home / "weighbridge" / "prices.sqlite").exists()


def test_garbage_is_told_in_words_and_the_old_book_stays(refresh, command, api, home) -> None:
    ended(refresh())
    before = (home / "weighbridge" / "prices.sqlite").read_bytes()
    api.faults = [garbage(b"<html>Sign in</html>")]
    code, out, err = ended(refresh())
    assert (code, out) == (2, "")
    assert err == (
        f"weighbridge: the answer is not AWS's index of regions. The price book {home}/weighbridge/prices.sqlite is as it was.\n"
    )
    assert (home / "weighbridge" / "prices.sqlite").read_bytes() == before
    assert shown(command) == "0.1265"


def test_a_folder_that_cannot_be_written_to_is_told_in_words(refresh, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = ended(refresh("--out", str(tmp_path / "file" / "prices.sqlite")))
    assert code == 2
    assert str(tmp_path / "file") in err
    assert "No price book was written" in err


def test_a_terminal_is_told_how_far_it_is_and_a_pipe_is_not(refresh, api) -> None:
    api.slow = 0.02
    _, _, err = ended(refresh("--fresh"))
    assert err == ""
    terminal, end = pty.openpty()
    process = refresh("--fresh", stderr=end)
    os.close(end)
    told = b""
    try:
        while chunk := os.read(terminal, 4096):
            told += chunk
    except OSError:
        pass
    process.communicate(timeout=60)
    os.close(terminal)
    assert b"MB, " in told
    assert b" %" in told


def test_help_lists_it(command) -> None:
    code, out, _ = ended(command("prices", "--help"))
    assert code == 0
    assert "refresh" in out
