"""Devices that a claim takes by itself, for however many pods share them: charged once, and not with any pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from workloads.devices.pod_devices import claimed_by, made_for_owner
from workloads.field import mapping
from workloads.group import FoundGroup, Setting
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import PodGroup, PodRequests

_NONE: Final = Decimal(0)


def shared_claim(body: Mapping[str, object], setting: Setting) -> Iterator[FoundGroup | str]:
    """The devices of a ResourceClaim, or of a PodGroup's claims, which are charged once however many pods share them.

    They make a group without pods. A claim that a Pod or a PodGroup owns is charged with its owner.
    """
    if made_for_owner(body):
        return
    found = claimed_by(mapping(body, "spec"), setting.namespace, setting.snapshot)
    yield from found.reasons
    if any(found.choices):
        hours = Span.exactly(HOURS_PER_MONTH) * setting.times
        group = PodGroup(
            name="",
            path=(),
            template={},
            requests=PodRequests(_NONE, _NONE),
            pods=Span(_NONE, _NONE, _NONE),
            hours=hours,
            because="claimed all month, once for all pods that share it",
            accelerators=found.choices[0],
            alternatives=found.choices[1:],
            untold_devices=next(iter(found.reasons), ""),
        )
        yield FoundGroup(group)
