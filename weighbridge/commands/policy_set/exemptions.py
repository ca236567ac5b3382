"""``weighbridge policies exemptions``: which exemptions there are, how they stand, and what uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from policies.exemption_standing import ready, standings
from policies.message import inert
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.exemption_output import FORMATS, Told
from weighbridge.failure import Failure
from weighbridge.options import policy_options, snapshot_option, weighing_options
from weighbridge.preparation import Request, prepare
from weighbridge.problem_output import print_problems
from weighbridge.reading import read_objects
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
@click.option("--kubeconfig", metavar="FILE", help="Ask the cluster of a kubeconfig file too.")
@click.option("--context", "chosen", metavar="NAME", help="Context of the kubeconfig. [default: the current one]")
@click.option("--in-cluster", is_flag=True, help="Ask the cluster this runs in too.")
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
    live = _live(context)
    if live is None and context.params["record"]:
        raise click.UsageError("--record writes into a cluster: name it with --kubeconfig, --context or --in-cluster")
    scales = prepare(Request.of(context), paths, judged=True)
    reading = read_objects(paths) if paths else Reading(live.found.objects.manifests if live else ())
    print_problems((*reading.problems, *(live.found.problems if live else ())))
    if reading.manifests and all(manifest.group == GROUP for manifest in reading.manifests):
        click.echo("weighbridge: PATH are manifests that may use exemptions: name exemptions with --exemptions", err=True)
    untold = list(live.found.objects.missing) if live else []
    # What runs is asked, not what a snapshot says of it.
    held = (*scales.rules.exemptions, *live.found.exemptions) if live else scales.exemptions()
    rules = replace(scales.rules, exemptions=held, of_cluster=scales.rules.of_cluster - {"exemptions"})
    now = datetime.now(UTC)
    looked = bool(paths) or live is not None
    weighings = replace(scales, rules=rules).weigh(None, reading, now) if looked else ()
    click.echo(Told(standings(held, weighings, now), now, scales.currency(now), looked).written(form))
    if live is not None and context.params["record"]:
        untold += live.record(now)
    for words in untold:
        click.echo(inert(f"weighbridge: {words}"), err=True)
    unread = any(problem.severity is Severity.ERROR for problem in reading.problems)
    return CANNOT_TELL if unread or untold else PASSED


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
    given = context.params
    kubeconfig, chosen, in_cluster = given["kubeconfig"], given["chosen"], given["in_cluster"]
    if not (kubeconfig or chosen or in_cluster):
        return None
    if in_cluster and (kubeconfig or chosen):
        raise click.UsageError("--in-cluster goes without --context and --kubeconfig")
    from cluster.client import PATIENT, Cluster, ClusterError, client_of  # noqa: PLC0415 - half a second
    from cluster.exemptions import read_exemptions  # noqa: PLC0415
    from cluster.lookup import Unavailable  # noqa: PLC0415

    try:
        api = client_of(kubeconfig, chosen, in_cluster=in_cluster)
    except ClusterError as error:
        raise Failure(str(error)) from None
    found = read_exemptions(Cluster(api, patience=PATIENT), with_objects=not given["paths"])
    if isinstance(found, Unavailable):
        raise Failure(f"the exemptions of the cluster could not be read: {found.reason}")
    return _Live(api, found)
