"""What is paid once has its own amounts in a row, and says what decides them: how long it is assumed to run."""

from __future__ import annotations

import re

import pytest
from manifest_texts import deployment, gpu_job

from bot.comment import comment
from weighbridge.output.table import render_table

JOB = gpu_job("train")
ASSUMED = JOB.replace(", annotations: {weighbridge.dev/expected-duration: 2h}", "")
HALF = JOB.replace("completions: 4", "completions: 2").replace("parallelism: 4", "parallelism: 2")


def last_cells(text: str) -> list[str]:
    found = re.search(r"\| Δ a month .*?\n\n", text, re.DOTALL)
    assert found
    return [line.strip("|").split("|")[-1].strip() for line in found[0].strip().splitlines()[2:]]


def test_a_job_is_paid_once_before_and_after(reported) -> None:
    # 2 pods x 2 h x $0.706832 = $2.83, and twice that where each runs to its deadline of four hours; 4 pods $5.65.
    assert last_cells(comment(reported(HALF, JOB))) == ["$2.83 to $5.65 → $5.65 to $11.31 once"]
    assert last_cells(comment(reported(HALF, ""))) == ["$2.83 to $5.65 → $0 once"]


def test_the_sum_tells_what_is_paid_a_month_apart_from_what_is_paid_once(reported) -> None:
    rows = last_cells(comment(reported(deployment("web") + HALF, deployment("web", replicas=4) + JOB)))
    assert rows == ["$27 → $54", "$3 to $6 → $6 to $11 once", "**$27 → $54, $3 to $6 → $6 to $11 once**"]


@pytest.mark.parametrize("before", ["", ASSUMED.replace("completions: 4", "completions: 2")])
def test_that_its_duration_is_assumed_stands_in_the_row(before: str, reported) -> None:
    told = reported(before, ASSUMED)
    assert "; each pod runs 1 h (assumed) | " in comment(told)
    assert "; each pod runs 1 h (assumed)" in render_table(told, width=240, colour=False, explain=False)


def test_a_stated_duration_is_not_told_as_assumed(reported) -> None:
    assert "(assumed)" not in comment(reported("", JOB))


def test_an_estimate_says_it_too(reported) -> None:
    assert "`g2-standard-4`; each pod runs 1 h (assumed) |" in comment(reported(None, ASSUMED))


def test_the_table_has_what_is_paid_once_on_both_sides_and_says_what_it_rests_on(reported) -> None:
    shown = render_table(reported(HALF, JOB), width=120, colour=False, explain=False)
    assert re.search(r"\+\$2\.82 once +\+\$5\.66 once +shop/train .* \$2\.83 once +\$5\.65 once\n", shown)
    shown = render_table(reported(None, ASSUMED), width=120, colour=False, explain=False)
    assert "What is paid once rests on:\n  each pod runs 1 h (assume.jobDuration)" in shown


def test_the_known_part_of_what_is_paid_once_is_told_as_such(reported) -> None:
    slices = JOB.replace("nvidia.com/gpu: 1", "nvidia.com/gpu: 1, nvidia.com/mig-9g.999gb: 1")
    told = comment(reported("", slices))
    assert told.startswith("### Cost: cannot tell, 1 of 1 workloads not priced in full")
    assert re.search(r"\n\nKnown part: \+\$\d+\.\d\d once \(\$0 → \$\d+\.\d\d\)\. The rest is not known and not \$0\.\n", told)
