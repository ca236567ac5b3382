"""What weighbridge.yaml says of operators: under which service account the controller of a kind creates its objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workloads.field import text


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """One service account by which the controller of a kind asks."""

    kind: str
    """As Kubernetes writes a kind with its group: ``Rollout.argoproj.io``."""
    service_account: str
    """``namespace:name``."""

    @property
    def group_kind(self) -> tuple[str, str]:
        """Group and kind apart: ``("argoproj.io", "Rollout")``."""
        kind, _, group = self.kind.partition(".")
        return group, kind


def read_controllers(stated: Sequence[object]) -> tuple[ControllerSettings, ...]:
    """The entries under ``controllers``, which the schema has been held to."""
    return tuple(ControllerSettings(text(entry, "kind"), text(entry, "serviceAccount")) for entry in stated)
