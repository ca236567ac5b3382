"""What a forge does not do, by what somebody can do about it.

::

    ForgeError
     ├─ NotPermittedError   the token may not: give it the permission
     ├─ NotThereError       it is gone, or the token may not see it
     ├─ RefusedError        the forge does not take what was sent
     ├─ BusyError           a limit is reached and waiting would take too long: try later
     ├─ AddressError        what was given as its address is none
     ├─ UnreachableError    no answer, or none that makes sense
     └─ UncertainError      a write was sent and its answer lost: it may or may not have been done, so look again
"""

from __future__ import annotations


class ForgeError(Exception):
    """A forge did not do what it was asked. The text says what and why, in a person's words."""


class NotPermittedError(ForgeError):
    """The token may not do it (401, 403)."""


class NotThereError(ForgeError):
    """There is no such thing, or the token may not know of it (404, 410)."""


class RefusedError(ForgeError):
    """The forge does not take what was sent (400, 409, 422 and the like)."""


class BusyError(ForgeError):
    """A limit is reached, and the wait asked for is longer than anyone is ready to wait (403 and 429 with a time)."""

    def __init__(self, message: str, seconds: float) -> None:
        """``seconds`` is the wait that was asked for."""
        super().__init__(message)
        self.seconds = seconds


class AddressError(ForgeError):
    """What was given as the address of its API is none."""


class UnreachableError(ForgeError):
    """No answer, or an error of the forge's own, however often it was tried (5xx)."""


class UncertainError(ForgeError):
    """A write that must not be sent twice was sent, and whether it was done is not known: its answer was lost."""
