"""An allowance as JSON: what the gate needs to let through what was accepted on a pull request, and nothing more."""

from __future__ import annotations

from policies.exemptions.acceptance import Allowance
from policies.reports.identity_document import identity_document
from policies.reports.json_number import number


def allowance_document(allowance: Allowance | None) -> dict[str, object] | None:
    """An allowance; None where nothing was accepted."""
    if allowance is None:
        return None
    return {
        "identities": [identity_document(each) for each in allowance.identities],
        "amount": number(allowance.amount),
        "expires": allowance.expires.isoformat(timespec="seconds"),
    }
