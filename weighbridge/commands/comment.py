"""``weighbridge comment``: say on a pull request what it costs, in a comment and a check run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policies.message import inert
from weighbridge.cli import CANNOT_TELL, DENIED, PASSED
from weighbridge.configuration.base import may_not_pass_untold
from weighbridge.configuration.believing import believed
from weighbridge.configuration.branch_tip import on_current_base
from weighbridge.options import base_option, snapshot_option, verdict_options, weighing_options
from weighbridge.output.failure import Failure, reason_of
from weighbridge.output.job import summarize, tell
from weighbridge.preparation import Request, settings_for
from weighbridge.pull_request.drafting import draft_change
from weighbridge.pull_request.event import read_event
from workloads.settings.comment import CommentSettings

if TYPE_CHECKING:
    from bot.earlier_run import EarlierRun
    from bot.occasion import Occasion
    from bot.posting import Posting
    from forge.github import GitHub
    from forge.protocol import Forge
    from policies.reports.report import Report


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@click.option(
    "--git",
    "revisions",
    metavar="BASE...HEAD",
    help="Compare these revisions. [default: the pull request's head with where it left its base]",
)
@click.option("--key", default="default", show_default=True, metavar="NAME", help="Which of several comments: one for each name.")
@click.option(
    "--json",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the weighing here, as JSON.",
)
@click.option(
    "--html",
    "shown",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the weighing here, as a page with charts.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Weigh nothing, and say what the run that this one follows (workflow_run) wrote with --json.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing. In a job for a pull request too.")
@base_option
@verdict_options
@weighing_options
@snapshot_option
@click.pass_context
def comment(context: click.Context, /, **_: object) -> int:
    """Say on a pull request what it costs, in one comment that is kept current and in a check run.

    In GitHub Actions, on pull_request, with GITHUB_TOKEN and the permissions pull-requests: write and checks: write; in
    GitLab CI, in a merge request's pipeline, with GITLAB_TOKEN. The checkout needs the commits of the pull request
    (fetch-depth: 0). A first comment is written only when it is worth one (weighbridge.yaml, comment.minChange).

    Which pull request it is is read from the job's environment: GITHUB_EVENT_NAME, GITHUB_EVENT_PATH and GITHUB_REPOSITORY;
    GITLAB_CI and CI_MERGE_REQUEST_…. So --dry-run needs such a job too, and no token. Anywhere else, the comment as text:
    weighbridge diff --git main...HEAD --format markdown

    Exit code 1 when the change is denied, 2 when something could not be read, found or written, 0 otherwise.

    \b
    weighbridge comment
    weighbridge comment --dry-run
    weighbridge comment --config staging.yaml --key staging apps/
    weighbridge comment --from weighing.json
    """
    asked = _Asked.of(context)
    return _weighed(asked) if asked.source is None else _relayed(context, asked.source, asked.key, dry_run=asked.dry_run)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command is asked for, but for how it weighs."""

    context: click.Context
    paths: tuple[str, ...]
    revisions: str | None
    key: str
    """Of which comment."""
    file: Path | None
    """Where the weighing is also written."""
    shown: Path | None
    """Where it is written as a page."""
    source: Path | None
    """What another run weighed; None where this one does."""
    dry_run: bool
    of_base: bool
    """Whether the base's weighbridge.yaml holds, whosever the change is."""

    @classmethod
    def of(cls, context: click.Context) -> _Asked:
        """The options of the command that is running.

        :raises click.UsageError: when they do not go together, or the key is none.
        """
        from bot.marker import KEY  # noqa: PLC0415 - not for --help

        given = context.params
        if not KEY.fullmatch(given["key"]):
            raise click.UsageError("--key takes up to 40 letters and digits, with single dots, underscores and hyphens between")
        if given["source"] is not None and given["shown"] is not None:
            raise click.UsageError("--html shows what was weighed here, which --from does not: write the page in the run before")
        return cls(
            context, *(given[name] for name in ("paths", "revisions", "key", "file", "shown", "source", "dry_run", "of_base"))
        )


def _weighed(asked: _Asked) -> int:
    """Weigh the change, and say so on its pull request."""
    from bot.draft import draft_of_failure, links  # noqa: PLC0415 - not for --help
    from bot.job_summary import job_summary  # noqa: PLC0415
    from weighbridge.pull_request.consent import looking  # noqa: PLC0415

    context, key, dry_run = asked.context, asked.key, asked.dry_run
    here = on_current_base(_occasion())
    try:
        by = believed(here, lambda: _forge(here), of_base=asked.of_base)
        look = looking(lambda: _forge(here), here, key)
        drafted = draft_change(context, here, asked.revisions or f"{here.base}...{here.head}", asked.paths, key, by, look)
    except click.UsageError:
        raise
    except Exception as error:
        # An earlier comment must not look as if its figures were this commit's, whoever's mistake it is.
        blocks = may_not_pass_untold(Request.of(context), asked.paths, here.rules)
        _posted(here, draft_of_failure(reason_of(error), here, key, CommentSettings(), blocks=blocks), dry_run=dry_run)
        raise
    summarize(job_summary(drafted.report, drafted.posting.wanted.body, links(here, drafted.base)))
    codes = (drafted.code, _posted(here, drafted.posting, dry_run=dry_run))
    tell(drafted.report, asked.file, asked.shown)
    return next((code for code in (DENIED, CANNOT_TELL) if code in codes), PASSED)


