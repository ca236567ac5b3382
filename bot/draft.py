"""From a weighing to what is posted: the comment, whether it is worth one, and the check run."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

from bot.check import as_reported, check_run, title_of
from bot.comment import Links, comment
from bot.earlier import NOT_WEIGHED
from bot.lifecycle import Behaviour, Wanted
from bot.markdown import code, escaped
from bot.marker import Marker
from bot.memory import digests
from bot.occasion import GITHUB, Occasion
from bot.posting import Posting
from bot.suggestion import suggestions
from bot.worth import nothing_to_say, worth_a_comment
from forge.check_run import CheckRun, Conclusion
from policies.reports.report import Report
from policies.verdict import Verdict
from workloads.settings.comment import CommentSettings

SHORT = 7
"""Digits of a commit's short name."""
LONGEST_REASON = 500
"""Characters that are told of why a commit could not be weighed."""


def draft(
    report: Report, occasion: Occasion, base: str, key: str, settings: CommentSettings, *, reported: bool = False
) -> Posting:
    """What is to be posted of a report; ``base`` is the commit that was compared with.

    ``reported`` says that the change's own run weighed it, which a stranger may have changed.

    :raises SumError: when the rows do not sum to the heading: nothing must be posted then.
    """
    report = report if settings.advice else replace(report, advice=())
    body = comment(
        report,
        links(occasion, base, reported=reported),
        Marker(key, occasion.head, base, occasion.run, occasion.number),
        settings.title,
    )
    worth = worth_a_comment(report, settings)
    denied = {f"{each.id} {each.identity}" for each in report.violations if each.verdict is Verdict.DENY}
    wanted = Wanted(body, worth, nothing_to_say(report), digests(denied))
    check = check_run(report, body, name=check_name(key), head=occasion.head, link=occasion.link, quiet=wanted.settled)
    check = as_reported(check) if reported else check
    return Posting(
        occasion.number,
        wanted,
        check,
        Behaviour(settings.behaviour),
        settings.drafts,
        occasion.before,
        occasion.target,
        suggestions=suggestions(report, key),
    )


def links(occasion: Occasion, base: str, *, reported: bool = False) -> Links:
    """Where the comment of a pull request leads; ``base`` is the commit that was compared with."""
    # What another run reported is in the summary of neither.
    summary = occasion.link if occasion.forge == GITHUB and not reported else ""
    head, before = occasion.head[:SHORT], base[:SHORT]
    command = f"weighbridge diff --git {before}..{head} --format json" if occasion.forge == GITHUB and not occasion.link else ""
    return Links(occasion.blob, head, before, occasion.link, occasion.changes, reported, summary, command)


def draft_of_failure(reason: str, occasion: Occasion, key: str, settings: CommentSettings, *, blocks: bool = False) -> Posting:
    """What is to be posted of a commit that could not be weighed: old figures must not look like its own.

    No first comment is written for that: the job and the check run say it. ``blocks`` says that what cannot be told may not pass.
    """
    said = f"{code(occasion.head[:SHORT])}: {escaped(reason[:LONGEST_REASON])}."
    run = f"[Run]({occasion.link}). " if occasion.link else ""
    footer = f"<sub>{run}weighbridge {version('weighbridge')}</sub>"
    marker = Marker(key, occasion.head, "", occasion.run, occasion.number)
    body = f"### {escaped(settings.title)}: {NOT_WEIGHED}\n\n{said}\n\n{footer}\n{marker.line}\n"
    conclusion = Conclusion.FAILURE if blocks else Conclusion.NEUTRAL
    check = CheckRun(check_name(key), occasion.head, conclusion, title_of(body), body, (), occasion.link)
    return Posting(occasion.number, Wanted(body, worth=False), check, before=occasion.before, target=occasion.target)


def check_name(key: str) -> str:
    """The name of a configuration's check run."""
    return "weighbridge" if key == Marker().key else f"weighbridge ({key})"
