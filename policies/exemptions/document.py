"""Exemptions as JSON: of a weighing those that were used, of ``weighbridge policies exemptions`` all, by the same keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from policies.exemptions.exemption import Exemption
from policies.exemptions.use import Use
from workloads.text.location import locate


def exemption_document(exemption: Exemption, now: datetime) -> dict[str, object]:
    """One exemption, as it stands at a moment."""
    origin = exemption.origin
    hindrance = exemption.hindrance(now)
    return {
        "namespace": exemption.namespace,
        "name": exemption.name,
        "file": origin.file.encode("utf-8", "replace").decode() if origin and origin.file else None,
        "line": locate(origin, ())[0] if origin and origin.file else None,
        "inEffect": not hindrance,
        "hindrance": hindrance or None,
        "startsAt": exemption.starts.isoformat() if exemption.starts else None,
        "expiresAt": exemption.expires.isoformat(),
        "daysLeft": max((exemption.expires - now).days, 0),
        "endsSoon": not hindrance and exemption.ends_soon(now),
        "rules": list(exemption.rules),
        "kinds": list(exemption.kinds),
        "names": list(exemption.names),
        "reason": exemption.reason,
        "ticket": exemption.ticket or None,
        "requestedBy": exemption.requested_by or None,
        "approvedBy": exemption.approved_by or None,
    }


def used_exemption(use: Use, now: datetime) -> Mapping[str, object]:
    """One exemption that was used, with what it let pass."""
    return {**exemption_document(use.exemption, now), "passed": passed(use)}


def passed(use: Use) -> list[dict[str, object]]:
    """What an exemption let pass: objects and rules."""
    return [{"object": each.title, "rule": each.id} for each in use.passed]
