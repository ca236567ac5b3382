"""Advice as it is shown: its figures rounded, its edits as lines of a file, and whether the forge lets these be committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.advice.advice import Advice
from policies.reports.figures import NO_FIGURES, Figures
from pricing.currency import USD, Currency
from workloads.span import Span
from workloads.text.location import locate
from workloads.text.rewriting import Rewriting, rewritings

ShownLines = Mapping[str, Sequence[range]]
"""By file, as it is named in origins, the 1-based lines of it that a forge shows of a change."""
MOST_SUGGESTED = 10
"""Pieces of advice that can be committed from one review."""


@dataclass(frozen=True, slots=True)
class ShownAdvice:
    """One piece of advice, in the currency that is shown."""

    advice: Advice
    before: Figures = NO_FIGURES
    """What the workload costs a month as the change leaves it."""
    after: Figures = NO_FIGURES
    """What it would cost."""
    once_before: Figures = NO_FIGURES
    once_after: Figures = NO_FIGURES
    rewriting: Rewriting | None = None
    """The lines to be changed; None where they are not told."""
    suggested: bool = False
    """Whether these are among the lines that the forge shows, so that they can be committed there."""

    @property
    def saves(self) -> Figures:
        """What it saves a month."""
        return self.before - self.after

    @property
    def saves_once(self) -> Figures:
        """What it saves once, or a run."""
        return self.once_before - self.once_after

    @property
    def file(self) -> str:
        """The file of the object that is to be changed; empty where there is none."""
        origin = self.advice.manifest.origin
        return origin.file if origin else ""

    @property
    def line(self) -> int:
        """The 1-based line that it is about; 0 where there is none."""
        origin = self.advice.manifest.origin
        if self.rewriting is not None or origin is None:
            return self.rewriting.first if self.rewriting else 0
        return locate(origin, self.advice.edits[0].path if self.advice.edits else ())[0]


def shown_advice(every: Iterable[Advice], currency: Currency = USD, lines: ShownLines | None = None) -> tuple[ShownAdvice, ...]:
    """Advice in its order. No two suggestions are about one line, since whoever commits them together could not."""
    taken: list[Rewriting] = []
    found: list[ShownAdvice] = []
    for advice in every:
        rewriting, fits = _lines_of(advice, lines or {}, taken)
        fits = fits and len(taken) < MOST_SUGGESTED
        if rewriting is not None and fits:
            taken.append(rewriting)
        found.append(_shown(advice, currency, rewriting, suggested=fits))
    return tuple(found)


def _lines_of(advice: Advice, lines: ShownLines, taken: Sequence[Rewriting]) -> tuple[Rewriting | None, bool]:
    """The lines of a piece of advice: the first way whose lines are shown and free, else the best one."""
    if not advice.edits:
        return None, False
    best: Rewriting | None = None
    for each in rewritings(advice.manifest, advice.edits):
        best = best or each
        shown = lines.get(each.file, ())
        if not shown:
            break
        if any(each.first in part and each.last in part for part in shown) and not any(_overlap(each, other) for other in taken):
            return each, True
    return best, False


def _overlap(one: Rewriting, other: Rewriting) -> bool:
    return one.file == other.file and one.first <= other.last and other.first <= one.last


def _shown(advice: Advice, currency: Currency, rewriting: Rewriting | None, *, suggested: bool) -> ShownAdvice:
    saving = advice.saving
    if saving is None:
        return ShownAdvice(advice, rewriting=rewriting, suggested=suggested)
    spans = (saving.before, saving.after, saving.once_before, saving.once_after)
    before, after, once_before, once_after = (_converted(span, currency) for span in spans)
    return ShownAdvice(advice, before, after, once_before, once_after, rewriting, suggested)


def _converted(span: Span, currency: Currency) -> Figures:
    factor = currency.factor
    return Figures.of(Span(span.low * factor, span.expected * factor, span.high * factor), currency.step)
