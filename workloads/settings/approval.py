"""What weighbridge.yaml says of who may accept a denial on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workloads.field import sequence


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """Who may accept which denials, from which amount on."""

    rules: tuple[str, ...]
    """``policy/rule``, ``policy/*`` for all rules of one policy, ``*`` for all."""
    above: Decimal = Decimal(0)
    """What the denied object costs a month from which on this holds, in the currency of the output."""
    labels: tuple[str, ...] = ()
    """Labels that accept it, where somebody puts one on whose review would; where none would, anybody with write access."""
    teams: tuple[str, ...] = ()
    """``owner/team``: a member's approving review accepts it."""
    code_owners: bool = False
    """Whether they do too whom CODEOWNERS names for the denied object's file."""
    exemption: bool = False
    """Whether the comment proposes an exemption that says what was accepted."""

    def about(self, policy: str, rule: str) -> bool:
        """Whether it is about a rule."""
        return any(pattern in (f"{policy}/{rule}", f"{policy}/*", "*") for pattern in self.rules)

    def approvers(self, owners: Sequence[str]) -> tuple[str, ...]:
        """Whom to ask about a file with owners: ``acme/finops``, ``bob``, ``label:cost-accepted``; nobody where nobody may."""
        people = self.reviewers(owners)
        labels = self.labels if people or not self.names_people else ()
        return (*people, *(f"{LABEL}{label}" for label in labels))

    def reviewers(self, owners: Sequence[str]) -> tuple[str, ...]:
        """The teams, and the people by login, whose review accepts it: those named, and the file's owners where they may."""
        return (*self.teams, *(owners if self.code_owners else ()))

    @property
    def names_people(self) -> bool:
        """Whether it says whose word counts, and does not leave it to all with write access."""
        return bool(self.teams) or self.code_owners


LABEL = "label:"
"""Before a label, where labels and teams stand together."""


def deciding(entries: Iterable[ApprovalSettings], policy: str, rule: str, amount: Decimal | None) -> list[ApprovalSettings]:
    """Those that decide of a rule's denial: about that rule, and of the highest threshold that the amount reaches.

    An amount that nobody knows reaches every threshold.
    """
    about = [entry for entry in entries if entry.about(policy, rule) and (amount is None or amount >= entry.above)]
    highest = max((entry.above for entry in about), default=Decimal(0))
    return [entry for entry in about if entry.above == highest]


def read_approvals(stated: Sequence[object]) -> tuple[ApprovalSettings, ...]:
    """The entries under ``approvals``, which the schema has been held to."""
    return tuple(_approval(entry) for entry in stated if isinstance(entry, dict))


def _approval(entry: Mapping[str, object]) -> ApprovalSettings:
    texts = {key: tuple(map(str, sequence(entry, key))) for key in ("rules", "labels", "teams")}
    return ApprovalSettings(
        **texts,
        above=Decimal(str(entry.get("above", 0))),
        code_owners=entry.get("codeOwners") is True,
        exemption=entry.get("exemption") is True,
    )
