"""Which cluster a command looks into: one of a kubeconfig file, or the one that it runs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from weighbridge.options import Command, options


def cluster_options(kubeconfig: str, in_cluster: str) -> Callable[[Command], Command]:
    """The flags that name a cluster; what two of them are for says each command in its own words."""
    return options(
        click.option("--kubeconfig", metavar="FILE", help=kubeconfig),
        click.option("--context", "chosen", metavar="NAME", help="Context of the kubeconfig. [default: the current one]"),
        click.option("--in-cluster", is_flag=True, help=in_cluster),
    )


@dataclass(frozen=True, slots=True)
class ChosenCluster:
    """A cluster as it was named, or none."""

    kubeconfig: str | None
    context: str | None
    in_cluster: bool

    @classmethod
    def of(cls, context: click.Context) -> ChosenCluster:
        """The one that the options of the running command name.

        :raises click.UsageError: when they name two.
        """
        given = context.params
        found = cls(given["kubeconfig"], given["chosen"], given["in_cluster"])
        if found.in_cluster and (found.kubeconfig or found.context):
            raise click.UsageError("--in-cluster goes without --context and --kubeconfig")
        return found

    @property
    def named(self) -> bool:
        """Whether any was named; the default of kubectl is meant otherwise, or none."""
        return bool(self.kubeconfig or self.context or self.in_cluster)

    @property
    def name(self) -> str:
        """What it is called: by its context, where it has one.

        :raises ClusterError: when there is no such context.
        """
        from cluster.client import name_of_context  # noqa: PLC0415 - half a second

        return "in-cluster" if self.in_cluster else name_of_context(self.kubeconfig, self.context)

    def client(self) -> Any:  # noqa: ANN401 - Kubernetes publishes no types
        """A client of its API.

        :raises ClusterError: when it cannot be reached.
        """
        from cluster.client import client_of  # noqa: PLC0415 - half a second

        return client_of(self.kubeconfig, self.context, in_cluster=self.in_cluster)
