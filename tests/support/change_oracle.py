"""What a change must say, worked out without comparing estimates: both sides are read by PyYAML, each object is weighed for itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import yaml

from bot.comment import comment
from policies.reports.report import Report
from pricing.book import PriceBook
from pricing.delta import Kind
from pricing.estimate import Estimate, WorkloadEstimate
from pricing.estimator import estimate
from pricing.rate import Location
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.span import Span
from workloads.surroundings import observe
from workloads.text.reader import read

HERE = Location("aws", "us-east-1")
Name = tuple[str, str, str, str]
"""Group, kind, namespace and name."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one object costs by itself, on one side."""

    total: Decimal
    one_off: Decimal
    reasons: tuple[str, ...]
    """Why it, or a part of it, has no price."""
    parts: tuple[tuple[str, str, Decimal, Span, Span], ...]
    """What of it has one: a larger request on a machine that is paid whole is another part of the same sum."""


def weights(texts: Mapping[str, bytes], prices: PriceBook) -> dict[Name, Weight]:
    """Every object of a side that costs, or may."""
    manifests = [manifest for file, data in texts.items() for manifest in read(data, file).manifests]
    return _weights(estimate(take_inventory(manifests, observe(manifests)), prices, HERE))


def _weights(side: Estimate) -> dict[Name, Weight]:
    reasons: dict[Name, tuple[str, ...]] = {}
    for entry in side.unpriced:
        reasons[_name(entry.manifest)] = (*reasons.get(_name(entry.manifest), ()), entry.reason)
    found = {
        _name(each.workload.manifest): Weight(
            each.total.expected, each.one_off.expected, reasons.pop(_name(each.workload.manifest), ()), _parts(each)
        )
        for each in side.workloads
    }
    return found | {name: Weight(Decimal(0), Decimal(0), words, ()) for name, words in reasons.items()}


def _parts(each: WorkloadEstimate) -> tuple[tuple[str, str, Decimal, Span, Span], ...]:
    return tuple((line.what, line.group, line.quantity, line.times, line.amount) for line in each.lines)


def _name(manifest: Manifest) -> Name:
    return manifest.group, manifest.kind, manifest.namespace, manifest.name


def bodies(texts: Iterable[bytes]) -> dict[Name, object]:
    """Every object of a side as PyYAML reads it; what it cannot read is left out."""
    found: dict[Name, object] = {}
    for data in texts:
        try:
            documents = list(yaml.safe_load_all(data))
        except (yaml.YAMLError, ValueError):
            continue
        for document in documents:
            for body in document.get("items") or [document] if isinstance(document, dict) else ():
                if isinstance(body, dict) and isinstance(body.get("metadata"), dict):
                    metadata = body["metadata"]
                    group = str(body.get("apiVersion", "")).rpartition("/")[0]
                    name = str(metadata.get("name") or metadata.get("generateName") or "")
                    found[group, str(body.get("kind", "")), str(metadata.get("namespace") or ""), name] = body
    return found


def _content(body: object) -> object:
    """An object but for its metadata."""
    return {key: value for key, value in body.items() if key != "metadata"} if isinstance(body, dict) else body


@dataclass(frozen=True, slots=True)
class Expected:
    """What a change is expected to say."""

    before: Mapping[Name, Weight]
    after: Mapping[Name, Weight]
    named: frozenset[Name]
    """The objects that a comment has to name, and no others."""


def expected(before: Mapping[str, bytes], after: Mapping[str, bytes], prices: PriceBook) -> Expected:
    """Objects whose own weight differs; and of those without a whole price those that are written otherwise."""
    old, new = weights(before, prices), weights(after, prices)
    was, is_ = bodies(before.values()), bodies(after.values())
    named = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    unsure = {name for name in old.keys() & new.keys() if old[name].reasons or new[name].reasons}
    named |= {name for name in unsure if not old[name].parts and _content(was.get(name)) != _content(is_.get(name))}
    return Expected(old, new, frozenset(named))


def require_exact(told: Report, wanted: Expected) -> None:
    """Hold a report, and the comment of it, to naming exactly what changes, at its weight after less its weight before."""
    shown: set[Name] = set()
    for row in told.changed:
        name = _name(row.manifest)
        earlier = _earlier(row.delta.fields, name) if row.kind is Kind.CHANGED else name
        shown |= {name, earlier} if row.kind is not Kind.ADDED else {name}
        assert name in wanted.named or earlier in wanted.named, f"{name} is told of, and is as it was"
        if not row.delta.notes:  # else volumes outlive what asked for them
            old, new = wanted.before.get(earlier), wanted.after.get(name)
            assert row.exact_total - row.exact_before == _total(new) - _total(old), name
    for row in told.rows:
        if row.unknown and row.kind is Kind.CHANGED and not row.delta.in_part:  # unknown under another name
            shown |= {_name(row.manifest), _earlier(row.delta.fields, _name(row.manifest))}
    shown |= {_name(entry.manifest) for entry in told.unpriced_changes}
    assert wanted.named <= shown, f"missed: {wanted.named - shown}"
    assert {name for name in shown if name in wanted.before or name in wanted.after} <= wanted.named
    _require_comment(told)


def _earlier(fields: Sequence[object], name: Name) -> Name:
    """What a renamed or moved object was called."""
    was = {field.what: field.before for field in fields if field.path[:1] == ("metadata",)}  # type: ignore[attr-defined]
    return name[0], name[1], was.get("namespace", name[2]), was.get("name", name[3])


def _total(weight: Weight | None) -> Decimal:
    return weight.total if weight is not None else Decimal(0)


def _require_comment(told: Report) -> None:
    """The comment has a row for each object, or says how many share one, and its rows sum to its last."""
    text = comment(told)
    rows = table(text)
    objects = len(told.changed) + len({entry.identity for entry in told.unpriced_objects})
    body, total = (rows[:-1], rows[-1]) if len(rows) > 1 else (rows, None)
    assert sum(_objects(row[1]) for row in body) == objects
    priced = [row for row in body if row[3] != "not priced"]
    if total is not None and priced and not any("under" in row[0] for row in priced):
        assert sum(amount(row[0], absent=Decimal(0)) for row in priced) == amount(total[0], absent=Decimal(0))
    if total is not None and total[3] == "not priced":
        assert not priced, text
        return
    for side in (0, 1) if total is not None else ():
        assert sum(amount(row[3].split("→")[side]) for row in priced) == amount(total[3].split("→")[side])
    if not objects:
        assert text.startswith(("### Cost: no change", "### Cost: cannot tell")), text.splitlines()[0]


def _objects(cell: str) -> int:
    several = re.match(r"(\d+) (?:workloads|objects|more)", cell)
    return int(several[1]) if several else 1


def table(text: str) -> list[list[str]]:
    """The cells of a comment's table, row by row; nothing where it has none."""
    found = re.search(r"\| Δ a month .*?\n\n", text, re.DOTALL)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[0].strip().splitlines()[2:]] if found else []


def amount(cell: str, absent: Decimal | None = None) -> Decimal:
    """The expected amount of a cell: of ``$0 to **+$161**`` the first; ``absent`` where it has none a month."""
    found = re.search(r"([+−]?)\$([\d,]+(?:\.\d\d)?)", cell.replace("*", ""))
    if found is None or ("once" in cell.split(",", maxsplit=1)[0] and absent is not None):
        assert absent is not None, cell
        return absent
    value = Decimal(found[2].replace(",", ""))
    return -value if found[1] == "−" else value
