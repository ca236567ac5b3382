"""The embedded price book, and workloads made from a few figures."""

from decimal import Decimal

import pytest

from pricing.estimator import estimate
from pricing.rate import Location
from pricing.sources.book import open_book
from workloads.devices.accelerator import accelerators
from workloads.manifest import Manifest
from workloads.span import Span
from workloads.workload import Inventory, PodGroup, PodRequests, Workload

GIB = 2**30
MONTH = 730
US_CENTRAL1 = Location("gcp", "us-central1")


@pytest.fixture(scope="session")
def book():
    """The prices that the program comes with."""
    return open_book()


def span(value):
    """A span from one number or from three."""
    return Span(*(Decimal(end) for end in value)) if isinstance(value, tuple) else Span.exactly(Decimal(value))


def requests(figures):
    """Pod requests in cores and GiB, taken out of a builder's keywords."""
    return PodRequests(
        Decimal(figures.pop("cpu", 1)),
        Decimal(figures.pop("memory", 2)) * GIB,
        ephemeral_storage=Decimal(figures.pop("storage", 0)) * GIB,
        extended={name: Decimal(count) for name, count in figures.pop("extended", {}).items()},
        assumed_cpu=Decimal(figures.pop("assumed_cpu", 0)),
        assumed_memory=Decimal(figures.pop("assumed_memory", 0)) * GIB,
    )


def build(name="web", kind="Deployment", pods=1, spec=None, **more):
    """A workload of one pod group that runs all month, unless ``hours`` says otherwise."""
    pods = span(pods)
    hours = span(more.pop("hours")) if "hours" in more else pods * MONTH
    template = {"metadata": {}, "spec": spec or {}}
    replicas = int(pods.expected)
    body = {
        "apiVersion": more.pop("api", "apps/v1"),
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"replicas": replicas, "template": template, **more.pop("fields", {})},
    }
    asked = requests(more)
    group = PodGroup(
        name=more.pop("group", ""),
        path=("spec", "template"),
        template=template,
        requests=asked,
        accelerators=accelerators(asked.extended),
        pods=pods,
        hours=hours,
        one_off=more.pop("one_off", False),
        because=more.pop("because", "spec.replicas"),
        because_path=more.pop("because_path", ("spec", "replicas")),
        assumption=more.pop("assumption", ""),
    )
    return Workload(Manifest.of(body), groups=() if more.pop("podless", False) else (group,), **more)


@pytest.fixture(scope="session")
def workload():
    """Makes a workload: ``workload(pods=3, cpu="0.5", memory=2)``; cores and GiB a pod."""
    return build


@pytest.fixture(scope="session")
def weigh(book):
    """Estimates workloads in GCP's us-central1, or elsewhere."""

    def weighing(*workloads, location=US_CENTRAL1, prices=book, series=""):
        return estimate(Inventory(tuple(workloads)), prices, location, series)

    return weighing
