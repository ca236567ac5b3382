"""The deliveries of an App's webhook that failed, and having GitHub make them again. It does not do so by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forge.courier import PAGE_SIZE, Courier
from forge.error import UnreachableError
from workloads.field import dig, text


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """One attempt that was not answered as it should be."""

    attempt: int
    """Number of the attempt."""
    delivery: str
    """Number of the delivery: all attempts at it have the same."""
    event: str


class Deliveries:
    """The deliveries of one App."""

    def __init__(self, courier: Courier) -> None:
        """Ask through the courier of the App itself."""
        self._courier = courier

    def failed(self) -> Iterator[FailedDelivery]:
        """The last hundred attempts that failed, the newest first; GitHub keeps them for three days.

        :raises ForgeError: when GitHub does not tell.
        """
        query = {"status": "failure", "per_page": str(PAGE_SIZE)}
        found = self._courier.ask("GET", "/app/hook/deliveries", query=query)
        if not isinstance(found, list):
            raise UnreachableError("GitHub told of its deliveries with something that is no list")
        for each in found:
            attempt = dig(each, "id")
            if isinstance(attempt, int):
                yield FailedDelivery(attempt, text(each, "guid"), text(each, "event"))

    def again(self, attempt: int) -> None:
        """Have a delivery made again.

        :raises ForgeError: when GitHub does not do it.
        """
        self._courier.ask("POST", f"/app/hook/deliveries/{attempt}/attempts")
