"""``weighbridge policies exemptions``: which exemptions there are, how they stand, and what uses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from policies.exemptions.standing import ready, standings
from policies.message import inert
from weighbridge.chosen_cluster import ChosenCluster, cluster_options
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.options import policy_options, snapshot_option, weighing_options
from weighbridge.output.exemptions import FORMATS, Told
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.preparation import Request, prepare
from weighbridge.reading import read_objects
from weighbridge.scales import Scales
from workloads.api_group import GROUP
from workloads.problem import Severity
from workloads.text.reader import Reading

if TYPE_CHECKING:
    from cluster.exemptions import ClusterExemptions


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=click.Path())
@policy_options
@weighing_options
@snapshot_option
@cluster_options("Ask the cluster of a kubeconfig file too.", "Ask the cluster this runs in too.")
@click.option(
    "--record", is_flag=True, help="Write into the status of the cluster's exemptions how each stands: kubectl shows it."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="What to print.")
@click.pass_context
def exemptions(context: click.Context, /, paths: tuple[str, ...], form: str, **_: object) -> int:
    """List exemptions: how they stand, how long still, for what, by whom, what uses them and what that costs.

    Those of files stand beside the policies or where weighbridge.yaml says; with --kubeconfig or --in-cluster those of the
    cluster are listed too. Those that need somebody come first: expired, ending within two weeks, without effect.

    PATH are manifests that may use them. Without PATH the objects of the cluster are looked at, in the namespaces that have
    exemptions; without either it is not told what uses them. Needs the verb list on costexemptions (weighbridge.dev), and on
    namespaces and what runs in them. Exit code 2 when something could not be read or written.

    Nothing is written but with --record: then the condition Ready, where it says something new, which needs the verb patch on
    costexemptions/status. Run from a CronJob it keeps the column READY of kubectl get costexemptions true.

    \b
    weighbridge policies exemptions --policies policies/
    weighbridge policies exemptions deploy/ --policies policies/
    weighbridge policies exemptions --kubeconfig ~/.kube/config --format json
    """
    live, record = _live(context), context.params["record"]
    if live is None and record:
        raise click.UsageError("--record writes into a cluster: name it with --kubeconfig, --context or --in-cluster")
    scales = prepare(Request.of(context), paths, judged=True)
    reading = _read(paths, live)
    now = datetime.now(UTC)
    click.echo(_told(scales, reading, live, now, looked=bool(paths) or live is not None).written(form))
    untold = (*live.found.objects.missing, *(live.record(now) if record else ())) if live else ()
    for words in untold:
        click.echo(inert(f"weighbridge: {words}"), err=True)
    unread = any(problem.severity is Severity.ERROR for problem in reading.problems)
    return CANNOT_TELL if unread or untold else PASSED


def _read(paths: Sequence[str], live: _Live | None) -> Reading:
    """The objects that may use exemptions, and in words what is wrong with them."""
    reading = read_objects(paths) if paths else Reading(live.found.objects.manifests if live else ())
    print_problems((*reading.problems, *(live.found.problems if live else ())))
    if reading.manifests and all(manifest.group == GROUP for manifest in reading.manifests):
        click.echo("weighbridge: PATH are manifests that may use exemptions: name exemptions with --exemptions", err=True)
    return reading


def _told(scales: Scales, reading: Reading, live: _Live | None, now: datetime, *, looked: bool) -> Told:
    """How every exemption stands: where a cluster is asked, by what it answers, not by what a snapshot says of it."""
    held = (*scales.rules.exemptions, *live.found.exemptions) if live else scales.exemptions()
    rules = replace(scales.rules, exemptions=held, of_cluster=scales.rules.of_cluster - {"exemptions"})
    weighings = replace(scales, rules=rules).weigh(None, reading, now) if looked else ()
    return Told(standings(held, weighings, now), now, scales.currency(now), looked)


@dataclass(frozen=True, slots=True)
class _Live:
    """The cluster that was named, and what was read of it."""

    api: Any
    found: ClusterExemptions

    def record(self, now: datetime) -> Iterator[str]:
        """Write how each exemption stands where its status does not say it; in words what could not be written."""
        from cluster.client import PATIENT  # noqa: PLC0415
        from cluster.conditions import condition_due, write_condition  # noqa: PLC0415

        for body, exemption in zip(self.found.bodies, self.found.exemptions, strict=True):
            due = condition_due(body, ready(exemption, now), now)
            refused = write_condition(self.api, body, due, PATIENT) if due is not None else ""
            if refused:
                yield f"how exemption {exemption.title} stands was not recorded: {refused}"


def _live(context: click.Context) -> _Live | None:
    """What the cluster tells; None where none is named.

    :raises Failure: when it cannot be reached or its exemptions may not be read: a list without them would look whole.
    """
    cluster = ChosenCluster.of(context)
    if not cluster.named:
        return None
    from cluster.client import PATIENT, Cluster, ClusterError  # noqa: PLC0415 - half a second
    from cluster.exemptions import read_exemptions  # noqa: PLC0415
    from cluster.lookup import Unavailable  # noqa: PLC0415

    try:
        api = cluster.client()
    except ClusterError as error:
        raise Failure(str(error)) from None
    found = read_exemptions(Cluster(api, patience=PATIENT), with_objects=not context.params["paths"])
    if isinstance(found, Unavailable):
        raise Failure(f"the exemptions of the cluster could not be read: {found.reason}")
    return _Live(api, found)
