"""Numbers of a pilot's report in words of one language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo

from annotation_store.money.figures import Figure, Quantity, Unit
from annotation_store.pilots.estimate import Estimate
from annotation_store.pilots.next_step import Step
from annotation_store.pilots.pilot_report import PilotReport
from annotation_store.pilots.told import Told
from studio.i18n import Words
from studio.tables import Cell, Column, Form, Table, table_of, write, write_quantity

LONG = 600.0
"""Seconds: where photos take longer, all times of a photo are told in minutes, to be compared at a glance."""
_LONG = Column("", "", Form.SECONDS)
_SHARE = Column("", "", Form.SHARE)
_NUMBER = Column("", "", Form.NUMBER)


class PilotTeller:
    """say: the texts of reports of pilots. words: those of all pages."""

    def __init__(self, report: PilotReport, *, language: str, zone: tzinfo | None = None) -> None:
        self.report = report
        self.say = Words(language, face="pilot")
        self.words = Words(language)
        self.zone = zone
        means = (arm.seconds.value for arm in (report.drafted, report.blank) if arm.seconds is not None)
        self.in_minutes = max(means, default=0.0) >= LONG

    def told(self, told: Told) -> str:
        """Numbers that are seconds are written in the unit that suits them; the others as they are."""
        return self.say(_short(told.key), **self._all_written(told.values))

    def why(self, step: Step) -> str:
        """Of a step, with how many photos another pilot would take, where one would tell more."""
        if step.photos is None or "photos" in step.why.values:
            return self.told(step.why)
        return self.say("why_and_photos", why=self.told(step.why), photos=f"{step.photos:,}")

    def _all_written(self, values: Mapping[str, Quantity]) -> Mapping[str, str]:
        return {name: self.written(quantity) for name, quantity in values.items()}

    def written(self, quantity: Quantity) -> str:
        if quantity.unit is Unit.SECONDS:
            return self.time(quantity.value)
        return write_quantity(quantity, self.words)

    def time(self, seconds: float | None) -> str:
        """Of a photo, in the unit of this report."""
        if seconds is not None and self.in_minutes:
            seconds /= 60
        unit = self.words("unit_minutes") if self.in_minutes else self.words("unit_seconds")
        return write(seconds, Column("", "", Form.NUMBER, unit), self.words)

    def long_time(self, seconds: float | None) -> str:
        return write(seconds, _LONG, self.words)

    def share(self, share: float | None) -> str:
        return write(share, _SHARE, self.words)

    def number(self, number: float | None) -> str:
        return write(number, _NUMBER, self.words)

    def formula(self, figure: Figure) -> str:
        return self.say(f"formula_{_short(figure.formula.key)}", **self._all_written(figure.formula.values))

    def estimate(self, estimate: Estimate | None, write_one: Callable[[float | None], str]) -> str:
        value, span = self.value_and_span(estimate, write_one)
        return f"{value} ({span})" if span else value

    def value_and_span(self, estimate: Estimate | None, write_one: Callable[[float | None], str]) -> tuple[str, str]:
        if estimate is None:
            return write_one(None), ""
        value = write_one(estimate.value)
        if estimate.low is None or estimate.high is None:
            return value, ""
        return value, f"{write_one(estimate.low)} – {write_one(estimate.high)}"

    def value_and_range(self, estimate: Estimate | None, write_one: Callable[[float | None], str]) -> tuple[str, str]:
        """As above, the second with what kind of range it is."""
        value, span = self.value_and_span(estimate, write_one)
        return value, self.ranged(span)

    def ranged(self, span: str) -> str:
        """Empty where there is none."""
        confidence = f"{100 * self.report.confidence:.0f} %"
        return self.say("ranged", confidence=confidence, span=span) if span else ""

    def table(self, key: str, columns: list[tuple[str, str, Form]], rows: Iterable[tuple[Cell, ...]]) -> Table:
        head = [Column(name, self.say(title), form) for name, title, form in columns]
        return table_of(key, head, rows, self.words)

    def day(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d")


def _short(key: str) -> str:
    """As the texts of this face have it."""
    return key.removeprefix("pilot_")
