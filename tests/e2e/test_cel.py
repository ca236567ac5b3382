"""What a real API server answers to the expressions that ours are held to."""

from __future__ import annotations

import json

import pytest
from cel_answers import ANSWERS, CONFIG_MAP, ERROR

pytestmark = pytest.mark.e2e

AT_ONCE = 5
"""Expressions a policy: the server cuts long warnings."""


def _policy(name: str, expressions: list[str]) -> dict:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [
                    {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
                ],
                "namespaceSelector": {"matchLabels": {"answers": "wanted"}},
            },
            # Met or not, each says so: an answer that does not come is none.
            "validations": [
                {"expression": text, "message": f"{name} case {number} is not met"} for number, text in enumerate(expressions)
            ],
        },
    }


def _binding(name: str) -> dict:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Warn"]},
    }


@pytest.fixture(scope="module")
def answered(kubectl):
    """What the server warns of, by expression, once it has taken the policies up."""
    kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "answers"}}))
    kubectl("label", "namespace", "answers", "answers=wanted")
    texts = [text for text, _ in ANSWERS]
    found: dict[str, str] = {}
    for start in range(0, len(texts), AT_ONCE):
        name = f"answers-{start}"
        # The last one is never met: its warning says that the policy is in force.
        several = [*texts[start : start + AT_ONCE], "false"]
        for body in (_policy(name, several), _binding(name)):
            kubectl("create", "-f", "-", given=json.dumps(body))
        warned: list[str] = []

        def in_force(marker: str = f"{name} case {len(several) - 1} is not met", warned: list[str] = warned) -> bool:
            done = kubectl.run("create", "-n", "answers", "--dry-run=server", "-f", "-", given=json.dumps(CONFIG_MAP))
            warned[:] = done.stderr.splitlines()
            return any(marker in line for line in warned)

        kubectl.wait_for(in_force, f"policy {name} is in force")
        for number, text in enumerate(several[:-1]):
            found[text] = _answer(text, f"{name} case {number} is not met", warned)
        kubectl("delete", "validatingadmissionpolicybinding", name)
        kubectl("delete", "validatingadmissionpolicy", name)
    return found


def _answer(text: str, words: str, warned: list[str]) -> object:
    if any(words in line for line in warned):
        return False
    return ERROR if any(text[:60] in line and "error" in line for line in warned) else True


@pytest.mark.parametrize(("text", "answer"), ANSWERS, ids=[text for text, _ in ANSWERS])
def test_an_api_server_answers_as_the_table_says(answered, text: str, answer: object) -> None:
    assert answered[text] == answer
