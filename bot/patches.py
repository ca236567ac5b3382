"""Advice as patches, for lines that cannot be committed where they stand: in a comment's details, to be applied by hand."""

from __future__ import annotations

from collections.abc import Iterator

from bot.markdown import code, escaped
from bot.suggestion import fenced
from policies.reports.report import Report

MOST = 10
"""Patches that are shown; the JSON has all."""
LARGEST = 8_000
"""Characters of them together."""


def patches(report: Report) -> Iterator[str]:
    """The lines of a comment with each patch in a fence; none where everything can be committed in a review."""
    left = LARGEST
    shown = 0
    several = [each for each in report.advice if each.rewriting is not None and not each.suggested]
    for each in several[:MOST]:
        if each.rewriting is None or len(each.rewriting.patch) > left:
            continue
        left -= len(each.rewriting.patch)
        shown += 1
        advice = each.advice
        condition = f", {escaped(advice.condition)}" if advice.condition else ""
        why = f". {escaped(advice.why)}" if advice.why else ":"
        yield f"{code(advice.title)} {escaped(advice.what)}{condition}{why}"
        yield ""
        yield from fenced(each.rewriting.patch.splitlines(), "diff")
        yield ""
    if shown < len(several):
        yield f"{len(several) - shown} more in the JSON, for `git apply`."
        yield ""
