"""The API group of the documents that people write for Weighbridge and that a cluster may hold."""

from __future__ import annotations

from typing import Final

GROUP: Final = "weighbridge.dev"
API_VERSION: Final = f"{GROUP}/v1alpha1"
