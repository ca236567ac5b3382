"""What was accepted on pull requests to a branch that may trust others now: each of these is looked at again, and no other."""

from __future__ import annotations

import re
from typing import Final

from bot.app.delivery import Told
from bot.app.register import Register
from bot.app.subject import Subject
from bot.memory import is_memory
from bot.own_checks import newest
from forge.github import GitHub
from forge.pull_request import PullRequest

_ACCEPTED: Final = re.compile(r"\b[\d,]+ accepted\b")
"""In the title of a check run that lets a denial pass."""


def look_again(register: Register, forge: GitHub, branch: Subject, check: str, now: float) -> int:
    """Have those looked at that pass since somebody accepted a denial, and return how many. Done twice it is done once.

    :raises ForgeError: when GitHub does not tell.
    """
    found = [pull for pull in forge.pull_requests_to(branch.branch) if _accepted(forge, pull, check)]
    for pull in found:
        subject = Subject(branch.installation, branch.repository, branch.name, pull.number)
        # By the moment, since a branch may come back to a commit that it had before.
        register.receive(f"trust {branch.key} {pull.number} {now:.3f}", (Told(subject),), now)
    return len(found)


def _accepted(forge: GitHub, pull: PullRequest, check: str) -> bool:
    written = newest(forge.checks.written(pull.head, check, is_memory), pull.number)
    return written is not None and _ACCEPTED.search(written.title) is not None
