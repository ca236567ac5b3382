"""The rules that one line of the data file of kinds holds, read into the values of `workloads.kinds.kind`.

Paths and expressions are written as `workloads.counting.grammar` has it; what is not raises its `GrammarError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from workloads.counting.count import Constant, Expression
from workloads.counting.grammar import read_expression, read_pattern
from workloads.counting.pattern import Pattern, Wildcard
from workloads.kinds.disk import DiskRule
from workloads.kinds.fee import FeeRule
from workloads.kinds.kind import (
    ClaimRule,
    ContainerRule,
    CountRule,
    EmbeddedRule,
    LoadBalancerRule,
    MachineRule,
    Period,
    PeriodRule,
    PodRule,
    Reason,
    ScalerRule,
)
from workloads.kinds.reference_rule import ChoiceRule, ReferenceRule

Row = Mapping[str, object]
"""A line, or a rule of it."""


def rules_of(row: Row, key: str) -> Iterator[Row]:
    """The rules under a key: one, or a list of them."""
    value = row.get(key, [])
    yield from cast("list[Row]", value if isinstance(value, list) else [value])


def text_of(row: Row, key: str) -> str:
    """The text under a key; empty where there is none."""
    return cast("str", row.get(key, ""))


def _item(row: Row) -> Pattern:
    return read_pattern(text_of(row, "at"))


def expression_of(row: Row, key: str, base: Pattern | None = None) -> Expression | None:
    """The expression under a key; None where there is none."""
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
        read_expression(text_of(row, "count") or "1", base),
        read_expression(text_of(row, "times") or "1", base),
        expression_of(row, "least", base),
        expression_of(row, "most", base),
        expression_of(row, "autoscaled", base),
        "$nodes" in text_of(row, "count"),
        _pattern(row, "triggers", base),
    )


def period_rule(written: object, base: Pattern | None = None) -> PeriodRule:
    """For how long pods run; always where nothing is written."""
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


def pod_rule(row: Row, period: PeriodRule) -> PodRule:
    """One role of a kind; ``period`` is the kind's own."""
    item = _item(row)
    return PodRule(
        item=item,
        count=_count(row, item),
        period=period_rule(row["runs"], item) if "runs" in row else period,
        name=_name(row, item),
        template=_patterns(row, "template", item),
        pod_spec=_patterns(row, "podSpec", item),
        picked=expression_of(row, "picked", item),
        containers=tuple(_container(rule, item) for rule in rules_of(row, "containers")),
        merge=_patterns(row, "merge", item),
        beneath=_patterns(row, "beneath", item),
        spec={key: read_expression(text, item) for key, text in cast("Mapping[str, str]", row.get("spec", {})).items()},
        machine=expression_of(row, "machine", item),
        where=expression_of(row, "if", item),
        suspended=expression_of(row, "suspended", item),
        walk=text_of(row, "walk"),
    )


def _name(row: Row, item: Pattern) -> Expression | None:
    """The role's name as written; a plain word is the name itself, a list's items are named by their ``name``."""
    written = text_of(row, "name")
    if written:
        return read_expression(written, item) if written[0] in ".'$" or "(" in written else Constant(written)
    return read_expression(".name", item) if item.steps and item.steps[-1] is Wildcard.ITEMS else None


def _container(row: Row, item: Pattern) -> ContainerRule:
    device = cast("list[str] | None", row.get("device"))
    return ContainerRule(
        name=text_of(row, "name"),
        resources=_patterns(row, "resources", item),
        flat=_patterns(row, "flat", item),
        rename=cast("Mapping[str, str]", row.get("rename", {})),
        requests={key: read_expression(text, item) for key, text in cast("Mapping[str, str]", row.get("requests", {})).items()},
        device=None if device is None else (read_expression(device[0], item), read_expression(device[1], item)),
        devices=_pattern(row, "devices", item),
        default=cast("Mapping[str, str]", row.get("default", {})),
        where=expression_of(row, "if", item),
        wins=bool(row.get("wins")),
    )


def claim_rule(row: Row) -> ClaimRule:
    """Volumes that an object claims."""
    item = _item(row)
    return ClaimRule(
        item=item,
        count=_count(row, item),
        name=_name(row, item),
        size=expression_of(row, "size", item),
        storage_class=expression_of(row, "class", item),
        where=expression_of(row, "if", item),
    )


def load_balancer_rule(row: Row) -> LoadBalancerRule:
    """Load balancers that an object makes the cloud build."""
    item = _item(row)
    return LoadBalancerRule(
        item=item,
        count=read_expression(text_of(row, "count") or "1", item),
        where=expression_of(row, "if", item),
        load_balancer_class=expression_of(row, "class", item),
        annotations=_patterns(row, "annotations", item),
        through=text_of(row, "through"),
        ports=_pattern(row, "ports", item),
        scheme=expression_of(row, "scheme", item),
    )


