"""The small languages: quantities, durations, schedules, periods, patterns, expressions, counts. Read, or refused with words."""

from __future__ import annotations

from collections.abc import Callable

from choices import Choices
from hostile import QUANTITIES, SCHEDULES, TEXTS, TIMES

from policies.cel.expression import CompileError, EvaluationError, compile_expression
from policies.matching.pattern import PatternError, compile_pattern
from workloads.counting.grammar import GrammarError, read_expression
from workloads.quantity import QuantityError, parse_quantity
from workloads.schedule.cron import CronError, runs_per_month, shortest_gap
from workloads.schedule.downscaler import downscaled
from workloads.schedule.duration import DurationError, hours
from workloads.schedule.running_hours import stated_hours
from workloads.schedule.time_period import PeriodError, read_period

_VARIABLES = {
    "object": {"metadata": {"name": "web", "labels": {"team": "shop"}}, "spec": {"replicas": 3, "sizes": ["1", "2Gi", ""]}},
    "oldObject": None,
    "params": {"most": 8},
    "request": {"operation": "CREATE"},
    "cost": {"month": {"low": 1.0, "expected": 2.0, "high": 3.0}},
}
_EXPRESSIONS = (
    "object.spec.replicas <= params.most",
    "object.spec.sizes.all(s, quantity(s).isLessThan(quantity('1Gi')))",
    "object.metadata.labels.exists(k, k.matches('^[a-z]+$')) && cost.month.high < 10.0",
    "object.spec.?a.orValue([1, 2]).map(i, i * 2).sum() > 2",
    "'a,b'.split(',').size() == 2 && object.metadata.name.find('[0-9]+') == ''",
)
_PATTERNS = ("cc-[0-9]{4}", "(a+)+$", "(((((a{10}){10}){10}){10}){10})", "[[:alpha:]]*", "\\pN+", "(?i)x|y|", "a{1,1000}")


def _cel(text: str) -> None:
    compiled = compile_expression(text)
    compiled.holds(_VARIABLES)


def _pattern(text: str) -> None:
    compile_pattern(text).fullmatch("a" * 1000)


def _period(text: str) -> None:
    assert 0 <= read_period(text).times.share <= 1


def _downscaled(text: str) -> None:
    keys = (
        "uptime",
        "downtime",
        "upscale-period",
        "downscale-period",
        "exclude",
        "exclude-until",
        "downtime-replicas",
        "force-uptime",
    )
    own = {f"downscaler/{key}": text for key in keys[: 1 + len(text) % len(keys)]}
    downscaled(own, own, "shop", own)
    stated_hours({"weighbridge.dev/running-hours": text}, {})


def _quantity(text: str) -> None:
    assert parse_quantity(text).is_finite()


def _cron(text: str) -> None:
    assert runs_per_month(text) >= 0
    shortest_gap(text)


def _duration(text: str) -> None:
    assert hours(text).is_finite()


READERS: tuple[tuple[Callable[[str], object], tuple[str, ...]], ...] = (
    (_quantity, QUANTITIES),
    (_duration, TIMES),
    (_cron, SCHEDULES),
    (_period, TIMES),
    (_downscaled, TIMES),
    (_pattern, _PATTERNS),
    (_cel, _EXPRESSIONS),
    (read_expression, ("min(spec.a ?? 1, .b)", "spec.c[].d", "is(a, 'b')")),
)
REFUSALS = (CompileError, EvaluationError, PatternError, GrammarError, QuantityError, CronError, DurationError, PeriodError)

SEEDS = [
    bytes([index, 0, *text.encode()]) for index, (_, texts) in enumerate(READERS) for text in (*texts, *list(TEXTS.values())[:8])
]


def target(data: bytes) -> None:
    """Read a text as one of them: as it stands, or put into a good one."""
    choices = Choices(data)
    reader, good = choices.of(READERS)
    way = choices.below(4)
    if way == 0:
        text = choices.rest()
    else:
        stem = choices.of(good)
        place = choices.below(len(stem) + 1)
        inside = choices.of(list(TEXTS.values()))[:100] if way == 1 else choices.rest(20)
        text = stem[:place] + inside + stem[place + way - 1 :]
    assert _read(reader, text)


def _read(reader: Callable[[str], object], text: str) -> str:
    """What is said of a text: why it is none, where it is none."""
    try:
        reader(text)
    except REFUSALS as error:
        return str(error)
    return "read"
