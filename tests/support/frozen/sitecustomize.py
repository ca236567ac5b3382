"""Stops the calendar of programs that tests start, where this folder is on their path: prices grow old, and pages do not."""

import os
from datetime import UTC, datetime

import time_machine

time_machine.travel(datetime.fromisoformat(os.environ["FROZEN_AT"]).replace(tzinfo=UTC), tick=True).start()
