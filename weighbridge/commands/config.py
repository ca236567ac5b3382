"""``weighbridge config``: the settings in force, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import click

from pricing.book import Edition
from weighbridge.book import book, origin
from weighbridge.failure import Failure
from weighbridge.listing import plain
from weighbridge.options import snapshot_option, verdict_options, weighing_options
from weighbridge.preparation import Request, given_by, settings_for
from weighbridge.settings import Settings
from workloads.settings.comment import DEFAULT_MONEY, CommentSettings
from workloads.settings.configuration import ClusterSettings
from workloads.settings.ownership import DIMENSIONS

_SECONDS = Decimal(3600)
CODE_OWNERS = "the code owners"

Row = tuple[str, str, str]
"""Setting, value, what decided it."""


@click.command()
@click.argument("path", default=".")
@verdict_options
@weighing_options
@snapshot_option
@click.pass_context
def config(context: click.Context, /, path: str, **_: object) -> None:
    """Show the configuration in force for manifests at PATH, and where each value comes from."""
    if not Path(path).exists():
        raise Failure(f"no such file or folder: {path}")
    request = Request.of(context)
    settings = settings_for(request, (path,))
    prices = book(request.prices, settings)
    rows = [
        ("weighbridge.yaml", settings.configuration.file or "none", "found upward from the path"),
        ("prices", _edition(prices.edition), given_by(context, "prices") if request.prices else origin(settings)),
        *(("prices.overlays", name, settings.configuration.file) for name in settings.configuration.overlays),
        *_currency(settings),
        *_purchase(settings),
        *_policies(request, settings, given_by(context, "policies")),
        *_exemptions(request, settings, given_by(context, "exemptions")),
        *_snapshot(settings),
    ]
    for cluster in settings.configuration.clusters or (None,):
        location, because = settings.location(cluster, prices)
        rows += _cluster(settings, cluster, f"{location.cloud} {location.region}", because)
    rows += [*_ownership(settings), *_assumptions(settings), *_comment(settings), *_approvals(settings)]
    width, value_width = (max(len(row[column]) for row in rows) for column in (0, 1))
    for setting, value, because in rows:
        click.echo(f"{setting:<{width}}  {value:<{value_width}}  {because}".rstrip())


def _purchase(settings: Settings) -> Iterable[Row]:
    bought = settings.configuration.purchase
    for each in bought.commitments:
        value = f"{each.cloud} {each.family}, {each.term_years}-year {each.instrument}, {plain(each.coverage * 100)} % covered"
        yield "prices.commitments", value, settings.configuration.file
    for use in bought.spot:
        discount = f"{plain(use.discount * 100)} % less" if use.discount is not None else "as quoted"
        value = f"{use.cloud} {use.family}, {discount}, {plain(use.share * 100)} % of pods that tolerate it"
        yield "prices.spot", value, settings.configuration.file


def _currency(settings: Settings) -> Iterable[Row]:
    stated = settings.configuration.currency
    if stated:
        yield "prices.currency", f"{stated.code} at {plain(stated.usd)} USD of {stated.date}", settings.configuration.file


def _policies(request: Request, settings: Settings, given: str) -> Iterable[Row]:
    if request.policies:
        yield "policies", ", ".join(request.policies), given
    elif stated := _stated(settings, "policies", settings.configuration.policies):
        yield "policies", stated, settings.configuration.file
    else:
        yield "policies", "the starter set", "default"


def _exemptions(request: Request, settings: Settings, given: str) -> Iterable[Row]:
    if request.exemptions:
        yield "exemptions", ", ".join(request.exemptions), given
    elif stated := _stated(settings, "exemptions", settings.configuration.exemptions):
        yield "exemptions", stated, settings.configuration.file


def _snapshot(settings: Settings) -> Iterable[Row]:
    named = settings.flags.snapshot
    if named.value:
        yield "snapshot", named.value, named.because


def _stated(settings: Settings, key: str, paths: Sequence[str]) -> str:
    """Paths, and that the clusters' snapshots have more."""
    return ", ".join((*paths, *(("from: snapshot",) if key in settings.configuration.from_snapshot else ())))


def _cluster(settings: Settings, cluster: ClusterSettings | None, location: str, because: str) -> Iterable[Row]:
    name = f"cluster {cluster.name}" if cluster else "location"
    yield name, location, because
    if cluster:
        yield f"{name}, paths", " ".join(cluster.paths), settings.configuration.file
    if cluster and cluster.snapshot:
        yield f"{name}, snapshot", cluster.snapshot, settings.configuration.file
    yield f"{name}, machine series", settings.series(cluster) or "the cloud's default", settings.flags.machine_series.because
    if cluster and cluster.serverless:
        yield f"{name}, pods run on", cluster.serverless, settings.configuration.file


def _edition(edition: Edition) -> str:
    """The version of a price book and how new its prices are: ``7b639b86e87d, to 2026-11-20``."""
    newest = max(edition.newest.values(), default="")
    return f"{edition.version}, to {newest}" if newest else edition.version


def _ownership(settings: Settings) -> Iterable[Row]:
    for dimension in DIMENSIONS:
        keys = settings.configuration.ownership.keys(dimension)
        yield f"ownership.{dimension}", " ".join(keys), _because(settings, f"ownership.{dimension}")


def _assumptions(settings: Settings) -> Iterable[Row]:
    assumed = settings.configuration.assumptions
    for key, value in (
        ("cpu", f"{plain(assumed.cpu)} cores"),
        ("memory", f"{plain(assumed.memory / 1024**2)} MiB"),
        ("nodes", str(assumed.nodes)),
        ("zones", str(assumed.zones)),
        ("jobDuration", _duration(assumed.job_hours)),
        ("aiTokenRatio", plain(assumed.ai_token_ratio)),
    ):
        yield f"assume.{key}", value, _because(settings, f"assume.{key}")


def _comment(settings: Settings) -> Iterable[Row]:
    """What is stated of the comment on pull requests."""
    stated = settings.configuration.comment
    for key, value, usual in (
        ("minChange.money", "" if stated.money is None else plain(stated.money), plain(DEFAULT_MONEY)),
        ("minChange.percent", "" if stated.percent is None else f"{plain(stated.percent)} %", ""),
        ("behaviour", stated.behaviour, CommentSettings().behaviour),
        ("drafts", str(stated.drafts).lower(), "false"),
        ("title", stated.title, CommentSettings().title),
        ("suggestions", str(stated.suggestions).lower(), "true"),
    ):
        if value and value != usual:
            yield f"comment.{key}", value, settings.configuration.file


def _approvals(settings: Settings) -> Iterable[Row]:
    """Who may accept what on a pull request."""
    for entry in settings.configuration.approvals:
        above = f" above {plain(entry.above)} a month" if entry.above else ""
        yield (
            "approvals",
            f"{', '.join(entry.rules)}{above}: {', '.join(entry.approvers([CODE_OWNERS]))}",
            settings.configuration.file,
        )


def _duration(hours: Decimal) -> str:
    """Hours as people write them: ``10m``, ``2h30m``, ``1h``."""
    seconds = int((hours * _SECONDS).to_integral_value())
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _because(settings: Settings, key: str) -> str:
    return settings.configuration.file if key in settings.configuration.stated else "default"
