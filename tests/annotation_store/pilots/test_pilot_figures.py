"""The figures of pilots whose history is known to the second."""

from dataclasses import fields, is_dataclass

import pytest

from annotation_store import schema
from annotation_store.insights.working_time import Ago, record_work
from annotation_store.kinds import PilotArm, WorkPurpose
from annotation_store.money.currencies import Currency
from annotation_store.money.rate_card import STARTING_CARD, in_currency
from annotation_store.pilots.next_step import StepKind
from annotation_store.pilots.pilot_figures import pilot_figures
from annotation_store.pilots.pilot_report import PilotReport
from annotation_store.pilots.pilots import measure_all, pilot_images
from annotation_store.reviews import skip
from annotation_store.reviews.returning import return_to_operator
from annotation_store.tags import add_tags


@pytest.fixture
def pilot(ready, begin):
    return begin(ready(12))


@pytest.fixture
def of_arm(store, pilot):
    return {
        arm: sorted(place.image_id for place in pilot_images(store, pilot.id) if place.arm is arm) for arm in PilotArm
    }


@pytest.fixture
def figures(store, pilot):
    """Of all that was approved until now."""

    def tell(card=STARTING_CARD, idle_seconds=100.0):
        measure_all(store, pilot.id)
        return pilot_figures(store, pilot.id, card=card, idle_seconds=idle_seconds)

    return tell


@pytest.fixture
def worked(of_arm, at_work):
    """All approved: 30 seconds and one stroke with the draft, 90 seconds and three strokes without it."""
    for image_id in of_arm[PilotArm.DRAFTED]:
        at_work(image_id, 30, strokes=1)
    for image_id in of_arm[PilotArm.BLANK]:
        at_work(image_id, 90, strokes=3)


def test_what_nobody_has_begun_has_no_figures_and_says_so(figures, store, pilot):
    report = figures()
    everything = tuple(sorted(place.image_id for place in pilot_images(store, pilot.id)))
    assert report.missing.unfinished == everything
    assert (report.effect, report.drafted.seconds, report.drafted.return_rate) == (None, None, None)
    assert (report.money.drafted.value, report.money.saved_by_draft.value) == (None, None)
    assert [step.kind for step in report.steps] == [StepKind.MORE_PHOTOS]
    assert report.cases.largest_gains == ()


def test_means_and_the_saving_are_those_of_the_history(figures, worked):
    report = figures()
    drafted, blank = report.drafted, report.blank
    assert (drafted.images, drafted.approved, drafted.timed) == (6, 6, 6)
    assert (drafted.seconds.value, blank.seconds.value) == (pytest.approx(30), pytest.approx(90))
    assert (drafted.strokes.value, blank.strokes.value) == (1, 3)
    assert 0 < drafted.painted_area.value < blank.painted_area.value
    assert report.effect.seconds.value == pytest.approx(60)
    assert report.effect.share.value == pytest.approx(2 / 3)
    assert report.effect.p_value < 0.05
    assert report.steps[0].kind is StepKind.WIDEN
    assert not any(getattr(report.missing, field.name) for field in fields(report.missing))


def test_only_drafts_of_models_have_errors_and_are_accepted_as_drafted(figures, of_arm, at_work):
    for arm in PilotArm:
        at_work(of_arm[arm][0], 20, strokes=0)
    report = figures()
    assert (report.drafted.accepted_as_drafted, report.blank.accepted_as_drafted) == (1, 0)
    assert report.drafted.sad.value == 0
    assert report.blank.sad is None


def test_money_is_wages_for_these_seconds_and_prices_by_class(figures, worked):
    money = figures().money
    assert money.currency is Currency.USD
    assert money.drafted.value == pytest.approx(30 * 18 / 3600)
    assert money.blank.value == pytest.approx(90 * 18 / 3600)
    assert money.saved_by_draft.value == pytest.approx(60 * 18 / 3600)
    assert money.saved_in_house.value == pytest.approx(money.outside.value - money.drafted.value)
    assert money.outside.low < money.outside.value < money.outside.high
    assert str(money.saved_by_draft.formula.values["blank"]) == "$0.45"
    yen = figures(card=in_currency(STARTING_CARD, Currency.JPY)).money
    assert yen.drafted.value == pytest.approx(money.drafted.value * 150)


def test_review_is_time_and_a_return_is_counted_once_an_image(figures, store, world, of_arm, at_work):
    image_id = of_arm[PilotArm.DRAFTED][0]
    at_work(image_id, 30, is_approved=False)
    for reason in ("hair", "still the hair"):
        world.submit(image_id)
        return_to_operator(store, image_id, reason=reason, by="ren")
    world.submit(image_id)
    record_work(store, image_id, [Ago(50_000, 49_985)], purpose=WorkPurpose.REVIEW, by="ren")
    world.approve(image_id, by="ren")
    drafted = figures().drafted
    assert (drafted.reviewed, drafted.returned, drafted.return_rate) == (1, 1, 1)
    assert drafted.review_seconds.value == pytest.approx(15, abs=0.1)
    assert drafted.seconds.value == pytest.approx(45, abs=0.1)


