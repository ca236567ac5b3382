"""The variables that Argo CD fills in before it renders: ``$ARGOCD_APP_NAME`` in parameters, labels and names of files.

Source: argo-cd.readthedocs.io/en/stable/user-guide/build-environment; ``os.Expand`` of Go, to which a variable that nobody gives
is an empty text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workloads.field import text
from workloads.manifest import Manifest
from workloads.rendering.obstacle import Obstacle

_VARIABLE: Final = re.compile(r"\$(?:\{([^}]*)\}|(\w+|[*#$@!?-]))")
_OF_SYNC: Final = re.compile(r"ARGOCD_APP_REVISION(?:_SHORT(?:_8)?)?\Z")
"""The commit that is deployed, which is one after the change."""


@dataclass(frozen=True, slots=True)
class BuildEnvironment:
    """What variables come to for one source of an Application."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, application: Manifest, stated: Mapping[str, object], namespace: str) -> BuildEnvironment:
        """The environment of a source that an Application states, and that deploys into a namespace."""
        source = {"PATH": "path", "REPO_URL": "repoURL", "TARGET_REVISION": "targetRevision"}
        return cls(
            {
                "ARGOCD_APP_NAME": application.name,
                "ARGOCD_APP_NAMESPACE": namespace,
                "ARGOCD_APP_PROJECT_NAME": text(application.body, "spec", "project"),
                **{f"ARGOCD_APP_SOURCE_{name}": text(stated, key) for name, key in source.items()},
            }
        )

    def filled(self, stated: str) -> str:
        """A text with its variables filled in; those of the commit stay as they are written."""
        return _VARIABLE.sub(self._value, stated) if "$" in stated else stated

    def obstacle(self, where: str, stated: str) -> Obstacle | None:
        """That a text holds what only a sync knows; None where it does not."""
        found = next((match for match in _VARIABLE.finditer(stated) if _OF_SYNC.match(match[1] or match[2] or "")), None)
        return None if found is None else Obstacle(f"{where} is made of {found[0]}, which only a sync knows")

    def _value(self, match: re.Match[str]) -> str:
        name = match[1] or match[2] or ""
        if name == "$":
            return name
        return match[0] if _OF_SYNC.match(name) else self.values.get(name, "")
