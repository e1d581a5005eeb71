"""The report of a pilot as a document: first one page of verdict, then what it rests on.

Nothing is calculated here; every number comes out of `PilotReport`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo

from annotation_store.kinds import PilotArm
from annotation_store.money.figures import Figure, Quantity, Unit
from annotation_store.pilots.draft_effect import Effect
from annotation_store.pilots.estimate import Estimate
from annotation_store.pilots.next_step import Step, StepKind
from annotation_store.pilots.pilot_report import ArmFigures, Case, PilotReport
from annotation_store.pilots.told import Told
from studio.charts import Chart, Kind
from studio.i18n import Words
from studio.reports.document import (
    Block,
    Bullets,
    Card,
    Cards,
    Document,
    Drawing,
    Heading,
    KeyFigure,
    KeyFigures,
    Mood,
    NewPage,
    Paragraph,
    Sheet,
    Verdict,
)
from studio.tables import Cell, Column, Form, Table, table_of, write

Pictures = Callable[[int], tuple[tuple[str, bytes], ...]]
"""Of an image: JPEGs, each with what it shows."""

MOODS = {
    StepKind.WIDEN: Mood.GOOD,
    StepKind.KEEP_UNDER_REVIEW: Mood.PLAIN,
    StepKind.NOT_YET: Mood.BAD,
    StepKind.MORE_PHOTOS: Mood.PLAIN,
}
LEAST_P = 0.001
LONG = 600.0
"""Seconds: where photos take longer, all times of a photo are told in minutes, to be compared at a glance."""
_LONG = Column("", "", Form.SECONDS)
_SHARE = Column("", "", Form.SHARE)
_COUNT = Column("", "", Form.COUNT)
_NUMBER = Column("", "", Form.NUMBER)


def pilot_document(
    report: PilotReport, *, language: str, zone: tzinfo | None, pictures: Pictures = lambda _: ()
) -> Document:
    """In one language, with moments in `zone` (None: the computer's own)."""
    teller = _Teller(report, language, zone, pictures)
    blocks = [
        *teller.verdict(),
        NewPage(),
        *teller.time(),
        *teller.money(),
        *teller.quality(),
        *teller.cases(),
        *teller.method(),
        Sheet(photos_table(report, language=language), teller.say("photos"), folded=True),
    ]
    return Document(report.name, language, teller.say("as_table"), tuple(blocks))


def photos_table(report: PilotReport, *, language: str) -> Table:
    """Every photo with what it took; also what the CSV holds."""
    say = Words(language, face="pilot")
    head = (
        Column("position", say("column_position"), Form.COUNT),
        Column("photo", say("column_photo")),
        Column("arm", say("column_arm")),
        Column("tags", say("column_tags")),
        Column("stratum", say("column_stratum"), Form.COUNT),
        Column("seconds", say("column_seconds"), Form.SECONDS),
        Column("correction", say("column_correction"), Form.SECONDS),
        Column("review", say("column_review"), Form.SECONDS),
        Column("strokes", say("column_strokes"), Form.COUNT),
        Column("painted", say("column_painted"), Form.SHARE),
        Column("sad", say("column_sad"), Form.NUMBER),
        Column("complexity", say("column_complexity"), Form.NUMBER),
        Column("returns", say("column_returns"), Form.COUNT),
    )
    rows = [
        (
            photo.position,
            photo.name,
            say(f"arm_{photo.arm.value}"),
            ", ".join(photo.tags),
            photo.stratum,
            photo.seconds,
            photo.correction_seconds,
            photo.review_seconds,
            photo.strokes,
            photo.painted_area,
            photo.sad,
            photo.complexity,
            photo.returns,
        )
        for photo in sorted(report.photos, key=lambda each: each.position)
    ]
    return table_of("pilot-photos", head, rows, Words(language))


class _Teller:
    """Puts one report into words of one language."""

    def __init__(self, report: PilotReport, language: str, zone: tzinfo | None, pictures: Pictures) -> None:
        self.report = report
        self.say = Words(language, face="pilot")
        self.words = Words(language)
        self.zone = zone
        self.pictures = pictures
        means = (arm.seconds.value for arm in (report.drafted, report.blank) if arm.seconds is not None)
        self.in_minutes = max(means, default=0.0) >= LONG

    def verdict(self) -> list[Block]:
        report, say = self.report, self.say
        overall = report.steps[0]
        images = report.drafted.images + report.blank.images
        about = say(
            "about",
            began=self._day(report.began_at),
            measured=self._day(report.measured_at),
            images=images,
            drafted=report.drafted.images,
            blank=report.blank.images,
        )
        blocks: list[Block] = [
            Paragraph(about, quiet=True),
            Verdict(say(f"verdict_{overall.kind.value}"), self._told(overall.why), MOODS[overall.kind]),
            KeyFigures(tuple(self._key_figures())),
            Heading(say("next_steps")),
        ]
        if len(report.steps) > 1:
            blocks.append(Sheet(self._steps(report.steps), say("by_tag")))
        else:
            blocks.append(Paragraph(say("no_tags")))
        return [*blocks, *self._missing()]

    def time(self) -> list[Block]:
        say = self.say
        strips = [
            (say(f"arm_{photo.arm.value}"), photo.name, photo.seconds)
            for photo in sorted(self.report.photos, key=lambda each: each.arm is PilotArm.BLANK)
            if photo.seconds is not None
        ]
        each = Chart(
            say("chart_time"),
            Kind.STRIP,
            self._table(
                "pilot-time",
                [
                    ("arm", "column_arm", Form.TEXT),
                    ("photo", "column_photo", Form.TEXT),
                    ("seconds", "column_seconds", Form.SECONDS),
                ],
                strips,
            ),
            by="arm",
            value="seconds",
        )
        blocks: list[Block] = [Heading(say("time")), Paragraph(say("time_is")), Drawing(each, say("nothing_yet"))]
        tagged = [
            (
                each.tag or say("all_photos"),
                each.effect.seconds.value,
                each.effect.seconds.low,
                each.effect.seconds.high,
            )
            for each in self.report.tags
            if each.effect is not None
        ]
        if tagged:
            by_tag = Chart(
                say("chart_by_tag"),
                Kind.BARS,
                self._table(
                    "pilot-time-by-tag",
                    [
                        ("tag", "column_tag", Form.TEXT),
                        ("saved", "column_saved", Form.SECONDS),
                        ("low", "column_low", Form.SECONDS),
                        ("high", "column_high", Form.SECONDS),
                    ],
                    tagged,
                ),
                by="tag",
                value="saved",
                low="low",
                high="high",
            )
            blocks.append(Drawing(by_tag, say("nothing_yet")))
        return [*blocks, Sheet(self._arms(), say("both_arms"))]

    def money(self) -> list[Block]:
        say, money = self.say, self.report.money
        if money is None:
            return []
        named = (("drafted", money.drafted), ("blank", money.blank), ("outside", money.outside))
        rows = [(say(f"cost_{name}"), figure.value, figure.low, figure.high) for name, figure in named]
        chart = Chart(
            say("chart_money"),
            Kind.BARS,
            table_of(
                "pilot-money",
                [
                    Column("way", say("column_way")),
                    *(Column(key, say(f"column_{key}"), Form.MONEY, money.currency.value) for key in _COSTS),
                ],
                rows,
                self.words,
            ),
            by="way",
            value="cost",
            low="low",
            high="high",
        )
        formulas = tuple(
            f"{label}: {text}"
            for label, figure in (
                *((say(f"cost_{name}"), figure) for name, figure in named),
                (say("saved_by_draft"), money.saved_by_draft),
                (say("saved_in_house"), money.saved_in_house),
            )
            if (text := self._formula(figure))
        )
        return [Heading(say("money")), Drawing(chart, say("nothing_yet")), Bullets(formulas)]

    def quality(self) -> list[Block]:
        say = self.say
        drafted, blank = self.report.drafted, self.report.blank
        told = [
            say(
                "returns_are",
                drafted_returned=drafted.returned,
                drafted_reviewed=drafted.reviewed,
                blank_returned=blank.returned,
                blank_reviewed=blank.reviewed,
            )
            if drafted.reviewed or blank.reviewed
            else say("nobody_reviewed")
        ]
        if drafted.sad is not None:
            told.append(say("draft_error_is", sad=self._estimate(drafted.sad, self._number)))
        return [Heading(say("quality")), *map(Paragraph, told)]

    def cases(self) -> list[Block]:
        say, cases = self.say, self.report.cases
        blocks: list[Block] = []
        for title, some in (
            (say("largest_gains"), cases.largest_gains),
            (say("smallest_gains"), cases.smallest_gains),
            (say("worst_drafts"), cases.worst_drafts),
        ):
            if some:
                blocks += [Heading(title), Cards(tuple(map(self._case, some)))]
        return blocks

    def method(self) -> list[Block]:
        report, say = self.report, self.say
        how = (
            say("method_lot", share=f"{report.blank_share:.0%}", seed=report.seed),
            say("method_blank"),
            say("method_time", idle=f"{report.idle_seconds:g}"),
            say("method_range", confidence=f"{report.confidence:.0%}"),
        )
        limits = tuple(self._told(limit) for limit in report.limits if limit.key not in _MISSING)
        return [Heading(say("method")), Bullets(how), Heading(say("limits")), Bullets(limits)]

    def _key_figures(self) -> Iterable[KeyFigure]:
        report, say = self.report, self.say
        for label, arm in (("seconds_drafted", report.drafted), ("seconds_blank", report.blank)):
            formula = say("formula_mean", photos=arm.timed) if arm.timed else ""
            yield KeyFigure(say(label), *self._value_and_span(arm.seconds, self._time), formula)
        effect = report.effect
        value, span = self._value_and_span(None if effect is None else effect.seconds, self._time)
        yield KeyFigure(say("seconds_saved"), value, span, self._effect_formula(effect))
        share, span = self._value_and_span(None if effect is None else effect.share, self._share)
        yield KeyFigure(say("share_saved"), share, span, say("formula_share") if effect is not None else "")
        if (money := report.money) is not None:
            for label, figure in (("saved_by_draft", money.saved_by_draft), ("saved_in_house", money.saved_in_house)):
                yield KeyFigure(say(label), figure.written(), figure.range_written(), self._formula(figure))

    def _effect_formula(self, effect: Effect | None) -> str:
        if effect is None:
            return ""
        return self.say(
            "formula_effect", strata=effect.strata, p="<0.001" if effect.p_value < 0.001 else f"{effect.p_value:.3f}"
        )

    def _steps(self, steps: tuple[Step, ...]) -> Table:
        say = self.say
        rows = [(step.tag or say("all_photos"), say(f"step_{step.kind.value}"), self._told(step.why)) for step in steps]
        head = [("tag", "column_tag", Form.TEXT), ("step", "column_step", Form.TEXT), ("why", "column_why", Form.TEXT)]
        return self._table("pilot-steps", head, rows)

    def _missing(self) -> list[Block]:
        told = tuple(self._told(limit) for limit in self.report.limits if limit.key in _MISSING)
        return [Heading(self.say("missing")), Bullets(told)] if told else []

    def _arms(self) -> Table:
        say, both = self.say, (self.report.drafted, self.report.blank)
        rows: list[tuple[Cell, ...]] = []

        def row(key: str, told: Callable[[ArmFigures], str]) -> None:
            rows.append((say(key), *(told(arm) for arm in both)))

        row("row_images", lambda arm: str(arm.images))
        row("row_approved", lambda arm: str(arm.approved))
        row("row_timed", lambda arm: str(arm.timed))
        row("row_seconds", lambda arm: self._estimate(arm.seconds, self._time))
        row("row_correction", lambda arm: self._estimate(arm.correction_seconds, self._time))
        row("row_review", lambda arm: self._estimate(arm.review_seconds, self._time))
        row("row_open_to_approve", lambda arm: self._estimate(arm.open_to_approve_seconds, self._long_time))
        row("row_strokes", lambda arm: self._estimate(arm.strokes, self._number))
        row("row_painted", lambda arm: self._estimate(arm.painted_area, self._share))
        row("row_accepted", lambda arm: self._share(arm.accepted_as_drafted))
        row("row_return_rate", lambda arm: self._share(arm.return_rate))
        row("row_sad", lambda arm: self._estimate(arm.sad, self._number))
        head = (
            Column("figure", say("column_figure")),
            *(Column(arm.value, say(f"arm_{arm.value}")) for arm in (PilotArm.DRAFTED, PilotArm.BLANK)),
        )
        return table_of("pilot-arms", head, rows, self.words)

    def _case(self, case: Case) -> Card:
        say, words = self.say, self.words
        told = [say("case_seconds", seconds=self._time(case.seconds))]
        if case.gain is not None:
            expected = self._time(case.expected_seconds)
            gain = self._time(abs(case.gain))
            told.append(say("case_gain" if case.gain >= 0 else "case_loss", gain=gain, expected=expected))
        if case.sad is not None:
            told.append(say("case_sad", sad=self._number(case.sad)))
        if case.strokes is not None:
            told.append(say("case_strokes", strokes=write(case.strokes, _COUNT, words)))
        return Card(case.name, tuple(told), self.pictures(case.image_id))

    def _told(self, told: Told) -> str:
        """Numbers that are seconds are written in the unit that suits them; the others as they are."""
        return self.say(_short(told.key), **self._all_written(told.values))

    def _all_written(self, values: Mapping[str, Quantity]) -> Mapping[str, str]:
        return {name: self._written(quantity) for name, quantity in values.items()}

    def _written(self, quantity: Quantity) -> str:
        return self._time(quantity.value) if quantity.unit is Unit.SECONDS else str(quantity)

    def _time(self, seconds: float | None) -> str:
        """Of a photo, in the unit of this report."""
        if seconds is not None and self.in_minutes:
            seconds /= 60
        unit = self.words("unit_minutes") if self.in_minutes else self.words("unit_seconds")
        return write(seconds, Column("", "", Form.NUMBER, unit), self.words)

    def _long_time(self, seconds: float | None) -> str:
        return write(seconds, _LONG, self.words)

    def _share(self, share: float | None) -> str:
        return write(share, _SHARE, self.words)

    def _number(self, number: float | None) -> str:
        return write(number, _NUMBER, self.words)

    def _formula(self, figure: Figure) -> str:
        return self.say(f"formula_{_short(figure.formula.key)}", **self._all_written(figure.formula.values))

    def _estimate(self, estimate: Estimate | None, write_one: Callable[[float | None], str]) -> str:
        value, span = self._value_and_span(estimate, write_one)
        return f"{value} ({span})" if span else value

    def _value_and_span(self, estimate: Estimate | None, write_one: Callable[[float | None], str]) -> tuple[str, str]:
        if estimate is None:
            return write_one(None), ""
        value = write_one(estimate.value)
        if estimate.low is None or estimate.high is None:
            return value, ""
        return value, f"{write_one(estimate.low)} – {write_one(estimate.high)}"

    def _table(self, key: str, columns: list[tuple[str, str, Form]], rows: Iterable[tuple[Cell, ...]]) -> Table:
        head = [Column(name, self.say(title), form) for name, title, form in columns]
        return table_of(key, head, rows, self.words)

    def _day(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d")


_COSTS = ("cost", "low", "high")
_MISSING = frozenset(
    f"pilot_limit_{what}" for what in ("unfinished", "skipped", "unmeasured", "untimed", "drafts_used")
)
"""Limits that belong on the first page."""


def _short(key: str) -> str:
    """As the texts of this face have it."""
    return key.removeprefix("pilot_")
