"""What is remembered of texts is bounded in memory, whatever they hold."""

from __future__ import annotations

from workloads.remembered import LONGEST, remembered


def test_a_short_text_is_worked_out_once_and_a_long_one_each_time() -> None:
    asked: list[str] = []

    @remembered(4)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    short, long = "a" * LONGEST, "a" * (LONGEST + 1)
    assert [length(each) for each in (short, short, long, long)] == [LONGEST, LONGEST, LONGEST + 1, LONGEST + 1]
    assert asked == [short, long, long]


def test_of_several_short_texts_the_last_are_kept() -> None:
    asked: list[str] = []
    same = remembered(1)(lambda text: asked.append(text) or text)
    assert [same(each) for each in ("a", "b", "a")] == ["a", "b", "a"]
    assert asked == ["a", "b", "a"]