def test_breaks_are_no_work_and_a_second_tab_counts_nothing(figures, store, world, of_arm):
    image_id = of_arm[PilotArm.BLANK][0]
    spans = [Ago(2000, 1980), Ago(1995, 1985), Ago(1930, 1920), Ago(1000, 990)]
    for span in spans:  # 20 seconds, the same in another tab, 10 after a pause of 50, 10 after a break
        record_work(store, image_id, [span], purpose=WorkPurpose.CORRECTION, by="keiko")
    world.approve(image_id, by="keiko")
    assert figures().blank.seconds.value == pytest.approx(20 + 50 + 10 + 10, abs=0.2)
    assert figures(idle_seconds=40).blank.seconds.value == pytest.approx(20 + 10 + 10, abs=0.2)


def test_what_is_missing_is_told_by_number(figures, store, world, of_arm, at_work):
    timed, untimed, skipped, *left = of_arm[PilotArm.BLANK]
    at_work(timed, 60)
    at_work(untimed, 0)
    skip(store, skipped, reason="", by="keiko")
    report = figures()
    assert (report.missing.untimed, report.missing.skipped) == ((untimed,), (skipped,))
    assert report.missing.unfinished == tuple(sorted([*left, *of_arm[PilotArm.DRAFTED]]))
    assert (report.blank.approved, report.blank.timed) == (2, 1)
    keys = [limit.key for limit in report.limits]
    assert {"pilot_limit_untimed", "pilot_limit_skipped", "pilot_limit_unfinished", "pilot_limit_few"} <= set(keys)


def test_what_was_approved_a_moment_ago_is_not_measured_yet(store, pilot, of_arm, at_work):
    at_work(of_arm[PilotArm.BLANK][0], 60)
    report = pilot_figures(store, pilot.id, card=STARTING_CARD)
    assert report.missing.unmeasured == (of_arm[PilotArm.BLANK][0],)


def test_a_blank_photo_that_grew_from_a_draft_after_all_stays_in_its_arm_and_is_told(figures, store, world, of_arm):
    image_id = of_arm[PilotArm.BLANK][0]
    with store.database.write() as session:  # as no function lets anybody
        image = session.get_one(schema.Image, image_id)
        head = session.get_one(schema.Revision, image.head_revision_id)
        image.head_revision_id = head.parent_id
    world.stroke(image_id, "a")
    world.approve(image_id)
    report = figures()
    assert report.missing.drafts_used == (image_id,)
    assert report.blank.approved == 1


def test_tags_that_tell_photos_apart_have_figures_and_a_step_of_their_own(figures, store, world, of_arm, worked):
    world.set_project(tag="shoes")  # all have it, so it tells nothing
    add_tags(store, [*of_arm[PilotArm.DRAFTED][:4], *of_arm[PilotArm.BLANK][:4]], ["hair"], by="ren")
    report = figures()
    (hair,) = report.tags
    assert (hair.tag, hair.drafted.timed, hair.blank.timed) == ("hair", 4, 4)
    assert hair.effect.seconds.value == pytest.approx(60)
    assert [step.tag for step in report.steps] == ["", "hair"]
    assert all(photo.tags[-1] == "shoes" for photo in report.photos)


def test_cases_are_drafted_photos_against_the_blank_ones_of_their_stratum(figures, of_arm, at_work):
    for place, image_id in enumerate(of_arm[PilotArm.DRAFTED]):
        at_work(image_id, 10 + 10 * place)
    for image_id in of_arm[PilotArm.BLANK]:
        at_work(image_id, 40)
    cases = figures().cases
    assert [round(case.gain) for case in cases.largest_gains] == [30, 20, 10]
    assert [round(case.gain) for case in cases.smallest_gains] == [-20, -10, 0]
    assert all(case.expected_seconds == pytest.approx(40) for case in cases.largest_gains)
    assert all(case.image_id in of_arm[PilotArm.DRAFTED] for case in cases.worst_drafts)


def test_a_report_comes_out_of_its_json_as_it_went_in_and_names_nobody(figures, worked):
    report = figures()
    told = report.as_json()
    assert PilotReport.from_json(told) == report
    assert "keiko" not in str(told)
    assert all(number == number for number in _numbers(report))  # none is NaN


def _numbers(value):
    if is_dataclass(value):
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [number for each in value for number in _numbers(each)]
    return [value] if isinstance(value, float) else []
