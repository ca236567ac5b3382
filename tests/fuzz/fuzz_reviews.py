"""Bodies posted to the webhook: reviews of hostile objects by hostile requests, some cut short or changed byte by byte."""

from __future__ import annotations

import json

from choices import Choices, an_object, changed
from endpoint import posted
from hostile import TEXTS
from readable import require_inert, require_logged

SEEDS = [bytes([0, 0, 0, 0, number, *bytes(range(60))]) for number in range(0, 250, 10)] + [
    b'\xff{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u"}}'
]
_OPERATIONS = ("CREATE", "UPDATE", "DELETE", "CONNECT", "PATCH", "")
_SUBRESOURCES = ("", "scale", "status", "resize", "ephemeralcontainers", "binding")
_USERS = ("jane", "system:serviceaccount:kube-system:deployment-controller", "system:node:one", *TEXTS.values())


def target(data: bytes) -> None:
    """Post a body; whatever it is, it is answered, and the answer is one that an API server takes."""
    choices = Choices(data)
    path = choices.of(("/validate/policy", "/mutate"))
    body = data[1:] if data[:1] == b"\xff" else _review(choices)
    status, answer, log = posted(body, path)
    require_logged(log)
    assert not status.startswith("500"), body[:2000]
    if "response" in answer:
        _require_answer(answer["response"])
    else:
        assert status[0] == "4"
        assert answer["error"]


def _review(choices: Choices) -> bytes:
    new = an_object(choices)
    group, _, version = str(new.get("apiVersion") or "").rpartition("/")
    request = {
        "uid": "705ab4f5",
        "kind": {"group": group, "version": version, "kind": new.get("kind")},
        "resource": {"group": group, "version": version, "resource": f"{str(new.get('kind')).lower()}s"},
        "subResource": choices.of(_SUBRESOURCES),
        "namespace": "shop",
        "name": "web",
        "operation": choices.of(_OPERATIONS),
        "userInfo": {"username": choices.of(_USERS), "groups": ["system:authenticated"]},
        "object": new,
        "oldObject": an_object(choices) if choices.below(2) else None,
        "dryRun": False,
    }
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    if choices.below(4) == 0:
        changed(request, choices)
    # Numbers that no JSON knows are written as Python does: such a body is refused.
    body = json.dumps(review).encode("utf-8", "replace")
    return body[: choices.below(len(body))] if choices.below(16) == 1 else body


def _require_answer(response: dict[str, object]) -> None:
    assert isinstance(response["allowed"], bool)
    if not response["allowed"]:
        status = response["status"]
        assert isinstance(status, dict)
        assert status["code"] == 403
        for line in str(status["message"]).split("\n"):
            require_inert(line)
    warnings = response.get("warnings", [])
    assert isinstance(warnings, list)
    assert sum(len(warning.encode()) for warning in warnings) <= 4096
    for warning in warnings:
        assert len(warning.encode()) <= 256
        require_inert(warning)
