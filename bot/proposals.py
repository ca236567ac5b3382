"""What a comment proposes for the change to take along: exemptions that say what was accepted, to be copied or left."""

from __future__ import annotations

from collections.abc import Iterator

from bot.markdown import fenced
from policies.reports.report import Report
from workloads.text.plain_yaml import write_yaml


def proposals(report: Report) -> Iterator[str]:
    """One folded block; none where nothing is proposed."""
    if not report.proposals:
        return
    text = "---\n".join(write_yaml(body).decode() for body in report.proposals)
    yield "\n".join(
        [
            "<details><summary>An exemption that says what was accepted, for this change to take along</summary>",
            "",
            fenced(text, "yaml"),
            "",
            "An exemption states no amount: until it ends it holds whatever these come to cost.",
            "",
            "</details>",
        ]
    )
