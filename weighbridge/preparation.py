"""What every weighing command does before it weighs: read settings, open the price book, gather the policies."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from policies.verdict import Point
from weighbridge.book import book
from weighbridge.clusters import Clusters
from weighbridge.configuration.settings import NOT_STATED, Flags, Settings, Value, read_settings
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.rules import NO_RULES, rules
from weighbridge.scales import Scales
from workloads.problem import Problem
from workloads.settings.configuration import FILE_NAME
from workloads.sources.files import is_pipe

_NAMES: Final = {"configuration": "config"}
"""Options that are called otherwise on the command line."""


@dataclass(frozen=True, slots=True)
class Request:
    """The shared options of a weighing command, as given by flag or environment. A command without one has its default."""

    flags: Flags
    prices: Path | None = None
    configuration: Path | None = None
    policies: Sequence[str] = ()
    exemptions: Sequence[str] = ()

    @classmethod
    def of(cls, context: click.Context) -> Request:
        """The options of the command that is running."""
        given: dict[str, Any] = context.params
        flags = Flags(
            cloud=_stated(context, "cloud"),
            region=_stated(context, "region"),
            machine_series=_stated(context, "machine_series"),
            unknown=_stated(context, "unknown"),
            snapshot=_stated(context, "snapshot"),
            point=Point(given.get("point", Point.PULL_REQUEST)),
            confined=bool(given.get("confined")),
        )
        return cls(flags, given.get("prices"), given.get("configuration"), given.get("policies", ()), given.get("exemptions", ()))


def _stated(context: click.Context, name: str) -> Value:
    """An option's value and whether the flag or the environment said it."""
    value = context.params.get(name)
    return Value(value, given_by(context, name)) if value else NOT_STATED


def given_by(context: click.Context, name: str) -> str:
    """What said an option: ``--machine-series``, ``WEIGHBRIDGE_MACHINE_SERIES`` or ``default``."""
    source, name = context.get_parameter_source(name), _NAMES.get(name, name)
    if source in {ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP}:
        return "default"
    return f"WEIGHBRIDGE_{name.upper()}" if source is ParameterSource.ENVIRONMENT else f"--{name.replace('_', '-')}"


def prepare(
    request: Request, paths: Sequence[str], *, judged: bool, roots: Sequence[str] = (), settings: Settings | None = None
) -> Scales:
    """Scales for manifests at ``paths``; ``judged`` says whether policies are held against them.

    ``settings`` may be known already.

    :raises Failure: when settings, price book or policies are broken.
    """
    settings = settings or settings_for(request, paths)
    held = rules(request.policies, request.exemptions, settings) if judged else NO_RULES
    clusters = Clusters(settings.configuration.clusters, settings.folder, roots)
    return Scales(settings, book(request.prices, settings), held, clusters)


def settings_for(request: Request, paths: Sequence[str]) -> Settings:
    """The settings for manifests at ``paths``: weighbridge.yaml is looked for upward from the folder that all of them are in.

    :raises Failure: when weighbridge.yaml is broken: guessing what it meant would give figures for the wrong place.
    """
    settings = read_settings(request.flags, Path(_together(paths)), request.configuration)
    if settings.problems:
        print_problems(settings.problems)
        raise Failure(_unreadable(settings.problems[0]))
    return settings


def _unreadable(first: Problem) -> str:
    """That weighbridge.yaml is broken, by what is wrong with it first. Its folder may be one of a commit's that nobody knows."""
    name = Path(first.file).name or FILE_NAME
    place = f"line {first.line}: " if first.line else ""
    return f"{name} could not be read as it is ({place}{first.message}): nothing was weighed"


def _together(paths: Sequence[str]) -> str:
    """The path, or the folder that all of several paths are in; here where none is of a file or folder."""
    places = [path for path in paths if path != "-" and not is_pipe(path)]
    return places[0] if len(places) == 1 else os.path.commonpath([os.path.realpath(path) for path in places or ["."]])
