"""The exit code that goes with a verdict: what a pipeline stops by."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manifest_texts import deployment, namespace

from policies.documents.starter import starter
from policies.verdict import Verdict
from weighbridge.cli import CANNOT_TELL, DENIED, PASSED
from weighbridge.output.answer import exit_code
from workloads.problem import Problem, Severity

UNREAD = Problem(Severity.ERROR, "not valid YAML", "a.yaml", 1)


@pytest.mark.parametrize(
    ("verdict", "blocked", "unread", "accepted", "code"),
    [
        (Verdict.PASS, False, False, False, PASSED),
        (Verdict.UNKNOWN, False, False, False, PASSED),
        (Verdict.UNKNOWN, True, False, False, CANNOT_TELL),
        (Verdict.PASS, False, True, False, CANNOT_TELL),
        (Verdict.DENY, False, False, False, DENIED),
        (Verdict.DENY, True, True, False, DENIED),
        (Verdict.DENY, False, False, True, PASSED),
        (Verdict.DENY, False, True, True, CANNOT_TELL),
    ],
)
def test_a_denial_comes_before_what_cannot_be_told(
    verdict: Verdict, blocked: bool, unread: bool, accepted: bool, code: int, weighed
) -> None:
    weighing = replace(weighed(None, namespace("shop")), verdict=verdict, blocked=blocked, problems=(UNREAD,) if unread else ())
    assert exit_code([weighing], accepted=accepted) == code


def test_one_cluster_s_denial_is_everybodys(weighed) -> None:
    good = weighed("", namespace("shop") + deployment("web"), starter())
    bad = weighed("", namespace("ml", team="") + deployment("x", space="ml", team=""), starter())
    assert exit_code([good, bad]) == DENIED
