"""Finds what is known of a kind, by group and name, in ``data/kinds.json``.

The file holds ``kinds``, a list of objects with the keys read below; ``free`` and ``templates``, lists of kind names by group
(``*`` for all of a group). Paths and expressions are written as `workloads.count_grammar` has it. The file is read on first use,
and each line is turned into a `Kind` when that kind is first met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import cast

import orjson

from workloads.count import Constant, Expression
from workloads.count_grammar import GrammarError, read_expression, read_pattern
from workloads.kind import (
    Category,
    ClaimRule,
    ContainerRule,
    CountRule,
    EmbeddedRule,
    Kind,
    LoadBalancerRule,
    Period,
    PeriodRule,
    PodRule,
    Reason,
    ReferenceRule,
    ScalerRule,
)
from workloads.pattern import Pattern, Wildcard

_DATA = Path(__file__).parent / "data" / "kinds.json"

_SCANNED = "its pods are modelled after the schema of its kind"

Row = Mapping[str, object]


@lru_cache(maxsize=2048)
def find(group: str, name: str) -> Kind | None:
    """What is known of a kind; None where nothing is. A kind's name alone never suffices: Job stands in several groups."""
    row = rows().get((group, name.lower()))
    if row is not None:
        return read_kind(group, row)
    for category in (Category.TEMPLATE, Category.FREE):
        names = _named()[category].get(group, frozenset())
        if name.lower() in names or "*" in names:
            return Kind(group, name, category)
    row = rows().get((group, "*"))
    return None if row is None else read_kind(group, row)


def known_groups() -> frozenset[str]:
    """Every group of which some kind is known."""
    return frozenset(group for group, _ in rows()) | frozenset(
        group for category in (Category.TEMPLATE, Category.FREE) for group in _named()[category]
    )


@lru_cache(maxsize=1)
def _document() -> Mapping[str, object]:
    return cast("Mapping[str, object]", orjson.loads(_DATA.read_bytes()))


@lru_cache(maxsize=1)
def rows() -> Mapping[tuple[str, str], Row]:
    """The lines of the file by group and kind, in lower case since catalogues spell kinds so."""
    found: dict[tuple[str, str], Row] = {}
    for row in cast("list[Row]", _document()["kinds"]):
        for group, name in product(_text(row, "group").split("|"), _text(row, "kind").lower().split("|")):
            found[(group, name)] = row
    return found


@lru_cache(maxsize=1)
def _named() -> Mapping[Category, Mapping[str, frozenset[str]]]:
    return {
        category: {
            group: frozenset(name.lower() for name in names)
            for group, names in cast("Mapping[str, list[str]]", _document()[key]).items()
        }
        for category, key in ((Category.TEMPLATE, "templates"), (Category.FREE, "free"))
    }


_KEYS = frozenset(
    (
        *("group", "kind", "is", "pods", "claims", "loadBalancers", "embedded", "references", "scale", "suspended"),
        *("devices", "scaler", "unpriced", "empty", "scanned", "modelled", "runs", "queued", "downscaled"),
    )
)


def read_kind(group: str, row: Row) -> Kind:
    """One line of the file. Raises `GrammarError` where it is not written as it must be."""
    unknown = set(row) - _KEYS
    if unknown:
        raise GrammarError(f"{row['kind']}: no such key: {', '.join(sorted(unknown))}")
    category = Category.SCALER if "scaler" in row else Category(_text(row, "is") or "pods")
    period = _period(row.get("runs"))
    return Kind(
        group=group,
        name=_text(row, "kind"),
        category=category,
        pods=tuple(_pod(rule, period) for rule in _rules(row, "pods")),
        claims=tuple(_claim(rule) for rule in _rules(row, "claims")),
        load_balancers=tuple(_load_balancer(rule) for rule in _rules(row, "loadBalancers")),
        embedded=tuple(_embedded(rule, period if "runs" in row else None) for rule in _rules(row, "embedded")),
        references=tuple(_reference(rule) for rule in _rules(row, "references")),
        scale=_expression(row, "scale"),
        suspended=_expression(row, "suspended"),
        queued=row.get("queued") is True,
        downscaled=row.get("downscaled") is True,
        scaler=_scaler(cast("Row", row["scaler"])) if "scaler" in row else None,
        unpriced=tuple(_reason(rule) for rule in _rules(row, "unpriced")),
        devices=row.get("devices") is True,
        empty=_text(row, "empty"),
        modelled=_text(row, "modelled") or (_SCANNED if row.get("scanned") else ""),
    )


def _rules(row: Row, key: str) -> Iterator[Row]:
    """The rules under a key: one, or a list of them."""
    value = row.get(key, [])
    yield from cast("list[Row]", value if isinstance(value, list) else [value])


def _text(row: Row, key: str) -> str:
    return cast("str", row.get(key, ""))


def _item(row: Row) -> Pattern:
    return read_pattern(_text(row, "at"))


def _expression(row: Row, key: str, base: Pattern | None = None) -> Expression | None:
    written = row.get(key)
    return None if written is None else read_expression(cast("str", written), base)


def _pattern(row: Row, key: str, base: Pattern | None = None) -> Pattern | None:
    written = row.get(key)
    return None if written is None else read_pattern(cast("str", written), base)


