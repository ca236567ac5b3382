"""The tree of a repository once a change is merged: files that it changes as it has them, the others as its branch has them now.

Lines are not brought together: a file that both changed is as the change has it.
"""

from __future__ import annotations

from workloads.sources.git_tree import GitTree
from workloads.sources.repository import NOTHING, ChangedFile, Repository


def merged_tree(repository: Repository, left: str, head: str, tip: str) -> GitTree:
    """What stands in a repository once ``head`` is merged into a branch that it left at ``left`` and that is at ``tip`` now.

    ``tip`` is empty where nothing is known of the branch but where it was left.

    :raises SourceError: when there are no such commits.
    """
    if tip in ("", left):
        return tree_at(repository, head)
    branch = tree_at(repository, tip)
    return branch.after(left_to_change(branch, left, head))


def left_to_change(branch: GitTree, left: str, head: str) -> list[ChangedFile]:
    """What a change since ``left`` makes of a branch's tree: what the branch has of it already is left out.

    :raises SourceError: when Git does not say what differs.
    """
    changes = branch.repository.changed(left, head, ())
    return [each for each in changes if branch.listing.get(each.path, NOTHING) != each.after]


def tree_at(repository: Repository, commit: str) -> GitTree:
    """What a commit has.

    :raises SourceError: when there is no such commit.
    """
    return GitTree(repository, repository.listing(commit))
