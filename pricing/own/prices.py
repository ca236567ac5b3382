"""A file of prices of one's own, whoever's format it is in: told by what is in it, not by its name."""

from __future__ import annotations

from pricing.own.custom_machines import is_machine_list, read_machine_list
from pricing.own.custom_rates import read_rates, states_rates
from pricing.own.document import read_overlay
from pricing.own.overlay import Overlay
from workloads.manifest import Origin
from workloads.problem import Problem
from workloads.text.reader import parse_document


def read_own_prices(data: bytes, file: str) -> Overlay | tuple[Problem, ...]:
    """The prices in a document of ours, or of OpenCost or Kubecost; else everything that is wrong with it. Never raises."""
    if is_machine_list(data):
        return read_machine_list(data, file)
    if data[:1] == b"{":
        # JSON may be indented with tabs, which YAML refuses.
        data = data.replace(b"\t", b" ")
    document, problems = parse_document(data, file)
    if not problems and states_rates(document):
        return read_rates(document, Origin(file, source=data))
    return read_overlay(data, file)
