"""How a CostExemption stands, written into its status, where ``kubectl get`` shows it.

Only the one condition is written, by server-side apply, and only where it says something new: the approval beside it and other
conditions stay whose they are. It takes the verb patch on ``costexemptions/status``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cluster.lookup import Unavailable
from cluster.request import apply
from policies.exemptions.reader import KIND
from policies.exemptions.standing import Condition
from workloads.api_group import API_VERSION
from workloads.field import dig, sequence, text

PLURAL: Final = "costexemptions"


def condition_due(body: Mapping[str, object], condition: Condition, now: datetime) -> dict[str, object] | None:
    """The condition as it has to be written; None where an object's status says it already.

    The time of transition stays where the status stays, as conditions have it.
    """
    known = next((each for each in sequence(body, "status", "conditions") if text(each, "type") == condition.type), {})
    status = "True" if condition.status else "False"
    due: dict[str, object] = {
        "type": condition.type,
        "status": status,
        "reason": condition.reason,
        "message": condition.message,
        "observedGeneration": dig(body, "metadata", "generation") or 0,
    }
    if all(dig(known, key) == value for key, value in due.items()):
        return None
    stays = text(known, "lastTransitionTime") if text(known, "status") == status else ""
    return {**due, "lastTransitionTime": stays or now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def write_condition(
    api: Any,  # noqa: ANN401 - the client publishes no types
    body: Mapping[str, object],
    condition: Mapping[str, object],
    patience: float,
) -> str:
    """Write one condition; empty, or in words why it could not be written. Never raises."""
    namespace, name = text(body, "metadata", "namespace"), text(body, "metadata", "name")
    path = f"/apis/{API_VERSION}/namespaces/{namespace}/{PLURAL}/{name}/status"
    stated = {"name": name, "namespace": namespace}
    document = {"apiVersion": API_VERSION, "kind": KIND, "metadata": stated, "status": {"conditions": [dict(condition)]}}
    reply = apply(api, path, patience, document)
    if isinstance(reply, Unavailable):
        return reply.reason
    return _REFUSALS.get(reply.status, "" if reply.status < 300 else f"the API server answered {reply.status}")


_REFUSALS: Final = {
    401: "the API server does not know who asks (401): log in again",
    403: f"it may not be written: that takes the verb patch on {PLURAL}/status",
    404: "it is not there any more",
}
