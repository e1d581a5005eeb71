"""The report of a pilot as a document: first one page of verdict, then what it rests on.

Nothing is calculated here; every number comes out of `PilotReport`.
"""

from collections.abc import Callable, Iterable
from datetime import tzinfo

from annotation_store.kinds import PilotArm
from annotation_store.pilots.draft_effect import Effect
from annotation_store.pilots.next_step import StepKind
from annotation_store.pilots.pilot_report import Case, PilotReport
from studio.charts import Chart, Kind
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
from studio.reports.pilot_tables import arms_table, photos_table, steps_table
from studio.reports.pilot_teller import PilotTeller
from studio.tables import Column, Form, table_of, write

Pictures = Callable[[int], tuple[tuple[str, bytes], ...]]
"""Of an image: JPEGs, each with what it shows."""

MOODS = {
    StepKind.WIDEN: Mood.GOOD,
    StepKind.KEEP_UNDER_REVIEW: Mood.PLAIN,
    StepKind.NOT_YET: Mood.BAD,
    StepKind.MORE_PHOTOS: Mood.PLAIN,
}
LEAST_P = 0.001
_COUNT = Column("", "", Form.COUNT)


def no_pictures(_: int) -> tuple[tuple[str, bytes], ...]:
    """Of any image."""
    return ()


def pilot_document(
    report: PilotReport, *, language: str, zone: tzinfo | None, pictures: Pictures = no_pictures
) -> Document:
    """In one language, with moments in `zone` (None: the computer's own)."""
    teller = PilotTeller(report, language=language, zone=zone)
    blocks = [
        *_verdict(teller),
        NewPage(),
        *_time(teller),
        *_money(teller),
        *_quality(teller),
        *_cases(teller, pictures),
        *_method(teller),
        Sheet(photos_table(report, language=language), teller.say("photos"), folded=True),
    ]
    return Document(report.name, language, teller.say("as_table"), tuple(blocks))


def _verdict(teller: PilotTeller) -> list[Block]:
    report, say = teller.report, teller.say
    overall = report.steps[0]
    images = report.drafted.images + report.blank.images
    about = say(
        "about",
        began=teller.day(report.began_at),
        measured=teller.day(report.measured_at),
        images=images,
        drafted=report.drafted.images,
        blank=report.blank.images,
    )
    blocks: list[Block] = [
        Paragraph(about, quiet=True),
        Verdict(say(f"verdict_{overall.kind.value}"), teller.why(overall), MOODS[overall.kind]),
        KeyFigures(tuple(_key_figures(teller))),
        Heading(say("next_steps")),
    ]
    if len(report.steps) > 1:
        blocks.append(Sheet(steps_table(teller, report.steps), say("by_tag")))
    else:
        blocks.append(Paragraph(say("no_tags")))
    return [*blocks, *_missing(teller)]


