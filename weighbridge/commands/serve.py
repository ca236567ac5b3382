"""``weighbridge serve``: answer the API server's admission reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weighbridge.book import book
from weighbridge.chosen_cluster import ChosenCluster, cluster_options
from weighbridge.cluster_rules import in_force
from weighbridge.options import gate_options, options
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.preparation import Request, settings_for
from weighbridge.rules import rules
from weighbridge.snapshots import known

if TYPE_CHECKING:
    from collections.abc import Callable

    from cluster.lookup import Lookup
    from webhook.gate import Gate
    from webhook.settings import ServerSettings
    from weighbridge.configuration.settings import Settings

serve_options = options(
    click.option(
        "--listen",
        default="127.0.0.1:8443",
        show_default=True,
        metavar="HOST:PORT",
        envvar="WEIGHBRIDGE_LISTEN",
        help="Where to listen.",
    ),
    click.option(
        "--tls-cert",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Certificate and chain, PEM. [default: a development one]",
    ),
    click.option("--tls-key", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Its private key, PEM."),
    click.option(
        "--tls-folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Where to keep a development certificate.",
    ),
    click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes."),
    click.option(
        "--threads", type=click.IntRange(1, 256), default=4, show_default=True, help="Reviews that each answers at a time."
    ),
    cluster_options("Cluster to look into, by a kubeconfig file. [default: none]", "Look into the cluster this runs in."),
)


@click.command()
@serve_options
@gate_options
@click.pass_context
def serve(context: click.Context, /, **_: object) -> None:
    """Answer the API server's admission reviews, by the same rules as check and diff.

    POST /validate/policy denies or warns, POST /mutate adds inherited cost labels, GET /healthz and /readyz answer probes.
    Without --policies the starter set holds. Without a cluster, what needs one cannot be told and is shown as a warning.

    \b
    weighbridge serve --listen 127.0.0.1:8443
    weighbridge serve --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key --in-cluster
    """
    from webhook import server  # noqa: PLC0415 - only a server needs what it imports

    listening, request = _listening(context), Request.of(context)
    gates = _gates(request, settings_for(request, ()), _lookups(ChosenCluster.of(context)))
    try:
        server.serve(listening, gates, lambda words: click.echo(f"weighbridge: {words}", err=True))
    except server.ServerError as error:
        raise Failure(str(error)) from None


def _gates(request: Request, settings: Settings, lookups: Callable[[], Lookup]) -> Callable[[], Gate]:
    """What makes the gate of each worker, with a price book and a cluster of its own: neither is shared over a fork."""
    from webhook.controllers import Controllers  # noqa: PLC0415
    from webhook.gate import Gate  # noqa: PLC0415

    held = rules(request.policies, request.exemptions, settings)
    clusters = settings.configuration.clusters
    cluster = clusters[0] if len(clusters) == 1 else None
    # What the cluster can be asked itself is asked for each review: of its snapshot only the nodes and what was observed count.
    prices = book(request.prices, settings)
    seen = known(cluster, settings, prices)
    print_problems(tuple(seen.problems(datetime.now(UTC))))
    # Its exemptions too: one that was taken back since the snapshot must not hold.
    held = in_force(replace(held, of_cluster=held.of_cluster - {"exemptions"}), seen, cluster.name if cluster else "")
    stated = settings.context(cluster, seen.snapshot.figures(), prices)
    weighed = replace(stated, exemptions=held.exemptions, config_maps=held.config_maps)
    controllers = Controllers.of(settings.configuration.controllers)
    return lambda: Gate(held.policies, book(request.prices, settings), weighed, lookups(), controllers=controllers)


def _lookups(cluster: ChosenCluster) -> Callable[[], Lookup]:
    """What connects each worker to the cluster; tried once before anything listens.

    :raises Failure: when it cannot connect.
    """
    from cluster.client import Cluster, ClusterError  # noqa: PLC0415
    from cluster.lookup import NoCluster  # noqa: PLC0415

    def lookup() -> Lookup:
        return Cluster(cluster.client()) if cluster.named else NoCluster()

    try:
        lookup()
    except ClusterError as error:
        raise Failure(str(error)) from None
    return lookup


def _listening(context: click.Context) -> ServerSettings:
    from webhook.settings import ServerSettings  # noqa: PLC0415

    given = context.params
    host, _, port = str(given["listen"]).rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise click.UsageError(f"--listen takes HOST:PORT, such as 127.0.0.1:8443, not {given['listen']!r}")
    if (given["tls_cert"] is None) != (given["tls_key"] is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    for path in (given["tls_cert"], given["tls_key"]):
        if path is not None and not path.is_file():
            raise Failure(f"cannot read {path}: no such file")
    return ServerSettings(
        host.strip("[]"), int(port), given["tls_cert"], given["tls_key"], given["tls_folder"], given["workers"], given["threads"]
    )
