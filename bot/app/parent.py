"""A process that does not outlive the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from typing import Final

PARENT: Final = "WEIGHBRIDGE_SUPERVISOR"
"""The variable by which a process is told who keeps it."""
_PDEATHSIG: Final = 1
"""``PR_SET_PDEATHSIG`` (prctl(2))."""


def end_with_parent(environment: Mapping[str, str]) -> None:
    """Have this process told to end when the one that keeps it ends, however that ends; on Linux, and where one does."""
    parent = environment.get(PARENT, "")
    if not parent or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if str(os.getppid()) != parent:
        # It has ended already.
        os.kill(os.getpid(), signal.SIGTERM)