def _time(teller: PilotTeller) -> list[Block]:
    say = teller.say
    strips = [
        (say(f"arm_{photo.arm.value}"), photo.name, photo.seconds)
        for photo in sorted(teller.report.photos, key=lambda each: each.arm is PilotArm.BLANK)
        if photo.seconds is not None
    ]
    each = Chart(
        say("chart_time"),
        Kind.STRIP,
        teller.table(
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
        for each in teller.report.tags
        if each.effect is not None
    ]
    if tagged:
        by_tag = Chart(
            say("chart_by_tag"),
            Kind.BARS,
            teller.table(
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
    return [*blocks, Sheet(arms_table(teller), say("both_arms"))]


def _money(teller: PilotTeller) -> list[Block]:
    say, money = teller.say, teller.report.money
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
            teller.words,
        ),
        by="way",
        value="cost",
        low="low",
        high="high",
    )
    formulas = tuple(
        say("labelled", label=label, text=text)
        for label, figure in (
            *((say(f"cost_{name}"), figure) for name, figure in named),
            (say("saved_by_draft"), money.saved_by_draft),
            (say("saved_in_house"), money.saved_in_house),
        )
        if (text := teller.formula(figure))
    )
    return [Heading(say("money")), Drawing(chart, say("nothing_yet")), Bullets(formulas)]


def _quality(teller: PilotTeller) -> list[Block]:
    say = teller.say
    drafted, blank = teller.report.drafted, teller.report.blank
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
        told.append(say("draft_error_is", sad=teller.estimate(drafted.sad, teller.number)))
    return [Heading(say("quality")), *map(Paragraph, told)]


def _cases(teller: PilotTeller, pictures: Pictures) -> list[Block]:
    say, cases = teller.say, teller.report.cases
    blocks: list[Block] = []
    for title, some in (
        (say("largest_gains"), cases.largest_gains),
        (say("smallest_gains"), cases.smallest_gains),
        (say("worst_drafts"), cases.worst_drafts),
    ):
        if some:
            blocks += [Heading(title), Cards(tuple(_case(teller, each, pictures) for each in some))]
    return blocks


def _method(teller: PilotTeller) -> list[Block]:
    report, say = teller.report, teller.say
    how = (
        say("method_lot", share=f"{report.blank_share:.0%}", seed=report.seed),
        say("method_blank"),
        say("method_time", idle=f"{report.idle_seconds:g}"),
        say("method_range", confidence=f"{report.confidence:.0%}"),
    )
    limits = tuple(teller.told(limit) for limit in report.limits if limit.key not in _MISSING)
    return [Heading(say("method")), Bullets(how), Heading(say("limits")), Bullets(limits)]


def _key_figures(teller: PilotTeller) -> Iterable[KeyFigure]:
    report, say = teller.report, teller.say
    for label, arm in (("seconds_drafted", report.drafted), ("seconds_blank", report.blank)):
        formula = say("formula_mean", photos=arm.timed) if arm.timed else ""
        yield KeyFigure(say(label), *teller.value_and_range(arm.seconds, teller.time), formula)
    effect = report.effect
    value, span = teller.value_and_range(None if effect is None else effect.seconds, teller.time)
    yield KeyFigure(say("seconds_saved"), value, span, _effect_formula(teller, effect))
    share, span = teller.value_and_range(None if effect is None else effect.share, teller.share)
    yield KeyFigure(say("share_saved"), share, span, say("formula_share") if effect is not None else "")
    if effect is not None and effect.typical is not None:
        yield KeyFigure(
            say("typical_saved"), *teller.value_and_range(effect.typical, teller.share), say("formula_typical")
        )
    if (money := report.money) is not None:
        for label, figure in (("saved_by_draft", money.saved_by_draft), ("saved_in_house", money.saved_in_house)):
            yield KeyFigure(say(label), figure.written(), teller.ranged(figure.range_written()), teller.formula(figure))


def _effect_formula(teller: PilotTeller, effect: Effect | None) -> str:
    if effect is None:
        return ""
    rare = effect.p_value < LEAST_P
    chance = f"< {LEAST_P:.1%}" if rare else f"{effect.p_value:.1%}"
    return teller.say("formula_effect", strata=effect.strata, p=chance.replace("%", " %"))


def _missing(teller: PilotTeller) -> list[Block]:
    told = tuple(teller.told(limit) for limit in teller.report.limits if limit.key in _MISSING)
    return [Heading(teller.say("missing")), Bullets(told)] if told else []


def _case(teller: PilotTeller, case: Case, pictures: Pictures) -> Card:
    say, words = teller.say, teller.words
    told = [say("case_seconds", seconds=teller.time(case.seconds))]
    if case.gain is not None:
        expected = teller.time(case.expected_seconds)
        gain = teller.time(abs(case.gain))
        told.append(say("case_gain" if case.gain >= 0 else "case_loss", gain=gain, expected=expected))
    if case.sad is not None:
        told.append(say("case_sad", sad=teller.number(case.sad)))
    if case.strokes is not None:
        told.append(say("case_strokes", strokes=write(case.strokes, _COUNT, words)))
    return Card(case.name, tuple(told), pictures(case.image_id))


_COSTS = ("cost", "low", "high")
_MISSING = frozenset(
    f"pilot_limit_{what}" for what in ("unfinished", "skipped", "unmeasured", "untimed", "drafts_used")
)
"""Limits that belong on the first page."""
