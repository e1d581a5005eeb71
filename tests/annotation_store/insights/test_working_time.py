"""Working time, by histories whose truth is known: idle people, several tabs, clocks that are set."""

import math
from datetime import timedelta

import pytest
from histories import at, span
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.errors import NotFoundError
from annotation_store.insights.working_time import (
    IDLE_SECONDS,
    MOST_SPANS,
    Ago,
    InvalidSpanError,
    read_spans,
    record_work,
    worked_times,
)
from annotation_store.kinds import WorkPurpose

REVIEW = WorkPurpose.REVIEW


def correction(spans, image=1, by="keiko", **how):
    return worked_times(spans, **how)[image, by].correction


def total(spans, **how):
    """Of all people and images."""
    return sum(time.correction + time.review for time in worked_times(spans, **how).values())


def test_a_pause_up_to_the_cut_off_is_work_and_a_longer_one_is_none():
    for pause, seconds in ((99.999, 129.999), (100, 130), (100.001, 30)):
        assert correction([span(0, 10), span(10 + pause, 30 + pause)]) == pytest.approx(seconds)
    assert IDLE_SECONDS == 100


def test_the_cut_off_can_be_another():
    history = [span(0, 10), span(40, 50)]
    assert [correction(history, idle_seconds=idle) for idle in (29.9, 30, 300)] == [20, 50, 50]


def test_a_pause_belongs_to_the_image_before_it():
    times = worked_times([span(0, 10, image=1), span(25, 30, image=2), span(50, 50, image=1)])
    assert (times[1, "keiko"].correction, times[2, "keiko"].correction) == (25, 25)


def test_a_look_without_a_sign_is_the_time_of_the_photo_that_was_opened():
    """The desk tells a span without length when it opens a photo: who then looks for half a minute took that."""
    history = [span(0, 10, image=1), span(10.5, 10.5, image=2), span(40, 40, image=2), span(40.5, 60, image=3)]
    times = worked_times(history)
    assert [times[image, "keiko"].correction for image in (1, 2, 3)] == [10.5, 30, 19.5]


def test_what_is_dated_a_little_late_takes_no_pause_from_what_was_opened_after_it():
    history = [span(0, 12, image=1), span(10.5, 10.5, image=2), span(40, 41, image=2)]  # told two seconds on the way
    times = worked_times(history)
    assert (times[1, "keiko"].correction, times[2, "keiko"].correction) == (12, 29)


def test_a_moment_in_two_tabs_counts_once_and_goes_to_what_began_first():
    times = worked_times([span(0, 60, image=1), span(30, 90, image=2), span(45, 50, image=3)])
    assert [times[image, "keiko"].correction for image in (1, 2, 3)] == [60, 30, 0]


def test_a_pause_belongs_to_the_tab_in_which_somebody_was_last():
    times = worked_times([span(0, 60, image=1), span(20, 30, image=2), span(90, 95, image=3)])
    assert [times[image, "keiko"].correction for image in (1, 2, 3)] == [90, 0, 5]


def test_two_people_have_two_lines():
    times = worked_times([span(0, 60), span(0, 60, by="mika"), span(90, 100, by="mika")])
    assert (times[1, "keiko"].correction, times[1, "mika"].correction) == (60, 100)


def test_correction_and_review_are_told_apart():
    (time,) = worked_times([span(0, 10), span(50, 60), span(100, 130, purpose=REVIEW)]).values()
    assert (time.correction, time.review, time.first_at) == (100, 30, at(0))


def test_nothing_told_is_nothing_worked():
    assert worked_times([]) == {}
    assert correction([span(5, 5)]) == 0


def test_what_begins_after_an_end_is_not_counted():
    history = [span(0, 10), span(50, 60), span(70, 80, image=2)]
    times = worked_times(history, until={1: at(49.9)})
    assert (times[1, "keiko"].correction, times[2, "keiko"].correction) == (50, 10)
    assert (1, "keiko") not in worked_times(history, until={1: at(-1)})


MOMENTS = st.integers(0, 4000).map(lambda tenths: tenths / 10)
SPANS = st.lists(
    st.builds(
        lambda began, length, image, by, purpose: span(began, began + length, image=image, by=by, purpose=purpose),
        MOMENTS,
        st.integers(0, 600).map(lambda tenths: tenths / 10),
        st.integers(1, 3),
        st.sampled_from(["keiko", "mika"]),
        st.sampled_from(WorkPurpose),
    ),
    max_size=12,
)


@given(SPANS, st.floats(10, 200))
def test_nobody_works_longer_than_the_clock_on_the_wall_shows(history, idle):
    for person in {each.person for each in history}:
        mine = sorted((each.began_at, each.ended_at) for each in history if each.person == person)
        wall, until = timedelta(), mine[0][0]
        for began, ended in mine:
            gap = max(timedelta(), began - until)
            wall += gap if gap <= timedelta(seconds=idle) else timedelta()
            wall += max(timedelta(), ended - max(began, until))
            until = max(until, ended)
        times = worked_times(history, idle_seconds=idle)
        told = sum(time.correction + time.review for (_, who), time in times.items() if who == person)
        assert told == pytest.approx(wall.total_seconds(), abs=1e-5)  # no more, and no less


@given(SPANS.flatmap(lambda history: st.tuples(st.just(history), st.permutations(history))))
def test_the_order_in_which_things_are_told_does_not_matter(histories):
    one, other = histories
    assert worked_times(one) == worked_times(other)


@given(SPANS)
def test_what_is_told_twice_counts_once(history):
    assert worked_times(history + history) == worked_times(history)


