"""Templates that nothing has rendered: what they will say is not known, and what they hold is no object yet."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from workloads.problem import Problem, Severity
from workloads.text.document import TEMPLATE
from workloads.text.reader import Reading

_YTT: Final = re.compile(rb"^[^\n#\"']*#@", re.MULTILINE)
"""An instruction of ytt, which to any other reader is a comment."""
_HINT: Final = "render it first, and weigh what comes out"


def is_ytt(data: bytes) -> bool:
    """Whether a text is a template of ytt, which is YAML as it stands."""
    return b"#@" in data and _YTT.search(data) is not None


def certain(reading: Reading) -> Reading:
    """What was read of files that count by themselves: a template among them is an error, and nothing of it is an object.

    Elsewhere a template is a warning: what stands beside what is weighed may be one.
    """
    problems = [replace(each, severity=Severity.ERROR) if each.message == TEMPLATE else each for each in reading.problems]
    found = replace(reading, problems=tuple(problems))
    sources = {each.origin.file: each.origin.source for each in reading.manifests if each.origin}
    for file in sorted(file for file, data in sources.items() if is_ytt(data)):
        found = unrendered(found, file)
    return found


def unrendered(reading: Reading, file: str) -> Reading:
    """What was read, without what a file of it holds: that is a template of ytt."""
    kept = (each for each in reading.manifests if each.origin is None or each.origin.file != file)
    problem = Problem(Severity.ERROR, TEMPLATE, file, hint=_HINT)
    return replace(reading, manifests=tuple(kept), problems=(*reading.problems, problem))