_SERVICE: Row = {
    "if": "is(.spec.type ?? .type ?? .serviceType ?? .service_type ?? .exposeType,"
    " 'LoadBalancer', 'loadBalancer', 'loadbalancer')",
    "class": ".spec.loadBalancerClass ?? .loadBalancerClass",
    "annotations": [".metadata.annotations", ".annotations", ".serviceAnnotations"],
    "ports": ".spec.ports",
}
"""How operators' objects hold the Service to be made: its template, or its type beside its annotations."""


def service_rule(written: str | Row) -> LoadBalancerRule:
    """The load balancers of a Service that an operator makes as its object says: where that stands, or a row with ``at``."""
    row: Row = {"at": written} if isinstance(written, str) else written
    where = _SERVICE["if"] if "if" not in row else f"all({_SERVICE['if']}, {row['if']})"
    return load_balancer_rule({**_SERVICE, **row, "if": where})


def fee_rule(row: Row) -> FeeRule:
    """What an object makes a cloud charge by the hour whatever runs."""
    item = _item(row)
    return FeeRule(
        item=item,
        what=read_expression(text_of(row, "what"), item),
        cloud=text_of(row, "cloud"),
        region=expression_of(row, "region", item),
        items=cast("Mapping[str, str]", row.get("items", {})),
        free=text_of(row, "free"),
        where=expression_of(row, "if", item),
    )


def machine_rule(row: Row) -> MachineRule:
    """Machines that an object keeps."""
    item = _item(row)
    written = row.get("type", [])
    return MachineRule(
        item=item,
        count=_count(row, item),
        name=_name(row, item),
        types=tuple(
            read_expression(each, item) for each in cast("list[str]", [written] if isinstance(written, str) else written)
        ),
        usual=text_of(row, "usual"),
        requirements=_pattern(row, "requirements", item),
        requests=_pattern(row, "requests", item),
        place=expression_of(row, "place", item),
        spot=expression_of(row, "spot", item),
        where=expression_of(row, "if", item),
        alone=row.get("alone") is True,
        disks=tuple(_disk(rule, item) for rule in rules_of(row, "disks")),
    )


def _disk(row: Row, machine: Pattern) -> DiskRule:
    item = read_pattern(text_of(row, "at"), machine) if "at" in row else machine
    return DiskRule(
        item=item,
        size=read_expression(text_of(row, "size"), item),
        provisioner=text_of(row, "provisioner"),
        parameters={key: read_expression(text, item) for key, text in cast("Mapping[str, str]", row["parameters"]).items()},
        assumption=text_of(row, "assumption"),
        where=expression_of(row, "if", item),
    )


def embedded_rule(row: Row, period: PeriodRule | None) -> EmbeddedRule:
    """A whole object, or another kind's spec, inside this one."""
    item = _item(row)
    group, _, kind = text_of(row, "as").rpartition("/")
    return EmbeddedRule(
        item=item,
        count=_count(row, item),
        group=group,
        kind=kind,
        period=period_rule(row["runs"], item) if "runs" in row else period,
        where=expression_of(row, "if", item),
    )


def reference_rule(row: Row) -> ReferenceRule:
    """A field that names another object."""
    return ReferenceRule(
        name=text_of(row, "name"),
        at=_item(row),
        group=text_of(row, "group"),
        kinds=tuple(text_of(row, "kind").split("|")),
        cluster_kinds=tuple(cast("list[str]", row.get("clusterKinds", []))),
        cluster_where=expression_of(row, "clusterIf"),
        optional=bool(row.get("optional")),
        needed=expression_of(row, "needed"),
        choice=_choice(cast("Row", row["choose"])) if "choose" in row else None,
    )


def _choice(row: Row) -> ChoiceRule:
    item = _item(row)
    return ChoiceRule(
        by={name: read_expression(written) for name, written in cast("Mapping[str, str]", row["by"]).items()},
        item=item,
        where=read_expression(text_of(row, "if"), item),
        priority=read_expression(text_of(row, "priority"), item),
        rank=read_expression(text_of(row, "rank"), item),
        advice=text_of(row, "advice"),
    )


def scaler_rule(row: Row) -> ScalerRule:
    """What an autoscaler scales, and between which bounds."""
    group, _, kind = text_of(row, "of").rpartition("/")
    return ScalerRule(
        target=_item(row),
        group=group,
        kind=kind,
        least=read_expression(text_of(row, "least")),
        most=read_expression(text_of(row, "most")),
        idle=expression_of(row, "idle"),
        fixed=expression_of(row, "fixed"),
        paused=expression_of(row, "paused"),
        from_zero=bool(row.get("fromZero")),
        triggers=_pattern(row, "triggers"),
        owner=text_of(row, "owner"),
    )


def reason_rule(row: Row) -> Reason:
    """Why an object, or a part of it, cannot be priced."""
    item = _item(row)
    return Reason(text_of(row, "reason"), expression_of(row, "if", item), item)
