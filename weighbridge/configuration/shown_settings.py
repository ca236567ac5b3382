"""The settings in force as rows, one for each key of weighbridge.yaml, with what decided it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pricing.book import PriceBook
from weighbridge.configuration.settings import Settings
from weighbridge.output.listing import plain
from weighbridge.snapshots import known
from weighbridge.usual_nodes import set_aside
from workloads.nodes.pool import NodePools
from workloads.settings.configuration import ClusterSettings
from workloads.settings.ownership import DIMENSIONS
from workloads.settings.rendering import RenderEntry

_SECONDS = Decimal(3600)
CODE_OWNERS = "the code owners"
NONE = "none"

Row = tuple[str, str, str]
"""Setting, value, what decided it."""


def cluster_rows(settings: Settings, prices: PriceBook) -> Iterator[Row]:
    """Where each cluster is priced, by which machines, and what is known of it; without clusters, where everything is.

    :raises Failure: when a cluster's snapshot cannot be read, or the price book knows no such place.
    """
    for cluster in settings.configuration.clusters or (None,):
        here = known(cluster, settings, prices)
        location, because = settings.location(cluster, prices, here.snapshot.pools)
        name = f"cluster {cluster.name}" if cluster else "location"
        yield name, f"{location.cloud} {location.region}", because
        yield f"{name}, machine series", settings.series(cluster) or "the cloud's default", _series_because(settings, cluster)
        if cluster is not None:
            aside = set_aside(cluster, location, settings, prices) if cluster.nodes.types else ""
            yield f"{name}, nodes", *_nodes(cluster, here.snapshot.pools, settings.configuration.file, aside)
        yield from _stated_of(settings, cluster, name)
    if settings.flags.snapshot.value:
        yield "snapshot", *settings.flags.snapshot
    if not settings.configuration.clusters:
        yield "clusters", NONE, "default"


def _series_because(settings: Settings, cluster: ClusterSettings | None) -> str:
    stated = settings.configuration.file if cluster and cluster.machine_series else "default"
    return settings.flags.machine_series.because or stated


def _nodes(cluster: ClusterSettings, pools: NodePools, file: str, aside: str) -> tuple[str, str]:
    """The machines that a cluster's nodes are taken to be, and what decided it: ``aside`` where a list has no say."""
    if pools.types:
        return " ".join(pools.types), file
    if pools.pools:
        return "those of its snapshot", file if cluster.nodes.of_snapshot else aside or pools.because
    return "any machines of the region", aside or "default"


def _stated_of(settings: Settings, cluster: ClusterSettings | None, name: str) -> Iterator[Row]:
    if cluster is None:
        return
    file = settings.configuration.file
    yield f"{name}, paths", " ".join(cluster.paths), file
    for key, value, usual in (
        ("namespace", cluster.namespace, NONE),
        ("environment", cluster.environment, NONE),
        ("pods run on", cluster.serverless, "what the pods and nodes say"),
        ("snapshot", cluster.snapshot, NONE),
    ):
        if key != "snapshot" or not settings.flags.snapshot.value:
            yield f"{name}, {key}", value or usual, file if value else "default"


def purchase_rows(settings: Settings) -> Iterator[Row]:
    """Which book of prices, what is committed to, how spot is used, and the currency."""
    file, bought, currency = settings.configuration.file, settings.configuration.purchase, settings.configuration.currency
    refreshed = settings.configuration.refreshed
    value = refreshed if isinstance(refreshed, str) else "where there is one" if refreshed else "never"
    yield "prices.refreshed", value, "default" if refreshed is True else file
    rows: list[Row] = []
    for each in bought.commitments:
        value = f"{each.cloud} {each.family}, {each.term_years}-year {each.instrument}, {plain(each.coverage * 100)} % covered"
        off = f", {plain(each.discount * 100)} % less" if each.discount is not None else ""
        rows.append(("prices.commitments", f"{value}, {each.payment}{off}", file))
    yield from rows or [("prices.commitments", NONE, "default")]
    rows = []
    for use in bought.spot:
        discount = f"{plain(use.discount * 100)} % less" if use.discount is not None else "as quoted"
        value = f"{use.cloud} {use.family}, {discount}, {plain(use.share * 100)} % of pods that tolerate it"
        rows.append(("prices.spot", value, file))
    yield from rows or [("prices.spot", "where pods ask for it", "default")]
    if currency:
        yield "prices.currency", f"{currency.code} at {plain(currency.usd)} USD of {currency.date}", file
    else:
        yield "prices.currency", "USD", "default"


