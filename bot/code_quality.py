"""A report as GitLab's code quality report, which merge requests show (docs.gitlab.com/ci/testing/code_quality)."""

from __future__ import annotations

from typing import Final

from bot.finding import Weight, findings
from policies.reports.report import Report

_SEVERITIES: Final = {Weight.ERROR: "critical", Weight.WARNING: "minor", Weight.NOTE: "info"}


def code_quality(report: Report) -> list[dict[str, object]]:
    """An entry for each finding that has a file and that no exemption lets pass."""
    return [
        {
            "description": finding.message,
            "check_name": finding.rule,
            "fingerprint": finding.fingerprint,
            "severity": _SEVERITIES[finding.weight],
            "location": {"path": finding.file.removeprefix("./"), "lines": {"begin": finding.line}},
        }
        for finding in findings(report)
        if finding.file and not finding.excused
    ]
