"""``weighbridge policies explain``: why each rule passes an object, or does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import click

from policies.message import inert
from policies.subject import Subject
from policies.why import State, Why, why
from pricing.step import Step, drawn
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.options import snapshot_option, verdict_options, weighing_options
from weighbridge.output.problems import print_problems
from weighbridge.preparation import Request, prepare
from weighbridge.reading import read_objects
from workloads.api_group import GROUP
from workloads.problem import Severity

FORMATS = ("table", "json")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--object", "name", default="", metavar="NAME", help="Only this object: name, namespace/name or Kind/name.")
@click.option("--all", "every", is_flag=True, help="Show policies that are not about the object too.")
@verdict_options
@weighing_options
@snapshot_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="What to print.")
@click.pass_context
def explain(context: click.Context, /, paths: tuple[str, ...], name: str, every: bool, form: str, **_: object) -> int:
    """Show why each rule passes an object, or does not, as if the object were new.

    \b
    weighbridge policies explain deploy/web.yaml
    weighbridge policies explain deploy/ --object shop/web --policies policies/
    """
    scales = prepare(Request.of(context), paths, judged=True)
    reading = read_objects(paths)
    print_problems(reading.problems)
    now = datetime.now(UTC)
    every_one = scales.subjects(reading, now)
    found = [(subject, policies) for subject, policies in every_one if name in {"", *_names(subject)}]
    if not found and reading.manifests:
        click.echo(f"weighbridge: no object {name} in {', '.join(paths)}", err=True)
    if found and all(subject.manifest.group == GROUP for subject, _ in found):
        click.echo("weighbridge: PATH are the objects that rules are explained for: name policies with --policies", err=True)
    told = [(subject, tuple(why(subject, None, policies, now))) for subject, policies in found]
    if told or form == "json":
        click.echo(_json(told) if form == "json" else "\n".join(_table(told, every)))
    unread = any(problem.severity is Severity.ERROR for problem in reading.problems)
    return CANNOT_TELL if unread or not found else PASSED


def _names(subject: Subject) -> tuple[str, ...]:
    return subject.manifest.name, subject.title, f"{subject.manifest.kind}/{subject.manifest.name}"


def _table(told: Sequence[tuple[Subject, Sequence[Why]]], every: bool) -> Iterator[str]:
    for subject, reasons in told:
        shown = [each for each in reasons if every or each.state is not State.ELSEWHERE]
        left = len(reasons) - len(shown)
        steps = [_step(each) for each in shown]
        if left:
            steps.append(Step(f"{left} rules of policies that are not about it: --all shows them"))
        yield from (text for _, text in drawn(Step(inert(f"{subject.title} ({subject.manifest.kind})"), tuple(steps))))


def _step(each: Why) -> Step:
    reasons = [Step(violation.message, tuple(_details(violation.fix))) for violation in each.violations]
    return Step(inert(f"{each.state}: {each.rule}{f': {each.reason}' if each.reason else ''}"), tuple(reasons))


def _details(fix: str) -> Iterator[Step]:
    if fix:
        yield Step(fix)


def _json(told: Sequence[tuple[Subject, Sequence[Why]]]) -> str:
    import orjson  # noqa: PLC0415 - only for JSON

    objects = [
        {
            "kind": subject.manifest.kind,
            "namespace": subject.namespace or None,
            "name": subject.manifest.name,
            "rules": [
                {
                    "rule": each.rule,
                    "state": str(each.state),
                    "reason": each.reason or None,
                    "violations": [
                        {"verdict": str(violation.verdict), "message": violation.message, "fix": violation.fix or None}
                        for violation in each.violations
                    ],
                }
                for each in reasons
            ],
        }
        for subject, reasons in told
    ]
    return orjson.dumps(
        {"schema": "weighbridge.dev/policies-explain/v1", "objects": objects}, option=orjson.OPT_INDENT_2
    ).decode()