def _patterns(row: Row, key: str, base: Pattern) -> tuple[Pattern, ...]:
    written = row.get(key, [])
    return tuple(read_pattern(path, base) for path in cast("list[str]", [written] if isinstance(written, str) else written))


def _count(row: Row, base: Pattern) -> CountRule:
    return CountRule(
        read_expression(_text(row, "count") or "1", base),
        read_expression(_text(row, "times") or "1", base),
        _expression(row, "least", base),
        _expression(row, "most", base),
        _expression(row, "autoscaled", base),
        "$nodes" in _text(row, "count"),
        _pattern(row, "triggers", base),
    )


def _period(written: object, base: Pattern | None = None) -> PeriodRule:
    if written is None:
        return PeriodRule()
    if isinstance(written, str):
        return PeriodRule(Period(written))
    row = cast("Row", written)
    return PeriodRule(
        Period.SCHEDULE if "schedule" in row else Period.ONCE,
        _pattern(row, "job", base),
        _pattern(row, "schedule", base),
        _pattern(row, "zone", base),
        _pattern(row, "policy", base),
        _pattern(row, "deadline", base),
    )


def _pod(row: Row, period: PeriodRule) -> PodRule:
    item = _item(row)
    return PodRule(
        item=item,
        count=_count(row, item),
        period=_period(row["runs"], item) if "runs" in row else period,
        name=_name(row, item),
        template=_patterns(row, "template", item),
        pod_spec=_patterns(row, "podSpec", item),
        containers=tuple(_container(rule, item) for rule in _rules(row, "containers")),
        merge=_patterns(row, "merge", item),
        beneath=_patterns(row, "beneath", item),
        spec={key: read_expression(text, item) for key, text in cast("Mapping[str, str]", row.get("spec", {})).items()},
        machine=_expression(row, "machine", item),
        where=_expression(row, "if", item),
        suspended=_expression(row, "suspended", item),
        walk=_text(row, "walk"),
    )


def _name(row: Row, item: Pattern) -> Expression | None:
    """The role's name as written; a plain word is the name itself, a list's items are named by their ``name``."""
    written = _text(row, "name")
    if written:
        return read_expression(written, item) if written[0] in ".'$" or "(" in written else Constant(written)
    return read_expression(".name", item) if item.steps and item.steps[-1] is Wildcard.ITEMS else None


def _container(row: Row, item: Pattern) -> ContainerRule:
    device = cast("list[str] | None", row.get("device"))
    return ContainerRule(
        name=_text(row, "name"),
        resources=_patterns(row, "resources", item),
        flat=_patterns(row, "flat", item),
        rename=cast("Mapping[str, str]", row.get("rename", {})),
        requests={key: read_expression(text, item) for key, text in cast("Mapping[str, str]", row.get("requests", {})).items()},
        device=None if device is None else (read_expression(device[0], item), read_expression(device[1], item)),
        devices=_pattern(row, "devices", item),
        default=cast("Mapping[str, str]", row.get("default", {})),
        where=_expression(row, "if", item),
        wins=bool(row.get("wins")),
    )


def _claim(row: Row) -> ClaimRule:
    item = _item(row)
    return ClaimRule(
        item=item,
        count=_count(row, item),
        name=_name(row, item),
        size=_expression(row, "size", item),
        storage_class=_expression(row, "class", item),
        where=_expression(row, "if", item),
    )


def _load_balancer(row: Row) -> LoadBalancerRule:
    item = _item(row)
    return LoadBalancerRule(
        item=item,
        count=read_expression(_text(row, "count") or "1", item),
        where=_expression(row, "if", item),
        load_balancer_class=_expression(row, "class", item),
        annotations=_patterns(row, "annotations", item),
        through=_text(row, "through"),
        ports=_pattern(row, "ports", item),
    )


def _embedded(row: Row, period: PeriodRule | None) -> EmbeddedRule:
    item = _item(row)
    group, _, kind = _text(row, "as").rpartition("/")
    return EmbeddedRule(
        item=item,
        count=_count(row, item),
        group=group,
        kind=kind,
        period=_period(row["runs"], item) if "runs" in row else period,
        where=_expression(row, "if", item),
    )


def _reference(row: Row) -> ReferenceRule:
    return ReferenceRule(
        name=_text(row, "name"),
        at=_item(row),
        group=_text(row, "group"),
        kinds=tuple(_text(row, "kind").split("|")),
        cluster_kinds=tuple(cast("list[str]", row.get("clusterKinds", []))),
        cluster_where=_expression(row, "clusterIf"),
        optional=bool(row.get("optional")),
    )


def _scaler(row: Row) -> ScalerRule:
    group, _, kind = _text(row, "of").rpartition("/")
    return ScalerRule(
        target=_item(row),
        group=group,
        kind=kind,
        least=read_expression(_text(row, "least")),
        most=read_expression(_text(row, "most")),
        idle=_expression(row, "idle"),
        fixed=_expression(row, "fixed"),
        paused=_expression(row, "paused"),
        from_zero=bool(row.get("fromZero")),
        triggers=_pattern(row, "triggers"),
        owner=_text(row, "owner"),
    )


def _reason(row: Row) -> Reason:
    item = _item(row)
    return Reason(_text(row, "reason"), _expression(row, "if", item), item)
