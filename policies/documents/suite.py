"""Policies with examples of what they allow and what they deny, and whether each example comes out as it should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from policies.context import Context
from policies.policy_set import PolicySet
from policies.verdict import Verdict, Violation
from policies.weigh import weigh
from pricing.book import PriceBook
from workloads.inventory import take_inventory
from workloads.problem import Problem, Severity
from workloads.snapshots.change import both_sides
from workloads.snapshots.snapshot import Snapshot
from workloads.surroundings import observe
from workloads.text.reader import Reading
from workloads.workload import Inventory


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a denied example says it is denied for."""

    rule: str
    """``policy/rule``."""
    words: str
    """A part of the message."""


@dataclass(frozen=True, slots=True)
class Example:
    """Objects, or a change of them, that a policy's author has an opinion on."""

    name: str
    """As its folder and file are called: ``denied/nowhere.yaml``."""
    file: str
    allowed: bool
    after: Reading
    before: Reading | None = None
    """None where it is no change but new objects."""
    expectation: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """Policies and their examples."""

    name: str
    policies: PolicySet
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...] = ()
    """What is wrong with the policies themselves."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule of the policies, as ``policy/rule``."""
        return tuple(f"{policy.name}/{rule.name}" for policy in self.policies for rule in policy.rules)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one example came out."""

    example: Example
    violations: tuple[Violation, ...] = ()
    wrong: str = ""
    """Why that is not as it should be; empty where it is."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a suite came out."""

    suite: Suite
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The examples that did not come out as they should."""
        return tuple(outcome for outcome in self.outcomes if outcome.wrong)

    @property
    def untried(self) -> tuple[str, ...]:
        """The rules that no denied example was found to break: nobody knows whether they deny anything."""
        broken = {violation.id for outcome in self.outcomes if not outcome.example.allowed for violation in outcome.violations}
        return tuple(rule for rule in self.suite.rules if rule not in broken)


def run(suite: Suite, prices: PriceBook, context: Context, now: datetime) -> Result:
    """Weigh every example of a suite. Linear in the examples, each as long as weighing it takes."""
    return Result(suite, tuple(_outcome(example, suite.policies, prices, context, now) for example in suite.examples))


def _outcome(example: Example, policies: PolicySet, prices: PriceBook, context: Context, now: datetime) -> Outcome:
    unread = _unread(example)
    if unread:
        return Outcome(example, wrong=unread)
    there, earlier = observe(example.after.manifests), None
    if example.before:
        earlier, there = both_sides(observe(example.before.manifests), there)
    # An example is a world of its own: nothing runs beside its objects.
    around = replace(context, snapshot=there, earlier=earlier, accelerators={})
    before = _inventory(example.before, around, earlier or there) if example.before else None
    violations = weigh(before, _inventory(example.after, around, there), prices, policies, around, now).violations
    found = tuple(violation for violation in violations if violation.verdict is not Verdict.PASS)
    return Outcome(example, found, _wrong(example, found))


def _inventory(reading: Reading, context: Context, there: Snapshot) -> Inventory:
    return take_inventory(reading.manifests, there, context.assumptions, context.cluster, context.default_namespace)


def _unread(example: Example) -> str:
    readings = [reading for reading in (example.before, example.after) if reading is not None]
    broken = [problem for reading in readings for problem in reading.problems if problem.severity is Severity.ERROR]
    if broken:
        return f"cannot be read: {broken[0]}"
    return "" if any(reading.manifests for reading in readings) else "holds no object"


def _wrong(example: Example, violations: Sequence[Violation]) -> str:
    if example.allowed:
        return "; ".join(f"{violation.verdict} by {violation.id}: {violation.message}" for violation in violations)
    denied = [violation for violation in violations if violation.verdict is not Verdict.UNKNOWN]
    if not denied:
        undecided = [f"{violation.id} {violation.message}" for violation in violations]
        return f"nothing is denied or warned of{': ' if undecided else ''}{'; '.join(undecided)}"
    expected = example.expectation
    if expected is None or any(each.id == expected.rule and expected.words in each.message for each in denied):
        return ""
    found = "; ".join(f"{violation.id}: {violation.message}" for violation in denied)
    return f"expected {expected.rule}: {expected.words}; found {found}"
