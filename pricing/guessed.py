"""Pods of a node pool that nobody here knows, whose machine was known before a change: what they cost then is not known.

On the cheapest machine that would hold them they would pass for a saving that nobody chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pricing.estimate import Estimate, WorkloadEstimate
from pricing.one_sided import identity_of
from pricing.part import PODS, PartName
from pricing.placement import NOT_STATED, OF_POOL
from pricing.sums import estimate_of, with_lines
from workloads.workload import Unpriced


def without_guesses(before: Estimate, after: Estimate) -> Estimate:
    """What is after a change, without a price for pods whose machine is a guess and was none before; itself where none is.

    Linear in the lines. The caller has set the context of exact arithmetic.
    """
    guessed = {id(each): words for each in after.workloads if (words := _guesses(each))}
    if not guessed:
        return after
    earlier = {identity_of(each): each for each in before.workloads}
    found = [_without(each, guessed.get(id(each), {}), earlier.get(identity_of(each))) for each in after.workloads]
    lost = [
        entry
        for old, new in zip(after.workloads, found, strict=True)
        if old is not new
        for entry in new.unpriced[len(old.unpriced) :]
    ]
    return estimate_of(found, [*after.unpriced, *lost], after.location) if lost else after


def _guesses(estimate: WorkloadEstimate) -> Mapping[str, str]:
    """The groups whose machine is a guess because nothing is known of their pool, with the words that say so."""
    told = [(line.group, line.assumption) for line in estimate.lines if OF_POOL in line.assumption]
    return {group: next(words for words in said.split("; ") if words.startswith(OF_POOL)) for group, said in told}


def _without(after: WorkloadEstimate, guesses: Mapping[str, str], before: WorkloadEstimate | None) -> WorkloadEstimate:
    """A workload without the lines of the groups that are guessed now, and were not."""
    known = {line.group for line in before.lines if line.what == "accelerator"} if before is not None else set()
    doubtful = {line.group for line in before.lines if _doubtful(line.assumption)} if before is not None else set()
    lost = {group: words for group, words in guesses.items() if group in known - doubtful}
    if not lost:
        return after
    lines = tuple(line for line in after.lines if line.group not in lost)
    machines = tuple(use for use in after.machines if use.group not in lost)
    reasons = [(group, f"{words}; before this change its machine was known") for group, words in lost.items()]
    workload = after.workload
    unpriced = tuple(Unpriced(workload.manifest, reason, workload.cluster) for _, reason in reasons)
    lacking = tuple((PartName(PODS, group), reason) for group, reason in reasons)
    found = with_lines(after, lines)
    return replace(found, machines=machines, unpriced=(*after.unpriced, *unpriced), lacking=(*after.lacking, *lacking))


def _doubtful(assumption: str) -> bool:
    """Whether a machine is one of several that would do."""
    return OF_POOL in assumption or NOT_STATED in assumption
