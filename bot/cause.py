"""What changes in a workload, in a few words: what a reader finds in the middle of a comment's row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from bot.markdown import code, escaped
from policies.reports.row import Row
from pricing.delta import Kind
from pricing.estimate import FieldChange, MachineUse
from pricing.field_names import priced_models
from pricing.precision import counted, fraction, tidy
from workloads.replicas import ASSUMED_NODES
from workloads.workload import PodGroup, VolumeClaim

_GIB = Decimal(1024**3)
_MIB = Decimal(1024**2)
MOST_PARTS = 3
"""Fields, groups or volumes that a row names; the rest is counted."""


def cause(row: Row) -> str:
    """What changes, as Markdown: ``replicas 3 → 8``, ``new: 2 pods, 1 × L4 each, on 2 × `g2-standard-4```, ``removed``."""
    if row.kind is Kind.REMOVED:
        # A Service may stay, of another type.
        what = "load balancer removed" if row.manifest.kind == "Service" else "removed"
        stays = "" if row.delta.after is None else ", its volumes stay"
        return f"{what}{stays}{_runs_on(row)}"
    partly = ", **in part not priced**" if row.partly else ""
    otherwise = "**what is not priced**" if row.partly else "prices"
    if row.kind is Kind.ADDED:
        made = contents(row)
        words = f"new: {_listed(made, '; ')}" if made else f"new {code(row.manifest.kind)}"
        return f"{words}{_assumed_run(row)}{partly}"
    merged = _merged(row.delta.fields)
    several = {what for what, times in Counter(change.what for change in merged).items() if times > 1}
    fields = _listed([field_words(change, grouped=change.what in several) for change in merged])
    return fields + _runs_on(row) + _assumed_run(row) + partly if fields else otherwise


def _runs_on(row: Row) -> str:
    """That what is removed or renamed is still there: what its row says of money is what the repository says."""
    if not row.runs_on:
        return ""
    return f", **but {'it' if row.kind is Kind.REMOVED else 'the old one'} runs on** until somebody deletes it"


def _assumed_run(row: Row) -> str:
    """What is assumed of how long it runs, and where: nothing decides its figure as much."""
    return f"; {escaped(row.assumed)}" if row.assumed else ""


def contents(row: Row) -> list[str]:
    """What a workload consists of, as Markdown."""
    words = [_pods(row, group) for group in row.workload.groups]
    words += [_volumes(claim) for claim in row.workload.claims]
    words += [f"tokens of {code(model)}" for model in priced_models(row.estimate)]
    words += [f"{code(model)}, its tokens not told" for model in row.uncounted]
    words += [escaped(_FEES.get(fee.item, fee.item)) for fee in row.workload.fees]
    balancers = len(row.workload.load_balancers)
    words += [f"{balancers} load balancer" + ("s" if balancers > 1 else "")] if balancers else []
    return words + (["traffic as declared"] if row.workload.traffic else [])


_FEES = {"control-plane": "a control plane", "nat-gateway": "a NAT gateway", "public-ipv4": "a public address"}


def field_words(change: FieldChange, *, grouped: bool = False) -> str:
    """One field: ``replicas 3 → 8``; ``grouped`` with the group of pods that it is of: ``head cpu 2 CPU → 1 CPU``."""
    if not change.before and not change.after:
        return escaped(change.what)
    group = f"{escaped(change.group)} " if grouped and change.group else ""
    before, after = _one_unit(change.before or "none", change.after or "none")
    words = f"{group}{escaped(change.what)} {escaped(before)} → {escaped(after)}"
    return f"{words}: {escaped(change.detail)}" if change.detail else words


def _one_unit(before: str, after: str) -> tuple[str, str]:
    """Both sides, with a unit that they share said once: ``1 → 2 GiB``."""
    sides = _MEASURED.fullmatch(before), _MEASURED.fullmatch(after)
    shared = all(sides) and len({side["unit"] for side in sides if side}) == 1
    return (sides[0]["amount"], after) if shared and sides[0] else (before, after)


_MEASURED = re.compile(r"(?P<amount>\d+(?:\.\d+)?) (?P<unit>CPU|[MG]iB|pods)")


def _merged(fields: Iterable[FieldChange]) -> list[FieldChange]:
    """Fields that say the same of several groups, once."""
    return list({(change.what, change.before, change.after): change for change in fields}.values())


def _listed(words: list[str], between: str = ", ") -> str:
    shown = between.join(words[:MOST_PARTS])
    return f"{shown} and {len(words) - MOST_PARTS} more" if len(words) > MOST_PARTS else shown


def _pods(row: Row, group: PodGroup) -> str:
    kept = [use for use in row.estimate.machines if use.group == group.name and not group.pods.high]
    if kept:
        return ", ".join(_nodes(use, group, several=len(row.workload.groups) > 1) for use in kept)
    count = group.pods.expected
    high = f" to {counted(group.pods.high)}" if group.pods.high > count else ""
    noun = "pod" if count == 1 and not high else "pods"
    machines = [use for use in row.estimate.machines if use.group == group.name]
    asks = f"{tidy(group.requests.cpu):f} CPU, {size(group.requests.memory)}"
    where = ""
    for use in machines:
        if use.accelerators:
            asks = _devices(use)
        where = f" on {tidy(use.count.expected):f} × {code(use.type)}"
    each = " each" if count != 1 or high else ""
    called = f"{escaped(group.name)} " if group.name and len(row.workload.groups) > 1 else ""
    nodes = f", one on each of {counted(count)} nodes (assumed)" if ASSUMED_NODES in group.assumption else ""
    return f"{called}{counted(count)}{high} {noun}{nodes}, {asks}{each}{where}"


def _devices(use: MachineUse) -> str:
    """What a pod has of accelerators: whole ones, a slice by its name, or what part of one it is."""
    model = escaped(use.accelerators_model)
    if use.slices:
        return f"{escaped(use.slices)} of {'an' if model[:1] in _SPOKEN_WITH_VOWEL else 'a'} {model}"
    return f"{fraction(use.accelerators)} × {model}"


_SPOKEN_WITH_VOWEL = ("A", "H", "M", "R")
"""Letters with which the names of models begin that are cut into slices, as they are spoken: an A100, an H200."""


def _nodes(use: MachineUse, group: PodGroup, *, several: bool) -> str:
    """Machines that are kept whether or not pods fill them: ``general: 2 to 6 × `m7i.2xlarge```."""
    high = f" to {counted(use.count.high)}" if use.count.high > use.count.expected else ""
    called = f"{escaped(group.name)}: " if group.name and several else ""
    return f"{called}{counted(use.count.expected)}{high} × {code(use.type)}"


def _volumes(claim: VolumeClaim) -> str:
    kind = f" {code(claim.storage_class)}" if claim.storage_class else ""
    return f"{tidy(claim.count.expected):f} × {size(claim.size)}{kind}"


def size(quantity: Decimal) -> str:
    """Bytes as people write them: ``2 GiB``, ``512 MiB``."""
    unit, name = (_GIB, "GiB") if quantity >= _GIB else (_MIB, "MiB")
    return f"{tidy((quantity / unit).quantize(Decimal('0.01'))):f} {name}"
