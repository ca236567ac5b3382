"""``weighbridge policies export``: policies as the API server's own, which hold while the webhook is down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from policies.export.policy import export as exported
from policies.export.requirement import LeftOut
from policies.message import inert
from policies.verdict import Action
from weighbridge.cli import PASSED
from weighbridge.preparation import Request, settings_for
from weighbridge.rules import rules


@click.command()
@click.argument("named", nargs=-1, metavar="[PATH]…")
@click.option(
    "--policies",
    multiple=True,
    metavar="PATH",
    envvar="WEIGHBRIDGE_POLICIES",
    help="Policies to export: a folder or a file, several times if need be. [default: the starter set]",
)
@click.option(
    "--config",
    "configuration",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="WEIGHBRIDGE_CONFIG",
    metavar="FILE",
    help="weighbridge.yaml to use instead of the one found upward from here.",
)
@click.option(
    "--action",
    type=click.Choice([str(action) for action in Action]),
    help="What every policy does, in place of its own action: Warn to try them, for example.",
)
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="What to print.")
@click.pass_context
def export(
    context: click.Context, /, named: tuple[str, ...], policies: tuple[str, ...], action: str | None, form: str, **_: object
) -> int:
    """Print policies as ValidatingAdmissionPolicy and MutatingAdmissionPolicy, which hold while the webhook is down.

    PATH is a folder or a file of policies, as --policies is. What cannot be said there (costs, owners, exemptions) is told
    on standard error, a line for each reason, and in an annotation. Needs
    Kubernetes 1.30, and 1.36 for the labels that are added.

    \b
    weighbridge policies export | kubectl apply -f -
    weighbridge policies export policies/ --action Warn
    """
    request = Request.of(context)
    # What is named in the call wins over the environment.
    by_environment = context.get_parameter_source("policies") is ParameterSource.ENVIRONMENT
    paths = named if named and by_environment else (*named, *policies)
    held = rules(paths, (), settings_for(request, ["."]))
    if "policies" in held.of_cluster:
        click.echo("weighbridge: policies from snapshots are not exported: name their files", err=True)
    results = [exported(policy, Action(action) if action else None) for policy in held.policies]
    for reason, whats in _by_reason(left for result in results for left in result.left_out).items():
        click.echo(f"not exported: {inert(', '.join(whats))}: {inert(reason)}", err=True)
    documents = [document for result in results for document in result.documents]
    if held.policies and not documents:
        click.echo("weighbridge: nothing of these policies can be said to the API server alone: the webhook holds them", err=True)
    click.echo(_json(documents) if form == "json" else _yaml(documents), nl=False)
    return PASSED


def _by_reason(left_out: Iterable[LeftOut]) -> dict[str, list[str]]:
    """Which rules and policies each reason is about: what holds for all of them is told once."""
    grouped: dict[str, list[str]] = {}
    for left in left_out:
        whats = grouped.setdefault(left.reason, [])
        if left.what not in whats:
            whats.append(left.what)
    return grouped


def _json(documents: Sequence[object]) -> str:
    import orjson  # noqa: PLC0415 - only for JSON

    listed = {"apiVersion": "v1", "kind": "List", "items": documents}
    return orjson.dumps(listed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _yaml(documents: Sequence[object]) -> str:
    import yaml  # noqa: PLC0415 - not needed for --help

    return yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=120) if documents else ""
