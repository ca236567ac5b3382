"""How many pods there are at one time: low, expected and high, from what an object states and what scales it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from workloads.counting.count import Constant, CountError, Default, Expression, Field, Scope, holds, number
from workloads.field import FieldPath, dig, mapping, render
from workloads.kinds.kind import CountRule
from workloads.quick_dataclass import quick_dataclass
from workloads.schedule.duration import to_decimal
from workloads.schedule.keda import NONE, Triggers, read_triggers
from workloads.schedule.window import Level, average, layered
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.snapshots.snapshot import Autoscaler
from workloads.span import NOTHING, Span

ONE = Decimal(1)
UNBOUNDED = "no maximum is stated"
ASSUMED_NODES = "(assume.nodes)"
"""How it ends that the number of nodes is assumed: the key by which that is settled."""
"""Why more pods may run than are counted where an object scales itself."""


@quick_dataclass(frozen=True, slots=True)
class Replicas:
    """A count with its reason."""

    pods: Span
    """At one time; expected is the average over the year where a calendar changes it."""
    because: str = ""
    path: FieldPath = ()
    """The field that says so, in the object itself; empty where none does."""
    assumption: str = ""
    observed: str = ""
    """What was seen of the count in the cluster, in words."""
    unbounded: str = ""
    """Why there may be more than ``pods`` tells; empty where there may not."""
    levels: tuple[Level, ...] = ()
    """How many are expected at which times of the year; empty where they are the same at all times."""
    timed: Span | None = None
    """Pod-hours a month where a calendar tells them; None where they are those of pods that always run."""

    @property
    def hours(self) -> Span:
        """Pod-hours a month."""
        return self.pods * HOURS_PER_MONTH if self.timed is None else self.timed

    @property
    def standing(self) -> Span:
        """What stays where pods come and go: as many as there are at the time when there are most."""
        if not self.levels:
            return self.pods
        return Span(self.pods.low, max(level.pods for level in self.levels if level.times), self.pods.high)


def switched_off(replicas: Replicas) -> Replicas:
    """What is suspended: nothing is expected, and at most what there is when it is resumed."""
    pods = Span(NOTHING.low, NOTHING.low, replicas.pods.high)
    return replace(replicas, pods=pods, because=f"suspended; resumed: {replicas.because}", levels=(), timed=None)


@dataclass(frozen=True, slots=True)
class Scaling:
    """What scales an object from outside: the field that is written, with its default, and the autoscaler that writes it."""

    scale: Expression
    autoscaler: Autoscaler
    observed: int | None = None
    """The replicas that it was seen to have; None where nobody looked."""
    on: str = ""
    """The day on which it was."""
    gone: bool = False
    """Whether it writes no more: what it wrote last stays where nothing is stated."""


def count_pods(rule: CountRule, scope: Scope, scaling: Scaling | None = None, nodes: str = "") -> Replicas:
    """The replicas a rule gives over an object. Raises `CountError` where a field it needs is no number.

    ``nodes`` says in words how the number of nodes is known; empty where it is assumed.
    """
    if scaling is not None and _reads(rule, scaling.scale) and not (scaling.gone and _present(scaling.scale, scope)):
        return _scaled_from_outside(rule, scope, scaling)
    if _scales_itself(rule, scope):
        return _scaled_by_itself(rule, scope)
    pods = _product(rule, scope)
    if rule.per_node:
        assumption = "" if nodes else f"{scope.nodes} nodes {ASSUMED_NODES}"
        return Replicas(Span.exactly(pods), nodes or f"one on each of {scope.nodes} nodes", assumption=assumption)
    because, path = _reason(rule, scope, pods)
    return Replicas(Span.exactly(pods), because, path)


def _reads(rule: CountRule, scale: Expression) -> bool:
    """Whether a rule counts by the field that an autoscaler writes."""
    written = next(scale.patterns(), None)
    return written is not None and any(written == pattern for part in (rule.count, rule.times) for pattern in part.patterns())


def _product(rule: CountRule, scope: Scope) -> Decimal:
    return _stated(rule.count, scope) * _stated(rule.times, scope)


def _stated(expression: Expression, scope: Scope) -> Decimal:
    value = number(expression, scope)
    if value is None:
        path = next((field.place(scope) for field in _fields(expression)), ())
        raise CountError(path, "is not stated, and how many pods there are depends on it")
    return value


def _scaled_from_outside(rule: CountRule, scope: Scope, scaling: Scaling) -> Replicas:
    autoscaler = scaling.autoscaler
    path = next((field.place(scope) for field in _fields(scaling.scale)), ())
    replicas = _stated(scaling.scale, scope)
    if not replicas and not autoscaler.from_zero:
        return Replicas(NOTHING, f"switched off: {render(path)} is 0, which {autoscaler.name} leaves alone", path)
    low, high = Decimal(autoscaler.minimum), Decimal(autoscaler.maximum)
    triggers = autoscaler.triggers
    least = low if autoscaler.idle is None else min(low, Decimal(autoscaler.idle))
    # What a calendar holds on average tells more than one look.
    seen = scaling.observed if not triggers.windows and low < high else None
    expected = min(high, max(low, replicas, ONE) if seen is None else max(least, Decimal(seen)))
    beyond = f", from {replicas:,} stated" if replicas > high else ""
    because = f"{_name(scaling)}, {low:,} to {high:,}{_by(triggers)}{beyond}"
    # What is stated above its maximum runs until it is scaled down, which two autoscalers of one object never do.
    low, high = least, max(high, replicas)
    counted = {end: _product(rule, scope.scaled_to(path, end)) for end in {low, expected, high}}
    ends = [counted[end] for end in (low, expected, high)]
    if seen is not None:
        observed = f"{seen:,} replicas observed on {scaling.on}"
        return Replicas(Span(*sorted(ends)), f"{because}, {observed}", path, observed=observed)
    if not triggers.windows:
        return Replicas(Span(*sorted(ends)), because, path, _expectation(low, expected, high))
    levels = _levels(triggers, low, lambda count: _product(rule, scope.scaled_to(path, count)))
    low, high = min(ends), max(ends)
    return _over_year(Replicas(Span(low, low, high), because, path, _beside(triggers), levels=levels))


def _name(scaling: Scaling) -> str:
    return f"as left by {scaling.autoscaler.name}" if scaling.gone else scaling.autoscaler.name


def _by(triggers: Triggers) -> str:
    """By what it scales, in words."""
    words = str(triggers)
    return f" by {words}" if words else ""


def _levels(triggers: Triggers, outside: Decimal, pods: Callable[[Decimal], Decimal]) -> tuple[Level, ...]:
    return tuple(Level(pods(Decimal(count)), times) for count, times in layered(triggers.windows, int(outside)))


def _over_year(replicas: Replicas) -> Replicas:
    """Replicas with what their levels come to on average, which lies between what there is at least and at most."""
    mean = average(replicas.levels)
    expected = to_decimal(mean)
    # For a kind that has fewer pods for more replicas, the levels reach beyond what its bounds give.
    low, high = min(replicas.pods.low, expected), max(replicas.pods.high, expected)
    hours = Span(low * HOURS_PER_MONTH, to_decimal(mean * int(HOURS_PER_MONTH)), high * HOURS_PER_MONTH)
    return replace(replicas, pods=Span(low, expected, high), timed=hours)


def _beside(triggers: Triggers) -> str:
    """What is assumed where triggers that wait for events stand beside a calendar."""
    if not triggers.events:
        return ""
    return "its calendar alone decides on average, since what its other triggers ask for was not observed"


def _expectation(low: Decimal, expected: Decimal, high: Decimal) -> str:
    return "" if low == high else f"{expected:,} of {low:,} to {high:,} replicas run, since none were observed"


def _scales_itself(rule: CountRule, scope: Scope) -> bool:
    if rule.autoscaled is not None:
        return holds(rule.autoscaled, scope)
    least, most = rule.least, rule.most
    return (least is not None and _present(least, scope)) or (most is not None and _present(most, scope))


def _present(expression: Expression, scope: Scope) -> bool:
    """Whether any field an expression reads is stated."""
    return any(field.evaluate(scope) is not None for field in _fields(expression))


def _scaled_by_itself(rule: CountRule, scope: Scope) -> Replicas:
    count, times = _stated(rule.count, scope), _stated(rule.times, scope)
    least = number(rule.least, scope) if rule.least is not None else None
    most = number(rule.most, scope) if rule.most is not None else None
    low = count if least is None else least
    expected = max(low, count, ONE)
    high = max(expected, low) if most is None else max(most, low)
    expected = min(expected, high)
    path = next((field.place(scope) for part in (rule.most, rule.least, rule.count) for field in _fields(part)), ())
    triggers = _own_triggers(rule, scope, low, high)
    because = f"scales itself, {low:,} to {'any number' if most is None else f'{high:,}'}{_by(triggers)}"
    if triggers.windows:
        levels = _levels(triggers, low, lambda count: count * times)
        return _over_year(Replicas(Span(low, low, high) * times, because, path, _beside(triggers), levels=levels))
    assumption = _expectation(low, expected, high)
    unbounded = UNBOUNDED if most is None else ""
    if most is None:
        assumption = f"no more than {high:,} replicas run, since {UNBOUNDED}"
    return Replicas(Span(low, expected, high) * times, because, path, assumption, unbounded=unbounded)


def _own_triggers(rule: CountRule, scope: Scope, low: Decimal, high: Decimal) -> Triggers:
    if rule.triggers is None:
        return NONE
    place = Field(rule.triggers)
    return read_triggers(mapping(place.evaluate(scope)), place.place(scope), int(low), int(high))


def _reason(rule: CountRule, scope: Scope, pods: Decimal) -> tuple[str, FieldPath]:
    """In words: the fields that were stated, else the default of the first."""
    places = [field.place(scope) for part in (rule.count, rule.times) for field in _fields(part)]
    own = [place for place in dict.fromkeys(places) if place]
    stated = [place for place in own if dig(scope.body, *place) is not None]
    if stated:
        return " × ".join(render(place) for place in stated), stated[0]
    if own:
        return f"{pods:,} where {render(own[0])} is not stated", own[0]
    return "", ()


def _fields(expression: Expression | None) -> tuple[Field, ...]:
    """The fields of the object itself that an expression reads, in order."""
    if expression is None or isinstance(expression, Constant):
        return ()
    if isinstance(expression, Default) and isinstance(expression.options[0], Field):
        first = expression.options[0]
        return (first,) if len(expression.options) == 2 and not first.pattern.root else _all_fields(expression)
    return _all_fields(expression)


def _all_fields(expression: Expression) -> tuple[Field, ...]:
    return tuple(Field(pattern) for pattern in expression.patterns() if not pattern.root)
