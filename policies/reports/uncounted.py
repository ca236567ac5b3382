"""AI models whose tokens nobody has told, in one note for all workloads that name some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies.reports.alike import named
from policies.reports.figures import total_of
from policies.reports.row import Row
from pricing.ai.model import UsedModel
from pricing.ai.swap import uncounted
from pricing.currency import Sign
from workloads.models.declaration import Declaration, declaration
from workloads.models.usage import ANNOTATION

MOST = 5
"""Models that a note names; those of other workloads are only counted."""


def uncounted_notes(rows: Sequence[Row], *, compared: bool) -> Iterator[str]:
    """The note, where there is such a workload; of a change only what it brings, since the rest was as unknown before."""
    titles: dict[str, list[str]] = {}
    sources: dict[str, None] = {}
    for row in rows:
        if not _has_models(row) or (compared and not row.uncounted):
            continue
        for words in _told(row):
            titles.setdefault(words, []).append(row.title)
        sources.update(dict.fromkeys(each.source for each in _uncounted(row) if each.source))
    if titles:
        listed = [f"{named(names)} ({words})" for words, names in list(titles.items())[:MOST]]
        rest = {name for names in list(titles.values())[MOST:] for name in names}
        more = f" and {len(rest)} more workloads" if rest else ""
        told = f"; prices of {', '.join(sources)}" if sources else ""
        yield (
            f"tokens of AI models are not counted, and not $0: {'; '.join(listed)}{more};"
            f" annotation {ANNOTATION}: input=300M output=50M declares a month's{told}"
        )


def declared_notes(rows: Sequence[Row], sign: Sign) -> Iterator[str]:
    """Workloads whose tokens a change begins, or ceases, to declare: what they cost is counted on both sides, or on neither."""
    for row in rows:
        before, after = row.delta.before, row.delta.after
        if before is None or after is None:
            continue
        found = declaration(before.workload.manifest, after.workload.manifest)
        if found is Declaration.BEGUN and before.workload.ai_usage:
            cost = total_of([shown.amount for shown in row.lines_before if shown.line.what == "aiApi"]).expected
            yield (
                f"{row.title} declares its tokens of AI models now: what they cost, {sign}{sign.digits(cost)} a month before this"
                " change, was paid then as well and is counted on both sides"
            )
        elif found is Declaration.CEASED and not before.workload.ai_usage and before.ai_models:
            yield (
                f"{row.title} declares its tokens of AI models no more: what they cost is not known, and is counted on neither"
                f" side; annotation {ANNOTATION} declared it"
            )


def _has_models(row: Row) -> bool:
    return any(side is not None and side.ai_models for side in (row.delta.before, row.delta.after))


def _uncounted(row: Row) -> list[UsedModel]:
    return [each for side in (row.delta.before, row.delta.after) if side is not None for each in uncounted(side)]


def _told(row: Row) -> list[str]:
    """Each swap with both prices; of a workload that swaps none, each model with its price."""
    swapped = [f"{field.before} → {field.after}, {field.detail}" for field in row.delta.fields if field.detail]
    after = row.delta.after
    return swapped or [f"{each.label}, {each.price}" for each in (uncounted(after) if after is not None else [])]
