"""The weighbridge.yaml of the commit that a change is compared with: what a change cannot decide about itself."""

from __future__ import annotations

import os
from pathlib import Path

from weighbridge.failure import Failure
from weighbridge.preparation import Request, settings_for
from workloads.settings.configuration import FILE_NAME, Configuration, Configured, configure


def base_configuration(stated: Configuration, file: str, base: str) -> Configured:
    """A configuration as a commit of the repository here has it; the default one where it has none.

    ``file`` is a weighbridge.yaml as seen from here; empty for the one at the top. Outside of the repository it is no part of a
    change, and counts as it is: as ``stated``.

    :raises SourceError: when there is no such repository or commit.
    """
    from workloads.sources.git_tree import GitTree  # noqa: PLC0415 - only where something is denied or cannot be told
    from workloads.sources.repository import Repository  # noqa: PLC0415

    repository = Repository(".")
    # By its name and not by where that leads: a link is a part of the change.
    path = os.path.relpath(Path.cwd().resolve() / file, repository.top) if file else FILE_NAME
    if Path(path).parts[:1] == (os.pardir,):
        return Configured(stated)
    tree = GitTree(repository, repository.listing(base))
    data = tree.read(path) if path in tree.files else None
    return Configured(Configuration()) if data is None else configure(data, path)


def may_not_pass_untold(request: Request, base: str) -> bool:
    """Whether a change that cannot be weighed is to be stopped: by a flag, else by the base's ``unknown.pullRequest``.

    False where that cannot be told: most repositories have nothing stopped.
    """
    from workloads.sources.error import SourceError  # noqa: PLC0415 - only where something cannot be told

    if request.flags.unknown.value:
        return request.flags.unknown.value == "fail"
    file = str(request.configuration or "")
    try:
        found = base_configuration(_outside(request), file, base).configuration
    except SourceError:
        return False
    return found.unknown.get("pullRequest") == "fail"


def _outside(request: Request) -> Configuration:
    """What a configuration that a flag names says, as far as it can be read."""
    try:
        return settings_for(request, (".",)).configuration if request.configuration else Configuration()
    except Failure:
        return Configuration()
