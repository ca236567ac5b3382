"""What part of a device a pod asks for where several share one: of its compute, of its memory, or one of so many replicas.

The units are those of whoever shares: HAMi (``nvidia.com/gpumem`` in MiB, ``gpumem-percentage`` and ``gpucores`` in percent, each
of every device asked for), Volcano (``volcano.sh/vgpu-memory``, ``vgpu-cores``), Intel's device plugin (``millicores``,
``memory.max``), and annotations of the KAI and Run:ai schedulers (``gpu-fraction``, ``gpu-memory`` in MiB).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_MEBIBYTE = Decimal(2**20)
_FRACTIONS = {"percent": Decimal(100), "permille": Decimal(1000), "part": Decimal(1), "sixteenths": Decimal(16)}
_BYTES = {"bytes": Decimal(1), "MiB": _MEBIBYTE, "GiB": 1024 * _MEBIBYTE, "256 MiB": 256 * _MEBIBYTE, "512 MiB": 512 * _MEBIBYTE}
_LARGEST = Decimal(2**63)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of each device asked for; nothing is known where neither is stated."""

    fraction: Decimal | None = None
    """Of its time, compute or memory: 0.5 is half a device."""
    memory: Decimal | None = None
    """Bytes of its memory."""

    def of(self, device_memory: Decimal) -> Decimal | None:
        """The part of a device with so many bytes that nobody else can have: the larger of the two, at most all of it.

        None where the device cannot give it: more memory is stated than it has, or than anybody knows it to have, or nothing.
        """
        parts = [] if self.fraction is None else [self.fraction]
        if self.memory is not None:
            if self.memory > device_memory:
                return None
            parts.append(self.memory / device_memory)
        return min(max(parts), Decimal(1)) if parts else None

    @property
    def known(self) -> bool:
        """Whether anything is stated."""
        return self.fraction is not None or self.memory is not None


NOT_KNOWN = Share()
WHOLE = Share(Decimal(1))


def one_of(replicas: str) -> Share:
    """One of so many replicas of a device, as a node label writes their number."""
    number = replicas if replicas.isascii() and replicas.isdigit() and len(replicas) < 5 else "0"
    return Share(1 / Decimal(number)) if int(number) else NOT_KNOWN


def read_share(stated: Iterable[tuple[str, Decimal]]) -> Share:
    """The share that amounts with their units make. Compute without memory takes all the memory, as HAMi and Volcano give it.

    Nothing is known of it where one is in units that nobody can turn into a part of a device.
    """
    fractions: list[Decimal] = []
    memory: Decimal | None = None
    shares_memory = False
    for unit, amount in stated:
        part = _FRACTIONS.get(unit.removesuffix(" of memory"))
        if unit in _BYTES:
            memory = amount * _BYTES[unit]
        elif part is None:
            return NOT_KNOWN
        else:
            fractions.append(amount / part)
        shares_memory = shares_memory or unit in _BYTES or unit == "permille" or unit.endswith("of memory")
    if not shares_memory:
        return WHOLE
    return Share(max(fractions) if fractions else None, memory)


def amount(value: object) -> Decimal | None:
    """A number as an annotation writes it, above zero and within reason; None for anything else."""
    if not isinstance(value, str) or len(value) > 32:
        return None
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 < number < _LARGEST and number.as_tuple().exponent > -10 else None  # type: ignore[operator]
