"""What of an object was read with a doubt is told at the gate as it is of files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gating import Body, container, deployment, gate, pod_spec, policy, review

from weighbridge.cli import PASSED, run

WRONG = {"weighbridge.dev/running-hours": "sometimes", "weighbridge.dev/expected-duration": "long"}


def annotated() -> Body:
    body = deployment()
    body["metadata"] |= {"annotations": WRONG}
    return body


def warned(body: Body, old: Body | None = None) -> list[str]:
    answer = gate([]).validate(review(body, old))
    assert answer.allowed
    return [each.removeprefix("weighbridge: ") for each in answer.warnings]


def test_an_object_without_mistakes_is_told_of_none() -> None:
    assert warned(deployment()) == []


def test_a_mistaken_annotation_is_a_warning_in_the_words_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "web.json"
    file.write_text(json.dumps(annotated()))
    assert run(["estimate", str(file)]) == PASSED
    of_files = [line.partition(" warning: ")[2] for line in capsys.readouterr().err.splitlines() if " warning: " in line]
    assert len(of_files) == 2
    assert warned(annotated()) == of_files


def test_very_many_mistakes_are_counted() -> None:
    limits = {"nvidia.com/gpu": 2}
    several = [container(f"c{number}", {"nvidia.com/gpu": 1}, limits) for number in range(8)]
    told = warned(deployment(pod_spec(*several)))
    assert [each.partition(",")[0] for each in told[:-1]] == ["container c0", "container c1", "container c2"]
    assert told[-1] == "5 more mistakes: weighbridge check lists them"


def test_what_names_say_acts_on_no_terminal() -> None:
    body = annotated()
    body["metadata"]["name"] = "a\n\x1b[31m" + "z" * 500
    assert all(each.isprintable() for each in warned(body))


def test_a_mistake_stops_nothing_and_a_denial_is_told_before_it() -> None:
    answer = gate([policy(limitResources={"replicas": 0})]).validate(review(annotated()))
    assert not answer.allowed
    assert "running-hours" not in answer.message
    assert any("running-hours" in each for each in answer.warnings)
