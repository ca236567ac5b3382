"""The weighbridge.yaml of the commit that a change is compared with: what a change cannot decide about itself."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.configuration.file_in_force import file_in_force
from weighbridge.output.failure import Failure
from weighbridge.preparation import Request, settings_for
from workloads.rendering.tree import Tree
from workloads.settings.configuration import Configuration, Configured, configure


def base_configuration(request: Request, paths: Sequence[str], stated: Configuration, base: str) -> Configured:
    """The configuration that is in force for ``paths`` in a commit of the repository here; the default one where it has none.

    Not the one at the place of that which the change has in force: a new one further down, or a link, is a part of the change.
    Outside of the repository it is no part of a change, and counts as it is: as ``stated``.

    :raises SourceError: when there is no such repository or commit.
    """
    from workloads.sources.git_tree import GitTree  # noqa: PLC0415 - only where something is denied or cannot be told
    from workloads.sources.repository import Repository  # noqa: PLC0415

    repository = Repository(".")
    tree = GitTree(repository, repository.listing(base))
    path = file_in_force(request, paths, tree, repository.top)
    return Configured(stated) if path is None else configuration_at(tree, path)


def configuration_at(tree: Tree, path: str) -> Configured:
    """What a weighbridge.yaml of a commit says; the default where the commit has none there."""
    data = tree.read(path) if path in tree.files else None
    return Configured(Configuration()) if data is None else configure(data, path)


def may_not_pass_untold(request: Request, paths: Sequence[str], base: str) -> bool:
    """Whether a change that cannot be weighed is to be stopped: by a flag, else by the base's ``unknown.pullRequest``.

    False where that cannot be told: most repositories have nothing stopped.
    """
    from workloads.sources.error import SourceError  # noqa: PLC0415 - only where something cannot be told

    if request.flags.unknown.value:
        return request.flags.unknown.value == "fail"
    try:
        found = base_configuration(request, paths, _outside(request), base).configuration
    except SourceError:
        return False
    return found.unknown.get("pullRequest") == "fail"


def _outside(request: Request) -> Configuration:
    """What a configuration that a flag names says, as far as it can be read."""
    try:
        return settings_for(request, (".",)).configuration if request.configuration else Configuration()
    except Failure:
        return Configuration()
