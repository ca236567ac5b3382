"""What a cloud builds for a load balancer: the item of its price list, its rules, its public addresses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Build:
    """One load balancer, as its cloud sells it."""

    item: str
    """The item of the price book: ``network-load-balancer``."""
    because: str = ""
    assumption: str = ""
    rules: int = 1
    """Rules that are paid by number, where the cloud does so."""
    rule_item: str = ""
    """The item of each rule beyond those that the load balancer's own price includes."""
    addresses: int = 0
    """Public IPv4 addresses that are paid."""
    addresses_because: str = ""
    addresses_assumption: str = ""
    alone: str = ""
    """In words, with whom else its price is shared; empty where with nobody."""


@dataclass(frozen=True, slots=True)
class NoBuild:
    """No cloud builds anything that the book could price: why, in words."""

    unpriced: str = ""
    free: str = ""
    """Where it costs nothing; else ``unpriced`` says why it cannot be told."""
