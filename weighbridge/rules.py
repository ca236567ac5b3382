"""The policies in force: those named by a flag, else those of weighbridge.yaml, else the starter set."""

from __future__ import annotations

from collections.abc import Sequence

from policies.loader import load
from policies.policy_set import PolicySet
from policies.starter import starter
from weighbridge.answer import print_problems
from weighbridge.failure import Failure
from weighbridge.settings import Settings
from workloads.problem import Severity
from workloads.sources.files import read_paths


def rules(named: Sequence[str], settings: Settings) -> PolicySet:
    """The policies to hold against.

    :raises Failure: when a policy is wrong: rules that are only half read would let through what they should stop.
    """
    paths = list(named) or [str(settings.folder / path) for path in settings.configuration.policies]
    if not paths:
        return starter()
    reading = read_paths(paths)
    loaded = load(reading.manifests)
    problems = (*reading.problems, *loaded.problems)
    print_problems(problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise Failure("the policies could not be read as they are: nothing was weighed")
    if not loaded.policies:
        raise Failure(f"no CostPolicy in {', '.join(paths)}: nothing was weighed")
    return PolicySet(loaded.policies)
