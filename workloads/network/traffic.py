"""What an object says it moves over the network: ``weighbridge.dev/traffic`` on the object itself.

``internet=2Ti crossZone=500Gi crossRegion=100Gi processed=3Ti nat=1Ti``: bytes a month, of the object and not of each pod, as
Kubernetes writes quantities. ``internet`` leaves for the internet, ``crossZone`` and ``crossRegion`` pass between zones and
regions, ``processed`` goes through the object's own load balancer in either direction, ``nat`` through a NAT gateway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from workloads.field import FieldPath, mapping
from workloads.quantity import LARGEST, QuantityError, parse_quantity

ANNOTATION: Final = "weighbridge.dev/traffic"
KEYS: Final = ("internet", "crossZone", "crossRegion", "processed", "nat")
PATH: Final[FieldPath] = ("metadata", "annotations", ANNOTATION)
LONGEST: Final = 1024
"""Characters of the annotation that are read."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What an object moves in a month."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    """Bytes by one of ``KEYS``, each more than none."""


def traffic(body: Mapping[str, object]) -> tuple[Traffic | str, ...]:
    """The traffic declared, or in words what is wrong with it; nothing where none is. Never raises."""
    stated = mapping(body, "metadata", "annotations").get(ANNOTATION)
    if stated is None:
        return ()
    if not isinstance(stated, str) or len(stated) > LONGEST:
        return (_wrong("it is no text, or a very long one"),)
    amounts: dict[str, Decimal] = {}
    for pair in stated.split():
        key, _, written = pair.partition("=")
        if key not in KEYS:
            return (_wrong(f"{key[:40]!r} is none of {', '.join(KEYS)}"),)
        amount = _bytes(written)
        if isinstance(amount, str):
            return (amount,)
        amounts[key] = amounts.get(key, Decimal(0)) + amount
    moved = {key: amount for key, amount in amounts.items() if amount}
    if not amounts:
        return (_wrong("no traffic is stated: internet=2Ti crossZone=500Gi"),)
    return (Traffic(moved),) if moved else ()


def _bytes(written: str) -> Decimal | str:
    """An amount in bytes; in words, why it is none."""
    try:
        amount = parse_quantity(written)
    except QuantityError as error:
        return _wrong(str(error))
    if not 0 <= amount <= LARGEST:
        return _wrong(f"{written[:40]} is no amount that anybody could move in a month")
    return amount


def _wrong(words: str) -> str:
    return f"annotation {ANNOTATION}: {words}"
