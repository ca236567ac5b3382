"""A cluster that is known, as it is between two reviews of one namespace: what is asked is remembered already."""

from __future__ import annotations

from cluster.lookup import Absent, Answer, Found, Listing, Reference

LABELS = {"team": "shop", "environment": "production"}


class KnownCluster:
    """One namespace, with nothing else in it."""

    def __init__(self) -> None:
        self._namespace = Found({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": LABELS}})

    def get(self, reference: Reference) -> Answer:
        """The namespace, and nothing else."""
        return self._namespace if reference.kind == "Namespace" else Absent()

    def list(self, api_version: str, kind: str, namespace: str) -> Listing:  # noqa: ARG002 - the same for all
        """Nothing runs here yet."""
        return ()
