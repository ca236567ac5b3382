"""``matchConditions``: the conditions in CEL under which a policy is about an object at all."""

from __future__ import annotations

from policies.cel.expression import EvaluationError
from policies.policy import Policy
from policies.rules.validation import answer
from policies.subject import Subject
from policies.variables import variables


def met(policy: Policy, subject: Subject, before: Subject | None) -> bool | str:
    """Whether all conditions hold; in words, why that cannot be told.

    One that does not hold decides, whatever the others come to, as in the API server.
    """
    if not policy.conditions:
        return True
    known = variables(subject, before, policy.params)
    reasons: list[str] = []
    for condition in policy.conditions:
        try:
            if not answer(condition.expression, known):
                return False
        except EvaluationError as error:
            reasons.append(f"{condition.name}: {error}")
    return "; ".join(reasons) or True
