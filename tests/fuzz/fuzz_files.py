"""The files around manifests: weighbridge.yaml, prices of one's own, snapshots. Each is used whole, or refused by line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from choices import Choices, changed
from showing import NOW, PRICES

from policies.context import Context
from policies.documents.starter import starter
from policies.weigh import weigh
from pricing.book import PriceBook
from pricing.own.audit import audit, unlisted
from pricing.own.overlaid import OverlaidBook
from pricing.own.overlay import Overlay
from pricing.own.prices import read_own_prices
from pricing.own.terms import TermsError, overlay_of
from pricing.rate import Location
from workloads.inventory import take_inventory
from workloads.problem import Problem
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.settings.configuration import configure
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.document import read_snapshot
from workloads.snapshots.snapshot import UNKNOWN, Snapshot
from workloads.sources.files import read_paths
from workloads.surroundings import observe
from workloads.text.plain_yaml import write_yaml
from workloads.text.reader import parse_document

SHOP = Path(__file__).parents[2] / "examples" / "shop"
CHANGE = read_paths([str(SHOP / "after")])

_CONFIGURATION = """\
version: 1
clusters: [{name: production, paths: ["**"], exclude: [x], cloud: aws, region: us-east-1, series: m6i, snapshot: s.yaml}]
ownership: {team: [team, owner]}
policies: [policies]
exemptions: [exemptions]
prices:
  overlays: [own.yaml]
  refreshed: false
  currency: {code: EUR, usd: 1.08, date: 2026-10-01}
  commitments: [{cloud: aws, share: 50, term: 3y}]
  spot: {share: 30}
assume: {cpu: 250m, memory: 256Mi, nodes: 5, duration: 1h, zones: 3}
unknown: {pullRequest: warn, sync: warn, admission: fail, audit: pass}
"""
_OVERLAY = """\
version: 1
name: acme
date: 2026-10-01
currency: {code: EUR, usd: 1.08, date: 2026-10-01}
machines:
  - {cloud: aws, region: us-east-1, types: [m5.large], hourly: 0.08, spot: 0.03}
  - cloud: datacenter
    region: berlin
    types: [dgx-h100]
    bought: {price: 350400, years: 4, watts: 10000, kilowattHour: 0.2, hostingMonth: 730}
    shape: {cpu: 224, memory: 2Ti, gpu: {model: H100, count: 8, memory: 80Gi}}
discounts: [{cloud: aws, types: ['m5.*'], percent: 28, because: savings plan}]
compute: [{cloud: datacenter, region: berlin, vcpuHour: 0.01, gibHour: 0.002}]
storage: [{cloud: datacenter, provisioner: rook, gibMonth: 0.05}]
"""
_RATES = '{"provider": "custom", "CPU": "0.02", "spotCPU": "0.006", "RAM": "0.003", "GPU": "2.5", "storage": "0.0001"}'
_MACHINES = (
    "EndTimestamp,InstanceID,Region,AssetClass,InstanceIDField,InstanceType,MarketPriceHourly,Version\n"
    "2026-01-01 00:00:00 UTC,m5.large,us-east-1,node,metadata.labels.node.kubernetes.io/instance-type,m5.large,0.05,\n"
)


def _configured(data: bytes) -> Iterator[Problem]:
    found = configure(data, "own")
    yield from found.problems
    try:
        book = OverlaidBook(PRICES, overlay_of(found.configuration.purchase, PRICES))
    except TermsError:
        return
    _weighed(book, assumptions=found.configuration.assumptions)


def _priced(data: bytes) -> Iterator[Problem]:
    found = read_own_prices(data, "own")
    if not isinstance(found, Overlay):
        yield from found
    elif not unlisted(PRICES, found):
        audit(found, PRICES, NOW.date())
        _weighed(OverlaidBook(PRICES, found))


def _snapped(data: bytes) -> Iterator[Problem]:
    found = read_snapshot(data, "own")
    if isinstance(found, ClusterSnapshot):
        _weighed(PRICES, found.surroundings())
    else:
        yield from found


def _weighed(prices: PriceBook, snapshot: Snapshot = UNKNOWN, assumptions: Assumptions = DEFAULTS) -> None:
    around = snapshot.under(observe(CHANGE.manifests))
    context = Context(location=Location("aws", "us-east-1"), snapshot=around, assumptions=assumptions)
    assert weigh(None, take_inventory(CHANGE.manifests, around, assumptions), prices, starter(), context, NOW).digest


Reader = Callable[[bytes], Iterator[Problem]]
FILES: tuple[tuple[Reader, str], ...] = (
    (_configured, _CONFIGURATION),
    (_priced, _OVERLAY),
    (_priced, _RATES),
    (_priced, _MACHINES),
    (_snapped, (SHOP / "snapshot.yaml").read_text()),
)
SEEDS = [bytes([number, *bytes(range(60))]) for number in range(10)] + [
    b"\xff" + bytes([n]) + text.encode() for n, (_, text) in enumerate(FILES)
]


def target(data: bytes) -> None:
    """Read a file with hostile values in it, or text changed byte by byte, and weigh the example with what it says."""
    if data[:1] == b"\xff":
        reader, text = FILES[data[1] % len(FILES)][0] if len(data) > 1 else _priced, data[2:]
    else:
        choices = Choices(data)
        reader, good = choices.of(FILES)
        document = parse_document(good.encode(), "good")[0]
        text = _written(document, choices) if isinstance(document, dict) else choices.rest().encode()
    for problem in reader(text):
        assert problem.message
        assert problem.file == "own"


def _written(document: dict[str, object], choices: Choices) -> bytes:
    body = changed(json.loads(json.dumps(document, default=str)), choices)
    try:
        return orjson.dumps(body) if choices.below(2) else write_yaml(body)
    except (TypeError, ValueError, RecursionError):
        return b""
