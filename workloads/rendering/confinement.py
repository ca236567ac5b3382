"""How far a rendering was kept from doing harm: what a report says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEMORY: Final = 1024**3
"""Bytes of memory that a renderer may use."""
SECONDS: Final = 60
"""Seconds that one rendering may take."""
OUTPUT: Final = 64 * 1024**2
"""Bytes that one rendering may write."""
NAMESPACE: Final = "namespace"
"""The level at which there is no network, by the kernel."""
PROXIES: Final = "proxies"
"""The level at which addresses lead nowhere, by what the renderer is told."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What one run rendered."""

    rendered: int
    """Renderings that a program was run for."""
    cached: int
    """Renderings that were known from before."""
    programs: tuple[str, ...]
    """The programs, with their versions."""
    confinement: Confinement | None
    """What holds where they run; None where nobody said."""

    @property
    def words(self) -> str:
        """``rendered 4 by kustomize v5.8.1, without a network, in 1024 MiB and 60 s``: the same whatever a cache held."""
        confined = f", {self.confinement.words}" if self.confinement else ""
        return f"rendered {self.rendered + self.cached} by {', '.join(self.programs)}{confined}"


@dataclass(frozen=True, slots=True)
class Confinement:
    """What held while renderers ran. References to fetch are refused before, whatever holds here."""

    network: str = NAMESPACE
    """``namespace`` or ``proxies``."""
    limits: bool = True
    """Whether memory, output and time are limited by the kernel; else only the time, by whoever waits."""

    @property
    def words(self) -> str:
        """``without a network, in 1024 MiB and 60 s``."""
        network = "without a network" if self.network == NAMESPACE else "with proxies that lead nowhere in place of a network"
        return f"{network}, in {MEMORY // 1024**2} MiB and {SECONDS} s" if self.limits else f"{network}, in {SECONDS} s"
