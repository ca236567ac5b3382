"""``weighbridge snapshot``: what estimates need of a live cluster, as a file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policies.message import inert
from weighbridge.chosen_cluster import ChosenCluster, cluster_options
from weighbridge.output.failure import Failure

if TYPE_CHECKING:
    from workloads.snapshots.cluster import ClusterSnapshot


@click.command()
@cluster_options("Kubeconfig file. [default: KUBECONFIG, else ~/.kube/config]", "Read the cluster this runs in.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="File to write. [default: standard output]")
@click.option("--name", metavar="NAME", help="The cluster's name. [default: the context's]")
@click.pass_context
def snapshot(context: click.Context, /, output: Path | None, name: str | None, **_: object) -> None:
    """Write what estimates need of a live cluster as one small file, to be committed or published.

    Node pools without names of nodes, classes, limit ranges, namespaces' labels, autoscalers, replicas, durations of Jobs,
    use of containers where the metrics API is there, device classes and claims, how many accelerators run, cost policies and
    exemptions. No secret, no environment value, no pod spec is in it, and no annotation but downscaler/* and
    weighbridge.dev/* of namespaces and who asked for an exemption.
    estimate, diff and check take the file with --snapshot, or from weighbridge.yaml (clusters[].snapshot).

    \b
    It needs the verb list, and nothing else, on
      nodes, namespaces, limitranges, pods, replicationcontrollers
      deployments, statefulsets, daemonsets, replicasets   (apps)
      jobs, cronjobs                                   (batch)
      horizontalpodautoscalers                         (autoscaling)
      scaledobjects                                    (keda.sh)
      multidimpodautoscalers                           (autoscaling.gke.io)
      storageclasses, volumeattributesclasses          (storage.k8s.io)
      ingressclasses                                   (networking.k8s.io)
      gatewayclasses                                   (gateway.networking.k8s.io)
      ingressclassparams                               (elbv2.k8s.aws) (eks.amazonaws.com)
      runtimeclasses                                   (node.k8s.io)
      deviceclasses, resourceclaims, resourceclaimtemplates, resourceslices   (resource.k8s.io)
      pods                                             (metrics.k8s.io)
      costpolicies, costexemptions                     (weighbridge.dev)
    What may not be listed is left out, and said to be not known. docs/snapshot.md has the ClusterRole.

    \b
    weighbridge snapshot --context production --output clusters/production.yaml
    weighbridge estimate deploy/ --snapshot clusters/production.yaml
    """
    from weighbridge.snapshot_file import fitted  # noqa: PLC0415 - not for --help

    found, data = fitted(_collected(ChosenCluster.of(context), name))
    _write(data, output, _summary(found))
    for part, reason in sorted(found.not_known.items()):
        click.echo(inert(f"weighbridge: not known: {part} ({reason})"), err=True)


def _write(data: bytes, output: Path | None, summary: str) -> None:
    from weighbridge.snapshot_file import replace_file  # noqa: PLC0415 - not for --help

    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    replaced = replace_file(output, data)
    click.echo(f"{'Replaced' if replaced else 'Wrote'} {output}: {summary}", err=True)


def _collected(cluster: ChosenCluster, name: str | None) -> ClusterSnapshot:
    from cluster.client import ClusterError  # noqa: PLC0415 - half a second
    from cluster.collector import NothingReadError, collect  # noqa: PLC0415
    from cluster.lists import Lists  # noqa: PLC0415

    try:
        lists = Lists(cluster.client(), _progress if sys.stderr.isatty() else None)
        return collect(lists, (name or cluster.name)[:253], datetime.now(UTC))
    except (ClusterError, NothingReadError) as error:
        raise Failure(f"no snapshot was taken: {error}") from None
    finally:
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)


def _progress(what: str, count: int) -> None:
    click.echo(f"\r\033[Kread {count:,} {what} …", err=True, nl=False)


def _summary(found: ClusterSnapshot) -> str:
    nodes = sum(pool.nodes for pool in found.pools)
    return f"{nodes:,} nodes in {len(found.pools):,} pools, {len(found.replicas):,} workloads, {len(found.objects):,} objects"
