"""AdmissionReview v1 as typed values, in and out. No HTTP in it.

What arrives is hostile until it is read: bounded in size and depth, every field of the type the API says. What is answered always
carries the uid of what was asked.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from workloads.excess import excess
from workloads.field import mapping, sequence, text
from workloads.quick_dataclass import quick_dataclass

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a review: an update carries two objects of up to 3 MiB, and the envelope."""
HEAD: Final = 64 * 1024
"""Bytes at a review's beginning in which its uid stands."""
MOST_MARKS: Final = 300_000
"""Commas and opening brackets of a review, in texts too: no more values than these come out of it."""
MOST_VALUES: Final = 100_000
"""Values of a review: entries of mappings and of lists."""
DEEPEST: Final = 200
"""Containers inside one another in a review."""
LONGEST_WARNING: Final = 256
"""Bytes of one warning; the API server cuts longer ones."""
LONGEST_WARNINGS: Final = 4096
"""Bytes of all warnings of an answer."""

VERSION: Final = "admission.k8s.io/v1"

Object = Mapping[str, object]


@quick_dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, as the API server authenticated them."""

    name: str
    groups: tuple[str, ...] = ()


@quick_dataclass(frozen=True, slots=True)
class Review:
    """What the API server asks about one request."""

    uid: str
    operation: str
    """``CREATE``, ``UPDATE``, ``DELETE`` or ``CONNECT``."""
    group: str
    version: str
    kind: str
    resource_group: str
    """Group of the resource; of a Scale, the scaled object's."""
    resource: str
    subresource: str
    namespace: str
    name: str
    """Empty where the server is to generate one."""
    requester: Requester
    object: Object | None
    """None for DELETE."""
    old_object: Object | None
    dry_run: bool
    size: int | None = None
    """Bytes of the review; None where nobody counted them."""

    @property
    def request(self) -> Object:
        """The request as expressions read it, by the names of ``admission.k8s.io/v1``; what is empty is absent there too."""
        stated = {"subResource": self.subresource, "namespace": self.namespace, "name": self.name}
        return {
            "uid": self.uid,
            "operation": self.operation,
            "kind": {"group": self.group, "version": self.version, "kind": self.kind},
            "resource": {"group": self.resource_group, "version": self.version, "resource": self.resource},
            "userInfo": {"username": self.requester.name, "groups": list(self.requester.groups)},
            "dryRun": self.dry_run,
            **{key: value for key, value in stated.items() if value},
        }


@dataclass(frozen=True, slots=True)
class BadReview:
    """A body that is no review, with what is wrong about it; the sender's mistake."""

    message: str
    uid: str = ""
    beyond: bool = False
    """Whether it is a review, but larger or deeper than is looked at: then it is denied, since an error may let it in."""


@quick_dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to one review."""

    uid: str
    allowed: bool
    message: str = ""
    """Why it is denied."""
    warnings: tuple[str, ...] = ()
    """The most important first; those that do not fit are dropped."""
    exemptions: tuple[str, ...] = ()
    """The exemptions by which something passes: for the log."""
    patch: tuple[Mapping[str, object], ...] = ()
    """JSON Patch operations (RFC 6902)."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """For the API server's audit log."""


def read_review(body: bytes) -> Review | BadReview:
    """The review in a body, or what is wrong with it. Linear in the body. Never raises."""
    if len(body) > LARGEST:
        return _beyond(body, f"is larger than {LARGEST // 1024 // 1024} MiB")
    opened = body.count(b"{") + body.count(b"[")
    if len(body) > MOST_MARKS and opened + body.count(b",") > MOST_MARKS:
        return _beyond(body, f"holds more than {MOST_MARKS:,} commas and brackets")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if opened > DEEPEST and "limit" in str(error):
            # The parser's own bound on depth, which is above ours.
            return _beyond(body, f"is nested deeper than {DEEPEST}")
        return BadReview(f"the body is not JSON: {error}"[:200])
    # Few brackets nest nowhere deep, and hold little but texts and numbers.
    wrong = excess(document, MOST_VALUES, DEEPEST) if opened > DEEPEST else ""
    return _beyond(body, wrong) if wrong else _checked(document, len(body))


