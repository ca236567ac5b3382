"""The label by which the API server says what a namespace is called: every namespace has it, whatever its manifest states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

NAME_LABEL: Final = "kubernetes.io/metadata.name"

_Value = TypeVar("_Value")


def named(labels: Mapping[str, _Value], name: str) -> Mapping[str, _Value | str]:
    """The labels of a namespace in a cluster, given those that its manifest states."""
    return {**labels, NAME_LABEL: name}
