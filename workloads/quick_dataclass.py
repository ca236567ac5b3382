"""Values that every decision makes anew: frozen by the type checker, and made as quickly as any other object.

A frozen dataclass sets each of its fields by a call of ``object.__setattr__``, which takes four times as long as setting it. The
values of one decision have some two hundred and fifty fields, so that this alone would be a tenth of it. So nothing but mypy
keeps a field of these from being set again. What is made seldom is a frozen ``dataclass``, which keeps its fields itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as quick_dataclass
else:
    from dataclasses import dataclass

    def quick_dataclass(*, frozen: bool, slots: bool) -> type:
        """A dataclass that is compared and hashed by its fields, as a frozen one is."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["quick_dataclass"]
