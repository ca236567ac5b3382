"""``weighbridge prices explain``: how a figure comes about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from policies.message import inert
from pricing.book import PriceBook
from pricing.catalogue import whereabouts
from pricing.item import explain_item
from pricing.precision import exactly
from pricing.rate import Location
from pricing.step import Step, drawn
from weighbridge.book import book_in_force
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.configuration.settings import HOME_REGIONS
from weighbridge.options import snapshot_option, table_or_json_option, weighing_options
from weighbridge.output.answer import exit_code
from weighbridge.output.problems import print_problems
from workloads.text.schema import suggestion

_FILE_ENDINGS = (".yaml", ".yml", ".json", "/")
"""How a name ends that can only be a path's."""
SCHEMA = "weighbridge.dev/explanation/v1"


@click.command()
@click.argument("what", metavar="NAME|PATH")
@click.argument("name", metavar="[OBJECT]", default="")
@weighing_options
@snapshot_option
@table_or_json_option
@click.pass_context
def explain(
    context: click.Context,
    /,
    what: str,
    name: str,
    cloud: str | None,
    region: str | None,
    prices: Path | None,
    configuration: Path | None,
    form: str,
    **_: object,
) -> int:
    """Show how a figure comes about, as a tree: of an item of the price book, or of what stands at a path.

    NAME is a machine type, a kind of volume, a network item, a service that sells by the pod, or an AI model. Of a PATH with
    manifests every object is explained, or one OBJECT: its name, namespace/name or Kind/name.

    \b
    weighbridge prices explain p5.48xlarge
    weighbridge prices explain gp3 --region eu-west-1
    weighbridge prices explain network-load-balancer
    weighbridge prices explain openai/gpt-4o-mini
    weighbridge prices explain deploy/ shop/web
    """
    if what == "-" or Path(what).exists():
        return _manifests(context, what, name, form)
    opened = book_in_force(prices, configuration)
    found = next((step for place in _places(opened, what, cloud, region) if (step := explain_item(opened, what, place))), None)
    if found is None:
        click.echo(f"weighbridge: {_absent(opened, what, cloud, region)}", err=True)
        return CANNOT_TELL
    _print([found], form)
    return PASSED


def _manifests(context: click.Context, path: str, name: str, form: str) -> int:
    """The objects at a path, each as the estimate explains it."""
    from policies.reports.explanation import explained  # noqa: PLC0415 - only for manifests
    from weighbridge.preparation import Request, prepare  # noqa: PLC0415
    from weighbridge.reading import read_objects  # noqa: PLC0415
    from weighbridge.weighed import weighed  # noqa: PLC0415

    found = weighed(prepare(Request.of(context), (path,), judged=False), None, read_objects((path,)))
    told, currency = found.report("estimate"), found.currency
    print_problems(told.problems)
    with exactly():
        rows = [
            row for row in told.rows if name in {"", row.title, row.manifest.name, f"{row.manifest.kind}/{row.manifest.name}"}
        ]
        steps = [explained(row, currency.ascii_sign if form == "table" else currency.sign) for row in rows]
    if not steps:
        click.echo(f"weighbridge: nothing that costs{f' is called {name}' if name else ''} in {path}", err=True)
        return CANNOT_TELL
    _print(steps, form)
    return exit_code(found.weighings)


def _places(opened: PriceBook, what: str, cloud: str | None, region: str | None) -> Iterator[Location]:
    """Where a name is looked up: as asked, else in the home region of each cloud, that of the machine's own cloud first."""
    homes = [cloud] if cloud else [*opened.clouds_of_machine(what), *HOME_REGIONS, *opened.clouds()]
    for name in dict.fromkeys(homes):
        if region:
            if region in opened.regions(name):
                yield Location(name, region)
            continue
        sold = opened.regions_of_machine(name, what) or opened.regions(name)
        home = HOME_REGIONS.get(name, "")
        yield from (Location(name, home if home in sold else place) for place in sold[:1])


def _absent(opened: PriceBook, what: str, cloud: str | None, region: str | None) -> str:
    """Why nothing was found: where the machine is sold instead, or names near to it."""
    place = next(_places(opened, what, cloud, region), None)
    if place is None:
        clouds = [cloud] if cloud else opened.clouds()
        wanted, known = (
            (region, [each for name in clouds for each in opened.regions(name)]) if region else (cloud, opened.clouds())
        )
        return f"the price book has no {' '.join(filter(None, (cloud, region)))}: {suggestion(wanted or '', known)}"
    if opened.clouds_of_machine(what):
        return whereabouts(opened, what, place)
    if ("/" in what and what.partition("/")[0] in {"", ".", ".."}) or what.endswith(_FILE_ENDINGS):
        return f"no such file: {what}"
    near = [*opened.similar_ai_models(what)]
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{what} is no file, and no machine, volume, network item, service or AI model of the price book{hint}"


def _print(steps: Sequence[Step], form: str) -> None:
    if form == "json":
        import orjson  # noqa: PLC0415 - only for JSON

        document = {"schema": SCHEMA, "explanations": [step.document() for step in steps]}
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return
    for place, step in enumerate(steps):
        click.echo("\n" * bool(place) + "\n".join(text.replace("×", "x") for _, text in drawn(_inert(step))))


def _inert(step: Step) -> Step:
    """A tree whose words act on no terminal."""
    return Step(inert(step.text), tuple(map(_inert, step.steps)))
