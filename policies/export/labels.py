"""``requireLabels`` in CEL: the first place that states the label by one of its keys decides, as in ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policies.export.literal import text, texts
from policies.export.requirement import LeftOut, Part, Requirement
from policies.message import quoted
from policies.policy import RequireLabels

_PLACES: Final = {"object": ("labels", "oldLabels"), "template": ("templateLabels", "oldTemplateLabels")}
_NAMESPACE: Final = "namespaceLabels"


def parts(check: RequireLabels, rule: str) -> Iterator[Part]:
    """The one requirement, unless an owner may state the label: no expression reads an owner."""
    if "owner" in check.sources:
        yield LeftOut(rule, "the label may stand on the owner, which the API server's expressions cannot read")
        return
    unread = unreadable(check)
    if unread:
        yield LeftOut(rule, unread)
        return
    allowed = _allowed(check)
    key = quoted(check.keys[0])
    yield Requirement(
        rule,
        fails=f"!({_chain(_found(check, 0), fitting(check), 'false')})",
        covered=f"!({_chain(_found(check, 1), fitting(check), 'false')})",
        words=_chain(_found(check, 0), _wrong(allowed), text(f"no {key} label")),
        fix=text(f"Add {key} under metadata.labels{f', {allowed}' if allowed else ''}."),
        required=f"label {key} is required{f': {allowed}' if allowed else ''}",
    )


def unreadable(check: RequireLabels) -> str:
    """Why the API server cannot tell the rule's keys or values; empty where it can."""
    if check.dimension:
        return "its keys are those of weighbridge.yaml, which may differ from cluster to cluster: state keys to export it"
    return "its values stand in a ConfigMap, which the API server's expressions cannot read" if check.values_from else ""


def _found(check: RequireLabels, side: int) -> list[tuple[str, str, str]]:
    """Every place and key where the label may stand, nearest first: the place's name, its labels in CEL, the key."""
    variables = {**{source: names[side] for source, names in _PLACES.items()}, "namespace": _NAMESPACE}
    return [
        (source, f"variables.{variables[source]}", key)
        for source in ("object", "template", "namespace")
        if source in check.sources
        for key in check.keys
    ]


def _chain(found: Sequence[tuple[str, str, str]], leaf: str, otherwise: str) -> str:
    """``otherwise`` where no place states the label, else ``leaf`` of the first that does."""
    written = otherwise
    for source, labels, key in reversed(found):
        value = f"{labels}[{text(key)}]"
        where = "" if source == "object" else f" of its {source}"
        shown = leaf.replace("VALUE", value).replace("'LABEL'", text(f"label {quoted(key)}{where} is "))
        written = f"{text(key)} in {labels} ? {shown} : {written}"
    return written


def fitting(check: RequireLabels) -> str:
    """Whether ``VALUE`` is allowed. The API server has seen to its length and its characters."""
    conditions = ["VALUE != ''"]
    if check.values:
        conditions.append(f"VALUE in {texts(check.values)}")
    if check.pattern is not None:
        whole = rf"\A(?:{check.pattern.pattern})\z"
        conditions.append(f"VALUE.matches({text(whole)})")
    return f"({' && '.join(conditions)})"


def _wrong(allowed: str) -> str:
    end = f", which is not {allowed or 'a value'}"
    return f"('LABEL' + (VALUE == '' ? 'empty' : VALUE) + {text(end)})"


def _allowed(check: RequireLabels) -> str:
    if check.values:
        listed = [quoted(value) for value in check.values[:8]]
        return "one of " + ", ".join(listed) + (" …" if len(check.values) > len(listed) else "")
    return f"what {quoted(check.pattern.pattern)} matches" if check.pattern else ""
