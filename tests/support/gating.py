"""A gate over a cluster given by hand, and the objects and reviews to try it with: for tests of the ways round it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from cluster.lookup import Lookup, Reference, StaticCluster
from policies.context import Context, Unknowns
from policies.documents.loader import load
from policies.documents.starter import starter
from policies.matching.match import resource_of
from policies.policy import Policy
from policies.policy_set import PolicySet
from pricing.rate import Location
from pricing.sources.book import open_book
from webhook.gate import Gate
from webhook.review import Answer, Requester, Review
from workloads.manifest import Manifest

Body = dict[str, Any]

PRICES = open_book()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE: Body = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "shop", "labels": {"team": "shop", "environment": "test"}},
}
CONTROLLERS = "system:serviceaccount:kube-system:"


def policy(name: str = "test", spec: Mapping[str, object] | None = None, **check: object) -> Policy:
    """A policy of one rule, which denies; ``spec`` has what else the document says."""
    rule = {"name": "rule", **check}
    document = {"validationActions": ["Deny"], "rules": [rule], **(spec or {})}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": name}, "spec": document}
    (found,) = load([Manifest.of(body)]).policies
    return found


def cluster_of(*bodies: Body) -> StaticCluster:
    """A cluster with the namespace ``shop`` and these objects."""
    every = (NAMESPACE, *bodies)
    return StaticCluster({_reference(body): body for body in every})


def _reference(body: Body) -> Reference:
    return Reference(body["apiVersion"], body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"])


def gate(policies: Iterable[Policy] | None = None, lookup: Lookup | None = None, unknown: str = "warn") -> Gate:
    """A gate with these policies, or the starter set."""
    context = Context(location=Location("aws", "us-east-1"), unknowns=Unknowns(unknown, unknown, unknown, unknown))
    chosen = starter() if policies is None else PolicySet(policies)
    return Gate(chosen, PRICES, context, cluster_of() if lookup is None else lookup, lambda: NOW)


def review(body: Body | None, old: Body | None = None, user: str = "jane", **changes: Any) -> Review:
    """The review of a creation, or of a change from ``old``, or of a deletion where there is no new object."""
    shown = body or old or {}
    group, kind = shown["apiVersion"].rpartition("/")[0], shown["kind"]
    given: dict[str, Any] = {
        "uid": "u",
        "operation": "CREATE" if old is None else "UPDATE" if body is not None else "DELETE",
        "group": group,
        "version": shown["apiVersion"].rpartition("/")[2],
        "kind": kind,
        "resource_group": group,
        "resource": resource_of(kind),
        "subresource": "",
        "namespace": shown["metadata"].get("namespace", ""),
        "name": shown["metadata"].get("name", ""),
        "requester": Requester(user, ("system:authenticated",)),
        "object": body,
        "old_object": old,
        "dry_run": False,
    }
    return Review(**{**given, **changes})


def said(answer: Answer) -> str:
    """Everything that an answer tells."""
    return "\n".join((answer.message, *answer.warnings))


def container(name: str = "main", requests: Mapping[str, Any] | None = None, limits: Mapping[str, Any] | None = None) -> Body:
    """A container; of one vCPU and 2 GiB where nothing is said."""
    if requests is None and limits is None:
        requests = {"cpu": "1", "memory": "2Gi"}
    resources = {key: dict(value) for key, value in (("requests", requests), ("limits", limits)) if value is not None}
    return {"name": name, "image": "example.com/none", "resources": resources}


def pod_spec(*containers: Body, **more: Any) -> Body:
    """What a pod is to be."""
    return {"containers": list(containers) or [container()], **more}


def metadata(name: str = "web", **more: Any) -> Body:
    """Of an object in ``shop``."""
    return {"name": name, "namespace": "shop", "uid": f"uid-{name}", "labels": {"app": name}, **more}


def pod(spec: Body | None = None, name: str = "web", **more: Any) -> Body:
    """A Pod."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata(name, **more), "spec": spec or pod_spec()}


def template(spec: Body | None = None, name: str = "web") -> Body:
    """A pod template."""
    return {"metadata": {"labels": {"app": name}}, "spec": spec or pod_spec()}


def deployment(spec: Body | None = None, replicas: int = 1, name: str = "web", kind: str = "Deployment") -> Body:
    """A Deployment, or another kind of its shape."""
    body = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template(spec, name)}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata(name), "spec": body}


def owned_by(owner: Body, body: Body) -> Body:
    """The object as the owner's controller makes it."""
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "controller": True}
    reference |= {key: owner["metadata"][key] for key in ("name", "uid")}
    made = deepcopy(body)
    made["metadata"]["ownerReferences"] = [reference]
    return made


def gpus(count: object, resource: str = "nvidia.com/gpu") -> Body:
    """A container that limits an accelerator to a count."""
    return container(requests={"cpu": "1", "memory": "2Gi"}, limits={resource: count})


def of_kind(version: str, kind: str, spec: dict[str, Any], name: str = "web") -> Body:
    """An object of any kind."""
    return {"apiVersion": version, "kind": kind, "metadata": metadata(name), "spec": spec}


LARGE = pod_spec(gpus("64"))
"""A pod that the starter set does not let in."""
SMALL = [policy(limitResources={"maximum": {"pod": {"cpu": "4"}}})]
"""Pods of four vCPUs at most."""
FEW = [policy(limitResources={"replicas": 5})]
"""Five pods at most."""
CENT = [policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 0.01})]
"""Nothing that costs anything to speak of."""