def rule_rows(settings: Settings, key: str, named: Sequence[str], given: str, usual: str) -> Iterator[Row]:
    """Where policies, or exemptions, are from: those that ``given`` names, else those of the file."""
    stated = settings.configuration.policies if key == "policies" else settings.configuration.exemptions
    of_cluster = ("from: snapshot",) if key in settings.configuration.from_snapshot else ()
    if named:
        yield key, ", ".join(named), given
    elif stated or of_cluster:
        yield key, ", ".join((*stated, *of_cluster)), settings.configuration.file
    else:
        yield key, usual, "default"


def list_rows(settings: Settings, key: str, values: Iterable[str], usual: str = NONE) -> list[Row]:
    """A row for each entry of a list, or one that says that there is none."""
    return [(key, value, settings.configuration.file) for value in values] or [(key, usual, "default")]


def rendering_rows(settings: Settings) -> Iterator[Row]:
    """What is rendered otherwise than its files say, and what is not looked at."""
    yield from list_rows(settings, "render", map(_rendering, settings.configuration.render), "what folders' files say")
    yield from list_rows(settings, "ignore", settings.configuration.ignore)


def _rendering(entry: RenderEntry) -> str:
    parts = (
        f"{entry.path or '.'} {f'with {entry.tool}' if entry.tool else 'as its files say'}",
        f"values {' '.join(entry.values)}" if entry.values else "",
        f"release {entry.release}" if entry.release else "",
        f"namespace {entry.namespace}" if entry.namespace else "",
        f"cluster {entry.cluster}" if entry.cluster else "",
    )
    return ", ".join(filter(None, parts))


def ownership_rows(settings: Settings) -> Iterator[Row]:
    """Which labels say whose a workload is."""
    for dimension in DIMENSIONS:
        keys = settings.configuration.ownership.keys(dimension)
        yield f"ownership.{dimension}", " ".join(keys), _because(settings, f"ownership.{dimension}")


def assumption_rows(settings: Settings) -> Iterator[Row]:
    """What is assumed where nothing is stated."""
    assumed = settings.configuration.assumptions
    for key, value in (
        ("cpu", f"{plain(assumed.cpu)} cores"),
        ("memory", f"{plain(assumed.memory / 1024**2)} MiB"),
        ("nodes", str(assumed.nodes)),
        ("zones", str(assumed.zones)),
        ("loadBalancer", assumed.load_balancer),
        ("storageClass", assumed.storage_class or "what the cloud's clusters come with"),
        ("jobDuration", _duration(assumed.job_hours)),
        ("aiTokenRatio", plain(assumed.ai_token_ratio)),
    ):
        yield f"assume.{key}", value, _because(settings, f"assume.{key}")


def comment_rows(settings: Settings) -> Iterator[Row]:
    """The comment on pull requests."""
    stated = settings.configuration.comment
    for key, value in (
        ("minChange.money", NONE if stated.money is None else plain(stated.money)),
        ("minChange.percent", NONE if stated.percent is None else f"{plain(stated.percent)} %"),
        ("behaviour", stated.behaviour),
        ("drafts", str(stated.drafts).lower()),
        ("title", stated.title),
        ("advice", str(stated.advice).lower()),
        ("suggestions", str(stated.suggestions).lower()),
    ):
        yield f"comment.{key}", value, _because(settings, f"comment.{key}")


def approval_rows(settings: Settings) -> list[Row]:
    """Who may accept what on a pull request."""
    told = []
    for entry in settings.configuration.approvals:
        above = f" above {plain(entry.above)} a month" if entry.above else ""
        exempting = ", proposing an exemption" if entry.exemption else ""
        told.append(f"{', '.join(entry.rules)}{above}: {', '.join(entry.approvers([CODE_OWNERS]))}{exempting}")
    return list_rows(settings, "approvals", told, "nobody")


def controller_rows(settings: Settings) -> list[Row]:
    """By which service accounts the controllers of custom kinds ask."""
    told = [f"{each.kind} {each.service_account}" for each in settings.configuration.controllers]
    return list_rows(settings, "controllers", told, "any service account")


def unknown_rows(settings: Settings) -> Iterator[Row]:
    """What is done at each point with a verdict that cannot be told."""
    chosen, flag = settings.unknowns(), settings.flags.unknown
    for key, value in (
        ("pullRequest", chosen.pull_request),
        ("sync", chosen.sync),
        ("admission", chosen.admission),
        ("audit", chosen.audit),
    ):
        yield f"unknown.{key}", value, flag.because or _because(settings, f"unknown.{key}")


def _duration(hours: Decimal) -> str:
    """Hours as people write them: ``10m``, ``2h30m``, ``1h``."""
    seconds = int((hours * _SECONDS).to_integral_value())
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _because(settings: Settings, key: str) -> str:
    return settings.configuration.file if key in settings.configuration.stated else "default"
