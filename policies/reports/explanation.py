"""How a workload's figure comes about, as a tree: the workload, its groups of pods, their lines, and what each line rests on."""

from __future__ import annotations

from collections.abc import Sequence

from policies.reports.row import Row
from policies.reports.shown_line import ShownLine
from pricing.currency import Sign
from pricing.estimate import MachineUse
from pricing.explanation import DOLLARS, money
from pricing.precision import counted, tidy
from pricing.step import Step
from workloads.workload import PodGroup

_GIB = 2**30


def explained(row: Row, sign: Sign = DOLLARS) -> Step:
    """The derivation of what a workload costs after a change; of what it cost, where it is removed.

    The amounts are those that are shown, in whole cents, so that the lines sum to the workload by eye. The caller has set the
    context of exact arithmetic.
    """
    lines = row.lines or row.lines_before
    total, once = (row.total, row.one_off) if row.lines else (row.before, row.one_off_before)
    amounts = [f"{money(total.expected, sign)} a month"] if not total.nothing or once.nothing else []
    amounts += [f"{money(once.expected, sign)} once"] if not once.nothing else []
    groups = [group.name for group in row.workload.groups]
    steps = [_group(row, group, lines, sign) for group in row.workload.groups]
    steps += [_line(shown, sign) for shown in lines if not (shown.line.group in groups and shown.line.what in _OF_PODS)]
    steps += [Step(f"note: {note}") for note in row.workload.notes]
    steps += [Step(f"costs nothing: {words}") for words in row.estimate.free]
    steps += [Step(f"note: {note}") for note in (*row.estimate.notes, *row.estimate.disagreement)]
    steps += [Step(f"not priced: {entry.reason}") for entry in row.estimate.unpriced]
    return Step(f"{row.title} ({row.manifest.kind}): {' and '.join(amounts) or f'{sign}0'}", tuple(steps))


_OF_PODS = ("cpu", "memory", "ephemeralStorage", "accelerator", "stranded")


def _group(row: Row, group: PodGroup, lines: Sequence[ShownLine], sign: Sign) -> Step:
    """A group of like pods: how many, why, what each asks for, where it runs, and its lines."""
    own = [shown for shown in lines if shown.line.group == group.name and shown.line.what in _OF_PODS]
    machines = [use for use in row.estimate.machines if use.group == group.name]
    asked = (Step(_requests(group)),) if group.pods.high else ()
    steps = (*asked, *(_machine(use, sign) for use in machines), *(_line(shown, sign) for shown in own))
    name = f"{group.name}: " if group.name else ""
    because = f", by {group.because}" if group.because else ""
    return Step(f"{name}{_pods(group)}{because}", steps)


def _pods(group: PodGroup) -> str:
    pods = group.pods
    if not pods.high:
        return f"{tidy(group.hours.expected):f} h"
    low, expected, high = (counted(end) for end in (pods.low, pods.expected, pods.high))
    count = expected if pods.certain else f"{low} to {high}, {expected} expected"
    return f"{count} pod" if pods.certain and pods.expected == 1 else f"{count} pods"


def _requests(group: PodGroup) -> str:
    """What one pod asks for, the scheduler's formula over its completed template."""
    requests = group.requests
    asked = [f"{tidy(requests.cpu):f} CPU", f"{tidy(requests.memory / _GIB):f} GiB"]
    if requests.ephemeral_storage:
        asked.append(f"{tidy(requests.ephemeral_storage / _GIB):f} GiB of ephemeral storage")
    asked += [f"{tidy(request.count):f} x {request.resource}" for request in group.accelerators]
    return f"each asks {', '.join(asked)}"


def _machine(use: MachineUse, sign: Sign) -> Step:
    rate = f"{sign}{tidy(use.rate.value):f} an hour"
    return Step(f"on {use.type} at {rate}: {use.because}", (Step(use.warning),) if use.warning else ())


def _line(shown: ShownLine, sign: Sign) -> Step:
    """A line's product with its amount as shown, then its range, its rate and what it rests on."""
    product, *rest = shown.derivation(sign)
    words = product.rsplit(" = ", 1)[0]
    period = "once" if shown.line.one_off else "a month"
    group = shown.line.group if shown.line.what not in _OF_PODS else ""
    name = " ".join(filter(None, (shown.line.what, group)))
    return Step(f"{name}: {words} = {money(shown.amount.expected, sign)} {period}", tuple(map(Step, rest)))
