"""A live cluster, through the official Kubernetes client: one GET an object, remembered for a few seconds where it may be."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from cluster.kubeconfig import kubeconfig_mistake
from cluster.lookup import Absent, Answer, Found, Listing, Reference, Unavailable
from cluster.request import answer, get
from workloads.field import dig, sequence, text

PATIENCE: Final = 1.0
"""Seconds that one request may take: inside the deadline that the API server gives a webhook."""
PATIENT: Final = 30.0
"""Seconds that one request may take for a person who waits for whole lists."""
REMEMBERED: Final = 5.0
"""Seconds for which what many reviews ask for is remembered."""
REMEMBERED_KINDS: Final = frozenset(("Namespace", "ConfigMap"))
"""What many reviews ask for: namespaces, and the lists of values that policies name."""
MOST_REMEMBERED: Final = 4096

_MALFORMED: Final = (TypeError, AttributeError, LookupError, ValueError)
"""What the client raises on entries that are not what they should be."""
_NOT_IN_ONE: Final = (
    "--in-cluster reads what Kubernetes gives a Pod with a service account, and there is none of it here: "
    "elsewhere name a cluster with --kubeconfig"
)

Clock = Callable[[], float]


class ClusterError(Exception):
    """No cluster could be connected. The text says what to do."""


class _Resource(NamedTuple):
    """How an API serves a kind."""

    api_version: str
    plural: str
    namespaced: bool


class Cluster:
    """A cluster (cluster.lookup.Lookup). Safe between threads."""

    def __init__(self, api: Any, clock: Clock = time.monotonic, patience: float = PATIENCE) -> None:  # noqa: ANN401
        """``api`` is a ``kubernetes.client.ApiClient``, which publishes no types; ``patience`` is in seconds a request."""
        self._api = api
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._remembered: OrderedDict[Reference, tuple[float, Answer]] = OrderedDict()
        self._listed: dict[Reference, tuple[float, Listing]] = {}
        self._resources: dict[tuple[str, str], _Resource] = {}
        """By group and version, as asked for, and by kind."""

    def get(self, reference: Reference) -> Answer:
        """One object. A namespace or a ConfigMap may be some seconds old, everything else is read now."""
        if reference.kind not in REMEMBERED_KINDS:
            return self._read(reference)
        with self._lock:
            known = self._remembered.get(reference)
        if known is not None and self._clock() - known[0] < REMEMBERED:
            return known[1]
        answer = self._read(reference)
        # What is absent may be made in the next moment: a namespace and its objects often come together.
        if isinstance(answer, Found):
            self._remember(reference, answer)
        return answer

    def list(self, api_version: str, kind: str, namespace: str) -> Listing:
        """Every object of a kind in a namespace, or of a kind without namespaces; some seconds old at most."""
        key = Reference(api_version, kind, namespace, "")
        with self._lock:
            known = self._listed.get(key)
        if known is not None and self._clock() - known[0] < REMEMBERED:
            return known[1]
        listing = self._list(api_version, kind, namespace)
        if isinstance(listing, tuple):
            with self._lock:
                if len(self._listed) >= MOST_REMEMBERED:
                    self._listed.clear()
                self._listed[key] = (self._clock(), listing)
        return listing

    def _list(self, api_version: str, kind: str, namespace: str) -> Listing:
        resource = self._resource(api_version, kind)
        if isinstance(resource, Absent):
            return ()
        if isinstance(resource, Unavailable):
            return resource
        place = f"/namespaces/{namespace}" if resource.namespaced and namespace else ""
        answer = self._request(f"{_root(resource.api_version)}{place}/{resource.plural}", kind)
        if not isinstance(answer, Found):
            return answer if isinstance(answer, Unavailable) else ()
        items: Any = answer.body.get("items") or []
        return tuple({"apiVersion": api_version, "kind": kind, **item} for item in items)

    def _remember(self, reference: Reference, answer: Answer) -> None:
        with self._lock:
            self._remembered[reference] = (self._clock(), answer)
            self._remembered.move_to_end(reference)
            while len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)

    def _read(self, reference: Reference) -> Answer:
        resource = self._resource(reference.api_version, reference.kind)
        if not isinstance(resource, _Resource):
            return resource
        place = f"/namespaces/{reference.namespace}" if resource.namespaced and reference.namespace else ""
        return self._request(f"{_root(resource.api_version)}{place}/{resource.plural}/{reference.name}", str(reference.kind))

    def _resource(self, api_version: str, kind: str) -> _Resource | Absent | Unavailable:
        """How the API calls a kind, asked once: in the version given, else in the one that its group prefers."""
        known = self._resources.get((api_version, kind))
        if known is not None:
            return known
        found = self._served(api_version, kind)
        group = api_version.rpartition("/")[0]
        if isinstance(found, Absent) and group:
            answer = self._request(f"/apis/{group}", f"the versions of {group}")
            if isinstance(answer, Unavailable):
                return answer
            preferred = text(answer.body, "preferredVersion", "groupVersion") if isinstance(answer, Found) else ""
            found = self._served(preferred, kind) if preferred and preferred != api_version else found
        if isinstance(found, _Resource):
            self._resources[api_version, kind] = found
        return found

    def _served(self, api_version: str, kind: str) -> _Resource | Absent | Unavailable:
        """A kind of one version of a group."""
        answer = self._request(_root(api_version), f"the kinds of {api_version}")
        if not isinstance(answer, Found):
            return answer
        for resource in sequence(answer.body, "resources"):
            name = text(resource, "name")
            if text(resource, "kind") == kind and "/" not in name:
                return _Resource(api_version, name, dig(resource, "namespaced") is True)
        return Absent()

    def _request(self, path: str, what: str) -> Answer:
        return answer(get(self._api, path, self._patience), what)


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def client_of(kubeconfig: str | None = None, context: str | None = None, *, in_cluster: bool = False) -> Any:  # noqa: ANN401
    """A ``kubernetes.client.ApiClient`` for a context of a kubeconfig file, the current one by default, or for where we run.

    :raises ClusterError: when there is none.
    """
    mistake = "" if in_cluster else kubeconfig_mistake(kubeconfig, context, os.environ)
    if mistake:
        raise ClusterError(mistake)
    import kubernetes  # noqa: PLC0415 - 0.4 s that only a connected server pays

    client: Any = kubernetes.client
    config: Any = kubernetes.config
    configuration = client.Configuration()
    configuration.retries = False
    try:
        if in_cluster:
            config.load_incluster_config(client_configuration=configuration)
        else:
            config.load_kube_config(config_file=kubeconfig, context=context, client_configuration=configuration)
    except (config.ConfigException, OSError, *_MALFORMED) as error:
        raise ClusterError(_NOT_IN_ONE if in_cluster else _not_connected(error, kubeconfig)) from None
    return client.ApiClient(configuration)


def _not_connected(error: Exception, kubeconfig: str | None) -> str:
    """Why there is no cluster, with the file that somebody named."""
    words = "its entries are malformed" if isinstance(error, _MALFORMED) else str(error)
    return f"cannot connect to the cluster of {kubeconfig or 'the kubeconfig file'}: {words}"[:300]


def name_of_context(kubeconfig: str | None = None, context: str | None = None) -> str:
    """What a kubeconfig calls a cluster: the context's name, without the account or project that EKS and GKE put before it.

    :raises ClusterError: when there is no such context.
    """
    import kubernetes  # noqa: PLC0415

    config: Any = kubernetes.config
    try:
        _, current = config.list_kube_config_contexts(config_file=kubeconfig)
    except (config.ConfigException, OSError, *_MALFORMED) as error:
        raise ClusterError(_not_connected(error, kubeconfig)) from None
    name = context or str(current["name"])
    if name.startswith("gke_") and name.count("_") >= 3:
        return name.split("_", 3)[3]
    return name.rpartition("/")[2] if name.startswith("arn:") else name
