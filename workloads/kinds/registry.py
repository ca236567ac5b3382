"""Finds what is known of a kind, by group and name, in ``data/kinds.json``.

The file holds ``kinds``, a list of objects with the keys read below; ``free`` and ``templates``, lists of kind names by group
(``*`` for all of a group). Paths and expressions are written as `workloads.counting.grammar` has it. The file is read on
first use, and each line is turned into a `Kind` when that kind is first met.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import cast

import orjson

from workloads.counting.grammar import GrammarError
from workloads.kinds.kind import Category, Kind
from workloads.kinds.rule import (
    Row,
    claim_rule,
    embedded_rule,
    expression_of,
    fee_rule,
    load_balancer_rule,
    machine_rule,
    period_rule,
    pod_rule,
    reason_rule,
    reference_rule,
    rules_of,
    scaler_rule,
    service_rule,
    text_of,
)

_DATA = Path(__file__).parents[1] / "data" / "kinds.json"

_SCANNED = "its pods are modelled after the schema of its kind"


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


@lru_cache(maxsize=1)
def known_kinds() -> Mapping[str, frozenset[str]]:
    """Every group of which something is known, with the names of its known kinds in small letters, which may be none."""
    found: dict[str, set[str]] = {}
    for group, name in rows():
        found.setdefault(group, set()).add(name)
    for several in _named().values():
        for group, names in several.items():
            found.setdefault(group, set()).update(names)
    return {group: frozenset(names - {"*"}) for group, names in found.items()}


@lru_cache(maxsize=1)
def spelt_kinds() -> Mapping[str, frozenset[str]]:
    """The known kinds of each group, as they are written."""
    found: dict[str, set[str]] = {}
    for row in cast("list[Row]", _document()["kinds"]):
        for group in text_of(row, "group").split("|"):
            found.setdefault(group, set()).update(text_of(row, "kind").split("|"))
    for key in ("templates", "free"):
        for group, names in cast("Mapping[str, list[str]]", _document()[key]).items():
            found.setdefault(group, set()).update(names)
    return {group: frozenset(names - {"*"}) for group, names in found.items()}


@lru_cache(maxsize=1)
def telling_kinds() -> frozenset[str]:
    """The kinds, as they are written, that scale others or refer to others, with those of which others are made: of groups that
    are referred to, that have kinds which cost something themselves, or that are a part of such a group."""
    every = cast("list[Row]", _document()["kinds"])
    rows_of_those = [row for row in every if "scaler" in row or "references" in row]
    groups = {reference_rule(rule).group for row in rows_of_those for rule in rules_of(row, "references")}
    groups |= {group for row in every for group in text_of(row, "group").split("|")}
    templates = cast("Mapping[str, list[str]]", _document()["templates"])
    made = (names for group, names in templates.items() if group in groups or group.partition(".")[2] in groups)
    written = {name for row in rows_of_those for name in text_of(row, "kind").split("|")}
    return frozenset(written.union(*made) - {"*"})


@lru_cache(maxsize=1)
def choosing_kinds() -> Mapping[tuple[str, str], frozenset[str]]:
    """The kinds that others choose among where they name none, by group and name, each with the kinds that choose so."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in cast("list[Row]", _document()["kinds"]):
        for rule in (reference_rule(each) for each in rules_of(row, "references") if "choose" in each):
            for kind in rule.kinds:
                found.setdefault((rule.group, kind), set()).update(text_of(row, "kind").split("|"))
    return {kind: frozenset(names) for kind, names in found.items()}


@lru_cache(maxsize=1)
def _document() -> Mapping[str, object]:
    return cast("Mapping[str, object]", orjson.loads(_DATA.read_bytes()))


@lru_cache(maxsize=1)
def rows() -> Mapping[tuple[str, str], Row]:
    """The lines of the file by group and kind, in lower case since catalogues spell kinds so."""
    found: dict[tuple[str, str], Row] = {}
    for row in cast("list[Row]", _document()["kinds"]):
        for group, name in product(text_of(row, "group").split("|"), text_of(row, "kind").lower().split("|")):
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
        *("group", "kind", "is", "pods", "claims", "loadBalancers", "services", "fees", "machines", "embedded", "references"),
        *("scale", "suspended", "devices", "scaler", "unpriced", "empty", "scanned", "modelled", "runs", "queued"),
        *("clusterScoped", "downscaled", "makesNodes", "unlabelled", "controller", "resizes"),
    )
)


def read_kind(group: str, row: Row) -> Kind:
    """One line of the file. Raises `GrammarError` where it is not written as it must be."""
    unknown = set(row) - _KEYS
    if unknown:
        raise GrammarError(f"{row['kind']}: no such key: {', '.join(sorted(unknown))}")
    category = Category.SCALER if "scaler" in row else Category(text_of(row, "is") or "pods")
    period = period_rule(row.get("runs"))
    return Kind(
        group=group,
        name=text_of(row, "kind"),
        category=category,
        pods=tuple(pod_rule(rule, period) for rule in rules_of(row, "pods")),
        claims=tuple(claim_rule(rule) for rule in rules_of(row, "claims")),
        load_balancers=(
            *(load_balancer_rule(rule) for rule in rules_of(row, "loadBalancers")),
            *(service_rule(rule) for rule in rules_of(row, "services")),
        ),
        fees=tuple(fee_rule(rule) for rule in rules_of(row, "fees")),
        machines=tuple(machine_rule(rule) for rule in rules_of(row, "machines")),
        embedded=tuple(embedded_rule(rule, period if "runs" in row else None) for rule in rules_of(row, "embedded")),
        references=tuple(reference_rule(rule) for rule in rules_of(row, "references")),
        scale=expression_of(row, "scale"),
        suspended=expression_of(row, "suspended"),
        resizes=expression_of(row, "resizes"),
        queued=row.get("queued") is True,
        controller=text_of(row, "controller"),
        downscaled=row.get("downscaled") is True,
        scaler=scaler_rule(cast("Row", row["scaler"])) if "scaler" in row else None,
        unpriced=tuple(reason_rule(rule) for rule in rules_of(row, "unpriced")),
        devices=row.get("devices") is True,
        makes_nodes=row.get("makesNodes") is True,
        cluster_scoped=row.get("clusterScoped") is True,
        unlabelled=row.get("unlabelled") is True,
        empty=text_of(row, "empty"),
        modelled=text_of(row, "modelled") or (_SCANNED if row.get("scanned") else ""),
    )
