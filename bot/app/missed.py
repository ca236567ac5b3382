"""Deliveries that GitHub could not make while the server was away: it is asked for them, as it does not try again by itself."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Final

from bot.app.manifest import EVENTS
from bot.app.register import Register
from forge.deliveries import Deliveries

MOST_ATTEMPTS: Final = 4
"""Attempts at one delivery that may fail before it is left: what is refused each time is not taken the next time either."""
_LOG: Final = logging.getLogger("weighbridge.app")
_WANTED: Final = frozenset({*EVENTS, "installation", "installation_repositories"})


def ask_again(deliveries: Deliveries, register: Register) -> int:
    """Have the deliveries made again that never arrived, and return how many.

    :raises ForgeError: when GitHub does not tell of them.
    """
    failed = [each for each in deliveries.failed() if each.event in _WANTED]
    attempts = Counter(each.delivery for each in failed)
    newest = {each.delivery: each.attempt for each in reversed(failed)}
    missed = [delivery for delivery in newest if attempts[delivery] < MOST_ATTEMPTS and not register.knows(delivery)]
    for delivery in missed:
        deliveries.again(newest[delivery])
    if missed:
        _LOG.info("asked GitHub for %d deliveries that did not arrive", len(missed))
    return len(missed)