def _beyond(body: bytes, words: str) -> BadReview:
    return BadReview(f"the review {words}", uid_in(body[:HEAD]), beyond=True)


def _checked(document: object, size: int) -> Review | BadReview:
    version, kind = text(document, "apiVersion"), text(document, "kind")
    if version != VERSION or kind != "AdmissionReview":
        found = f"{version or 'none'} {kind or 'none'}"[:100]
        return BadReview(f"the body is {found!r}, not an AdmissionReview of {VERSION}")
    request = mapping(document, "request")
    uid = text(request, "uid")
    if not uid or len(uid) > 128:
        return BadReview("request.uid is missing")
    operation = text(request, "operation")
    if operation not in {"CREATE", "UPDATE", "DELETE", "CONNECT"}:
        return BadReview(f"request.operation {operation[:40]!r} is not one of CREATE, UPDATE, DELETE, CONNECT", uid)
    review = _review(request, uid, operation, size)
    if not review.kind or not review.resource:
        return BadReview("request.kind or request.resource is missing", uid)
    if review.object is None and operation in {"CREATE", "UPDATE"}:
        return BadReview(f"request.object is missing in a {operation}", uid)
    return review


def _review(request: Mapping[str, object], uid: str, operation: str, size: int) -> Review:
    kind, resource, user = (mapping(request.get(key)) for key in ("kind", "resource", "userInfo"))
    new, old = request.get("object"), request.get("oldObject")
    groups = tuple(group for group in sequence(user, "groups") if isinstance(group, str))
    return Review(
        uid=uid,
        operation=operation,
        group=_string(kind.get("group")),
        version=_string(kind.get("version")),
        kind=_string(kind.get("kind")),
        resource_group=_string(resource.get("group")),
        resource=_string(resource.get("resource")),
        subresource=_string(request.get("subResource")),
        namespace=_string(request.get("namespace")),
        name=_string(request.get("name")),
        requester=Requester(_string(user.get("username")), groups),
        object=new if isinstance(new, dict) else None,
        old_object=old if isinstance(old, dict) else None,
        dry_run=request.get("dryRun") is True,
        size=size,
    )


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def uid_in(head: bytes) -> str:
    """The uid in a review's first bytes, where the body is too large to be read; empty where it is not there."""
    start = head.find(b'"request"')
    start = head.find(b'"uid"', start) if start >= 0 else -1
    colon = head.find(b":", start) if start >= 0 else -1
    if colon < 0:
        return ""
    opened = head.find(b'"', colon)
    closed = head.find(b'"', opened + 1)
    if opened < 0 or closed < 0 or closed - opened > 129:
        return ""
    return head[opened + 1 : closed].decode("ascii", "ignore")


def write_answer(answer: Answer) -> bytes:
    """An answer as the API server reads it. A denial is 403, never 409 or 422, which tools answer by deleting the object."""
    response: dict[str, object] = {"uid": answer.uid, "allowed": answer.allowed}
    if not answer.allowed:
        response["status"] = {"status": "Failure", "code": 403, "reason": "Forbidden", "message": answer.message}
    if answer.warnings:
        response["warnings"] = fitted(answer.warnings)
    if answer.patch and answer.allowed:
        response["patchType"] = "JSONPatch"
        response["patch"] = base64.b64encode(orjson.dumps(answer.patch)).decode()
    if answer.annotations:
        response["auditAnnotations"] = dict(answer.annotations)
    return orjson.dumps({"apiVersion": VERSION, "kind": "AdmissionReview", "response": response})


def fitted(warnings: Sequence[str]) -> list[str]:
    """Warnings within the API server's limits, each cut and the last ones dropped."""
    kept: list[str] = []
    left = LONGEST_WARNINGS
    for warning in warnings:
        cut = _cut(warning)
        left -= len(cut.encode())
        if left < 0:
            break
        kept.append(cut)
    return kept


def _cut(warning: str) -> str:
    """A warning in at most 256 bytes."""
    data = warning.encode("utf-8", "replace")
    if len(data) <= LONGEST_WARNING:
        return data.decode()
    return data[: LONGEST_WARNING - 3].decode("utf-8", "ignore") + "…"
