"""The condition of an exemption is written where it says something new, and nothing else of its status is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cluster.conditions import condition_due
from policies.exemptions.standing import Condition

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
READY = Condition("Ready", status=True, reason="InEffect", message="in effect until then")


def _object(*conditions: Any, generation: int = 2) -> dict[str, Any]:
    return {"metadata": {"name": "e", "namespace": "shop", "generation": generation}, "status": {"conditions": list(conditions)}}


def test_a_new_condition_says_since_when() -> None:
    due = condition_due(_object(), READY, NOW)
    assert due == {
        "type": "Ready",
        "status": "True",
        "reason": "InEffect",
        "message": "in effect until then",
        "observedGeneration": 2,
        "lastTransitionTime": "2026-01-02T03:04:05Z",
    }


def test_what_is_written_already_is_not_written_again() -> None:
    due = condition_due(_object(), READY, NOW)
    assert condition_due(_object(due), READY, NOW) is None
    assert condition_due(_object({"type": "Other", "status": "True"}, due), READY, NOW) is None


def test_a_condition_that_stays_true_keeps_its_time_and_one_that_turns_gets_a_new_one() -> None:
    earlier = {**(condition_due(_object(), READY, NOW) or {}), "lastTransitionTime": "2025-12-01T00:00:00Z"}
    changed = condition_due(_object(earlier, generation=3), READY, NOW)
    assert changed is not None
    assert (changed["observedGeneration"], changed["lastTransitionTime"]) == (3, "2025-12-01T00:00:00Z")
    ended = condition_due(_object(earlier), Condition("Ready", status=False, reason="Expired", message="expired"), NOW)
    assert ended is not None
    assert (ended["status"], ended["lastTransitionTime"]) == ("False", "2026-01-02T03:04:05Z")


def test_whatever_stands_for_conditions_one_is_due() -> None:
    for status in (None, [], {"conditions": 3}, {"conditions": [3, None, {"type": "Ready", "status": 1}]}):
        assert condition_due({"metadata": {}, "status": status}, READY, NOW) is not None
