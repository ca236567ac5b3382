"""A company's commitments and use of spot, from weighbridge.yaml, as prices of its own over a price book.

A commitment covers a part of what runs: that part costs less, the rest its list price, and a pod runs somewhere among both. So it
costs the mean of the two at every end of its range: an end says what may run, and how well the mean is known is its confidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from pricing.book import CommitmentOffer, PriceBook
from pricing.locality import USUAL_REGIONS
from pricing.machines.family import family_of
from pricing.own.overlay import EVERY, Discount, Overlay, Place, SpotTerms
from pricing.precision import exactly, tidy
from pricing.rate import Confidence, Location
from workloads.settings.purchase import EVERY_FAMILY, Commitment, Purchase, SpotUse
from workloads.text.schema import suggestion

NAME = "weighbridge.yaml"
"""What the output calls these prices."""

_LEVEL = {"compute-savings-plan": "reserved-convertible", "ec2-instance-savings-plan": "reserved-standard"}
"""Instruments whose discounts by family are those of another: AWS sells savings plans at the level of reserved instances."""
_ONE, _PERCENT = Decimal(1), Decimal(100)


class TermsError(ValueError):
    """What is stated of commitments or spot cannot be turned into prices; the message says what to state."""


@dataclass(frozen=True, slots=True)
class _Reduction:
    """What one commitment takes off all that runs of a family."""

    part: Decimal
    """Of the on-demand price: the discount times what it covers."""
    because: str
    date: str
    confidence: Confidence


def overlay_of(purchase: Purchase, prices: PriceBook) -> Overlay:
    """The prices that come of it.

    Raises:
        TermsError: a cloud or family is not sold, commitments cover more than everything, or the book has no such commitment and
            no percentage is stated.
    """
    stated = {(each.cloud, each.family) for each in purchase.commitments} | {(use.cloud, use.family) for use in purchase.spot}
    for cloud, family in sorted(stated):
        _require_sold(cloud, family, prices)
    with exactly():
        clouds = dict.fromkeys(commitment.cloud for commitment in purchase.commitments)
        discounts = [discount for cloud in clouds for discount in _discounts(cloud, purchase.commitments, prices)]
    digest = hashlib.sha256(repr((purchase, discounts)).encode()).hexdigest()
    return Overlay(NAME, "", discounts=tuple(discounts), spot=tuple(map(_spot_terms, purchase.spot)), digest=digest)


def _require_sold(cloud: str, family: str, prices: PriceBook) -> None:
    """That a cloud and a family are sold at all: a misspelt one would change nothing, and nobody would know."""
    if cloud not in prices.clouds():
        raise TermsError(f"prices: the price book has no cloud {cloud!r}: {suggestion(cloud, prices.clouds())}")
    regions = sorted(prices.regions(cloud), key=lambda region: region != USUAL_REGIONS.get(cloud))
    families: set[str] = set()
    for region in regions if family != EVERY_FAMILY else ():
        families.update(family_of(machine.type) for machine in prices.machines(Location(cloud, region)))
        if family in families:
            return
    if family != EVERY_FAMILY:
        raise TermsError(f"prices: {cloud} sells no machines of family {family!r}: {suggestion(family, families)}")


def _discounts(cloud: str, commitments: Sequence[Commitment], prices: PriceBook) -> Iterator[Discount]:
    """The discounts of one cloud, by family; the one for all others comes last."""
    own = [commitment for commitment in commitments if commitment.cloud == cloud]
    offers = [offer for offer in prices.commitments(cloud) if offer.percent is not None]
    general = [commitment for commitment in own if commitment.family == EVERY_FAMILY]
    families = {commitment.family for commitment in own} | {o.family for each in general for o in _alike(each, offers)}
    for family in sorted(families - {EVERY_FAMILY}):
        yield _discount(cloud, family, [c for c in own if c.family in (family, EVERY_FAMILY)], offers)
    if general:
        yield _discount(cloud, EVERY_FAMILY, general, offers)


def _discount(cloud: str, family: str, commitments: Sequence[Commitment], offers: Sequence[CommitmentOffer]) -> Discount:
    covered = sum((commitment.coverage for commitment in commitments), Decimal(0))
    if covered > 1:
        raise TermsError(
            f"prices.commitments cover {_percent(covered)} of {cloud} {family}: state coverage so that it comes to 1 at most"
        )
    reductions = [_reduction(commitment, family, offers) for commitment in commitments]
    return Discount(
        Place(cloud),
        types=(EVERY,) if family == EVERY_FAMILY else (),
        families=() if family == EVERY_FAMILY else (family,),
        factor=_ONE - sum((reduction.part for reduction in reductions), Decimal(0)),
        because="; ".join(reduction.because for reduction in reductions) + " (prices.commitments)",
        date=min((reduction.date for reduction in reductions if reduction.date), default=""),
        confidence=Confidence.least(Confidence.MODELLED, *(reduction.confidence for reduction in reductions)),
        covered=covered,
    )


def _reduction(commitment: Commitment, family: str, offers: Sequence[CommitmentOffer]) -> _Reduction:
    name = f"{commitment.term_years}-year {commitment.instrument}, {commitment.payment}"
    if commitment.discount is not None:
        return _reduced(commitment, commitment.discount, f"{name}, as stated", "", Confidence.MODELLED)
    alike = _alike(commitment, offers)
    exact = next((offer for offer in alike if offer.family in (family, EVERY_FAMILY)), None)
    if exact is not None and exact.percent is not None:
        words = f"{name}, by {exact.source} {exact.date}".rstrip()
        return _reduced(commitment, exact.percent / _PERCENT, words, exact.date, exact.confidence)
    if not alike or commitment.family != EVERY_FAMILY:
        raise TermsError(_missing(commitment, offers))
    stand_in = median([offer.percent for offer in alike if offer.percent is not None]) / _PERCENT
    oldest = min(offer.date for offer in alike)
    words = f"{name}, the median of {len(alike)} other families by {alike[0].source} {oldest}".rstrip()
    return _reduced(commitment, stand_in, words, oldest, Confidence.ASSUMED)


def _reduced(commitment: Commitment, discount: Decimal, words: str, date: str, confidence: Confidence) -> _Reduction:
    because = f"{_percent(commitment.coverage)} of it {_percent(discount)} less: {words}"
    return _Reduction(commitment.coverage * discount, because, date, confidence)


def _alike(commitment: Commitment, offers: Sequence[CommitmentOffer]) -> list[CommitmentOffer]:
    """The offers of a commitment's instrument, years and payment, of whatever family."""
    instrument = _LEVEL.get(commitment.instrument, commitment.instrument)
    wanted = (instrument, str(commitment.term_years), commitment.payment)
    return [offer for offer in offers if (offer.instrument, offer.years, offer.payment) == wanted]


def _missing(commitment: Commitment, offers: Sequence[CommitmentOffer]) -> str:
    asked = (
        f"{commitment.term_years}-year {commitment.instrument}, {commitment.payment}, of {commitment.cloud} {commitment.family}"
    )
    command = f"weighbridge prices commitments --cloud {commitment.cloud}"
    has = f"; {command} shows those it has" if offers else ""
    return f"prices.commitments: the price book has no {asked}: state percent{has}"


def _spot_terms(use: SpotUse) -> SpotTerms:
    factor = None if use.discount is None else _ONE - use.discount
    every = use.family == EVERY_FAMILY
    return SpotTerms(Place(use.cloud), "" if every else use.family, factor, use.share)


def _percent(part: Decimal) -> str:
    return f"{tidy(part * _PERCENT):f} %"
