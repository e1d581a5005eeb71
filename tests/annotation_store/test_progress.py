from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from annotation_store import schema
from annotation_store.progress import Progress, day_around, progress_of
from annotation_store.reviews import reopen, return_to_operator, skip

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = {"since": NOON - timedelta(hours=12), "until": NOON + timedelta(hours=12)}


@pytest.fixture
def decided_at(store, rewritable):
    """``decided_at(moment, image)``: let everything decided about the image so far have happened then."""
    rewritable("decisions")

    def move(moment, image):
        with store.database.write() as session:
            for decision in session.scalars(select(schema.Decision).filter_by(image_id=image.id)):
                decision.created_at = moment

    return move


def test_nothing_done_is_all_zeros_beside_what_is_left(world, store):
    world.draft("a.png", "b.png")
    world.take_in("waiting.png")
    assert progress_of(store, "keiko", **DAY) == Progress(approved=0, submitted=0, skipped=0, left=2)


def test_each_decision_counts_for_the_person_who_made_it(world, store, decided_at):
    images = world.draft("a.png", "b.png", "c.png", "d.png", "e.png")
    world.submit(images[0].id, by="keiko")
    world.submit(images[1].id, by="keiko")
    world.approve(images[1].id)  # by ren
    world.approve(images[2].id)
    skip(store, images[3].id, reason="", by="keiko")
    for image in images[:4]:
        decided_at(NOON, image)
    assert progress_of(store, "keiko", **DAY) == Progress(approved=0, submitted=2, skipped=1, left=1)
    assert progress_of(store, "ren", **DAY) == Progress(approved=2, submitted=0, skipped=0, left=1)
    assert progress_of(store, "nobody", **DAY) == Progress(approved=0, submitted=0, skipped=0, left=1)


def test_an_image_counts_once_however_often_it_came_back(world, store, decided_at):
    one, other = world.draft("a.png", "b.png")
    for _ in range(2):
        world.submit(one.id, by="keiko")
        return_to_operator(store, one.id, reason="the strap", by="ren")
        world.approve(other.id)
        reopen(store, other.id, by="ren")
    for image in (one, other):
        decided_at(NOON, image)
    assert progress_of(store, "keiko", **DAY).submitted == 1
    assert progress_of(store, "ren", **DAY).approved == 1


def test_the_day_holds_its_first_moment_and_not_the_first_of_the_next(world, store, decided_at):
    moments = [DAY["since"] - timedelta(microseconds=1), DAY["since"], DAY["until"] - timedelta(microseconds=1)]
    for number, moment in enumerate([*moments, DAY["until"]]):
        (image,) = world.draft(f"{number}.png")
        world.approve(image.id)
        decided_at(moment, image)
    assert progress_of(store, "ren", **DAY).approved == 2


def test_a_range_without_time_zones_is_refused(store):
    with pytest.raises(StatementError, match="time zone"):
        progress_of(store, "ren", since=datetime(2026, 1, 1), until=NOON)


@pytest.mark.parametrize(
    ("moment", "offset", "since"),
    [
        (datetime(2026, 3, 4, 14, 59, tzinfo=UTC), 540, datetime(2026, 3, 3, 15, tzinfo=UTC)),
        (datetime(2026, 3, 4, 15, 0, tzinfo=UTC), 540, datetime(2026, 3, 4, 15, tzinfo=UTC)),
        (datetime(2026, 3, 4, 2, 0, tzinfo=UTC), -300, datetime(2026, 3, 3, 5, tzinfo=UTC)),
        (datetime(2026, 3, 4, 23, 59, tzinfo=UTC), 0, datetime(2026, 3, 4, tzinfo=UTC)),
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), 345, datetime(2025, 12, 31, 18, 15, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_the_midnight_of_the_given_clock(moment, offset, since):
    assert day_around(moment, offset_minutes=offset) == (since, since + timedelta(days=1))
