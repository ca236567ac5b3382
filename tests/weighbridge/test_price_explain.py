"""``weighbridge prices explain``: any item of the book, any object at a path, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weighbridge.cli import CANNOT_TELL, PASSED, run

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "shop" / "after")


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (["p5.48xlarge"], "p5.48xlarge in aws us-east-1: $55.04 an hour"),
        (["m5.large", "--region", "eu-west-1"], "m5.large in aws eu-west-1: $0.107 an hour"),
        (["pd-ssd"], "volume pd-ssd in gcp us-central1: $0.17 a GiB and month"),
        (["forwarding-rule", "--cloud", "gcp"], "forwarding-rule in gcp us-central1: $"),
        (["gpt-4o-mini"], "AI model openai/gpt-4o-mini"),
        ([EXAMPLE, "ml/embedder"], "ml/embedder (Deployment): $1,031.98 a month"),
        ([EXAMPLE, "Deployment/embedder"], "ml/embedder (Deployment): $1,031.98 a month"),
        ([EXAMPLE, "embedder"], "ml/embedder (Deployment): $1,031.98 a month"),
    ],
)
def test_a_figure_is_explained(arguments: list[str], first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "explain", *arguments]) == PASSED
    told = capsys.readouterr().out
    assert told.startswith(first)
    assert told.isascii()


def test_json_carries_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "explain", EXAMPLE, "ml/embedder"]) == PASSED
    text = capsys.readouterr().out.splitlines()
    assert run(["prices", "explain", EXAMPLE, "ml/embedder", "--format", "json"]) == PASSED
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "weighbridge.dev/explanation/v1"

    def lines(step: dict) -> list[str]:
        return [step["text"], *(line for inner in step["steps"] for line in lines(inner))]

    (explanation,) = document["explanations"]
    assert [line.lstrip(" |`-") for line in text] == [line.replace("×", "x") for line in lines(explanation)]


def test_every_object_at_a_path_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "explain", EXAMPLE]) == PASSED
    headings = [line for line in capsys.readouterr().out.splitlines() if line and line[0] not in " |`"]
    assert len(headings) == 7


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing-such"], "nothing-such is no file, and no machine, volume, network item, service or AI model"),
        (["nope.yaml"], "no such file: nope.yaml"),
        (["./deploy/web"], "no such file: ./deploy/web"),
        (["gpt4o"], "did you mean gpt-4o"),
        (["p5.48xlarge", "--region", "eu-west-1"], "p5.48xlarge is not sold in eu-west-1; aws sells it in"),
        (["m5.large", "--region", "eu-wets-1"], "the price book has no eu-wets-1: did you mean 'eu-west-1'?"),
        (["m5.large", "--cloud", "asw"], "the price book has no asw: did you mean 'aws'?"),
        ([EXAMPLE, "ml/nobody"], "nothing that costs is called ml/nobody in"),
    ],
)
def test_what_cannot_be_explained_is_said(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "explain", *arguments]) == CANNOT_TELL
    assert words in capsys.readouterr().err


def test_a_price_without_a_date_is_said_to_have_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claim = tmp_path / "claim.yaml"
    claim.write_text(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
        "spec: {storageClassName: managed-csi-premium, resources: {requests: {storage: 4Gi}}}\n"
    )
    assert run(["estimate", str(claim), "--cloud", "azure", "--explain"]) == PASSED
    told = capsys.readouterr().out
    assert ", undated, " in told
    assert "prices without a date, so that nobody can tell how old they are: " in told
