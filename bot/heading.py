"""A comment's first two lines: how much, how bad at worst, may it merge, is it complete; against what, added and saved apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.amount import MINUS, Unit
from bot.shown_row import ShownRow
from policies.reports.figures import Figures, total_of
from policies.verdict import Verdict
from pricing.delta import Kind

EVERYTHING = "everything runs as much as its manifest allows"
"""What a high end stands for where no autoscaler decides it: every retry, for as long as it may."""
TIMES = 10
"""Growth, as a share of what it was, beyond which it is told as ``×17``: a percentage of four digits says nothing."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of the workloads that change, in a comment's unit."""

    before: Figures
    total: Figures
    added: Decimal
    """Sum of the expected increases."""
    saved: Decimal
    """Sum of the expected decreases, as a positive amount."""
    once_before: Figures
    """What is paid once, beside what is paid a month."""
    once_total: Figures
    exact: tuple[Decimal, Decimal]
    """Expected before and after, unrounded: what a percentage is of."""
    workloads: int
    denied: int
    refused: int
    """Objects of whose change Kubernetes refuses something."""
    accepted: int
    """Objects with a denial that somebody accepted."""
    unpriced: int
    """Objects without any price."""
    scalers: int
    """Autoscalers among these, which are no workloads."""
    partly: int
    """Workloads of which a part has no price."""
    uncounted: int
    """Workloads with AI models that come or go and whose tokens are not told."""
    unread: int
    """Files or documents that could not be read."""
    mistakes: int
    """What is probably mistaken in objects of the change."""
    mistaken: int
    """Workloads in which something is."""
    misread: int
    """Of these, those of which something would look as if it came or went."""

    @property
    def unknown(self) -> int:
        """Objects that have no price, or not all of it."""
        return self.unpriced + self.partly

    @property
    def every(self) -> int:
        """Objects that change, with a price or without."""
        return self.workloads + self.unpriced

    @property
    def noun(self) -> str:
        """What all of them are."""
        return "objects" if self.scalers else "workloads"

    @property
    def priced(self) -> int:
        """Workloads whose whole price is known."""
        return self.workloads - self.partly

    @property
    def delta(self) -> Figures:
        """What the change adds a month."""
        return self.total - self.before

    @property
    def once(self) -> Figures:
        """What it adds once."""
        return self.once_total - self.once_before


def heading(summary: Summary, unit: Unit, verdict: Verdict, title: str = "Cost", bounds: str = "") -> str:
    """``### Cost: +$77 a month (up to +$238), 1 denied, 1 not priced``; ``bounds`` is what nodes may come to."""
    parts = [*_figures(summary, unit), *([bounds] if bounds else [])]
    if summary.denied:
        parts.append(f"{summary.denied:,} denied")
    if summary.refused and summary.delta.nothing and summary.once.nothing:  # Beside figures, a line below says it.
        parts.append(f"{summary.refused:,} refused by Kubernetes")
    if summary.accepted:
        parts.append(f"{summary.accepted:,} accepted")
    if summary.unknown and not _blind(summary):
        parts.append(f"{summary.unknown:,} not priced{' in full' if not summary.unpriced else ''}")
    if summary.uncounted:
        parts.append(f"AI tokens of {summary.uncounted:,} {'workload' if summary.uncounted == 1 else 'workloads'} not counted")
    if summary.mistakes:
        parts.append(f"{summary.mistakes:,} probable {'mistake' if summary.mistakes == 1 else 'mistakes'}")
    if summary.unread:
        parts.append(f"{summary.unread:,} not read")
    if verdict is Verdict.UNKNOWN and not (summary.denied or summary.unknown or summary.unread):
        parts.append("a rule could not be decided")
    return f"### {title}: {', '.join(parts)}"


def _figures(summary: Summary, unit: Unit) -> list[str]:
    """What it adds a month, and once."""
    once = [f"{unit.changes(summary.once).replace('**', '')} once"] if not summary.once.nothing else []
    return once if _only_once(summary) else [_figure(summary, unit), *once]


def _blind(summary: Summary) -> bool:
    """Whether what is not known weighs as much as what is: then the heading must not begin with a figure."""
    return bool(summary.misread) or (summary.unknown > 0 and summary.unknown >= summary.priced)


def _only_once(summary: Summary) -> bool:
    """Whether nothing is paid every month, before or after."""
    monthly = not (summary.before.nothing and summary.total.nothing)
    return not summary.once.nothing and not monthly and not _blind(summary)


def _figure(summary: Summary, unit: Unit) -> str:
    delta = summary.delta
    if _blind(summary) and not summary.unknown:
        return "cannot tell"
    if _blind(summary):
        told = f"{summary.unknown:,} of {summary.every:,} {summary.noun} not priced"
        return f"cannot tell, {told}{'' if summary.unpriced else ' in full'}"
    if delta.nothing:
        return "cannot tell" if summary.uncounted or summary.unread else "no change"
    if delta.low_alone:
        return f"{unit.change(delta.expected)} a month (minimum {unit.change(delta.low)})"
    if delta.expected == delta.high:
        return f"{unit.change(delta.expected)} a month"
    return f"{unit.change(delta.expected)} a month ({_bound(delta, unit)})"


