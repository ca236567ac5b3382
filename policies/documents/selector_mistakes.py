"""What is wrong with the label selectors of a CostPolicy, as an API server refuses them.

A selector of which a part means nothing selects nothing, or everything, and says so by no finding. Source:
``ValidateLabelSelector`` of apimachinery (``pkg/apis/meta/v1/validation``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.documents.mistake import DocumentMistake
from policies.message import quoted
from workloads.field import FieldPath, mapping, sequence, text

LONGEST_NAME: Final = 63
"""Characters of a label's value, and of its key without the prefix."""
LONGEST_PREFIX: Final = 253
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_PREFIX: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_WITHOUT: Final = {"In": "operator: Exists for any value", "NotIn": "operator: DoesNotExist for none at all"}
"""What is meant in place of an operator that stands without values."""
_WITH: Final = {"Exists": "In", "DoesNotExist": "NotIn"}
"""What is meant in place of an operator that stands with values."""


def selector_mistakes(document: Mapping[str, object]) -> Iterator[DocumentMistake]:
    """Each mistake of every selector, with its path and words that say what to write."""
    for key in ("namespaceSelector", "objectSelector"):
        path: FieldPath = ("spec", "matchConstraints", key)
        yield from _of_selector(mapping(document, *path), path)
    for index, rule in enumerate(sequence(document, "spec", "rules")):
        yield from _of_selector(mapping(rule, "preferSpot", "selector"), ("spec", "rules", index, "preferSpot", "selector"))


def _of_selector(selector: Mapping[str, object], path: FieldPath) -> Iterator[DocumentMistake]:
    for key, value in mapping(selector, "matchLabels").items():
        place = (*path, "matchLabels", key)
        yield from (DocumentMistake(place, words) for words in (_wrong_key(key), _wrong_value(value)) if words)
    for index, each in enumerate(sequence(selector, "matchExpressions")):
        place = (*path, "matchExpressions", index)
        if words := _wrong_key(text(each, "key")):
            yield DocumentMistake((*place, "key"), words)
        yield from _wrong_values(each, place)


def _wrong_values(stated: object, path: FieldPath) -> Iterator[DocumentMistake]:
    """What is wrong with the values of one expression, given its operator."""
    key, operator, values = quoted(text(stated, "key")), text(stated, "operator"), sequence(stated, "values")
    if operator in _WITHOUT:
        if not values:
            yield DocumentMistake(path, f"{operator} needs values of {key}: write values: […], or {_WITHOUT[operator]}")
        wrong = ((at, words) for at, value in enumerate(values) if (words := _wrong_value(value)))
        yield from (DocumentMistake((*path, "values", at), words) for at, words in wrong)
    elif operator in _WITH and values:
        yield DocumentMistake(
            (*path, "values"), f"{operator} takes no values: leave them out, or write operator: {_WITH[operator]}"
        )


def _wrong_key(key: str) -> str:
    """What is wrong with a label's key; empty where Kubernetes takes it."""
    prefix, slash, name = key.rpartition("/")
    if not name or len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        return (
            f"{quoted(key)} is no label key: write letters, digits, '-', '_' and '.' with a letter or digit at both ends, "
            f"{LONGEST_NAME} at most (cost-center), after a domain and '/' where it has one"
        )
    if slash and (len(prefix) > LONGEST_PREFIX or not _PREFIX.fullmatch(prefix)):
        return f"{quoted(key)} is no label key: write a domain in small letters before its '/' (example.com/team)"
    return ""


def _wrong_value(value: object) -> str:
    """What is wrong with a label's value; empty where Kubernetes takes it. What is no text is the schema's to tell."""
    if not isinstance(value, str) or not value or (len(value) <= LONGEST_NAME and _NAME.fullmatch(value)):
        return ""
    return (
        f"{quoted(value)} is no label value: write letters, digits, '-', '_' and '.' with a letter or digit at both ends, "
        f"{LONGEST_NAME} at most"
    )
