"""Reviews of CostExemptions themselves: who asked is written down by the gate, and nobody approves what they asked for.

Who may write the status at all is RBAC's to say: ``costexemptions/status``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from policies.exemptions.exemption import LONGEST
from policies.exemptions.reader import KIND, REQUESTED_BY, exemption_problems, load_exemptions
from policies.message import quoted
from webhook.patch import Operation, pointer
from webhook.review import Answer, Review
from workloads.api_group import GROUP
from workloads.field import dig, mapping, text
from workloads.manifest import Manifest

_ANNOTATIONS: Final = ("metadata", "annotations")


def is_about_an_exemption(review: Review) -> bool:
    """Whether a review is of a CostExemption that is made or changed."""
    return (review.group, review.kind) == (GROUP, KIND) and review.operation in {"CREATE", "UPDATE"}


def validate(review: Review, now: datetime) -> Answer:
    """Whether an exemption may be written as it is. Never raises on what a review holds."""
    if dig(review.object, "metadata", "deletionTimestamp") is not None:
        return Answer(review.uid, allowed=True)
    wrong = list(_status(review) if review.subresource == "status" else _document(review, now))
    return Answer(review.uid, allowed=not wrong, message="; ".join(wrong))


def request(review: Review) -> Answer:
    """Writes down who asks, where an exemption is made: whatever its text says, it is who the API server knows them as."""
    if review.operation != "CREATE" or review.subresource:
        return Answer(review.uid, allowed=True)
    return Answer(review.uid, allowed=True, patch=tuple(_requested_by(review.object or {}, review.requester.name)))


def _requested_by(body: Mapping[str, object], name: str) -> Iterator[Operation]:
    annotations = dig(body, *_ANNOTATIONS)
    if not isinstance(annotations, dict):
        yield {"op": "add", "path": "/metadata/annotations", "value": {REQUESTED_BY: name}}
    elif annotations.get(REQUESTED_BY) != name:
        yield {"op": "add", "path": f"/metadata/annotations/{pointer(REQUESTED_BY)}", "value": name}


def _document(review: Review, now: datetime) -> Iterator[str]:
    """What is wrong with an exemption's own text."""
    manifest = Manifest.of(review.object or {})
    problems = exemption_problems(manifest)
    yield from (quoted(problem.message, 200) for problem in problems)
    if review.operation == "CREATE" and _asked(review.object) != review.requester.name:
        yield f"annotation {REQUESTED_BY} has to name who asks, {quoted(review.requester.name)}"
    if review.operation == "UPDATE" and _asked(review.object) != _asked(review.old_object):
        yield f"annotation {REQUESTED_BY} says who asked and cannot change"
    for exemption in load_exemptions([manifest]).exemptions if not problems else ():
        if exemption.expires <= now:
            yield "expiresAt has passed"
        elif exemption.expires - now > LONGEST:
            yield f"expiresAt is more than {LONGEST.days} days ahead"


def _status(review: Review) -> Iterator[str]:
    """What is wrong with an approval: it is given by who writes it, of what stands there, and by somebody else than who asked."""
    approval, before = (mapping(body, "status", "approval") for body in (review.object, review.old_object))
    if not approval or approval == before:
        return
    who = review.requester.name
    if text(approval, "by") != who:
        yield f"status.approval.by has to name who approves, {quoted(who)}"
    if not _asked(review.object):
        yield "nobody is named who asked for it: make it anew, so that somebody is"
    elif _asked(review.object) == who:
        yield f"{quoted(who)} asked for it: somebody else has to approve it"
    if approval.get("generation") != dig(review.object, "metadata", "generation"):
        yield f"status.approval.generation has to be {dig(review.object, 'metadata', 'generation')}: what stands there now"


def _asked(body: Mapping[str, object] | None) -> str:
    asked = mapping(body, *_ANNOTATIONS).get(REQUESTED_BY)
    return asked if isinstance(asked, str) else ""