def _bound(delta: Figures, unit: Unit) -> str:
    """The other end of a change: ``up to +$238``; ``at most −$161``; ``maximum −$81`` of what is expected to rise."""
    high = unit.change(delta.high)
    if delta.high > delta.expected:
        return f"up to {high}"
    return unit.maximum(delta) if delta.capped else f"at most {high}"


def sentence(summary: Summary, unit: Unit, high_end: str, unchanged: str = "") -> str:
    """``**$1,599 → $1,676 a month (+5%)** for the 5 workloads priced: $1,252 added, $1,175 saved. …``.

    ``unchanged`` says what is not among these: ``3 unchanged, $18``.
    """
    before, total, delta = summary.before.expected, summary.total.expected, summary.delta
    if _only_once(summary):
        noun = "workload" if summary.workloads == 1 else "workloads"
        bound = f" Up to {unit.change(summary.once.high)} if {EVERYTHING}." if summary.once.high > summary.once.expected else ""
        return f"{unit.changes(summary.once)} once, nothing every month, for {summary.workloads:,} {noun}.{bound}"
    if _blind(summary) or (delta.nothing and summary.uncounted):
        return f"Known part: {_known(summary, unit)}. The rest is not known and not {unit.money(Decimal(0))}."
    noun = "workload" if summary.workloads == 1 else "workloads"
    moved = f"**{unit.money(before)} → {unit.money(total)} a month{_growth(summary) if before else ''}**"
    counted = f"the {summary.workloads:,} {noun} priced" if summary.unknown else f"{summary.workloads:,} {noun}"
    words = f"{moved} for {counted}{', with what is probably a mistake' if summary.mistaken else ''}"
    if summary.added and summary.saved:
        words += f": {unit.money(summary.added)} added, {unit.money(summary.saved)} saved"
    words += f"; and {unchanged}." if unchanged else "."
    return words + (_at_least(delta, unit) if delta.low_alone else _at_most(delta, unit, high_end))


def _at_least(delta: Figures, unit: Unit) -> str:
    """What a change of the low end alone comes to: the least that is paid, whichever end is expected."""
    return f" The least that may be paid {'falls' if delta.low < 0 else 'rises'} by {unit.money(abs(delta.low))}."


def _known(summary: Summary, unit: Unit) -> str:
    """``+$204 a month ($245 → $449)``; of what is paid once alone ``+$7.07 once ($0.75 → $7.82)``."""
    once = summary.before.nothing and summary.total.nothing and not (summary.once_before.nothing and summary.once_total.nothing)
    before, after = (summary.once_before, summary.once_total) if once else (summary.before, summary.total)
    change = f"{unit.change((after - before).expected)} {'once' if once else 'a month'}"
    return f"{change} ({unit.money(before.expected)} → {unit.money(after.expected)})"


def _at_most(delta: Figures, unit: Unit, high_end: str) -> str:
    """`` Up to +$238 if every autoscaler runs at its maximum.``; of what falls, or rises by less, what it comes to then."""
    if delta.high > delta.expected:
        return f" Up to {unit.change(delta.high)} {high_end}."
    if delta.high == delta.expected:
        return ""
    return f" {high_end[0].upper()}{high_end[1:]}: {unit.change(delta.high) if delta.high else 'as before'}."


def _growth(summary: Summary) -> str:
    """Share of what it was, ``(+5%)``, or how many times as much, ``(×17)``; nothing where nothing moves to speak of."""
    before, after = summary.exact
    if before <= 0 or not summary.delta.expected:
        return ""
    share = (after - before) / before
    if share > TIMES:
        return f" (×{after / before:,.0f})"
    percent = abs(share) * 100
    digits = f"{percent:.0f}" if percent >= 1 else f"{percent:.1f}"
    return "" if digits == "0.0" else f" ({'+' if share > 0 else MINUS}{digits}%)"


def summarize(shown: Sequence[ShownRow], unit: Unit, **counts: int) -> Summary:
    """The figures of rows as they are shown, which sum by eye; what is not added is saved."""
    before, total = total_of([row.before for row in shown]), total_of([row.total for row in shown])
    once_before, once = total_of([row.once_before for row in shown]), total_of([row.once_total for row in shown])
    rows = [each for row in shown for each in row.rows]
    added = sum((row.added(unit) for row in shown), Decimal(0))
    saved = added - (total - before).expected
    changed = sum(row.kind is not Kind.UNCHANGED for row in rows)
    exact = sum((row.exact_before for row in rows), Decimal(0)), sum((row.exact_total for row in rows), Decimal(0))
    return Summary(before, total, added, saved, once_before, once, exact, changed, **counts)
