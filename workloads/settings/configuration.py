"""weighbridge.yaml: which files go to which cluster, who owns what, and what to assume.

A document like a manifest, read from bytes: the command line reads it from a folder, a server from a commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import orjson

from workloads.field import FieldPath, mapping, sequence, text
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.quantity import QuantityError, parse_quantity
from workloads.schedule.duration import DurationError, hours
from workloads.settings.approval import ApprovalSettings, read_approvals
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.settings.comment import CommentSettings, read_comment
from workloads.settings.contradiction import contradictions
from workloads.settings.controller import ControllerSettings, read_controllers
from workloads.settings.exchange import Exchange, read_exchange
from workloads.settings.ownership import STANDARD, Ownership
from workloads.settings.purchase import NOTHING_STATED, Purchase, read_purchase
from workloads.settings.rendering import RenderEntry, read_render
from workloads.settings.usual_nodes import NOT_STATED, UsualNodes, read_usual_nodes
from workloads.text.location import locate
from workloads.text.reader import parse_document
from workloads.text.schema import check

FILE_NAME = "weighbridge.yaml"
_MEANT = {"onPremises": "machines of your own, bought ones too, are stated in a file that prices.overlays names"}
"""What to write in place of keys that are looked for here."""
SCHEMA_FILE = Path(__file__).parents[1] / "schemas" / "configuration.schema.json"


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """One cluster that files go to. Every setting is empty where the file states none."""

    name: str
    paths: tuple[str, ...]
    """gitignore-style patterns, relative to the configuration's folder; the first cluster that matches a file has it."""
    cloud: str = ""
    region: str = ""
    namespace: str = ""
    """Namespace of objects that state none."""
    environment: str = ""
    machine_series: str = ""
    """Machine series whose rates CPU and memory are priced by: ``c7g+m7g+r7g``."""
    serverless: str = ""
    """The service on which its pods run: ``eks-fargate``, ``gke-autopilot``, or ``none``; empty where the file does not say."""
    snapshot: str = ""
    """File of the cluster's snapshot, relative to the configuration's folder."""
    nodes: UsualNodes = NOT_STATED
    """The machines that its nodes usually are; where nothing is stated those of its snapshot, else any."""
    part_of: str | None = None
    """The cluster of which this is what stands apart from the rest, empty for that of no cluster; None for a whole one."""

    @property
    def whole(self) -> str:
        """The name of the cluster that it is, or is a part of."""
        return self.name if self.part_of is None else self.part_of


@dataclass(frozen=True, slots=True)
class Configuration:
    """What weighbridge.yaml says."""

    file: str = ""
    """Path of the file; empty where there is none."""
    clusters: tuple[ClusterSettings, ...] = ()
    ownership: Ownership = STANDARD
    policies: tuple[str, ...] = ()
    """Folders or files, relative to the configuration's folder."""
    exemptions: tuple[str, ...] = ()
    """Folders or files of exemptions, relative to the configuration's folder."""
    from_snapshot: frozenset[str] = frozenset()
    """What is also taken from each cluster's snapshot: ``policies``, ``exemptions``."""
    overlays: tuple[str, ...] = ()
    """Files of prices of one's own, relative to the configuration's folder; later ones win."""
    purchase: Purchase = NOTHING_STATED
    """What is committed to, and what is run on spot."""
    refreshed: str | bool = True
    """A refreshed price book, relative to the configuration's folder; else whether the one in its usual place is used."""
    currency: Exchange | None = None
    """In which costs are shown; None for US dollars."""
    assumptions: Assumptions = DEFAULTS
    comment: CommentSettings = field(default_factory=CommentSettings)
    """When a pull request gets a comment, and what becomes of earlier ones."""
    approvals: tuple[ApprovalSettings, ...] = ()
    """Who may accept denials on a pull request."""
    approval_places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Line and column where the file names each rule that may be accepted, by that name."""
    controllers: tuple[ControllerSettings, ...] = ()
    """By which service accounts the controllers of custom kinds ask."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """``pass``, ``warn`` or ``fail`` by point, where stated."""
    stated: frozenset[str] = frozenset()
    """Keys that the file states though they have a default: ``assume.cpu``, ``ownership.team``."""
    render: tuple[RenderEntry, ...] = ()
    """How folders are rendered, where their own files do not say it."""
    ignore: tuple[str, ...] = ()
    """gitignore-style patterns of files that are not looked at, relative to the configuration's folder."""
    overlay_places: tuple[str, ...] = ()
    """Where the file names each of ``overlays``, as ``file:line:column``."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A configuration and what is wrong with it. With errors, the configuration is the default one."""

    configuration: Configuration
    problems: tuple[Problem, ...] = ()


@cache
def configuration_schema() -> Mapping[str, object]:
    """The published JSON Schema of weighbridge.yaml."""
    schema: Mapping[str, object] = orjson.loads(SCHEMA_FILE.read_bytes())
    return schema


def configure(data: bytes, file: str = FILE_NAME) -> Configured:
    """What a configuration says. Malformed YAML, a misspelt key and a wrong value are problems with their line."""
    document, problems = parse_document(data, file)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Configured(Configuration(), problems)
    if document is None:
        return Configured(Configuration(file=file), problems)
    origin = Origin(file, source=data)
    problems += check(configuration_schema(), document, origin, _MEANT)
    if not problems:
        assumptions, problems = _assumptions(mapping(document, "assume"), origin)
        problems += contradictions(mapping(document), origin)
    exchange = None if problems else read_exchange(mapping(document, "prices"), origin)
    if isinstance(exchange, Problem):
        problems += (exchange,)
    if problems or isinstance(exchange, Problem):
        return Configured(Configuration(), problems)
    return Configured(_configuration(document, origin, assumptions, exchange))


