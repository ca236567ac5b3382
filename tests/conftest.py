"""Weighing as all edges do it, from YAML to a report, for tests of what comes out of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from policies.context import Context
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.reports.report import Report, report
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.book import PriceBook
from pricing.rate import Location
from pricing.sources.book import open_book
from workloads.inventory import take_inventory
from workloads.snapshots.change import both_sides
from workloads.surroundings import observe
from workloads.text.reader import read

# Tests, and the program that they start a hundred times, are compiled once, whatever the shell says: that was half of collecting.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No test asserts time: a busy machine is no defect.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Weigher = Callable[..., Weighing]
Reporter = Callable[..., Report]


@pytest.fixture(scope="session", autouse=True)
def no_refreshed_prices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder of the tests' own: what somebody refreshed here changes no figure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def prices() -> PriceBook:
    """The embedded price book."""
    return open_book()


@pytest.fixture(scope="session")
def weighed(prices: PriceBook) -> Weigher:
    """Weighs YAML against YAML; ``before`` None weighs what there is."""

    def weigh_(before: str | None, after: str, policies: Iterable[Policy] = (), location: Location | None = None) -> Weighing:
        old, new = (read(before.encode(), "before.yaml") if before is not None else None), read(after.encode(), "after.yaml")
        earlier, there = both_sides(observe(old.manifests if old else ()), observe(new.manifests))
        context = Context(location=location or Location("gcp", "us-central1"), snapshot=there, earlier=earlier if old else None)
        return weigh(
            take_inventory(old.manifests, earlier) if old else None,
            take_inventory(new.manifests, context.snapshot),
            prices,
            PolicySet(policies),
            context,
            NOW,
        )

    return weigh_


@pytest.fixture(scope="session")
def reported(weighed: Weigher) -> Reporter:
    """The report of such a weighing."""

    def report_(before: str | None, after: str, policies: Iterable[Policy] = ()) -> Report:
        return report([weighed(before, after, policies)], "diff" if before is not None else "estimate", NOW)

    return report_
