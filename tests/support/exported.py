"""A real API server under exported policies."""

from __future__ import annotations

import copy
import json

from policies.export.policy import export
from workloads.field import sequence

PROBE = "weighbridge-probe"
"""The object that every policy in force has something to say of."""


class Server:
    """The API server under one policy's export at a time."""

    def __init__(self, kubectl, namespace: str) -> None:
        """``namespace`` is where what is in force is asked for."""
        self.kubectl = kubectl
        self._namespace = namespace
        self.applied: list[dict] = []
        self._labels: dict[str, str] = {}
        """What the probe has to be labelled with for the object selectors of what is in force."""

    def put(self, *policies) -> None:
        """Replace what is in force, and wait until every document is."""
        documents = [document for policy in policies for document in export(policy).documents]
        self.clear()
        for document in documents:
            self.kubectl("create", "-f", "-", given=json.dumps(self._marked(document)))
        self.applied = documents
        self._labels = {
            each["key"]: each["values"][0]
            for document in documents
            for each in sequence(document, "spec", "matchConstraints", "objectSelector", "matchExpressions")
            if each["operator"] == "In"
        }
        for document in documents:
            if document["kind"] == "ValidatingAdmissionPolicy":
                self._wait(document["metadata"]["name"])

    def clear(self) -> None:
        """Take everything out of force."""
        for document in self.applied:
            self.kubectl("delete", document["kind"].lower(), document["metadata"]["name"])
        self.applied = []
        self.kubectl.wait_for(lambda: "ValidatingAdmissionPolicy" not in self._probed(), "nothing is in force any more", 60)

    def _marked(self, document: dict) -> dict:
        """The document with one more validation, which an object that is called probe breaks: it says what is in force."""
        marked = copy.deepcopy(dict(document))
        if marked["kind"] == "ValidatingAdmissionPolicy":
            name = marked["metadata"]["name"]
            probe = {"expression": f"object.metadata.name != '{PROBE}'", "message": f"{name} in force", "reason": "Forbidden"}
            marked["spec"]["validations"].append(probe)
            for rule in marked["spec"]["matchConstraints"]["resourceRules"]:
                rule["apiGroups"], rule["resources"] = [*rule["apiGroups"], ""], [*rule["resources"], "configmaps"]
            for condition in marked["spec"]["matchConditions"]:
                condition["expression"] = f"object.metadata.name == '{PROBE}' || ({condition['expression']})"
        return marked

    def _wait(self, name: str) -> None:
        audits = any(
            each["spec"].get("policyName") == name and each["spec"].get("validationActions") == ["Audit"] for each in self.applied
        )
        if audits:
            # Nobody is told of what is only audited.
            return
        self.kubectl.wait_for(lambda: f"'{name}'" in self._probed(), f"policy {name} is in force", 60)

    def _probed(self) -> str:
        """What is said of the object that every policy in force has something to say of."""
        metadata = {"name": PROBE, "namespace": self._namespace, "labels": self._labels}
        probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
        return self.kubectl.run("create", "--dry-run=server", "-f", "-", given=json.dumps(probe)).stderr

    def takes(self, body: dict) -> bool:
        """Whether the API server would take a new object."""
        return self.kubectl.run("create", "-f", "-", "--dry-run=server", given=json.dumps(body)).returncode == 0

    def verdict(self, before: dict | None, after: dict) -> tuple[str, str]:
        """What becomes of an object, and what is said; what was there before was accepted before there were policies."""
        if before is not None:
            done = self.kubectl.run("replace", "-f", "-", "--dry-run=server", given=json.dumps(after))
        else:
            done = self.kubectl.run("create", "-f", "-", "--dry-run=server", given=json.dumps(after))
        told = done.stderr
        if done.returncode:
            assert "(Forbidden)" in told or "denied request" in told, told
            return "deny", told
        return ("warn" if "ValidatingAdmissionPolicy 'weighbridge-case" in told else "pass"), told
