"""Exemptions that say what was accepted on a pull request, for the change to take along: text, never written anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from policies.exemptions.acceptance import VALID, proposing
from policies.exemptions.reader import KIND, REQUESTED_BY, exemption_problems
from policies.reports.report import Report
from policies.verdict import Violation
from workloads.api_group import GROUP
from workloads.manifest import Manifest
from workloads.settings.approval import ApprovalSettings

Body = Mapping[str, object]


def proposed_exemptions(report: Report, entries: Sequence[ApprovalSettings], author: str, number: int) -> tuple[Body, ...]:
    """An exemption for each namespace and person with something accepted of which one is to be proposed.

    None where it would be no valid one: a name that no exemption can state, or an author who is not known.
    """
    together: dict[tuple[str, str], list[Violation]] = {}
    for violation in proposing(report, entries):
        together.setdefault((_namespace(violation), violation.accepted), []).append(violation)
    bodies = [_body(several, author, number, report.generated_at) for several in together.values()]
    return tuple(body for body in bodies if author and not exemption_problems(Manifest.of(body)))


def _namespace(violation: Violation) -> str:
    """The namespace that an object is said to be in."""
    return violation.identity.namespace or violation.title.rpartition("/")[0]


def _body(several: Sequence[Violation], author: str, number: int, now: datetime) -> Body:
    first = several[0]
    expires = (now + VALID).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "apiVersion": f"{GROUP}/v1alpha1",
        "kind": KIND,
        "metadata": {
            "name": f"accepted-{number}",
            "namespace": _namespace(first),
            "annotations": {REQUESTED_BY: author},
        },
        "spec": {
            "rules": list(dict.fromkeys(violation.id for violation in several)),
            "kinds": list(dict.fromkeys(violation.identity.kind for violation in several)),
            "names": list(dict.fromkeys(violation.identity.name for violation in several)),
            "reason": f"Accepted on pull request {number} by {first.accepted}."[:1024],
            "expiresAt": expires,
        },
        "status": {"approval": {"by": first.accepted.split(" ", 1)[0].rstrip(",")}},
    }