def _relayed(context: click.Context, source: Path, key: str, *, dry_run: bool) -> int:
    """Say what the run of a stranger's pull request weighed: 0 once it is said, or there is nobody to say it to."""
    from bot.draft import draft_of_failure  # noqa: PLC0415 - not for --help
    from weighbridge.pull_request.consent import looking, settled  # noqa: PLC0415
    from weighbridge.pull_request.relaying import draft_weighing, require_alone, stranger  # noqa: PLC0415

    require_alone(context)
    run = stranger(read_event(os.environ))
    stated = settings_for(Request.of(context), (".",)).configuration
    told = _reported(source)
    here = _found(run, 0 if isinstance(told, Failure) else told.pull_request)
    if here is None:
        click.echo(f"weighbridge: nothing to say: no open pull request of {run.source} has {run.head[:7]} at its head", err=True)
        return PASSED
    try:
        look = looking(lambda: _forge(here), here, key)
        # What is checked out here is the default branch: neither commit of the pull request is.
        report = settled(_shown(told), stated.approvals, here.base, "HEAD", look).report
        posting = draft_weighing(report, here, key, stated.comment)
    except Exception as error:
        _posted(here, draft_of_failure(reason_of(error), here, key, stated.comment), dry_run=dry_run)
        raise
    summarize(posting.wanted.body)
    code = _posted(here, posting, dry_run=dry_run)
    tell(report, None)
    return CANNOT_TELL if code == CANNOT_TELL else PASSED


def _reported(source: Path) -> Report | Failure:
    """What a stranger's run weighed; why that is nothing, which is still to be said on its pull request."""
    from weighbridge.pull_request.relaying import read_weighing  # noqa: PLC0415 - not for --help

    try:
        return read_weighing(source)
    except Failure as failure:
        return failure


def _shown(told: Report | Failure) -> Report:
    if isinstance(told, Failure):
        raise told
    return told


def _found(run: EarlierRun, named: int) -> Occasion | None:
    from forge.error import ForgeError  # noqa: PLC0415 - not for --help

    try:
        return run.occasion(_github(run.repository, run.api), named)
    except ForgeError as error:
        raise Failure(f"the pull request was not found: {error}") from None


def _posted(here: Occasion, posting: Posting, *, dry_run: bool) -> int:
    """The exit code that goes with what was posted, since a denial may stand from before. What was done is printed, or not."""
    from bot.foresight import foreseen  # noqa: PLC0415 - not for --help
    from bot.posting import post, rehearse  # noqa: PLC0415
    from forge.error import ForgeError  # noqa: PLC0415

    if dry_run:
        click.echo(posting.wanted.body, nl=False)
    try:
        outcome = (rehearse if dry_run else post)(_forge(here), posting)
    except ForgeError as error:
        what = f"{foreseen(posting, here.draft)}; what is there was not looked at" if dry_run else "nothing more was written"
        click.echo(inert(f"weighbridge: {what}: {error}"), err=True)
        return PASSED if dry_run else CANNOT_TELL
    for line in (*outcome.told, *outcome.problems):
        click.echo(inert(f"weighbridge: {line}"), err=True)
    return DENIED if outcome.denied else PASSED


def _occasion() -> Occasion:
    from bot.occasion import OccasionError, occasion  # noqa: PLC0415 - not for --help

    try:
        return occasion(os.environ, read_event(os.environ))
    except OccasionError as error:
        raise Failure(str(error)) from None


def _forge(here: Occasion) -> Forge:
    """The repository that the occasion names, with the token of the environment."""
    from bot.occasion import GITHUB  # noqa: PLC0415 - not for --help
    from forge.courier import Courier  # noqa: PLC0415

    if here.forge == GITHUB:
        return _github(here.repository, here.api)
    from forge.gitlab import GitLab  # noqa: PLC0415
    from forge.gitlab_transport import GitLabTransport  # noqa: PLC0415

    return GitLab(Courier(GitLabTransport(_token("GITLAB_TOKEN"), here.api), "GitLab"), here.repository)


def _github(repository: str, api: str) -> GitHub:
    from forge.courier import Courier  # noqa: PLC0415 - not for --help
    from forge.github import GitHub  # noqa: PLC0415
    from forge.github_transport import GitHubTransport  # noqa: PLC0415

    return GitHub(Courier(GitHubTransport.with_token(_token("GITHUB_TOKEN"), api), "GitHub"), repository)


def _token(name: str) -> str:
    from forge.error import NotPermittedError  # noqa: PLC0415 - not for --help

    token = os.environ.get(name, "")
    if not token:
        raise NotPermittedError(f"{name} is not set: give the step a token that may comment (docs/comment.md)")
    return token
