"""What a rule is about, for whoever meets it in a program that shows SARIF and has never heard of its policy."""

from __future__ import annotations

from dataclasses import dataclass

from bot.finding import MISTAKE, NOT_PRICED, NOT_READ
from bot.markdown import code, escaped, text_of
from policies.message import ended, inert
from policies.reports.report import Report

_EXPLAIN = "`weighbridge policies explain PATH --object NAME` shows why each rule passes an object, or does not."
_POLICIES = (
    "Policies are documents of the repository or of the cluster; where there are none, the starter set holds "
    "(`weighbridge policies init` writes it as files). A CostExemption lets an object pass that cannot keep a rule yet, and says "
    "why and until when."
)


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """What is said of a rule, beside what is said of each object that does not keep it."""

    name: str
    """In a few words, as plain text."""
    markdown: str
    """What it means and what to do."""

    @property
    def text(self) -> str:
        """The same as plain text."""
        return text_of(self.markdown)


def rule_help(rule: str, report: Report) -> RuleHelp:
    """The help of a finding's rule in a report: ``policy/rule``, or what no policy says."""
    return _OURS.get(rule) or _of_policy(rule, report)


def _of_policy(rule: str, report: Report) -> RuleHelp:
    policy, _, name = rule.rpartition("/")
    fix = next((each.fix for each in report.violations if each.id == rule and each.fix), "")
    said = (
        f"Rule {code(name)} of the CostPolicy {code(policy)} is not kept, or it cannot be told whether it is.",
        *([f"**What to do**, as for the first object here: {ended(escaped(inert(fix)))}"] if fix else []),
        _EXPLAIN,
        _POLICIES,
    )
    return RuleHelp(inert(f"Cost policy {policy}, rule {name}"), "\n\n".join(said))


_OURS = {
    NOT_PRICED: RuleHelp(
        "An object without a price",
        "What this object costs is not known, which is not $0: it is in no sum. What is said of it names the reason.\n\n"
        "**What to do:** state what is missing where the reason names it, or the price in a file of your own "
        "(`prices.overlays` in weighbridge.yaml). `weighbridge estimate PATH --explain` shows what is known of it.",
    ),
    MISTAKE: RuleHelp(
        "Something in an object that says something else than was probably meant",
        "It was read, and what is written is what was weighed: a misspelt field counts as if it were not there.\n\n"
        "**What to do:** write what the message proposes. Where it is meant as it stands, nothing has to be done.",
    ),
    NOT_READ: RuleHelp(
        "Something that was not read as it stands, or that a person should look at",
        "An error is something that could not be read, and that no figure holds. A warning was read, though it may not mean what "
        "its author thinks.\n\n"
        "**What to do:** mend the line, or render what is a template. `weighbridge estimate PATH` says the same with its column.",
    ),
}
