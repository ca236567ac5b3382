"""A JSON document as the report that it was written from, as far as a comment and a check run need it.

Whoever wrote the document is not believed: it is held to limits and to the schema, its figures are summed again, its verdict is
never better than its violations, and every text in it is as hostile as a manifest's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from policies.advice.reader import read_advice
from policies.exemptions.exemption import Exemption
from policies.exemptions.use import Use
from policies.reports.figures import Figures, require_sum
from policies.reports.figures_reader import decimal_at, figures_at
from policies.reports.foreign_document import read_foreign
from policies.reports.growing import Growing
from policies.reports.report import Prices, Report
from policies.reports.row import Row
from policies.reports.row_reader import manifest_of, read_row
from policies.verdict import SEVERITY, Action, Verdict, Violation
from pricing.currency import USD, Currency
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.field import dig, mapping, sequence, text
from workloads.manifest import Identity, Origin
from workloads.problem import Problem, Severity
from workloads.rendering.confinement import Confinement, Rendering
from workloads.workload import Unpriced

_YEARS: Final = range(2000, 2200)
_CODE: Final = re.compile(r"[A-Z]{3}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_report(data: bytes, file: str = "") -> Report | Problem:
    """The report that a document was written from; what is wrong with it where it cannot be read.

    :raises SumError: when its rows do not sum to its totals, or lines to their row: it must not be shown.
    """
    found = read_foreign(data, file)
    if isinstance(found, Problem):
        return found
    try:
        with exactly():
            return _report(found)
    except (ValueError, OverflowError) as error:
        return Problem(Severity.ERROR, f"this is no weighing: {error}", file)


def _report(found: Mapping[str, object]) -> Report:
    currency = _currency(mapping(found, "prices"))
    entries = (*sequence(found, "workloads"), *sequence(found, "resources"))
    problems = tuple(_problem(each) for each in sequence(found, "problems"))
    rows = tuple(read_row(entry, currency.step) for entry in entries)
    violations = tuple(_violation(each) for each in sequence(found, "violations"))
    moment = _moment(text(found, "generatedAt"))
    totals = _totals(found, rows, currency.step)
    return Report(
        command=text(found, "command"),
        generated_at=moment,
        prices=_prices(found, rows, currency),
        compared="delta" in found,
        before=totals["before"],
        total=totals["total"],
        one_off_before=totals["one_off_before"],
        one_off=totals["one_off"],
        certainty=_certainty(mapping(found, "certainty")),
        rows=rows,
        unpriced=tuple(_unpriced(sequence(found, "unpriced"))),
        unpriced_changes=tuple(_unpriced(sequence(found, "unpricedChanges"))),
        problems=problems,
        misread=tuple(
            problem
            for problem, entry in zip(problems, sequence(found, "problems"), strict=True)
            if dig(entry, "hidesChanges") is True
        ),
        verdict=_verdict(text(found, "verdict"), violations),
        violations=violations,
        exemptions=tuple(_use(each) for each in sequence(found, "exemptions")),
        notes=tuple(map(str, sequence(found, "notes"))),
        digest=text(found, "context", "digest"),
        rendering=_rendering(mapping(found, "rendering")),
        advice=tuple(read_advice(each, currency.step) for each in sequence(found, "advice")),
        growing=tuple(_growing(each) for each in sequence(found, "growing")),
        pull_request=_whole(dig(found, "pullRequest")),
    )


def _growing(entry: object) -> Growing:
    known = mapping(entry)
    most, before = (decimal_at(known, key) if known.get(key) is not None else None for key in ("most", "mostBefore"))
    return Growing(text(known, "cluster"), text(known, "name"), text(known, "words"), text(known, "wordsBefore"), most, before)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _totals(found: Mapping[str, object], rows: Sequence[Row], step: Decimal) -> dict[str, Figures]:
    """The totals, as they are stated and as the rows sum to them."""
    totals = {
        "before": figures_at(found, step, "before"),
        "total": figures_at(found, step, "total"),
        "one_off_before": figures_at(found, step, "oneOff", "before"),
        "one_off": figures_at(found, step, "oneOff", "total"),
    }
    for name, total in totals.items():
        require_sum([getattr(row, name) for row in rows], total)
    if "delta" in found:
        require_sum([totals["before"], figures_at(found, step, "delta")], totals["total"])
    return totals


def _verdict(stated: str, violations: Sequence[Violation]) -> Verdict:
    """The worst of what is stated and of what the violations come to."""
    return min((Verdict(stated), *(each.verdict for each in violations)), key=SEVERITY.index)


def _currency(prices: Mapping[str, object]) -> Currency:
    code, exchange = text(prices, "currency"), mapping(prices, "exchange")
    if not exchange and code == USD.code:
        return USD
    day = text(exchange, "date")
    if not _CODE.fullmatch(code) or not _DAY.fullmatch(day) or decimal_at(exchange, "usd") <= 0:
        raise ValueError("its currency is none")
    return Currency(code, decimal_at(exchange, "usd"), day)


def _prices(found: Mapping[str, object], rows: Sequence[Row], currency: Currency) -> Prices:
    prices = mapping(found, "prices")
    places = tuple(
        (text(each, "name"), Location(text(each, "cloud"), text(each, "region")), text(each, "because"))
        for each in sequence(prices, "clusters")
    )
    return Prices(
        text(prices, "version"),
        {cloud: str(date) for cloud, date in mapping(prices, "newest").items()},
        tuple(map(str, sequence(prices, "overlays"))),
        places,
        used=frozenset(row.estimate.location for row in rows if not row.unknown),
        currency=currency,
        configured=_whole(dig(prices, "configuredClusters")),
    )


def _certainty(shares: Mapping[str, object]) -> Mapping[Confidence, Decimal] | None:
    return {each: decimal_at(shares, str(each)) for each in Confidence} if shares else None


def _unpriced(entries: Sequence[object]) -> Iterator[Unpriced]:
    for entry in entries:
        manifest, cluster = manifest_of(entry, text(entry, "namespace")), text(entry, "cluster")
        refused = manifest.identity(cluster) if dig(entry, "refused") is True else None
        yield Unpriced(manifest, text(entry, "reason"), cluster, refused=refused)


def _problem(entry: object) -> Problem:
    line, column = dig(entry, "line"), dig(entry, "column")
    return Problem(
        Severity(text(entry, "severity")),
        text(entry, "message"),
        text(entry, "file"),
        line if isinstance(line, int) else 0,
        column if isinstance(column, int) else 0,
        text(entry, "hint"),
        mistaken=text(entry, "mistaken"),
    )


def _violation(entry: object) -> Violation:
    said = mapping(entry, "identity")
    parts = (text(said, part) for part in ("group", "kind", "namespace", "name"))
    line = dig(entry, "line")
    return Violation(
        policy=text(entry, "policy"),
        rule=text(entry, "rule"),
        # Whether somebody accepted it is for whoever reads this to look up.
        verdict=Verdict.DENY if text(entry, "accepted") else Verdict(text(entry, "verdict")),
        action=Action(text(entry, "action")),
        identity=Identity(text(said, "cluster"), *parts),
        title=text(entry, "object"),
        message=text(entry, "message"),
        fix=text(entry, "fix"),
        current=text(entry, "current"),
        required=text(entry, "required"),
        origin=Origin(text(entry, "file"), line=line if isinstance(line, int) else 1) if text(entry, "file") else None,
        blocks=dig(entry, "blocks") is True,
        exemption=text(entry, "exemption"),
        existed=dig(entry, "existed") is True,
        asked=text(entry, "asked"),
        reason=text(entry, "reason"),
    )


def _use(entry: object) -> Use:
    exemption = Exemption(
        namespace=text(entry, "namespace"),
        name=text(entry, "name"),
        rules=tuple(map(str, sequence(entry, "rules"))),
        names=tuple(map(str, sequence(entry, "names"))),
        reason=text(entry, "reason"),
        expires=_moment(text(entry, "expiresAt")),
        ticket=text(entry, "ticket"),
        requested_by=text(entry, "requestedBy"),
        approved_by=text(entry, "approvedBy"),
    )
    passed = tuple(_passed(each, exemption) for each in sequence(entry, "passed"))
    if not passed:
        raise ValueError("an exemption that let nothing pass was not used")
    return Use(exemption, passed)


def _passed(entry: object, exemption: Exemption) -> Violation:
    policy, _, rule = text(entry, "rule").partition("/")
    nobody, title = Identity("", "", "", "", ""), text(entry, "object")
    return Violation(policy, rule, Verdict.PASS, Action.DENY, nobody, title, "", "", exemption=exemption.words)


def _rendering(entry: Mapping[str, object]) -> Rendering | None:
    if not entry:
        return None
    rendered, cached = (int(decimal_at(entry, key)) for key in ("rendered", "cached"))
    held = mapping(entry, "confinement")
    confinement = Confinement(text(held, "network"), held.get("limits") is True) if held else None
    return Rendering(rendered, cached, tuple(map(str, sequence(entry, "programs"))), confinement)


def _moment(written: str) -> datetime:
    """A time with its zone.

    :raises ValueError: when it is none, has no zone, or is so far off that no calendar holds a month from it.
    """
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError(f"{written} has no time zone")
    if found.year not in _YEARS:
        raise ValueError(f"{written} is no time of a weighing")
    return found
