"""Objects of every kind with hostile values: counted, priced, judged by the starter set, and shown in every form."""

from __future__ import annotations

from choices import Choices, an_object, changed
from showing import require_shown, weighed_together

SEEDS = [bytes([0, number, *bytes(range(40))]) for number in range(0, 250, 10)]


def target(data: bytes) -> None:
    """Weigh one object, or a change from one to another."""
    choices = Choices(data)
    compared = choices.below(3) == 0
    after = an_object(choices)
    before = changed(an_object(choices), choices) if compared else None
    require_shown(weighed_together([before] if before else None, [after]), compared=compared)
