"""The rules in force in one cluster: those stated, and those that its snapshot has taken of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from policies.documents.loader import Loaded, load
from policies.exemptions.reader import LoadedExemptions, load_exemptions
from policies.message import quoted
from policies.policy_set import PolicySet
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.rules import Rules
from weighbridge.snapshots import Known
from workloads.manifest import Manifest
from workloads.problem import Problem, Severity


def in_force(stated: Rules, here: Known, cluster: str) -> Rules:
    """What objects of a cluster are held against, given what is known of it.

    :raises Failure: when the snapshot that rules are to come from is not there, does not tell them, or has them broken: without
        them the answer would be that of a cluster without rules.
    """
    if not stated.of_cluster:
        return stated
    _require(stated.of_cluster, here, cluster)
    of_policies = here.documents if "policies" in stated.of_cluster else ()
    of_exemptions = here.documents if "exemptions" in stated.of_cluster else ()
    loaded, exemptions = load(of_policies), load_exemptions(of_exemptions)
    problems = (*_problems(of_policies, load), *_problems(of_exemptions, load_exemptions))
    print_problems(problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise Failure(f"the rules in {here.file} could not be read as they are: nothing was weighed")
    policies = PolicySet((*stated.policies, *loaded.policies))
    if not policies:
        raise Failure(f"no CostPolicy in {here.file}: nothing was weighed")
    both = {policy.name for policy in stated.policies} & {policy.name for policy in loaded.policies}
    if both:
        raise Failure(f"{here.file} and the policies' files both have {', '.join(sorted(both))}: name one of the two")
    return replace(stated, policies=policies, exemptions=(*stated.exemptions, *exemptions.exemptions), of_cluster=frozenset())


def _problems(documents: Iterable[Manifest], read: Callable[[list[Manifest]], Loaded | LoadedExemptions]) -> Iterator[Problem]:
    """What is wrong with each document, which says whose it is: a line of the snapshot says that of none."""
    for manifest in documents:
        for problem in read([manifest]).problems:
            yield replace(problem, message=f"{manifest.kind} {quoted(manifest.title)}: {problem.message}", line=0, column=0)


def _require(parts: Iterable[str], here: Known, cluster: str) -> None:
    """See that a snapshot tells all parts of the rules."""
    taken = here.snapshot.taken
    named = " and ".join(sorted(parts))
    if taken is None:
        whose = f"cluster {cluster}" if cluster else "manifests of no cluster"
        raise Failure(
            f"{named} are to come from the snapshot (from: snapshot), and none is named for {whose}: "
            "name it under clusters[].snapshot, or with --snapshot"
        )
    for part in sorted(parts):
        if part in taken.not_known:
            raise Failure(f"{here.file} does not tell {part} ({taken.not_known[part]}): take it again with: weighbridge snapshot")
