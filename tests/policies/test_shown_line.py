"""Lines are shown in whole cents that sum to their row; one that does not change reads the same before and after."""

from __future__ import annotations

from manifest_texts import deployment, namespace

from policies.reports.report import Report


def _texts(counts: list[int], memory: str) -> str:
    return namespace("shop") + "".join(deployment(f"web-{n}", replicas=n, cpu="110m", memory=memory) for n in counts)


def test_a_part_that_does_not_change_reads_the_same_on_both_sides(reported) -> None:
    told: Report = reported(_texts(list(range(1, 60)), "250Mi"), _texts(list(range(1, 60)), "270Mi"))
    sides = [(row.lines_before, row.lines) for row in told.changed]
    unchanged = [[next(each.amount for each in side if each.line.what == "cpu") for side in pair] for pair in sides]
    assert len(unchanged) == 59
    assert all(before == after for before, after in unchanged)


def test_parts_sum_to_their_row_on_both_sides(reported) -> None:
    told: Report = reported(_texts([1, 2, 3], "250Mi"), _texts([1, 2, 3], "270Mi"))
    assert len(told.changed) == 3
    for row in told.changed:
        assert sum(each.amount.expected for each in row.lines) == row.total.expected
        assert sum(each.amount.expected for each in row.lines_before) == row.before.expected
