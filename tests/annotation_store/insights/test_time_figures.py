from itertools import pairwise

import pytest
from histories import at, line

from annotation_store.insights.time_figures import Hours, TimeFigures, time_figures, worked_hours
from annotation_store.insights.working_time import Ago, record_work
from annotation_store.kinds import QueuePolicy, WorkPurpose
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings, create_project
from annotation_store.queue.honeypots import choose
from annotation_store.queue.pull import pull
from annotation_store.reviews.skipping import skip


def test_of_no_image_nothing_is_known():
    assert time_figures([]) == TimeFigures(0, 0, None, None, None, None, None, None)


def test_figures_are_of_the_images_that_have_them():
    lines = [
        line(correction_seconds=60.0, review_seconds=10.0, strokes=4, painted_area=0.2),
        line(correction_seconds=120.0, review_seconds=0.0, approved_at=at(300), strokes=2, painted_area=0.1),
        line(
            first_at=None,
            correction_seconds=None,
            review_seconds=None,
            strokes=None,
            painted_area=None,
            as_drafted=True,
            in_bulk=True,
        ),
    ]
    figures = time_figures(lines)
    assert (figures.images, figures.timed_images) == (3, 2)
    assert (figures.correction_seconds.count, figures.correction_seconds.mean) == (2, 90)
    assert (figures.review_seconds.mean, figures.open_to_approve_seconds.mean) == (5, 200)
    assert (figures.strokes.mean, figures.painted_area.mean) == (3, pytest.approx(0.15))
    assert figures.accepted_as_drafted == pytest.approx(1 / 3)


def test_one_image_is_enough():
    figures = time_figures([line()])
    assert (figures.correction_seconds.low, figures.correction_seconds.high) == (60, 60)
    assert figures.accepted_as_drafted == 0


def test_a_hundred_thousand_images_are_no_trouble():
    figures = time_figures([line(correction_seconds=float(number % 100)) for number in range(100_000)])
    assert figures.correction_seconds.mean == pytest.approx(49.5)


def test_where_nobody_has_worked_there_are_no_hours(store):
    assert worked_hours(store) == Hours(0, 0, 0, 0, 0, 0)


def test_hours_are_told_by_what_for_and_by_what_became_of_the_image(world, store, desk):
    cup, bag, hat = (image.id for image in world.draft("cup_1.png", "bag_1.png", "hat_1.png"))
    desk.work(cup, 0, 40)
    desk.review(cup, 50, 60)
    world.approve(cup)
    desk.work(bag, 1000, 1005)
    skip(store, bag, reason="blurred", by="keiko")
    desk.work(hat, 2000, 2003)
    choose(store, cup, by="ren")
    change_settings(store, FIRST_PROJECT, ProjectSettings(policy=QueuePolicy.FIRST_IN, honeypot_share=0.5), by="ren")
    copy = pull(store, project_ids=None, by="mia", draw=lambda: 0.1).image.id
    desk.work(copy, 3000, 3030, by="mia")
    world.approve(copy, by="mia")
    hours = worked_hours(store)
    assert hours == Hours(correction=78, review=10, on_approved=50, on_copies=30, on_skipped=5, elsewhere=3)
    assert hours.total == 88


def test_hours_are_of_some_projects_but_a_moment_of_a_person_counts_once_over_all(world, store, desk):
    cup, hat = (image.id for image in world.draft("cup_1.png", "hat_1.png"))
    other = create_project(store, "Hats", by="ren").id
    world.set_image(hat, project_id=other)
    desk.work(cup, 0, 60)
    desk.work(hat, 30, 90)  # half of it is the cup's
    totals = [worked_hours(store, project_ids=ids).total for ids in ([FIRST_PROJECT], [other], None, [])]
    assert totals == [60, 30, 90, 0]


def test_hours_of_two_periods_add_up_to_those_of_both(world, store, desk):
    (cup,) = (image.id for image in world.draft("cup_1.png"))
    desk.work(cup, 0, 60)
    desk.work(cup, 120, 180)  # a period ends within a span, and another within the pause
    desk.work(cup, 500, 510)
    cuts = [None, at(30), at(100), at(180), at(505), None]
    parts = [worked_hours(store, since=since, until=until).total for since, until in pairwise(cuts)]
    assert parts == [30, 70, 80, 5, 5]
    assert sum(parts) == worked_hours(store).total == 190


def test_hours_know_the_idle_cut_off(world, store, set_clock):
    (cup,) = (image.id for image in world.draft("cup_1.png"))
    set_clock(1000)
    record_work(store, cup, [Ago(900, 890), Ago(840, 830)], purpose=WorkPurpose.CORRECTION, by="keiko")
    assert [worked_hours(store, idle_seconds=idle).total for idle in (49, 50)] == [20, 70]
