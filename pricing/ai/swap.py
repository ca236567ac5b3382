"""AI models that a change swaps: what each costs a million tokens, where how many are used is not told."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest

from pricing.ai.model import UNIT, UsedModel
from pricing.estimate import Change, FieldChange, WorkloadEstimate
from workloads.models.usage import ANNOTATION

_NO_CHANGE = Change(Decimal(0), Decimal(0), Decimal(0))


def called(estimate: WorkloadEstimate) -> list[UsedModel]:
    """The models behind an API that a workload names."""
    return [each for each in estimate.ai_models if each.model is not None]


def uncounted(estimate: WorkloadEstimate) -> list[UsedModel]:
    """Those of them whose tokens are neither declared nor observed, so that the sums hold none of them."""
    if any(not usage.model for usage in estimate.workload.ai_usage):
        return []
    return [each for each in called(estimate) if each.model and each.model.name not in estimate.counted_models]


def swaps(before: WorkloadEstimate, after: WorkloadEstimate) -> tuple[FieldChange, ...]:
    """The models that a change puts in the place of others, with no amount: their tokens are not told."""
    if not before.ai_models and not after.ai_models:
        return ()
    then, now = _without_amount(before, after), _without_amount(after, before)
    gone = [each for each in then if each.model not in {other.model for other in called(after)}]
    come = [each for each in now if each.model not in {other.model for other in called(before)}]
    return tuple(_swap(old, new) for old, new in _paired(gone, come))


def _without_amount(side: WorkloadEstimate, other: WorkloadEstimate) -> list[UsedModel]:
    """The models of one side that a swap has no amount for: all of them where one of either side is in no price list."""
    unknown = any(each.model is not None and not each.model.provider for each in (*called(side), *called(other)))
    return called(side) if unknown else uncounted(side)


def _paired(gone: Sequence[UsedModel], come: Sequence[UsedModel]) -> list[tuple[UsedModel | None, UsedModel | None]]:
    """Each model that goes with the one that comes in its place, by the setting that names it, else in order."""
    pairs: list[tuple[UsedModel | None, UsedModel | None]] = []
    left = list(gone)
    rest = []
    for new in come:
        old = next((each for each in left if each.named.where == new.named.where), None)
        if old is None:
            rest.append(new)
        else:
            left.remove(old)
            pairs.append((old, new))
    return [*pairs, *zip_longest(left, rest)]


def _swap(old: UsedModel | None, new: UsedModel | None) -> FieldChange:
    several = [each.price for each in (old, new) if each is not None]
    alike = len(several) > 1 and all(price.endswith(UNIT) for price in several)
    prices = " → ".join([*(price.removesuffix(f" {UNIT}") for price in several[:-1]), several[-1]] if alike else several)
    names = [each.label if each is not None else "none" for each in (old, new)]
    path = new.named.path if new is not None else ()
    return FieldChange("", path, "AI model", names[0], names[1], _NO_CHANGE, prices)


def told(models: Sequence[UsedModel]) -> str:
    """What a person should know of models whose tokens are not counted."""
    names = " and ".join(f"{each.label} ({each.price})" for each in models[:3])
    more = f" and {len(models) - 3} more" if len(models) > 3 else ""
    return f"uses {names}{more}, its tokens not declared and not counted: annotation {ANNOTATION}: input=300M output=50M"
