"""A workload that has a price on one side of a change only is counted on neither: what it adds is not known, and not zero."""

from __future__ import annotations

import pytest
from manifest_texts import deployment

from pricing.delta import Kind

MALFORMED = deployment("web").replace("replicas: 2", "replicas: many")
UNKNOWN_DEVICE = deployment("web").replace("cpu: 500m,", "cpu: 500m, acme.example/fpga: 1,")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(deployment("web"), MALFORMED, id="its price is lost"),
        pytest.param(MALFORMED, deployment("web"), id="it gets one"),
    ],
)
def test_neither_side_is_counted_and_it_is_told_once(before: str, after: str, reported) -> None:
    told = reported(before + deployment("api"), after + deployment("api"))
    assert told.delta.nothing
    assert [entry.manifest.name for entry in told.unpriced_changes] == ["web"]
    assert [row.manifest.name for row in told.rows if row.unknown] == ["web"]
    assert not told.changed


# Two pods of 0.5 vCPU and 1 GiB in us-central1: 2 x 730 x (0.5 x 0.029305 + 0.003719) = $26.82.
@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (
            deployment("web") + deployment("api"),
            MALFORMED + UNKNOWN_DEVICE.replace("web", "api").replace("replicas: 2", "replicas: many"),
            "$54 a month of shop/web, shop/api before this change is in no sum: what is paid after it is not known",
        ),
        (
            MALFORMED,
            deployment("web"),
            "$27 a month of shop/web after this change is in no sum: what is paid before it is not known",
        ),
    ],
    ids=["its price is lost", "it gets one"],
)
def test_what_the_side_comes_to_that_has_a_price_is_told_beside_the_sums(before: str, after: str, note: str, reported) -> None:
    assert [each for each in reported(before, after).notes if "no sum" in each] == [note]


def test_the_rest_is_counted_as_ever(reported) -> None:
    told = reported(deployment("web") + deployment("api", replicas=2), MALFORMED + deployment("api", replicas=4))
    alone = reported(deployment("api", replicas=2), deployment("api", replicas=4))
    assert told.delta == alone.delta
    assert (told.before, told.total) == (alone.before, alone.total)


def test_what_is_removed_is_saved_whatever_else_has_no_price(reported) -> None:
    told = reported(deployment("web") + MALFORMED.replace("web", "api"), MALFORMED.replace("web", "api"))
    assert [row.kind for row in told.changed] == [Kind.REMOVED]
    assert told.unpriced_changes == ()


def test_what_had_no_price_at_all_stays_so(reported) -> None:
    told = reported(MALFORMED, MALFORMED.replace("many", "few"))
    assert told.delta.nothing
    assert not any("no sum" in note for note in told.notes)
    assert len(told.unpriced_changes) == 1