def _configuration(document: object, origin: Origin, assumptions: Assumptions, exchange: Exchange | None) -> Configuration:
    """What a document says in which nothing is wrong."""
    return Configuration(
        file=origin.file,
        clusters=tuple(_cluster(entry, number, origin) for number, entry in enumerate(sequence(document, "clusters"))),
        ownership=_ownership(mapping(document, "ownership")),
        policies=_paths(document, "policies"),
        exemptions=_paths(document, "exemptions"),
        from_snapshot=frozenset(key for key in ("policies", "exemptions") if _of_snapshot(document, key)),
        overlays=_texts(sequence(document, "prices", "overlays")),
        purchase=read_purchase(mapping(document, "prices")),
        refreshed=_refreshed(mapping(document, "prices")),
        currency=exchange,
        assumptions=assumptions,
        comment=read_comment(mapping(document, "comment")),
        approvals=read_approvals(sequence(document, "approvals")),
        approval_places=_rule_places(sequence(document, "approvals"), origin),
        controllers=read_controllers(sequence(document, "controllers")),
        unknown={point: str(choice) for point, choice in mapping(document, "unknown").items()},
        render=read_render(document) if isinstance(document, dict) else (),
        ignore=_texts(sequence(document, "ignore")),
        stated=_stated(document),
        overlay_places=tuple(
            _place(origin, ("prices", "overlays", number)) for number, _ in enumerate(sequence(document, "prices", "overlays"))
        ),
    )


def _stated(document: object) -> frozenset[str]:
    """The keys that have a default and are stated all the same."""
    parts = (("assume",), ("ownership",), ("comment",), ("comment", "minChange"), ("unknown",))
    return frozenset(".".join((*part, key)) for part in parts for key in mapping(document, *part))


def _place(origin: Origin, path: FieldPath) -> str:
    line, column = locate(origin, path)
    return f"{origin.file}:{line}:{column}"


def _rule_places(approvals: Sequence[object], origin: Origin) -> dict[str, tuple[int, int]]:
    """The first place of each rule that may be accepted."""
    places: dict[str, tuple[int, int]] = {}
    for number, entry in enumerate(approvals):
        for place, rule in enumerate(sequence(entry, "rules")):
            places.setdefault(str(rule), locate(origin, ("approvals", number, "rules", place)))
    return places


def _refreshed(prices: Mapping[str, object]) -> str | bool:
    stated = prices.get("refreshed", True)
    return stated if isinstance(stated, str | bool) else True


def _paths(document: object, key: str) -> tuple[str, ...]:
    return tuple(entry for entry in sequence(document, key) if isinstance(entry, str))


def _of_snapshot(document: object, key: str) -> bool:
    """Whether one of the entries is not a path but ``from: snapshot``."""
    return any(isinstance(entry, dict) for entry in sequence(document, key))


def _cluster(entry: object, number: int, origin: Origin) -> ClusterSettings:
    return ClusterSettings(
        name=text(entry, "name"),
        paths=_texts(sequence(entry, "paths")),
        cloud=text(entry, "cloud"),
        region=text(entry, "region"),
        namespace=text(entry, "namespace"),
        environment=text(entry, "environment"),
        machine_series=text(entry, "machineSeries"),
        serverless=text(entry, "serverless"),
        snapshot=text(entry, "snapshot"),
        nodes=read_usual_nodes(entry, number, origin),
    )


def _ownership(stated: Mapping[str, object]) -> Ownership:
    return Ownership(
        team=_texts(stated.get("team", STANDARD.team)),
        application=_texts(stated.get("application", STANDARD.application)),
        environment=_texts(stated.get("environment", STANDARD.environment)),
        business_unit=_texts(stated.get("businessUnit", STANDARD.business_unit)),
    )


def _texts(value: object) -> tuple[str, ...]:
    """One text or several, as a tuple."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(entry) for entry in value) if isinstance(value, Iterable) else ()


def _assumptions(stated: Mapping[str, object], origin: Origin) -> tuple[Assumptions, tuple[Problem, ...]]:
    problems: list[Problem] = []

    def quantity(key: str, default: Decimal) -> Decimal:
        if key not in stated:
            return default
        try:
            value = parse_quantity(stated[key])
        except QuantityError as error:
            problems.append(_wrong(origin, ("assume", key), str(error)))
            return default
        if value <= 0:
            problems.append(_wrong(origin, ("assume", key), "must be greater than zero"))
            return default
        return value

    def duration(key: str, default: Decimal) -> Decimal:
        if key not in stated:
            return default
        try:
            return hours(str(stated[key]))
        except DurationError as error:
            problems.append(_wrong(origin, ("assume", key), str(error)))
            return default

    nodes, zones = stated.get("nodes", DEFAULTS.nodes), stated.get("zones", DEFAULTS.zones)
    assumptions = Assumptions(
        cpu=quantity("cpu", DEFAULTS.cpu),
        memory=quantity("memory", DEFAULTS.memory),
        nodes=nodes if isinstance(nodes, int) else DEFAULTS.nodes,
        zones=zones if isinstance(zones, int) else DEFAULTS.zones,
        load_balancer=text(stated, "loadBalancer") or DEFAULTS.load_balancer,
        storage_class=text(stated, "storageClass"),
        job_hours=duration("jobDuration", DEFAULTS.job_hours),
        ai_token_ratio=quantity("aiTokenRatio", DEFAULTS.ai_token_ratio),
    )
    return assumptions, tuple(problems)


def _wrong(origin: Origin, path: FieldPath, message: str) -> Problem:
    line, column = locate(origin, path)
    return Problem(Severity.ERROR, f"{'.'.join(map(str, path))}: {message}", origin.file, line, column)
