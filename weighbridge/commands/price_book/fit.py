"""``weighbridge prices fit``: fit rates of CPU, memory and GPUs to the machine prices of the book, and say how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pricing.fits.error import HeldBackError, held_back_errors
from pricing.fits.fit import Fit
from pricing.fits.fitting import fit_book
from pricing.fits.table import row, table
from weighbridge.book import book
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.options import prices_option
from weighbridge.output.failure import Failure
from weighbridge.output.fit_words import (
    FIT_COLUMNS,
    HELD_BACK_COLUMNS,
    error_document,
    error_row,
    fit_document,
    fit_row,
    fit_told,
)
from weighbridge.output.listing import print_rows

INSTALL = "needs scipy and matplotlib: .venv/bin/pip install '.[fit]' in a checkout, which make demo leaves without them"
PLOTS = (".svg", ".png")
MOST_FITS = 50
"""Fits that are printed before ``--all`` is needed."""


@click.command()
@click.option("--cloud", metavar="NAME", default="", help="Only the fits of one cloud; any for those over all GPU clouds.")
@click.option("--family", metavar="NAME", default="", help="Only one family, series or GPU model: c7i, c7i+m7i+r7i, H100, …")
@click.option("--explain", is_flag=True, help="Say of each fit how good it is, and what types held back from it would have cost.")
@click.option(
    "--plot", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Draw fitted against listed prices."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the book's table of rates.")
@click.option("--all", "every", is_flag=True, help=f"Print every fit, not only the first {MOST_FITS}.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="What to print.")
@prices_option
def fit(
    cloud: str, family: str, explain: bool, plot: Path | None, out: Path | None, every: bool, form: str, prices: Path | None
) -> int:
    """Fit rates of CPU, memory and GPUs to the book's machine prices.

    The book comes with these rates: fitting anew is for a changed book, and for seeing how good they are.

    \b
    weighbridge prices fit --cloud gcp
    weighbridge prices fit --family H100 --explain
    weighbridge prices fit --plot fits.svg
    weighbridge prices fit --out pricing/data/book/fitted_rates.tsv
    """
    _check(cloud, family, plot, out)
    try:
        fits = fit_book(book(prices), cloud)
    except ImportError:
        raise click.UsageError(f"prices fit {INSTALL}") from None
    chosen = [each for each in fits if family in {"", each.family, each.model}]
    if not chosen:
        click.echo(
            f"weighbridge: nothing to fit for {' '.join(filter(None, (cloud, family)))}: see weighbridge prices fit", err=True
        )
        return CANNOT_TELL
    if plot:
        _draw(chosen, plot)
    if out:
        _write(out, table(chosen))
    if not (plot or out) or explain:
        _print(chosen, explain, every, form)
    return PASSED


def _check(cloud: str, family: str, plot: Path | None, out: Path | None) -> None:
    if out and (cloud or family):
        raise click.UsageError("--out writes the whole table: leave out --cloud and --family")
    if plot and plot.suffix not in PLOTS:
        raise click.UsageError(f"--plot draws {' or '.join(PLOTS)}: {plot} is neither")


def _print(fits: Sequence[Fit], explain: bool, every: bool, form: str) -> None:
    errors = held_back_errors(fits)
    if form == "json":
        _print_document(fits, errors)
        return
    shown = fits if every else fits[:MOST_FITS]
    if explain:
        click.echo("\n\n".join("\n".join(fit_told(each)) for each in shown))
    else:
        print_rows([fit_row(row(each), each) for each in shown], FIT_COLUMNS, form)
    if len(shown) < len(fits):
        click.echo(f"{len(fits) - len(shown)} more: add --all", err=True)
    if explain and errors:
        click.echo("\nErrors on machine types held back from the fit that prices them:")
        print_rows([error_row(error) for error in errors], HELD_BACK_COLUMNS, form)


def _print_document(fits: Sequence[Fit], errors: Sequence[HeldBackError]) -> None:
    import orjson  # noqa: PLC0415 - only for JSON

    document = {"fits": [fit_document(row(each), each) for each in fits], "heldBack": [error_document(error) for error in errors]}
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _draw(fits: Sequence[Fit], path: Path) -> None:
    try:
        from weighbridge.output.fit_plot import draw  # noqa: PLC0415 - matplotlib comes with the extra fit
    except ImportError:
        raise click.UsageError(f"prices fit --plot {INSTALL}") from None
    try:
        draw(fits, path)
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror or error}") from None


def _write(path: Path, text: str) -> None:
    """The table, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, encoding="ascii")
        part.replace(path)
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror or error}") from None
