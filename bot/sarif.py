"""A report as SARIF 2.1.0, which GitHub's code scanning and many editors show (docs.oasis-open.org/sarif/sarif/v2.1.0)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final
from urllib.parse import quote

from bot.finding import Finding, Weight, findings
from bot.rule_help import RuleHelp, rule_help
from policies.reports.report import Report

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS: Final = 5_000
"""Results of a run: of more, GitHub shows the 5,000 that matter most."""

_LEVELS: Final = {Weight.ERROR: "error", Weight.WARNING: "warning", Weight.NOTE: "note"}

Json = dict[str, object]


def sarif(report: Report) -> Json:
    """A report as one run. What has no file is left out: SARIF is about lines of files."""
    found = sorted((each for each in findings(report) if each.file), key=lambda each: -each.weight)[:MOST_RESULTS]
    rules = list(dict.fromkeys(each.rule for each in found))
    driver: Json = {
        "name": "Weighbridge",
        "informationUri": "https://weighbridge.dev",
        "version": version("weighbridge"),
        "rules": [_rule(each, rule_help(each, report)) for each in rules],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(each, rules) for each in found]}
        ],
    }


def _rule(rule: str, help_: RuleHelp) -> Json:
    """A rule with what GitHub shows beside its results: the name in the list, the help under "Show more"."""
    return {
        "id": rule,
        "name": help_.name,
        "shortDescription": {"text": help_.name},
        "fullDescription": {"text": help_.text.partition("\n")[0]},
        "help": {"text": help_.text, "markdown": help_.markdown},
        "properties": {"tags": ["cost", "kubernetes"]},
    }


def _result(finding: Finding, rules: Sequence[str]) -> Json:
    location = {"artifactLocation": {"uri": quote(finding.file)}, "region": {"startLine": finding.line}}
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS[finding.weight],
        "message": {"text": _unlinked(finding.message)},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"weighbridge/v1": finding.fingerprint},
    }
    if finding.excused:
        result["suppressions"] = [{"kind": "external", "justification": finding.excused}]
    return result


def _unlinked(text: str) -> str:
    """A text in which no part is a link: ``[`` and ``]`` make one in SARIF (3.11.6), unless a backslash stands before them."""
    return text.replace("[", r"\[").replace("]", r"\]")
