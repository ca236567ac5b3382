"""What is wrong with a kubeconfig file, told before the client meets it: that raises whatever comes up on one that is none."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.problem import Severity
from workloads.text.reader import parse_document

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a kubeconfig file that are read."""
_LISTS: Final = ("clusters", "contexts", "users")
_ANOTHER: Final = "kubectl config view shows a good one"


def kubeconfig_mistake(named: str | None, context: str | None, environment: Mapping[str, str]) -> str:
    """Why no cluster can be found by the kubeconfig that is ``named``, else KUBECONFIG's, else ~/.kube/config; empty if it can.

    ``context`` is the one asked for; None for the current one.
    """
    paths = _paths(named, environment)
    there = [path for path in paths if path.exists()]
    if not there:
        return _absent(named, paths)
    documents = [_document(path) for path in there]
    wrong = next((found for found in documents if isinstance(found, str)), "")
    return wrong or _context_mistake([mapping(found) for found in documents], there, context)


def _paths(named: str | None, environment: Mapping[str, str]) -> list[Path]:
    """Where the client looks."""
    if named:
        return [Path(named)]
    stated = [Path(each) for each in environment.get("KUBECONFIG", "").split(os.pathsep) if each]
    return stated or [Path(os.path.expanduser("~/.kube/config"))]  # noqa: PTH111 - never raises, without a home too


def _absent(named: str | None, paths: Sequence[Path]) -> str:
    told = ", ".join(map(str, paths))
    return f"no such kubeconfig file: {told}{'' if named else ' (name one with --kubeconfig or KUBECONFIG)'}"


def _document(path: Path) -> object:
    """What a file says; in words what is wrong with it."""
    if not path.is_file():
        return f"{path} is no plain file, so no kubeconfig"
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        return f"cannot read the kubeconfig file {path}: {error.strerror or error}"
    document, problems = parse_document(data, str(path))
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        return f"the kubeconfig file cannot be read: {errors[0].place}: {errors[0].message}"
    if not isinstance(document, dict):
        return f"{path} is no kubeconfig file, which states clusters, contexts and users: {_ANOTHER}"
    return _lists_mistake(document, path) or document


def _lists_mistake(document: Mapping[str, object], path: Path) -> str:
    for key in _LISTS:
        entries = document.get(key)
        named = isinstance(entries, list) and all(isinstance(each, dict) and text(each, "name") for each in entries)
        if entries is not None and not named:
            return f"the kubeconfig file {path} is malformed: {key} is a list of entries with a name each ({_ANOTHER})"
    return ""


def _context_mistake(documents: Sequence[Mapping[str, object]], paths: Sequence[Path], context: str | None) -> str:
    """That the context asked for, or the current one, is in none of the files."""
    told = ", ".join(map(str, paths))
    known = [text(entry, "name") for document in documents for entry in sequence(document, "contexts")]
    current = next((found for document in documents if (found := text(document, "current-context"))), "")
    wanted = context or current
    if not wanted:
        return f"{told} states no current-context: name one with --context (it has {_listed(known)})"
    return "" if wanted in known else f"{told} has no context {wanted!r}: it has {_listed(known)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) or "none"