@given(SPANS)
def test_time_is_never_negative_and_every_image_and_person_is_there(history):
    times = worked_times(history)
    assert set(times) == {(each.image_id, each.person) for each in history}
    assert all(time.correction >= 0 and time.review >= 0 for time in times.values())


@pytest.mark.parametrize(
    ("began", "ended"), [(5, 6), (-1, -2), (86_401, 5), (math.nan, 0), (5, math.nan), (math.inf, 0)]
)
def test_a_span_that_cannot_have_been_is_refused(began, ended):
    with pytest.raises(InvalidSpanError, match="cannot be"):
        Ago(began, ended)


@pytest.fixture
def images(world):
    return [image.id for image in world.draft("cup_1.png", "bag_1.png", "hat_1.png")]


def times_of(store, *image_ids, **how):
    """Seconds of correction and of review of each of these images, read for them alone."""
    with store.database.read() as session:
        times = worked_times(read_spans(session, image_ids, **how), **how)
    wanted = {key: time for key, time in times.items() if key[0] in image_ids}
    return sum(time.correction for time in wanted.values()), sum(time.review for time in wanted.values())


def test_what_a_desk_tells_piece_by_piece_is_kept_as_one_span(desk, images):
    cup, bag, _ = images
    for began in range(0, 300, 30):
        desk.work(cup, began, began + 28)
    assert desk.spans() == [(cup, "keiko", 0, 298)]
    desk.work(cup, 308.1, 320)  # a pause that is longer than the shortest cut-off
    desk.work(bag, 321, 330)
    desk.work(cup, 331, 340)
    desk.work(cup, 341, 345, purpose=REVIEW)
    desk.work(cup, 346, 350, by="mika")
    assert [each[2:] for each in desk.spans()] == [
        (0, 298),
        (308.1, 320),
        (321, 330),
        (331, 340),
        (341, 345),
        (346, 350),
    ]


def test_what_is_told_again_changes_no_figure(desk, store, images):
    cup, bag, _ = images
    desk.work(cup, 0, 30)
    desk.work(cup, 0.2, 30.2)  # the answer was lost, and it is told anew, a little later
    desk.work(bag, 31, 40)
    before = [times_of(store, image) for image in (cup, bag)]
    desk.work(cup, 0, 30, told=60)
    desk.work(bag, 31, 40, told=61)
    assert [times_of(store, image) for image in (cup, bag)] == before == [(31, 0), (9, 0)]


def test_what_could_not_be_told_is_told_later_with_its_age(desk, store, images):
    cup, bag, _ = images
    desk.work(bag, 100, 130)
    desk.work(cup, 0, 60, told=500)
    assert desk.spans() == [(cup, "keiko", 0, 60), (bag, "keiko", 100, 130)]
    assert times_of(store, cup) == (100, 0)


def test_several_spans_come_at_once_in_any_order(desk, store, images, set_clock):
    set_clock(1000)
    spans = [Ago(200, 190), Ago(400, 390), Ago(195, 150)]
    record_work(store, images[0], spans, purpose=WorkPurpose.CORRECTION, by="keiko")
    assert [each[2:] for each in desk.spans()] == [(600, 610), (800, 850)]


def test_the_time_of_an_image_is_the_same_whichever_others_are_asked_for(desk, store, images):
    cup, bag, hat = images
    desk.work(cup, 0, 30)
    desk.work(bag, 80, 90)  # the pause before it is the cup's
    desk.work(hat, 85, 120)
    desk.review(cup, 60, 100)
    desk.work(cup, 215, 220)
    each = [times_of(store, image) for image in images]
    assert each == [(85, 40), (10, 0), (125, 0)]
    assert times_of(store, *images) == (220, 40)
    assert times_of(store, cup, idle_seconds=10) == (35, 40)


def test_a_clock_that_is_set_back_loses_time_and_invents_none(desk, store, images, set_clock):
    cup, bag, _ = images
    desk.work(cup, 3600, 3630)
    desk.work(cup, 35, 60)  # an hour back: it is half a minute later
    desk.work(cup, 65, 90)
    desk.work(bag, 91, 120)
    assert desk.spans() == [(cup, "keiko", 35, 90), (bag, "keiko", 91, 120), (cup, "keiko", 3600, 3630)]
    assert (times_of(store, cup), times_of(store, bag)) == ((86, 0), (29, 0))
    desk.work(bag, 3590, 3640)  # the hour has come again, and some of it is known already
    assert times_of(store, cup, bag) == (135, 0)


def test_a_clock_that_is_set_forward_makes_a_break(desk, store, images):
    cup, *_ = images
    desk.work(cup, 0, 30)
    desk.work(cup, 3635, 3660)
    assert times_of(store, cup) == (55, 0)


def test_a_clock_that_is_set_while_a_desk_works_hurts_nothing(desk, store, images, set_clock):
    """The desk goes on with what it has told half of: ages are all that it says."""
    cup, *_ = images
    desk.work(cup, 0, 30)
    set_clock(3700)  # an hour forward
    record_work(store, cup, [Ago(100, 0)], purpose=WorkPurpose.CORRECTION, by="keiko")
    assert times_of(store, cup) == (130, 0)


def test_what_is_told_of_no_image_or_too_much_at_once_is_refused(desk, store, images, set_clock):
    set_clock(0)
    with pytest.raises(NotFoundError):
        record_work(store, 404, [Ago(1, 0)], purpose=WorkPurpose.CORRECTION, by="keiko")
    with pytest.raises(InvalidSpanError, match="too many"):
        record_work(store, images[0], [Ago(1, 0)] * (MOST_SPANS + 1), purpose=WorkPurpose.CORRECTION, by="keiko")
    record_work(store, images[0], [], purpose=WorkPurpose.CORRECTION, by="keiko")
    assert desk.spans() == []
