"""Selectors of dynamic resource allocation: CEL expressions over a device, tried on one device of every model a driver offers.

The API server's own functions for quantities and versions are added; both are compared as integers here.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from workloads.devices.device import Device
from workloads.quantity import QuantityError, parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_VERSIONS = frozenset({"cudaComputeCapability", "driverVersion", "cudaDriverVersion"})
"""Attributes that are versions, which expressions compare as such."""
LONGEST = 10 * 1024
"""Characters of an expression that Kubernetes allows."""
_LONGEST_LOOP = 1024
"""Characters of an expression that goes over a list, which bounds its steps: it is tried on dozens of models."""
_LOOPS = re.compile(r"\b(?:all|exists|exists_one|existsOne|map|filter|transform\w*)\b")


def matches(device: Device, expressions: tuple[str, ...]) -> bool | None:
    """Whether a device meets every expression; None where that depends on what nobody knows of a model (its address, its driver).

    A field that only some of the driver's devices have is no match where it is missing, as in Kubernetes. Takes microseconds an
    expression once it is compiled.
    """
    answers = [_holds(device, expression) for expression in expressions]
    if False in answers:
        return False
    return None if None in answers else True


def _holds(device: Device, expression: str) -> bool | None:
    compiled = _compiled(expression)
    if compiled is None:
        return None
    try:
        value = compiled.eval(data={"device": _published(device)})
    except RuntimeError:
        return None  # it takes more steps than anybody allows an expression
    if value.type().name() == "BOOL":
        return bool(value.plain_value())
    # A whole GPU has no profile: a claim that asks for one does not mean it.
    return False if ".profile" in expression and not device.profile else None


def _published(device: Device) -> dict[str, object]:
    """A device as an expression sees it."""
    published: dict[str, object] = {
        "driver": device.driver,
        "attributes": _by_domain(device.driver, device.attributes),
        "capacity": _by_domain(device.driver, device.capacity),
    }
    # Where nobody knows, an expression that asks for it cannot be told.
    return published if device.multiple is None else {**published, "allowMultipleAllocations": device.multiple}


def _by_domain(driver: str, named: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Attributes or capacities by the domain that their names begin with, the driver's own where they begin with none."""
    found: dict[str, dict[str, object]] = {driver: {}}
    for name, value in named.items():
        domain, _, plain = name.rpartition("/")
        found.setdefault(domain or driver, {})[plain] = _version(str(value)) if plain in _VERSIONS else value
    return found


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> Any:  # noqa: ANN401 - the library publishes no types
    """The compiled expression; None for one that CEL does not take, or that could take longer than a device is worth."""
    loops = len(_LOOPS.findall(expression))
    if len(expression) > (_LONGEST_LOOP if loops else LONGEST) or loops > 1:
        return None
    try:
        return _environment().compile(expression)
    except RuntimeError:
        return None


@cache
def _environment() -> Any:  # noqa: ANN401 - the library publishes no types
    from cel_expr_python import cel  # noqa: PLC0415 - few manifests claim devices

    kinds = cel.Type

    def function(name: str, result: object, parameters: list[object], what: Callable[..., object], *, member: bool) -> object:
        overload = cel.Overload(f"weighbridge_{name}", result, parameters, is_member=member, impl=what)
        return cel.FunctionDecl(name, [overload])

    functions = [
        function("quantity", kinds.INT, [kinds.STRING], _quantity, member=False),
        function("semver", kinds.INT, [kinds.STRING], _version, member=False),
        function("lowerAscii", kinds.STRING, [kinds.STRING], str.lower, member=True),
        function("compareTo", kinds.INT, [kinds.INT, kinds.INT], lambda one, two: (one > two) - (one < two), member=True),
        function("isGreaterThan", kinds.BOOL, [kinds.INT, kinds.INT], lambda one, two: one > two, member=True),
        function("isLessThan", kinds.BOOL, [kinds.INT, kinds.INT], lambda one, two: one < two, member=True),
    ]
    return cel.NewEnv(variables={"device": kinds.DYN}, extensions=[cel.CelExtension("kubernetes", functions)])


def _quantity(written: str) -> int:
    try:
        return min(int(parse_quantity(written)), 2**63 - 1)
    except QuantityError:
        return 2**63 - 1


def _version(written: str) -> int:
    """A version as one number that compares as versions do: three parts below ten thousand."""
    parts = [int(part) if part.isdigit() and len(part) < 5 else 0 for part in written.split(".")[:3]]
    return sum(part * 10_000**place for place, part in enumerate(reversed([*parts, 0, 0][:3])))
