"""``weighbridge prices fit`` and ``prices split`` as a person types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from weighbridge.cli import CANNOT_TELL, MISUSED, PASSED, run

pytestmark = pytest.mark.whole

SHIPPED = Path(__file__).resolve().parents[2] / "pricing" / "data" / "book" / "fitted_rates.tsv"


def test_fitting_one_family_prints_its_rates(capsys):
    assert run(["prices", "fit", "--cloud", "aws", "--family", "c7i+m7i+r7i"]) == PASSED
    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["CLOUD", "REGION", "FAMILY"]
    assert row.split()[:6] == ["aws", "us-east-1", "c7i+m7i+r7i", "27", "0.03699", "0.00358"]


def test_explaining_a_fit_says_how_good_it_is_and_what_it_misses(capsys):
    assert run(["prices", "fit", "--cloud", "gcp", "--family", "general-purpose", "--explain"]) == PASSED
    words = capsys.readouterr().out
    assert "gcp us-central1: general-purpose, 311 types, 311 prices" in words
    assert "rates      0.029305 a vCPU-hour, 0.003719 a GiB-hour" in words
    assert "R2 0.98" in words
    assert "held back  error 7.5 % in the median" in words
    assert "one rate for all general-purpose types" in words


def test_a_fit_that_is_not_used_says_so(capsys):
    assert run(["prices", "fit", "--cloud", "aws", "--family", "t3", "--explain"]) == PASSED
    assert "not used   its prices leave next to nothing for CPU" in capsys.readouterr().out


def test_fits_as_json_carry_the_held_back_errors(capsys):
    assert run(["prices", "fit", "--cloud", "aws", "--family", "H100", "--format", "json"]) == PASSED
    document = json.loads(capsys.readouterr().out)
    assert {fit["model"] for fit in document["fits"]} == {"H100"}
    everywhere = next(fit for fit in document["fits"] if fit["region"] == "default")
    assert (everywhere["types"], everywhere["notUsedBecause"]) == (2, "")
    assert everywhere["gpuHour"] > 5
    assert 0 < everywhere["heldBackError"]["median"] < 0.12
    assert {error["from"] for error in document["heldBack"]} == {"GPU models", "within family", "overall"}


@pytest.mark.parametrize(("name", "begins"), [("fits.svg", b"<?xml"), ("fits.png", b"\x89PNG")])
def test_a_drawing_is_written_by_its_name_the_same_each_time(tmp_path, name, begins, capsys):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        assert run(["prices", "fit", "--cloud", "gcp", "--plot", str(tmp_path / folder / name)]) == PASSED
    drawn = (tmp_path / "one" / name).read_bytes()
    assert drawn.startswith(begins)
    assert drawn == (tmp_path / "two" / name).read_bytes()
    assert capsys.readouterr().out == ""


def test_the_book_s_table_is_written_whole(tmp_path):
    assert run(["prices", "fit", "--out", str(tmp_path / "rates.tsv")]) == PASSED
    written, shipped = ((path).read_text().splitlines() for path in (tmp_path / "rates.tsv", SHIPPED))
    assert written[0] == shipped[0]
    assert len(written) == len(shipped)
    assert [path.name for path in tmp_path.iterdir()] == ["rates.tsv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "x.tsv", "--cloud", "aws"], "--out writes the whole table"),
        (["--plot", "x.jpeg"], "--plot draws .svg or .png"),
        (["--plot", "x"], "--plot draws .svg or .png"),
    ],
)
def test_wrong_use_is_told_before_anything_is_fitted(arguments, words, capsys):
    assert run(["prices", "fit", *arguments]) == MISUSED
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--cloud", "atlantis"], ["--cloud", "gcp", "--family", "m5"]])
def test_what_cannot_be_fitted_is_said(arguments, capsys):
    assert run(["prices", "fit", *arguments]) == CANNOT_TELL
    assert f"nothing to fit for {arguments[1]}" in capsys.readouterr().err


def test_a_table_that_cannot_be_written_is_said(tmp_path, capsys):
    assert run(["prices", "fit", "--cloud", "gcp", "--plot", str(tmp_path / "absent" / "x.svg")]) == CANNOT_TELL
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "arguments"), [("scipy", ["--cloud", "gcp"]), ("matplotlib", ["--cloud", "gcp", "--plot", "x.svg"])]
)
def test_without_the_extra_it_says_how_to_install_it(missing, arguments):
    program = f"import sys; sys.modules[{missing!r}] = None; from weighbridge.cli import run; sys.exit(run({['prices', 'fit', *arguments]!r}))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == MISUSED
    assert ".venv/bin/pip install '.[fit]' in a checkout" in result.stderr


def test_nothing_that_prices_needs_the_extra():
    program = (
        "import sys; from weighbridge.cli import run; run(['prices', 'explain', 'p5.48xlarge']); run(['prices', 'split', '--cloud', 'aws'])\n"
        "sys.exit(bool({'numpy', 'scipy', 'matplotlib'} & {name.partition('.')[0] for name in sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_the_split_of_gpu_machines_is_a_line_for_each_cloud_and_model(capsys):
    assert run(["prices", "split", "--gpu", "H100", "--cloud", "aws"]) == PASSED
    row = capsys.readouterr().out.splitlines()[1]
    assert row.startswith("aws    H100   2      24")
    assert "p5.48xlarge" in row


def test_the_split_of_every_machine_says_by_which_rates(capsys):
    assert run(["prices", "split", "--gpu", "H100", "--cloud", "aws", "--region", "us-east-1", "--machines"]) == PASSED
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[2] for row in rows[1:]] == ["p5.48xlarge", "p5.4xlarge"]
    assert rows[1].endswith("72.0 %  fitted over machines with H100, us-east-1")


def test_a_model_that_nobody_sells_has_no_split(capsys):
    assert run(["prices", "split", "--gpu", "H900"]) == CANNOT_TELL
    assert "no machine with H900 and a price" in capsys.readouterr().err
