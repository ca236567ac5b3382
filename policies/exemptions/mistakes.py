"""What an exemption names and nobody has: rules of no policy at hand. It lets nothing pass, and would say so by no finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policies.exemptions.exemption import Exemption
from policies.message import quoted
from policies.policy import Policy
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.text.location import locate
from workloads.text.near_word import near_word


def unknown_rules(exemptions: Iterable[Exemption], policies: Iterable[Policy]) -> Iterator[Problem]:
    """Each rule that an exemption names and no policy has, with the rule that may be meant."""
    known = {
        name for policy in policies for name in (f"{policy.name}/*", *(f"{policy.name}/{rule.name}" for rule in policy.rules))
    }
    for exemption in exemptions:
        for index, name in enumerate(exemption.rules):
            if name not in known:
                near = near_word(name, known)
                meant = f"did you mean {quoted(near)}?" if near else "write policy/rule, or policy/* for all of a policy's"
                origin = exemption.origin or Origin("")
                line, column = locate(origin, ("spec", "rules", index))
                words = f"no policy at hand has rule {quoted(name)}, so that nothing is exempted from it"
                yield Problem(Severity.WARNING, words, origin.file, line, column, meant)
