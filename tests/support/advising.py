"""Weighs a change of files as the command line does, with advice; and applies that advice as whoever commits it would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from policies.advice.advice import Advice
from policies.advice.advise import advise
from policies.advice.shown import ShownLines
from policies.context import Context
from policies.documents.loader import load
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.reports.report import Report, report
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.estimate import WorkloadEstimate
from pricing.rate import Location
from pricing.sources.book import open_book
from workloads.inventory import take_inventory
from workloads.manifest import Identity, Manifest
from workloads.snapshots.snapshot import UNKNOWN, Snapshot
from workloads.surroundings import observe
from workloads.text.reader import read

PRICES = open_book()
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HERE = Location("gcp", "us-central1")
FILE = "a.yaml"


def one_policy(**rule: Any) -> tuple[Policy, ...]:
    """A policy ``rules`` of one rule ``one`` that denies."""
    spec = {"validationActions": ["Deny"], "rules": [{"name": "one", **rule}]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "rules"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


@dataclass(frozen=True)
class Advised:
    """A change of one file, and what is advised of it."""

    weighing: Weighing
    advice: tuple[Advice, ...]

    def of(self, rule: str) -> Advice:
        """The one piece of a kind."""
        (found,) = (each for each in self.advice if each.rule == rule)
        return found

    @property
    def rules(self) -> list[str]:
        return [each.rule for each in self.advice]

    def shown(self, lines: ShownLines | None = None) -> Report:
        """It as a report."""
        return report([replace(self.weighing, advice=self.advice)], "diff", NOW, lines=lines)

    def estimate(self, identity: Identity) -> WorkloadEstimate | None:
        """What a workload costs after the change."""
        return next((delta.after for delta in self.weighing.delta.workloads if delta.identity == identity), None)

    @property
    def stopped(self) -> set[tuple[str, str]]:
        """The rules that objects do not keep."""
        return {(each.id, each.title) for each in self.weighing.violations if str(each.verdict) in {"deny", "warn"}}


def advised(
    before: str | None,
    after: str | bytes,
    policies: Iterable[Policy] = (),
    location: Location = HERE,
    because: str = "--region",
    snapshot: Snapshot = UNKNOWN,
    file: str = FILE,
) -> Advised:
    """A change from one text to another."""
    data = after if isinstance(after, bytes) else after.encode()
    old = read(before.encode(), file).manifests if before is not None else None
    new = read(data, file).manifests
    earlier = snapshot.under(observe(old)) if old is not None else None
    context = Context(location=location, location_because=because, snapshot=snapshot.under(observe(new)), earlier=earlier)
    inventory = take_inventory(new, context.snapshot)
    then = take_inventory(old, earlier or UNKNOWN) if old is not None else None
    held = PolicySet(policies)
    weighing = weigh(then, inventory, PRICES, held, context, NOW)
    return Advised(weighing, advise(weighing, then, inventory, PRICES, held, NOW))


def exact(*amounts: Sequence[Decimal] | str) -> Decimal:
    """A figure worked out by hand."""
    return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))
