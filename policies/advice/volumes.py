"""Volumes that a change leaves behind: of a StatefulSet that is removed, or has fewer replicas than it had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policies.advice.advice import Saving
from policies.advice.proposal import Changed, Proposal
from policies.message import quoted
from pricing.delta import Kind
from pricing.volumes.retention import keeps_claims
from workloads.edit import Edit
from workloads.span import NOTHING

_POLICY: Final = ("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled")
_CONDITION: Final = "if nobody needs their data"


def proposals(changed: Changed) -> Iterator[Proposal]:
    """The claims to delete by hand. Nothing to commit: nobody's data is to be a click away from being lost."""
    claims = [claim.name for claim in changed.workload.claims if not claim.ephemeral]
    if not claims or not keeps_claims(changed.manifest, "whenScaled" if changed.kind is not Kind.REMOVED else "whenDeleted"):
        return
    named = ", ".join(f"{quoted(claim)}-{quoted(changed.manifest.name)}-N" for claim in claims[:3])
    if changed.kind is Kind.REMOVED:
        yield Proposal(
            "orphaned-volumes",
            "without the volumes that it leaves behind",
            changed.manifest,
            condition=_CONDITION,
            why=f"Claims {named} stay and cost until somebody deletes them: nothing else will.",
            known=Saving(changed.estimate.total, NOTHING),
        )
    elif changed.before is not None:
        yield Proposal(
            "orphaned-volumes",
            "without the volumes of the pods that go",
            changed.manifest,
            ((Edit(_POLICY, "Delete"),),),
            condition=_CONDITION,
            why=f"Claims {named} of the replicas that go stay and cost until somebody deletes them.",
            committable=False,
        )
