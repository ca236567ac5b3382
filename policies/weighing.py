"""The result of weighing: what the change costs and whether the rules let it pass."""

from __future__ import annotations

from policies.advice.advice import Advice
from policies.context import Context
from policies.exemptions.use import Use
from policies.verdict import Verdict, Violation
from pricing.book import Edition
from pricing.delta import Delta
from workloads.problem import Problem
from workloads.quick_dataclass import quick_dataclass
from workloads.workload import Remark


@quick_dataclass(frozen=True, slots=True)
class Weighing:
    """Everything an edge needs to answer, comment or print."""

    delta: Delta
    verdict: Verdict
    """The worst of the violations: deny before unknown before warn before pass."""
    violations: tuple[Violation, ...]
    """Denials first, then unknown, then warnings, then audited; within each in the order of the objects."""
    problems: tuple[Problem, ...]
    """What could not be read or was read with a doubt, of the inventory."""
    notes: tuple[str, ...]
    """What a person should know: which exemptions that were used end soon."""
    context: Context
    digest: str
    """Digest of everything the verdict rests on beside the objects: prices, policies, snapshot, settings."""
    edition: Edition
    exemptions: tuple[Use, ...] = ()
    """The exemptions that were used, with what each let pass."""
    blocked: bool = False
    """Whether something could not be rendered, and whoever asks wants that to fail."""
    remarks: tuple[Remark, ...] = ()
    """Why objects of the change cost nothing by themselves that look as if they did."""
    advice: tuple[Advice, ...] = ()
    """What could be had for less, and what settles a violation; given where somebody can still change the files."""
