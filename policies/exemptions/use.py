"""Exemptions that were used: what each let pass, and what its users should know before it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from policies.exemptions.exemption import Exemption, day
from policies.message import inert, quoted
from policies.reports.alike import named
from policies.verdict import Violation


@dataclass(frozen=True, slots=True)
class Use:
    """One exemption, and every violation that it let pass; at least one."""

    exemption: Exemption
    passed: tuple[Violation, ...]

    @property
    def objects(self) -> tuple[str, ...]:
        """The objects that it let pass, each once: ``shop/web``."""
        return tuple(dict.fromkeys(violation.title for violation in self.passed))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that they did not keep, each once: ``sizes/replicas``."""
        return tuple(dict.fromkeys(violation.id for violation in self.passed))


def uses(violations: Iterable[Violation], exemptions: Sequence[Exemption]) -> tuple[Use, ...]:
    """The exemptions that let something pass, in their order. Linear in both."""
    passed: dict[str, list[Violation]] = {}
    for violation in violations:
        if violation.exemption:
            passed.setdefault(violation.exemption, []).append(violation)
    # One that stands in a file and in the cluster is one.
    known = {exemption.words: exemption for exemption in reversed(exemptions)} if passed else {}
    return tuple(Use(known[words], tuple(found)) for words, found in passed.items())


def ending(several: Iterable[Use], now: datetime) -> Iterator[str]:
    """What to know of the exemptions that were used and end soon: which, when, for what, and who approved it."""
    for use in several:
        exemption = use.exemption
        if exemption.ends_soon(now):
            end = f"{quoted(exemption.title, 80)} ends in {left_in_words(exemption.expires - now)}, on {day(exemption.expires)}"
            passed = f"{named(map(quoted, use.objects))} will have to keep {named(use.rules)}"
            reason = f"{quoted(exemption.reason, 80)}{f' ({quoted(exemption.ticket, 60)})' if exemption.ticket else ''}"
            yield inert(f"exemption {end}: {passed}. It was for: {reason}, approved by {quoted(exemption.approved_by)}")


def left_in_words(left: timedelta) -> str:
    """``58 days``; below two days ``30 hours``, below two hours ``45 minutes``."""
    if left.days > 1:
        return f"{left.days} days"
    minutes = int(left.total_seconds() // 60)
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes"
