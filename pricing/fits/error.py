"""How far fitted rates are from the prices of machine types that they were not fitted to: what a fit is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pricing.fits.fit import Fit, Miss, median_error, misses, ninth_decile
from pricing.locality import EVERY_REGION
from pricing.machines.family import GENERAL_PURPOSE, GPU


@dataclass(frozen=True, slots=True)
class HeldBackError:
    """The errors of many held-back machine types of one cloud."""

    cloud: str
    scope: str
    """What the types were priced by, in words."""
    prices: int
    """Prices that were told: a type counts once a region."""
    median: float
    """Median relative error; 0.075 is 7.5 %."""
    ninth_decile: float
    """The error that nine of ten keep within."""


FAMILIES = "CPU families"
MODELS = "GPU models"
WITHIN = "within family"
ONE_RATE = "one rate for all general-purpose types"
OVERALL = "overall"


def held_back_errors(fits: Sequence[Fit]) -> tuple[HeldBackError, ...]:
    """By cloud: within families and GPU models, by the one general-purpose rate, and overall.

    Overall, a type is priced by its family or GPU model without it; one that is alone in its family by general-purpose rates
    without it. A GPU model of one type cannot be told without that type, and is not counted.
    """
    clouds = dict.fromkeys(fit.cloud for fit in fits)
    return tuple(error for cloud in clouds for error in _errors(cloud, [fit for fit in fits if fit.cloud == cloud]))


def _errors(cloud: str, fits: Sequence[Fit]) -> Iterator[HeldBackError]:
    general = next((fit for fit in fits if fit.family == GENERAL_PURPOSE), None)
    families = [fit for fit in fits if fit.family != GPU and "+" not in fit.family and not fit.family.startswith(GENERAL_PURPOSE)]
    by_family = [miss for fit in families for miss in fit.held_back]
    by_model = [miss for fit in fits if fit.family == GPU and fit.region == EVERY_REGION for miss in fit.held_back]
    alone = _alone(families, general) if general else []
    scopes = (
        (FAMILIES, by_family),
        (MODELS, by_model),
        (WITHIN, [*by_family, *by_model]),
        (ONE_RATE, list(general.held_back) if general else []),
        (OVERALL, [*by_family, *by_model, *alone]),
    )
    return (_error(cloud, scope, found) for scope, found in scopes if found)


def _alone(families: Iterable[Fit], general: Fit) -> list[Miss]:
    """Types alone in their family, at general-purpose rates that were fitted without them."""
    known = {miss.sample.type: miss for miss in general.held_back}
    found: list[Miss] = []
    for sample in (fit.misses[0].sample for fit in families if fit.types == 1):
        found += [known[sample.type]] if sample.type in known else misses([sample], general.rates)
    return found


def _error(cloud: str, scope: str, found: Sequence[Miss]) -> HeldBackError:
    return HeldBackError(cloud, scope, len(found), median_error(found), ninth_decile(found))
