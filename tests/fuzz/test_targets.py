"""Every fuzz target, for a moment: its seeds, and bytes of hypothesis' choosing, the same ones in every run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.whole

FOLDER = Path(__file__).parent
TARGETS = sorted(FOLDER.glob("fuzz_*.py"))
RUNS = 60


def _load(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", TARGETS, ids=lambda path: path.stem)
def test_a_target_takes_its_seeds_and_whatever_else_comes(path: Path) -> None:
    module = _load(path)
    for seed in module.SEEDS:
        module.target(seed)

    @settings(max_examples=RUNS, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.binary(max_size=300))
    def anything(data: bytes) -> None:
        module.target(data)

    anything()


@pytest.mark.parametrize("path", TARGETS, ids=lambda path: path.stem)
def test_a_target_says_what_it_reads_and_has_seeds(path: Path) -> None:
    module = _load(path)
    assert module.__doc__
    assert module.target.__doc__
    assert module.SEEDS
