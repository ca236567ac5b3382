"""What an estimate says of AI models beside the lines of their tokens: which are named, which are not counted, break-even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pricing.ai.break_even import break_even, words
from pricing.ai.model import UsedModel
from pricing.ai.swap import told, uncounted
from pricing.ai.tokens import declared_model, not_listed
from pricing.book import PriceBook
from pricing.estimate import WorkloadEstimate


def with_ai_models(estimate: WorkloadEstimate, used: Sequence[UsedModel], prices: PriceBook) -> WorkloadEstimate:
    """An estimate with the AI models that its workload names. The caller has set the context of exact arithmetic."""
    declared = [model.name for usage in estimate.workload.ai_usage if usage.model and (model := declared_model(usage, prices))]
    found = replace(
        estimate,
        ai_models=tuple(used),
        counted_models=tuple(declared),
        break_even=break_even(estimate.workload, used, estimate.lines, prices),
    )
    missing = uncounted(found)
    notes = [told(missing)] if missing else []
    notes += [not_listed(each.model.name, prices) for each in missing if each.model is not None and not each.model.provider]
    notes += [words(found.break_even)] if found.break_even is not None else []
    return replace(found, notes=tuple(notes))
