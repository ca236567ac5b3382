"""YAML that reads the same everywhere, and whose changes a person can read: keys in order, one entry a line.

A text that any reader of YAML might take for something else is quoted; what is small stands on one line.
"""

from __future__ import annotations

from typing import Any

import yaml

from workloads.text.scalar import ScalarError, plain

_TEXT = "tag:yaml.org,2002:str"
_UNBROKEN = 2**30


class _Dumper(yaml.CSafeDumper):
    """Writes without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - PyYAML's signature
        """Always: what is the same twice is written twice."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT, text, style=None if _is_plain(text) else '"')


def _is_plain(text: str) -> bool:
    try:
        return plain(text) == text
    except ScalarError:
        return False


def _mapping(dumper: _Dumper, value: dict[str, object]) -> yaml.MappingNode:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=False)
    node.flow_style = all(isinstance(part, yaml.ScalarNode) for _, part in node.value)
    return node


def _sequence(dumper: _Dumper, value: list[object]) -> yaml.SequenceNode:
    node = dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=False)
    node.flow_style = all(isinstance(part, yaml.ScalarNode) for part in node.value)
    return node


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(list, _sequence)


def write_yaml(value: object) -> bytes:
    """A value of mappings, lists and scalars as YAML, in the order given. The same value gives the same bytes."""
    written = yaml.dump(value, Dumper=_Dumper, encoding="utf-8", allow_unicode=True, sort_keys=False, width=_UNBROKEN)
    return bytes(written)
