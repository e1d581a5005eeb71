"""Tables of a pilot's report: every photo, both groups side by side, what to do next by tag."""

from collections.abc import Callable

from annotation_store.kinds import PilotArm
from annotation_store.pilots.next_step import Step
from annotation_store.pilots.pilot_report import ArmFigures, PilotReport
from studio.i18n import Words
from studio.reports.pilot_teller import PilotTeller
from studio.tables import Cell, Column, Form, Table, table_of


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
            photo.position + 1,  # people count from one
            photo.name,
            say(f"arm_{photo.arm.value}"),
            ", ".join(photo.tags),
            photo.stratum + 1,
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


def steps_table(teller: PilotTeller, steps: tuple[Step, ...]) -> Table:
    say = teller.say
    rows = [(step.tag or say("all_photos"), say(f"step_{step.kind.value}"), teller.why(step)) for step in steps]
    head = [("tag", "column_tag", Form.TEXT), ("step", "column_step", Form.TEXT), ("why", "column_why", Form.TEXT)]
    return teller.table("pilot-steps", head, rows)


def arms_table(teller: PilotTeller) -> Table:
    say, both = teller.say, (teller.report.drafted, teller.report.blank)
    rows: list[tuple[Cell, ...]] = []

    def row(key: str, told: Callable[[ArmFigures], str]) -> None:
        rows.append((say(key), *(told(arm) for arm in both)))

    row("row_images", lambda arm: str(arm.images))
    row("row_approved", lambda arm: str(arm.approved))
    row("row_timed", lambda arm: str(arm.timed))
    row("row_seconds", lambda arm: teller.estimate(arm.seconds, teller.time))
    row("row_correction", lambda arm: teller.estimate(arm.correction_seconds, teller.time))
    row("row_review", lambda arm: teller.estimate(arm.review_seconds, teller.time))
    row("row_open_to_approve", lambda arm: teller.estimate(arm.open_to_approve_seconds, teller.long_time))
    row("row_strokes", lambda arm: teller.estimate(arm.strokes, teller.number))
    row("row_painted", lambda arm: teller.estimate(arm.painted_area, teller.share))
    row("row_accepted", lambda arm: teller.share(arm.accepted_as_drafted))
    row("row_return_rate", lambda arm: teller.share(arm.return_rate))
    row("row_sad", lambda arm: teller.estimate(arm.sad, teller.number))
    head = (
        Column("figure", say("column_figure")),
        *(Column(arm.value, say(f"arm_{arm.value}")) for arm in (PilotArm.DRAFTED, PilotArm.BLANK)),
    )
    return table_of("pilot-arms", head, rows, teller.words)
