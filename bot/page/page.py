"""A report as one file of HTML: nothing in it is fetched from anywhere, and everything in it that is not ours is escaped.

It reads without scripts: the one script there is sorts tables. A content security policy allows that script and the one style
by their digests, and nothing else, so that a name which got through escaping could still do nothing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from bot.check import title_of
from bot.comment import comment
from bot.markdown import text_of
from bot.page import content
from bot.page.content import Money
from policies.reports.report import Report
from pricing.precision import exactly
from workloads.problem import Severity

LARGEST = 4_000_000
"""Bytes of a page: what mail and trackers take as an attachment, and a browser shows at once."""
SIZES = ((2000, 400), (500, 100), (100, 20), (20, 0))
"""Workloads in the table, and of these with their arithmetic; the first that fits."""


def page(report: Report) -> str:
    """A report as a page of at most four million bytes.

    :raises SumError: when the rows do not sum to the heading: such a page must not be shown.
    """
    title = content.shown(text_of(title_of(comment(report))))
    with exactly():
        for rows, explained in SIZES:
            text = _rendered(report, title, rows, explained)
            if len(text.encode()) <= LARGEST:
                break
    return text


def _rendered(report: Report, title: str, rows: int, explained: int) -> str:
    template, style, script = _parts()
    money, every = Money(report.prices.currency.sign), content.ordered(report)
    several = report.clusters > 1
    unread = [each for each in report.problems if each.severity is Severity.ERROR]
    doubtful = [each for each in report.problems if each.severity is not Severity.ERROR]
    return template.render(
        report=report,
        title=title,
        money=money,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_digest=_digest(style),
        script_digest=_digest(script),
        items=(items := list(content.items(report, rows))),
        said=money.change if report.compared else money.amount,
        ranges=any(item.high != item.moved for item in items),
        singles=any(not item.once.nothing for item in items),
        explained=explained,
        left_out=max(len(every) - rows, 0),
        several=several,
        steps=content.steps(report),
        clusters=content.by(lambda row: row.cluster, "no cluster", report) if several else [],
        teams=content.by(lambda row: row.owners.get("team", ""), "no team", report),
        violations=content.violations(report),
        unread=[content.problem(each) for each in unread[: content.MOST_TOLD]],
        unread_count=len(unread),
        doubtful=[content.problem(each) for each in doubtful[: content.MOST_TOLD]],
        doubtful_count=len(doubtful),
        advice=content.advice(report),
        unpriced=content.unpriced(report),
        assumptions=content.assumptions(report),
        certainty=content.certainty(report),
        prices=content.prices(report),
        notes=content.cut(report.notes),
        rendering=content.shown(report.rendering.words) if report.rendering else "",
        most=content.MOST_TOLD,
        version=version("weighbridge"),
    )


@cache
def _parts() -> tuple[Template, str, str]:
    """Template, style and script, read once."""
    texts = [(files("bot.page") / name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "page.js")]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(texts[0]), texts[1], texts[2]


def _digest(text: str) -> str:
    """By which a content security policy knows a style or a script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
