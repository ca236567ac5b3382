"""How exemptions stand: for a person, those first that need somebody, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from policies.exemptions.exemption import day
from policies.exemptions.standing import Standing, State
from policies.exemptions.use import left_in_words
from policies.message import inert, quoted
from policies.reports.alike import named
from policies.reports.figures import Figures
from pricing.currency import Currency
from weighbridge.output.amount import Amounts
from workloads.span import Span

FORMATS = ("table", "json")


@dataclass(frozen=True, slots=True)
class Told:
    """The exemptions, at a moment, in a currency."""

    standings: Sequence[Standing]
    now: datetime
    currency: Currency
    looked: bool
    """Whether objects were weighed: else nobody can say what is used."""

    def written(self, form: str) -> str:
        """In one of ``FORMATS``."""
        return self._json() if form == "json" else "\n".join(self._table())

    def _figures(self, span: Span) -> Figures:
        factor = self.currency.factor
        return Figures.of(Span(span.low * factor, span.expected * factor, span.high * factor))

    def _table(self) -> Iterator[str]:
        for standing in self.standings:
            yield inert(self._heading(standing))
            for name, words in self._lines(standing):
                yield f"  {name + ':':<9} {inert(words)}"
        yield self._summary()

    def _heading(self, standing: Standing) -> str:
        exemption = standing.exemption
        place = f" [{exemption.origin.file}:{exemption.origin.line}]" if exemption.origin and exemption.origin.file else ""
        return f"{quoted(exemption.title, 120)}: {self._state(standing)}{place}"

    def _lines(self, standing: Standing) -> Iterator[tuple[str, str]]:
        exemption = standing.exemption
        kinds = f"{', '.join(exemption.kinds)} " if exemption.kinds else ""
        yield "rules", f"{', '.join(exemption.rules)} of {kinds}{', '.join(exemption.names)}"
        yield "for", f"{quoted(exemption.reason, 200)}{f' ({quoted(exemption.ticket, 60)})' if exemption.ticket else ''}"
        yield "people", f"asked for by {_somebody(exemption.requested_by)}, approved by {_somebody(exemption.approved_by)}"
        if self.looked:
            yield "used by", self._use(standing)

    def _state(self, standing: Standing) -> str:
        exemption, state = standing.exemption, standing.state
        if state in {State.IN_EFFECT, State.ENDS_SOON}:
            return f"{state}, {left_in_words(exemption.expires - self.now)} left, until {day(exemption.expires)}"
        hindrance = exemption.hindrance(self.now)
        return hindrance if state in {State.EXPIRED, State.BEGINS_LATER} else f"{state}: {hindrance}"

    def _use(self, standing: Standing) -> str:
        if standing.use is None:
            return "nothing that was looked at"
        shown = Amounts(self.currency.ascii_sign)
        month, once = self._figures(standing.month), self._figures(standing.one_off)
        period = "" if month.nothing and not once.nothing else " a month"
        spend = f"{shown.amount(month, once)}{period}"
        return f"{named(standing.use.objects)} ({', '.join(standing.use.rules)}), {spend}"

    def _summary(self) -> str:
        counts = [(sum(each.state is state for each in self.standings), state) for state in State]
        told = ", ".join(f"{count} {state}" for count, state in counts if count)
        unused = sum(each.use is None for each in self.standings if each.state in {State.IN_EFFECT, State.ENDS_SOON})
        beside = f"; {unused} in effect and used by nothing that was looked at" if self.looked and unused else ""
        noun = "exemption" if len(self.standings) == 1 else "exemptions"
        return f"{len(self.standings)} {noun}{f': {told}' if told else ''}{beside}"

    def _json(self) -> str:
        import orjson  # noqa: PLC0415 - only for JSON

        document = {
            "schema": "weighbridge.dev/policies-exemptions/v1",
            "generatedAt": self.now.isoformat(timespec="seconds"),
            "currency": self.currency.code,
            "exemptions": [self._document(standing) for standing in self.standings],
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()

    def _document(self, standing: Standing) -> dict[str, object]:
        from policies.exemptions.document import exemption_document, passed  # noqa: PLC0415
        from policies.reports.row_document import figures  # noqa: PLC0415 - only for JSON

        return {
            **exemption_document(standing.exemption, self.now),
            "state": str(standing.state),
            "used": standing.use is not None if self.looked else None,
            "passed": passed(standing.use) if standing.use is not None else [],
            "month": figures(self._figures(standing.month)) if self.looked else None,
            "oneOff": figures(self._figures(standing.one_off)) if self.looked else None,
        }


def _somebody(name: str) -> str:
    return quoted(name, 80) if name else "nobody"
