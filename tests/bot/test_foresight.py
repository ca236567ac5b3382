"""What a dry run can say without looking at the forge: what it would do in either case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.foresight import foreseen
from bot.lifecycle import Behaviour, Wanted
from bot.posting import Posting
from forge.check_run import CheckRun, Conclusion

POSTING = Posting(
    482, Wanted("### Cost: +$1 a month", worth=True), CheckRun("weighbridge", "3f2c9ab", Conclusion.SUCCESS, "", "")
)
NEVER = "would write no first comment, since the change is not worth one (comment.minChange)"
FIRST = "would write a comment if there is none, nobody deleted it and this is no draft"


@pytest.mark.parametrize(
    ("posting", "words"),
    [
        (POSTING, f"{FIRST}; one that is there would be updated"),
        (
            replace(POSTING, drafts=True, behaviour=Behaviour.HIDE_AND_NEW),
            "would write a comment if there is none and nobody deleted it; "
            "one that is there would be followed by a new one (hide-and-new)",
        ),
        (replace(POSTING, wanted=Wanted("", worth=False)), f"{NEVER}; one that is there would be updated"),
        (
            replace(POSTING, wanted=Wanted("", worth=False, settled=True)),
            f"{NEVER}; one that is there would be updated and folded away",
        ),
        (replace(POSTING, number=0), "would write a check run and no comment: it is in a merge queue"),
    ],
)
def test_what_would_be_written_is_told_for_both_cases(posting: Posting, words: str) -> None:
    assert foreseen(posting) == words


def test_what_is_told_to_be_a_draft_gets_no_first_comment_and_what_is_told_to_be_none_may() -> None:
    assert foreseen(POSTING, draft=True).startswith(
        "would write a check run, and no first comment while it is a draft (comment.drafts);"
    )
    ready = "would write a comment if there is none and nobody deleted it"
    assert foreseen(POSTING, draft=False).startswith(f"{ready};")
    assert foreseen(replace(POSTING, drafts=True), draft=True).startswith(f"{ready};")
