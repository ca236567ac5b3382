"""A comment's bullets: what is not known, who pays, what is only warned of, what cannot be undone. Five at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from bot.amount import Unit
from bot.markdown import code, escaped, link, prose
from bot.reasons import MOST, Reasons
from bot.rows import Place
from bot.shown_row import ShownRow
from policies.advice.shown import ShownAdvice
from policies.advice.words import saved_in_words, savings
from policies.exemptions.acceptance import acceptances, allowance
from policies.exemptions.use import Use, left_in_words
from policies.message import ended
from policies.reports.alike import doubts, enumerated
from policies.reports.figures import Figures
from policies.reports.notes import irreversible
from policies.reports.report import Report
from policies.reports.row import Row
from policies.reports.undecided import Undecided, undecided
from policies.verdict import Verdict
from workloads.immutable import REFUSED
from workloads.problem import Problem, Severity

MOST_BULLETS = 5
MOST_NAMED = 3
"""Things that one bullet names; the rest is counted."""
MOST_SUMS = 6
"""Teams or clusters whose sums are told."""


def bullets(report: Report, shown: Sequence[ShownRow], unit: Unit, change_of: Place, said: Reasons) -> Iterator[str]:
    """The bullets that have something to say, as one block; ``change_of`` is where a line of the change can be committed.

    ``said`` tells why what has no price has none, as far as no row does.
    """
    open_ = undecided(report)
    lacking = [*_not_read(report), *_mistakes(report), *_not_priced(said, open_, unit)]
    sums = [*(_by_cluster(shown, unit) if report.clusters > 1 else ()), *_by_team(shown, unit)]
    told = [
        *_undecided(open_, told=bool(said.bullet)),
        *_warned(report),
        *_accepted(report),
        *_cheaper(report, unit, change_of),
        *_exempted(report),
        *_one_way(report),
        *_notes(report),
        *_audited(report),
    ]
    # Where there is not room for all, the sums go first: the rows have their figures.
    room = max(MOST_BULLETS - len(lacking) - len(told), 0)
    lines = [*lacking, *sums[:room], *told]
    if lines:
        yield "\n".join(lines[:MOST_BULLETS])


def _not_read(report: Report) -> Iterator[str]:
    unread = [problem for problem in report.problems if problem.severity is Severity.ERROR]
    if unread:
        yield f"- **Not read, and in no figure:** {not_read(unread)}"


def _mistakes(report: Report) -> Iterator[str]:
    """What the change probably mistakes: figures are of what is written."""
    found = [
        f"{code(problem.place)}: {escaped(problem.message)}{f' ({escaped(problem.hint)})' if problem.hint else ''}"
        for problem in report.mistakes
    ]
    if found:
        yield f"- **Probably a mistake:** {ended(_listed(found))}"


def not_read(problems: Iterable[Problem]) -> str:
    """What could not be read, where and why, as a sentence."""
    entries = [
        f"{code(problem.place)}: {prose(problem.message)}" if problem.place else prose(problem.message) for problem in problems
    ]
    return ended(_listed(entries))


def _not_priced(said: Reasons, open_: Undecided, unit: Unit) -> Iterator[str]:
    """Why what has no price has none, as far as no row says it, and which rules that leaves open."""
    entries = [
        f"{_titles(entry.manifest.title for entry in alike.members)}: {prose(alike.first.reason)}" for alike in said.bullet
    ]
    if entries:
        yield f"- **Not priced, and not {unit.money(Decimal(0))}:** {ended(_listed(entries, MOST))}{_left_open(open_)}"


def _by_cluster(shown: Sequence[ShownRow], unit: Unit) -> Iterator[str]:
    yield from _sums("cluster", shown, unit, lambda row: row.cluster)


def _by_team(shown: Sequence[ShownRow], unit: Unit) -> Iterator[str]:
    yield from _sums("team", shown, unit, lambda row: row.owners.get("team", ""))


def _sums(noun: str, shown: Sequence[ShownRow], unit: Unit, part: Callable[[Row], str]) -> Iterator[str]:
    """What each cluster or team pays more a month, or less, largest first; nothing where there is only one."""
    changes: dict[str, Figures] = {}
    for whole in shown:
        for name, change in whole.parted([part(row) for row in whole.rows], unit):
            changes[name] = changes[name] + change if name in changes else change
    if len(changes) > 1 and any(not change.nothing for change in changes.values()):
        order = sorted(changes, key=lambda name: (-changes[name].weight, name))
        words = [f"{code(name) if name else f'no {noun}'} {unit.changes(changes[name]).replace('**', '')}" for name in order]
        rest = f", {len(words) - MOST_SUMS:,} more" if len(words) > MOST_SUMS else ""
        yield f"- **By {noun}:** {', '.join(words[:MOST_SUMS])}{rest}."


def _left_open(open_: Undecided) -> str:
    rules = [code(rule) for rule in open_.unpriced_rules]
    return f" Without a price, {enumerated(rules, MOST_NAMED)} could not be decided." if rules else ""


def _undecided(open_: Undecided, *, told: bool) -> Iterator[str]:
    """What no rule can tell, and which of them only want a price, where that is not ``told`` with what has none."""
    rules = [code(rule) for rule in open_.unpriced_rules]
    found = [f"{enumerated(rules, MOST_NAMED)} for want of a price"] if rules and not told else []
    found += [f"{_titles(doubt.titles)}: {prose(str(doubt))}" for doubt in doubts(open_.doubts)]
    if found:
        yield f"- **Could not be decided:** {ended(_listed(found))}"


def _warned(report: Report) -> Iterator[str]:
    """What is warned of, in the same words of several objects once."""
    titles: dict[str, list[str]] = {}
    for each in report.violations:
        if each.verdict is Verdict.WARN:
            titles.setdefault(each.message.partition("\n")[0], []).append(each.title)
    found = [f"{_titles(several)}: {prose(words)}" for words, several in titles.items()]
    if found:
        yield f"- **Warned:** {ended(_listed(found))}"


def _audited(report: Report) -> Iterator[str]:
    """How often rules are broken that stop and warn of nothing, by rule: each is in the JSON."""
    counts = Counter(each.id for each in report.violations if each.audited)
    if counts:
        found = [f"{code(rule)} {times:,} {'time' if times == 1 else 'times'}" for rule, times in counts.most_common()]
        yield f"- **Audited, which stops nothing:** {ended(_listed(found))}"


def _accepted(report: Report) -> Iterator[str]:
    found = [
        f"{code(violation.title)} from {code(violation.id)} by {escaped(violation.accepted)}" for violation in acceptances(report)
    ]
    allowed = allowance(report)
    if found:
        sign = report.prices.currency.sign
        most = f", for up to {sign}{sign.digits(allowed.amount)} a month" if allowed else ""
        yield f"- **Accepted{most}:** {ended(_listed(found))}"


def _cheaper(report: Report, unit: Unit, change_of: Place) -> Iterator[str]:
    """What saves most."""
    found = [_saving(each, unit, change_of) for each in savings(report.advice)]
    if found:
        yield f"- **Cheaper:** {ended(_listed(found))}"


def _saving(shown: ShownAdvice, unit: Unit, change_of: Place) -> str:
    """What one piece saves, and where it can be committed."""
    advice = shown.advice
    saved = saved_in_words(shown, unit.money)
    condition = f", {escaped(advice.condition)}" if advice.condition else ""
    where = change_of(shown.file, shown.line) if shown.suggested else ""
    committed = f" ({link('suggestion', where)})" if shown.suggested else ""
    return f"{code(advice.title)} {escaped(advice.what)} {saved}{condition}{committed}"


def _exempted(report: Report) -> Iterator[str]:
    found = [_exemption(use, report.generated_at) for use in report.exemptions]
    if found:
        yield f"- **Exempted:** {ended(_listed(found))}"


def _exemption(use: Use, now: datetime) -> str:
    left = use.exemption.expires - now
    soon = f", which ends in {left_in_words(left)}" if use.exemption.ends_soon(now) else ""
    rules = ", ".join(code(rule) for rule in use.rules[:MOST_NAMED])
    more = f" and {len(use.rules) - MOST_NAMED} more" if len(use.rules) > MOST_NAMED else ""
    return f"{_titles(use.objects)} from {rules}{more} by {escaped(use.exemption.words)}{soon}"


def _titles(titles: Iterable[str]) -> str:
    """The first of several objects by name, and how many more there are."""
    first, *more = dict.fromkeys(titles)
    return f"{code(first)} and {len(more):,} more" if more else code(first)


def _one_way(report: Report) -> Iterator[str]:
    """What Kubernetes refuses, with what to do instead, and what no later change takes back."""
    told = list(irreversible(report.rows))
    refused = [note for note in told if REFUSED in note]
    for title, notes in (("Refused", refused), ("One way", [note for note in told if note not in refused])):
        if notes:
            yield f"- **{title}:** {ended(_listed([prose(note) for note in notes]))}"


def _notes(report: Report) -> Iterator[str]:
    told = set(irreversible(report.rows))
    notes = [escaped(note) for note in report.notes if note not in told]
    if notes:
        yield f"- **To know:** {ended(_listed(notes))}"


def _listed(entries: Sequence[str], most: int = MOST_NAMED) -> str:
    shown = "; ".join(entries[:most])
    return f"{shown}; and {len(entries) - most:,} more" if len(entries) > most else shown
