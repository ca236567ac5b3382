"""What one object runs is priced in one cloud."""

from __future__ import annotations

from pricing.estimate import WorkloadEstimate
from pricing.estimator import estimate
from pricing.rate import Location
from pricing.sources.book import SqliteBook
from workloads.inventory import take_inventory
from workloads.text.reader import read

HEAD = "headGroupSpec: {template: {spec: {containers: [{name: a, resources: {requests: {cpu: 1, memory: 4Gi}}}]}}}"


def _cluster(book: SqliteBook, *selectors: str) -> WorkloadEstimate:
    workers = ", ".join(
        f"{{groupName: w{number}, replicas: 1, template: {{spec: {{nodeSelector: {{{each}}}, containers: [{{name: a}}]}}}}}}"
        for number, each in enumerate(selectors)
    )
    text = f"apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: a}}\nspec: {{{HEAD}, workerGroupSpecs: [{workers}]}}\n"
    (found,) = estimate(take_inventory(read(text.encode(), "a.yaml").manifests), book, Location("aws", "us-east-1")).workloads
    return found


def test_pods_that_say_nothing_are_priced_where_the_others_of_their_object_are(book: SqliteBook) -> None:
    found = _cluster(book, "topology.kubernetes.io/region: us-west4")
    sources = [line.rate.source for line in found.lines]
    assert all("us-west4" in source for source in sources), sources
    assert (found.location, found.disagreement) == (Location("gcp", "us-west4"), ())
    assert "gcp us-west4: the rest of the object is there" in found.lines[0].assumption


def test_parts_that_say_they_are_in_different_clouds_are_told(book: SqliteBook) -> None:
    found = _cluster(book, "topology.kubernetes.io/region: us-west4", "topology.kubernetes.io/region: us-west-2")
    assert "its parts say that they are in aws and gcp, as no cluster is" in found.disagreement[0]
    assert "priced in gcp" in found.disagreement[0]
