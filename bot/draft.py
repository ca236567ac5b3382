"""From a weighing to what is posted: the comment, whether it is worth one, and the check run."""

from __future__ import annotations

from bot.check import check_run
from bot.comment import Links, comment
from bot.lifecycle import Behaviour, Wanted
from bot.marker import Marker
from bot.memory import digests
from bot.occasion import Occasion
from bot.posting import Posting
from bot.worth import nothing_to_say, worth_a_comment
from policies.report import Report
from policies.verdict import Verdict
from workloads.settings.comment import CommentSettings

SHORT = 7
"""Digits of a commit's short name."""


def draft(report: Report, occasion: Occasion, base: str, key: str, settings: CommentSettings) -> Posting:
    """What is to be posted of a report; ``base`` is the commit that was compared with.

    :raises SumError: when the rows do not sum to the heading: nothing must be posted then.
    """
    links = Links(occasion.blob, occasion.head[:SHORT], base[:SHORT], occasion.link)
    body = comment(report, links, Marker(key, occasion.head, base, occasion.run), settings.title)
    worth = worth_a_comment(report, settings)
    denied = {f"{each.id} {each.identity}" for each in report.violations if each.verdict is Verdict.DENY}
    wanted = Wanted(body, worth, nothing_to_say(report), digests(denied))
    name = "weighbridge" if key == Marker().key else f"weighbridge ({key})"
    check = check_run(report, body, name=name, head=occasion.head, link=occasion.link, quiet=wanted.settled)
    return Posting(occasion.number, wanted, check, Behaviour(settings.behaviour), settings.drafts, occasion.before)
