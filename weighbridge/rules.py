"""The policies in force: those named by a flag, else those of weighbridge.yaml, else the starter set; and who is exempted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from policies.documents.loader import load
from policies.documents.starter import starter
from policies.exemptions.exemption import Exemption
from policies.exemptions.mistakes import unknown_rules
from policies.exemptions.reader import load_exemptions
from policies.policy_set import PolicySet
from weighbridge.configuration.settings import Settings
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from workloads.problem import Problem, Severity
from workloads.settings.configuration import Configuration
from workloads.sources.files import read_paths
from workloads.text.near_word import near_word


@dataclass(frozen=True, slots=True)
class Rules:
    """What manifests are held against."""

    policies: PolicySet
    exemptions: tuple[Exemption, ...] = ()
    config_maps: Mapping[tuple[str, str], Mapping[str, object]] = field(default_factory=dict)
    """ConfigMaps beside the policies, by namespace and name: the values that rules take from them."""
    of_cluster: frozenset[str] = frozenset()
    """What each cluster's snapshot adds: ``policies``, ``exemptions``."""


NO_RULES = Rules(PolicySet())
"""Of a command that only estimates."""


def rules(named: Sequence[str], exempting: Sequence[str], settings: Settings) -> Rules:
    """The policies to hold against, and the exemptions from them: those beside the policies, and those of files of their own.

    :raises Failure: when a document is wrong: rules that are only half read would let through what they should stop.
    """
    paths = list(named) or [str(settings.folder / path) for path in settings.configuration.policies]
    others = list(exempting) or [str(settings.folder / path) for path in settings.configuration.exemptions]
    # What a flag names stands in place of all that the file does.
    given = {key for key, stated in (("policies", named), ("exemptions", exempting)) if stated}
    of_cluster = settings.configuration.from_snapshot - given
    beside, apart = read_paths(paths), read_paths(others)
    loaded = load(beside.manifests)
    exemptions = load_exemptions((*beside.manifests, *apart.manifests))
    policies = PolicySet(loaded.policies) if paths or "policies" in of_cluster else starter()
    # Nothing that cannot be read is another tool's among rules.
    read = (*beside.problems, *beside.foreign, *apart.problems, *apart.foreign)
    unread = any(problem.severity is Severity.ERROR for problem in (*read, *loaded.problems))
    # Whose policies come from a snapshot may be exempted by name from what is not at hand yet, as what could not be read may be.
    unknown = () if "policies" in of_cluster or unread else unknown_rules(exemptions.exemptions, policies)
    # A kind of ours that is none is told of the files of exemptions too.
    strange = load(apart.manifests).problems
    approved = () if given or of_cluster or unread else _unknown_approvals(settings.configuration, policies)
    told = (*read, *loaded.problems, *strange, *exemptions.problems, *unknown, *approved)
    problems = tuple(dict.fromkeys(told))
    print_problems(problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise Failure("the policies and exemptions could not be read as they are: nothing was weighed")
    if paths and not loaded.policies:
        raise Failure(f"no CostPolicy in {', '.join(paths)}: nothing was weighed")
    if exempting and not exemptions.exemptions:
        raise Failure(f"no CostExemption in {', '.join(exempting)}: nothing was weighed")
    config_maps = {(each.namespace, each.name): each.body for each in beside.manifests if each.kind == "ConfigMap"}
    return Rules(policies, exemptions.exemptions, config_maps, of_cluster)


def _unknown_approvals(configuration: Configuration, policies: PolicySet) -> Iterator[Problem]:
    """Rules that may be accepted and that no policy has: nobody could accept what is meant."""
    known = {f"{policy.name}/{rule.name}" for policy in policies for rule in policy.rules}
    known |= {f"{policy.name}/*" for policy in policies}
    for rule, (line, column) in configuration.approval_places.items():
        if rule != "*" and rule not in known:
            words = f"approvals: no policy in force has a rule {rule!r}: nobody may accept by it"
            near = near_word(rule, known)
            hint = f"did you mean {near!r}?" if near else "name it as denials do: policy/rule"
            yield Problem(Severity.WARNING, words, configuration.file, line, column, hint)
