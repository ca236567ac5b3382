"""ValidatingAdmissionPolicy and its binding, written from requirements."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policies.export.literal import text
from policies.export.requirement import LeftOut, Requirement, Telling
from policies.export.scope import Scope, conditions, left_alone
from policies.export.variable import used
from policies.message import inert

VERSION: Final = "admissionregistration.k8s.io/v1"
LEFT_OUT: Final = "weighbridge.dev/not-exported"
"""The annotation that says what a policy has and its export has not."""
LONGEST_MESSAGE: Final = 4096
"""Characters of a message; the API server cuts what an expression makes at 5 KiB."""
LONGEST_FIRST: Final = 60
"""Characters of an author's own words that stand before the figures."""
LONGEST_ANNOTATION: Final = 16 * 1024
_LONGEST_NAME: Final = 253
_FOREIGN: Final = re.compile(r"[^a-z0-9.-]+")

Document = Mapping[str, object]
Told = Sequence[tuple[Requirement, Telling, str]]
"""Requirements, which breaches of each are told of, and the author's own words."""


def document_name(policy: str, suffix: str = "") -> str:
    """What the API server calls the documents of a policy: names that it does not take are changed, and stay apart."""
    plain = _FOREIGN.sub("-", policy.lower()).strip(".-")
    if plain != policy or len(plain) + len(suffix) > _LONGEST_NAME - len("weighbridge-"):
        digest = hashlib.sha256(policy.encode("utf-8", "replace")).hexdigest()[:10]
        plain = f"{plain[: 200 - len(suffix)].strip('.-')}-{digest}".strip("-")
    return f"weighbridge-{plain}{suffix}"


def metadata(name: str, left_out: Sequence[LeftOut]) -> Document:
    """Name, label, and what is left out."""
    words = "\n".join(dict.fromkeys(map(str, left_out)))[:LONGEST_ANNOTATION]
    labels = {"app.kubernetes.io/managed-by": "weighbridge"}
    return {"name": name, "labels": labels, **({"annotations": {LEFT_OUT: words}} if words else {})}


def validating(
    name: str, told: Told, scope: Scope, actions: Sequence[str], own: Mapping[str, str], left_out: Sequence[LeftOut]
) -> Iterator[Document]:
    """The policy and its binding; ``own`` are variables of the policy's own."""
    validations = [_validation(*each) for each in told]
    expressions = [expression for each in validations for expression in (each["expression"], each["messageExpression"])]
    known = conditions(scope.conditions, left_alone())
    shared = used([*expressions, *(each["expression"] for each in known)], own)
    yield {
        "apiVersion": VERSION,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": metadata(name, left_out),
        "spec": {
            # An expression without an answer is 422 under Fail, upon which tools delete the object and create it anew.
            "failurePolicy": "Ignore",
            "matchConstraints": scope.constraints({}),
            "matchConditions": known,
            "variables": shared,
            "validations": validations,
        },
    }
    yield {
        "apiVersion": VERSION,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": metadata(name, ()),
        "spec": {"policyName": name, "validationActions": list(map(str, actions))},
    }


def _validation(requirement: Requirement, telling: Telling, message: str) -> dict[str, str]:
    own = inert(message).rstrip(".")
    # Figures first: tools cut what is long at its end.
    before, after = (f"{own}: ", "") if 0 < len(own) <= LONGEST_FIRST else ("", f" {own}." if own else "")
    again = " (as before this change)" if telling is Telling.FORGIVEN else ""
    plain = f"{before}{inert(requirement.required)}"[: LONGEST_MESSAGE - len(requirement.rule) - 3]
    said = [
        f"variables.title + {text(f': {before}')}",
        requirement.said(telling),
        text(f"{again} [{requirement.rule}]. "),
        requirement.said_fix(telling),
        *([text(after[:LONGEST_MESSAGE])] if after else []),
    ]
    return {
        "expression": requirement.kept(telling),
        "messageExpression": " + ".join(f"({each})" for each in said),
        "message": f"{plain} [{requirement.rule}]",
        "reason": "Forbidden",
    }
