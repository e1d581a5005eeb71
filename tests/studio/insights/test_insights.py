"""Sheets as they are told, of small histories whose figures are known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from small_images import draft
from small_worth import finish, raise_alarm, show_persons

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError
from annotation_store.insights.grouping import Dimension
from annotation_store.kinds import MachineWork, PilotArm, Role
from annotation_store.money.currencies import Currency
from annotation_store.money.machine_hours import note_machine_work
from annotation_store.money.rate_card import STARTING_CARD, keep_card
from annotation_store.projects import create_project
from annotation_store.states import PilotState
from studio.i18n import Words
from studio.insights import insights
from studio.insights.asking import Asked, NoPersonsError, Topic
from studio.sign_in.visitor import Visitor, local_user

ENGLISH = Words("en")


def tell(studio, topic=Topic.TIME, visitor=None, words=ENGLISH, **asked):
    return studio.insights.sheet(topic, Asked(**asked), visitor or local_user("keiko"), words)


def tile(sheet, key):
    return next(each for each in sheet.tiles if each.key == key)


def column(table, key):
    return list(table.values(key))


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("by", [each for each in Dimension if each is not Dimension.PERSON])
def test_an_empty_studio_has_sheets_without_figures(studio, topic, by):
    sheet = tell(studio, topic, by=by)
    assert sheet.images == 0
    assert sheet.as_json()["figures"]


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_one_image_is_enough(studio, topic, language):
    finish(studio.store, 1)
    sheet = tell(studio, topic, words=Words(language))
    assert topic is Topic.COMPUTE or sheet.images == 1
    assert all(table.head[0].title for table in sheet.tables)


def test_time_is_a_mean_over_images_with_its_range_and_its_formula(studio):
    for seed, seconds in enumerate((60.0, 120.0, 180.0)):
        finish(studio.store, seed, seconds=seconds, days_ago=1 + seed, tag=("hair", "hair", "glass")[seed])
    sheet = tell(studio)
    correction = tile(sheet, "correction_mean")
    assert correction.value == pytest.approx(120.0)
    assert correction.formula == "6 min ÷ 3 images; the middle image: 2 min"
    assert correction.range_written(ENGLISH) == "four of five images: 72 s to 2 min 48 s"
    groups = sheet.table("groups")
    assert column(groups, "tag") == ["hair", "glass"]
    assert column(groups, "correction_mean") == pytest.approx([90.0, 180.0])
    assert sum(column(sheet.table("weeks"), "images")) == 3


def test_weeks_without_an_approval_are_there_and_empty(studio):
    for seed, days in enumerate((1, 29)):
        finish(studio.store, seed, days_ago=days)
    weeks = tell(studio).table("weeks")
    assert len(weeks.rows) == 5
    assert column(weeks, "images") == [1, 0, 0, 0, 1]
    assert column(weeks, "correction_mean")[1:4] == [None, None, None]


def test_a_week_across_the_turn_of_the_year_is_not_lost(studio):
    finish(studio.store, 1, days_ago=400)
    finish(studio.store, 2, days_ago=1)
    weeks = column(tell(studio).table("weeks"), "week")
    assert weeks == sorted(set(weeks))
    assert len(weeks) in (58, 59)


def test_a_lead_is_told_of_their_own_projects_alone(studio):
    other = create_project(studio.store, "Boots", by="ren").id
    finish(studio.store, 1, seconds=60)
    finish(studio.store, 2, seconds=600, project=other, person="ren")
    mika = Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({1}), person_id=3)
    sheet = tell(studio, visitor=mika, by=Dimension.PROJECT)
    assert sheet.images == 1
    assert column(sheet.table("groups"), "project") == ["General"]
    assert tile(sheet, "worked").value == pytest.approx(60.0)
    assert tell(studio, by=Dimension.PROJECT).images == 2


def test_single_people_are_told_of_where_that_is_switched_on_and_nowhere_else(studio):
    other = create_project(studio.store, "Boots", by="ren").id
    finish(studio.store, 1, person="mika")
    finish(studio.store, 2, person="ren", project=other)
    show_persons(studio.store, other)
    sheet = tell(studio, by=Dimension.PERSON)
    assert column(sheet.table("groups"), "person") == ["ren"]
    assert sheet.notes == (
        "Figures of single people are shown for Boots only: the other projects have them switched off.",
    )
    assert "mika" not in repr(sheet)


def test_a_switch_that_is_turned_off_holds_at_once(studio):
    finish(studio.store, 1, person="mika")
    show_persons(studio.store)
    assert column(tell(studio, by=Dimension.PERSON).table("groups"), "person") == ["mika"]
    with studio.store.database.write() as session:
        session.get_one(schema.Project, 1).figures_by_person = False
    with pytest.raises(NoPersonsError, match="single people are off"):
        tell(studio, by=Dimension.PERSON)


def test_quality_has_errors_returns_and_alarms(studio):
    finish(studio.store, 1, sad=1.0)
    finish(studio.store, 2, sad=3.0)
    number = raise_alarm(studio.store)
    sheet = tell(studio, Topic.QUALITY)
    assert tile(sheet, "sad_mean").value == pytest.approx(2.0)
    assert tile(sheet, "return_rate").value is None
    assert column(sheet.table("alarms"), "lately") == [48.5]
    assert number == 1


def test_money_is_in_the_currency_that_was_asked_for(studio):
    for seed in range(3):
        finish(studio.store, seed, seconds=360 + seed)
    dollars, yen = (tell(studio, Topic.MONEY, currency=each) for each in (Currency.USD, Currency.JPY))
    for name in ("in_house", "outside", "saving"):
        assert tile(yen, name).value == pytest.approx(150 * tile(dollars, name).value)
    assert tile(yen, "outside").written(ENGLISH).startswith("¥")
    parts = yen.table("parts")
    amounts = [
        amount
        for where, amount in zip(column(parts, "where"), column(parts, "amount"), strict=True)
        if where == "In house"
    ]
    assert sum(amounts) == pytest.approx(tile(yen, "in_house").value)


def test_another_rate_card_counts_at_once(studio):
    finish(studio.store, 1)
    before = tile(tell(studio, Topic.MONEY), "in_house").value
    keep_card(studio.store, replace(STARTING_CARD, operator_wage=STARTING_CARD.operator_wage + 60), by="keiko")
    assert tile(tell(studio, Topic.MONEY), "in_house").value == pytest.approx(before + 1.0)


def test_images_without_known_time_are_said_to_be_in_no_mean(studio):
    finish(studio.store, 1)
    number = finish(studio.store, 2)
    with studio.store.database.write() as session:
        session.query(schema.WorkSpan).where(schema.WorkSpan.image_id == number).delete()
    for topic in (Topic.TIME, Topic.MONEY):
        assert "Of 1 of these images nobody knows the working time" in tell(studio, topic).notes[0]


def test_machines_are_told_of_for_the_whole_studio(studio):
    hour = utc_now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    with studio.store.database.write() as session:
        work = {"hour": hour, "work": MachineWork.DRAFTING, "device": "cpu"}
        session.add(schema.MachineHour(**work, seconds=1800.0, images=90))
    sheet = tell(studio, Topic.COMPUTE)
    assert column(sheet.table("work"), "busy") == [0, 1800.0, 0]
    assert "Of the whole studio" in sheet.notes[0]
    assert tile(sheet, "own_is_cheaper_from").formula


def test_an_image_s_share_in_the_machine_is_the_same_in_money_and_in_compute(studio):
    """Two images in four weeks: neither the week in which both were approved nor anything else makes that eight."""
    for seed, days in enumerate((60, 10, 9)):
        finish(studio.store, seed, days_ago=days)
        _note_drafting(studio, days_ago=days)
    since = (utc_now() - timedelta(days=28)).date()
    parts = tell(studio, Topic.MONEY, since=since).table("parts")
    share = dict(zip(column(parts, "part"), column(parts, "amount"), strict=True))["Machine"]
    assert share == pytest.approx(tile(tell(studio, Topic.COMPUTE, since=since), "here_per_image").value, rel=1e-3)


def test_a_period_that_began_before_the_studio_costs_nothing_before(studio):
    _note_drafting(studio, days_ago=14)
    finish(studio.store, 1, days_ago=13)
    always, year = (tell(studio, Topic.COMPUTE, since=since) for since in (None, utc_now().date() - timedelta(365)))
    for key in ("here_per_image", "here_per_month", "busy_hours_per_month"):
        assert tile(year, key).value == pytest.approx(tile(always, key).value, rel=1e-3)


def _note_drafting(studio, *, days_ago):
    moment = utc_now() - timedelta(days=days_ago)
    note_machine_work(studio.store, work=MachineWork.DRAFTING, device="cpu", seconds=1800.0, images=90, at=moment)


def test_another_tag_tab_or_version_is_told_without_reading_all_photos_again(studio, monkeypatch):
    finish(studio.store, 1, tag="hair", seconds=60)
    finish(studio.store, 2, tag="glass", seconds=90, days_ago=2)
    read, worked = [], []
    for name, calls in (("read_ledger", read), ("worked_hours", worked)):
        real = getattr(insights, name)
        monkeypatch.setattr(insights, name, lambda *a, real=real, calls=calls, **k: calls.append(a) or real(*a, **k))
    told = {tag: tile(tell(studio, tag=tag), "correction_mean").value for tag in (None, "hair", "glass", "fur")}
    assert told == {None: pytest.approx(75), "hair": pytest.approx(60), "glass": pytest.approx(90), "fur": None}
    assert tell(studio, model=1).images == 0
    tell(studio, Topic.MONEY, tag="hair")
    assert (len(read), len(worked)) == (1, 1)


def test_a_sheet_says_of_when_the_photos_were_read_not_when_it_was_put_together(studio):
    finish(studio.store, 1)
    first = tell(studio, Topic.TIME)
    finish(studio.store, 2)
    later = tell(studio, Topic.QUALITY)
    assert (later.images, later.as_of) == (1, first.as_of)


def test_photos_of_a_pilot_are_in_no_figure_while_it_runs(studio):
    """By version, the figures would tell both arms side by side, to whoever waits for a lucky day to stop."""
    finish(studio.store, 1)
    number = finish(studio.store, 2, days_ago=2)
    with studio.store.database.write() as session:
        pilot = schema.Pilot(
            project_id=1, name="Hats", state=PilotState.RUNNING, blank_share=0.5, seed=1, created_by="ren"
        )
        session.add(pilot)
        session.flush()
        place = {"position": 0, "arm": PilotArm.BLANK, "stratum": 0}
        session.add(schema.PilotImage(pilot_id=pilot.id, image_id=number, **place))
    for topic in (Topic.TIME, Topic.QUALITY, Topic.MONEY):
        sheet = tell(studio, topic)
        assert sheet.images == 1
        assert "Photos of a pilot that is running are in no figure yet" in sheet.notes[-1]
    with studio.store.database.write() as session:
        session.get_one(schema.Pilot, pilot.id).state = PilotState.FINISHED
    studio.insights.forget()
    sheet = tell(studio)
    assert (sheet.images, sheet.notes) == (2, ())


def test_a_tag_that_is_called_like_what_stands_for_none_takes_no_photo_from_it(studio):
    finish(studio.store, 1, tag="(no tag)")
    finish(studio.store, 2, days_ago=2)
    groups = tell(studio).table("groups")
    assert column(groups, "images") == [1, 1]
    assert sum(column(groups, "correction_mean")) == pytest.approx(120)


def test_what_is_not_approved_is_in_no_figure(studio):
    draft(studio.store, "cup_9.png", 9)
    assert tell(studio).images == 0


def test_there_is_no_other_table(studio):
    with pytest.raises(NotFoundError, match="There is no table “prices” here: choose one of weeks, groups, hours"):
        tell(studio).table("prices")
