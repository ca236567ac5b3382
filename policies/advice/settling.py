"""How what policies find of a change is settled: what is missing or too much, where the right value can be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from policies.advice import labels, requests
from policies.advice.advice import Advice, Saving
from policies.advice.labels import LABELS
from policies.advice.proposal import Proposal
from policies.advice.trial import Outcome, Trial, allowed
from policies.policy import Check, LimitResources, RequireLabels
from policies.policy_set import PolicySet
from policies.verdict import Violation
from workloads.field import mapping
from workloads.manifest import Manifest
from workloads.workload import Inventory

MOST: Final = 40
"""Violations that are looked at, denials first."""


def settling(own: Iterable[Violation], after: Inventory, policies: PolicySet, trial: Trial) -> Iterator[Advice]:
    """Advice that settles violations. What no value can be told for is left to the violation's own words."""
    objects = {each.identity(trial.context.cluster): each for each in after.manifests()}
    checks = {f"{policy.name}/{rule.name}": rule.check for policy in policies for rule in policy.rules}
    neighbours = _labelled_before(after, trial)
    for violation in list(own)[:MOST]:
        manifest, check = objects.get(violation.identity), checks.get(violation.id)
        if manifest is not None and check is not None:
            tried = (_tried(proposal, violation, trial) for proposal in _proposals(check, violation, manifest, neighbours, trial))
            yield from [found for found in tried if found is not None][:1]


def _labelled_before(after: Inventory, trial: Trial) -> Sequence[Manifest]:
    """Workloads whose labels a change leaves as they are."""
    cluster = trial.context.cluster
    earlier = trial.before.workloads if trial.before is not None else ()
    then = {each.manifest.identity(cluster): mapping(each.manifest.body, *LABELS) for each in earlier}
    every = (each.manifest for each in after.workloads)
    return [each for each in every if then.get(each.identity(cluster)) == mapping(each.body, *LABELS)]


def _proposals(
    check: Check, violation: Violation, manifest: Manifest, neighbours: Sequence[Manifest], trial: Trial
) -> Iterable[Proposal]:
    if isinstance(check, RequireLabels):
        return labels.proposals(check, violation, manifest, neighbours, trial.context)
    if isinstance(check, LimitResources):
        return requests.proposals(check, violation, manifest, trial.context)
    return ()


def _tried(proposal: Proposal, violation: Violation, trial: Trial) -> Advice | None:
    manifest = proposal.manifest
    now = trial.as_it_is(manifest)
    for edits in proposal.ways:
        then = trial.of(manifest, manifest, edits)
        if then is not None and allowed(now, then, violation):
            saving = _saving(now, then)
            return Advice(
                violation.policy,
                violation.identity,
                violation.title,
                proposal.what,
                proposal.condition,
                proposal.why,
                manifest,
                edits,
                None if saving is None or saving.nothing else saving,
                violation,
            )
    return None


def _saving(now: Outcome, then: Outcome) -> Saving | None:
    if now.estimate is None or then.estimate is None:
        return None
    return Saving.between(now.estimate, then.estimate)
