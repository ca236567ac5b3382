"""Of an object of several roles, a rule that cannot be decided says for which."""

from __future__ import annotations

from typing import Any

import pytest
from gating import policy

from policies.policy_set import PolicySet

KSERVE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llm, namespace: ml}
spec:
  predictor: {minReplicas: 1, maxReplicas: 4, containers: [{name: kserve-container, resources: {requests: {cpu: 1, memory: 1Gi}}}]}
  transformer: {minReplicas: 2, containers: [{name: kserve-container, resources: {requests: {cpu: 1, memory: 1Gi}}}]}
"""


@pytest.mark.parametrize(
    "rule", [{"limitResources": {"replicas": 10}}, {"limitCost": {"of": "month", "maximum": 9999, "exposure": "maximum"}}]
)
def test_that_nothing_bounds_a_role_says_which(rule: dict[str, Any], weighed) -> None:
    (found,) = weighed(None, KSERVE, PolicySet([policy(**rule)])).violations
    assert "cannot be told: of its transformer, no maximum is stated" in found.message
