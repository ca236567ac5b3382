"""``weighbridge policies test``: policies against examples of what they allow and deny."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from policies.documents.suite import run
from policies.sources.suites import read_suites
from weighbridge.book import book
from weighbridge.cli import CANNOT_TELL, DENIED, PASSED
from weighbridge.options import weighing_options
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.output.suites import FORMATS, written
from weighbridge.preparation import Request, settings_for
from workloads.problem import Severity
from workloads.snapshots.snapshot import UNKNOWN


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER…", type=click.Path(path_type=Path))
@weighing_options
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="What to print.")
@click.option("--require-coverage", is_flag=True, help="Fail where no denied example breaks a rule.")
@click.pass_context
def test(context: click.Context, /, folders: tuple[Path, ...], form: str, require_coverage: bool, **_: object) -> int:
    """Try policies on examples of what they allow and deny.

    A suite is a folder with policies and, beside them, the folders allowed and denied. An example is a file of objects, or a
    folder with before.yaml and after.yaml for a change. A denied example may begin with what it is denied for:

    \b
    # expected: cost-labels/team: no team

    Exit code 1 when an example does not come out as it should, 2 when a folder or a policy could not be read or there are no
    examples.

    \b
    weighbridge policies test policies/
    weighbridge policies test policies/ --format junit > policies.xml
    """
    absent = [str(folder) for folder in folders if not folder.is_dir()]
    if absent:
        raise Failure(f"{', '.join(absent)}: no such folder: nothing was tried")
    suites = read_suites(list(folders))
    problems = [problem for suite in suites for problem in suite.problems]
    print_problems(problems)
    if not any(suite.examples for suite in suites) or any(problem.severity is Severity.ERROR for problem in problems):
        if not problems:
            named = ", ".join(map(str, folders))
            click.echo(f"weighbridge: no examples in {named}: no folder allowed or denied with YAML or JSON files", err=True)
        return CANNOT_TELL
    request = Request.of(context)
    settings = settings_for(request, [str(folder) for folder in folders])
    prices = book(request.prices, settings)
    around, now = settings.context(None, UNKNOWN, prices), datetime.now(UTC)
    results = [run(suite, prices, around, now) for suite in suites]
    click.echo(written(results, form))
    failed = any(result.failed for result in results)
    return DENIED if failed or (require_coverage and any(result.untried for result in results)) else PASSED
