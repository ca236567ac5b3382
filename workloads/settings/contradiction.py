"""What weighbridge.yaml says that cannot be meant, though its schema allows it: each with its line and what may be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workloads.field import FieldPath, render, sequence, text
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.text.location import locate
from workloads.text.schema import suggestion


def contradictions(document: Mapping[str, object], origin: Origin) -> tuple[Problem, ...]:
    """Names that are given twice or name nothing, machines that are stated in two ways, controllers that are known."""
    checks = (_same_names, _machines_twice, _no_clusters, _no_rules, _no_operators)
    return tuple(problem for check in checks for problem in check(document, origin))


def _same_names(document: Mapping[str, object], origin: Origin) -> Iterator[Problem]:
    """Two clusters of one name: rows could not tell them apart, and what is named by it would be the first's."""
    lines: dict[str, int] = {}
    for number, cluster in enumerate(sequence(document, "clusters")):
        path, name = ("clusters", number, "name"), text(cluster, "name")
        if name in lines:
            hint = "give it another name, or put all its paths under the first"
            yield _problem(origin, path, f"{name!r} is also the name of the cluster in line {lines[name]}", hint)
        lines.setdefault(name, locate(origin, path)[0])


def _machines_twice(document: Mapping[str, object], origin: Origin) -> Iterator[Problem]:
    """A machine series beside a list of machine types, on which all pods are priced: it would have no say."""
    for number, cluster in enumerate(sequence(document, "clusters")):
        if text(cluster, "machineSeries") and sequence(cluster, "nodes"):
            words = "nodes lists the machines already, and pods are priced on these"
            yield _problem(origin, ("clusters", number, "machineSeries"), words, "leave one of the two out")


def _no_clusters(document: Mapping[str, object], origin: Origin) -> Iterator[Problem]:
    """Renderings for a cluster that is not listed. Where none are, the name is all that there is to say of it."""
    names = [text(cluster, "name") for cluster in sequence(document, "clusters")]
    for number, entry in enumerate(sequence(document, "render")):
        named = text(entry, "cluster")
        if names and named and named not in names:
            yield _problem(origin, ("render", number, "cluster"), f"no cluster is named {named!r}", suggestion(named, names))


def _no_rules(document: Mapping[str, object], origin: Origin) -> Iterator[Problem]:
    """Names of rules without the policy that they are of."""
    for number, entry in enumerate(sequence(document, "approvals")):
        for place, rule in enumerate(sequence(entry, "rules")):
            policy, slash, name = str(rule).partition("/")
            if rule != "*" and not (slash and policy and name):
                hint = (
                    f"write {rule}/* for all rules of the policy" if policy and not name else "write policy/rule, policy/* or *"
                )
                yield _problem(origin, ("approvals", number, "rules", place), f"{rule!r} names no rule", hint)


def _no_operators(document: Mapping[str, object], origin: Origin) -> Iterator[Problem]:
    """Controllers of Kubernetes' own kinds, which are known, and what is named twice."""
    lines: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(sequence(document, "controllers")):
        path, kind = ("controllers", number, "kind"), text(entry, "kind")
        if "." not in kind.partition(".")[2]:
            words = f"{kind!r} is a kind of Kubernetes itself, whose controller is known"
            yield _problem(origin, path, words, "name kinds of operators alone, with their group, as in Rollout.argoproj.io")
        stated = kind, text(entry, "serviceAccount")
        if stated in lines:
            yield _problem(origin, path, f"{' of '.join(stated)} is also in line {lines[stated]}", "leave one of the two out")
        lines.setdefault(stated, locate(origin, path)[0])


def _problem(origin: Origin, path: FieldPath, words: str, hint: str) -> Problem:
    line, column = locate(origin, path)
    return Problem(Severity.ERROR, f"{render(path)}: {words}", origin.file, line, column, hint)
