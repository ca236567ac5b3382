"""The slowest decisions over objects made to be slow, beside parsing their reviews with orjson.

In one process and in processor time, so that what else runs counts for nothing; by the starter set and a policy that goes over
everything. Each object is as large as an API server takes, and as large as is weighed; each is created, and changed. Reading is
from the body of a review to its values within their bounds, deciding is from there to the body of the answer. Parsing is what any
webhook pays for such a body, and is told apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from benchmarks.hostile_objects import OBJECTS, Body, Hostile
from cluster.lookup import NoCluster
from policies.context import Context
from policies.documents.loader import load
from policies.documents.starter import starter
from policies.policy_set import PolicySet
from pricing.sources.book import open_book
from webhook.gate import Gate
from webhook.review import Answer, Review, read_review, write_answer
from weighbridge.cli import collect_seldom
from workloads.excess import MOST_VALUES, excess
from workloads.text.reader import read

THOROUGH = Path(__file__).with_name("thorough.yaml")
ROUNDS = 7
TARGET = 50.0
"""Milliseconds that no decision is to take, parsing apart."""
SHOWN = 15


class Row(NamedTuple):
    """What the review of one object takes, in milliseconds."""

    words: str
    size: int
    """Bytes of the review."""
    parsing: float
    reading: float
    """Parsing and counting what it holds."""
    deciding: float
    """Whichever takes longer, to validate or to mutate; nothing where a review is denied for holding more than is looked at."""

    @property
    def added(self) -> float:
        """All but parsing."""
        return self.reading - self.parsing + self.deciding


def _policies() -> PolicySet:
    loaded = load(read(THOROUGH.read_bytes(), THOROUGH.name).manifests)
    if loaded.problems:
        raise SystemExit("\n".join(map(str, loaded.problems)))
    return PolicySet((*starter(), *loaded.policies))


def _numbers(family: Hostile) -> Iterator[int]:
    """Of how many parts an object is measured: of the most, and of as many as are weighed where those are too many."""
    yield family.most
    if not excess(family.of(family.most)):
        return
    weighed, beyond = 0, min(family.most, MOST_VALUES)
    while beyond - weighed > 1:
        middle = (weighed + beyond) // 2
        if excess(family.of(middle)):
            beyond = middle
        else:
            weighed = middle
    yield weighed


def _review(body: Body, old: Body | None) -> bytes:
    group, _, version = body["apiVersion"].rpartition("/")
    request = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": {"group": group, "version": version, "kind": body["kind"]},
        "resource": {"group": group, "version": version, "resource": f"{body['kind'].lower()}s"},
        "namespace": "shop",
        "name": "web",
        "operation": "UPDATE" if old else "CREATE",
        "userInfo": {"username": "jane"},
        "object": body,
        "oldObject": old,
    }
    return orjson.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})


def _changed(body: Body) -> Body:
    """The same object before a change that leaves nearly all of it as it was."""
    return {**body, "metadata": {**body["metadata"], "annotations": {"changed": "yes"}}, "status": {}}


def _row(words: str, review: bytes, gate: Gate) -> Row:
    parsing, reading = _milliseconds(lambda: orjson.loads(review)), _milliseconds(lambda: read_review(review))
    found = read_review(review)
    deciding = max(_deciding(gate.validate, found), _deciding(gate.mutate, found)) if isinstance(found, Review) else 0.0
    return Row(words, len(review), parsing, reading, deciding)


def _deciding(judge: Callable[[Review], Answer], review: Review) -> float:
    return _milliseconds(lambda: write_answer(judge(review)))


def _milliseconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best * 1000


def _rows(gate: Gate) -> Iterator[Row]:
    for family in OBJECTS:
        for number in _numbers(family):
            body, words = family.of(number), family.words.format(number)
            yield _row(words, _review(body, None), gate)
            yield _row(f"{words}, changed", _review(body, _changed(body)), gate)


def main() -> None:
    """Print the slowest decisions, the slowest first."""
    collect_seldom()
    gate = Gate(_policies(), open_book(), Context(), NoCluster(), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    rows = sorted(_rows(gate), key=lambda row: row.added, reverse=True)
    print(f"{'reading':>10} {'deciding':>11} {'parsing':>11} {'size':>8}  object")
    for row in rows[:SHOWN]:
        figures = f"{row.reading:7.1f} ms {row.deciding:8.1f} ms {row.parsing:8.1f} ms {row.size / 1024 / 1024:4.1f} MiB"
        print(f"{figures}  {row.words}")
    slow = sum(row.added > TARGET for row in rows)
    print(f"\n{slow} of {len(rows)} took over {TARGET:.0f} ms beyond parsing, the slowest {rows[0].added:.0f} ms; target: none")
