"""A GitHub App with everything around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_world import AppWorld, app_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[AppWorld]:
    """A world with a repository that holds one workload."""
    with app_world(tmp_path) as found:
        yield found
