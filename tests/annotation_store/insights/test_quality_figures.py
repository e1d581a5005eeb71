from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store import schema
from annotation_store.insights.ledger import LedgerLine, read_ledger
from annotation_store.insights.outcomes import measure_outcomes
from annotation_store.insights.quality_figures import QualityFigures, honeypot_figures, quality_figures
from annotation_store.insights.spread import Spread
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.honeypots import choose, serve_next
from annotation_store.reviews import reopen
from annotation_store.reviews.bulk_approval import approve_in_bulk
from annotation_store.reviews.returning import return_to_operator

LINE = LedgerLine(
    image_id=1,
    name="cup.png",
    project_id=1,
    person="keiko",
    tags=(),
    model_version_id=1,
    drafter="learned",
    revision_id=2,
    approved_at=datetime(2026, 11, 23, tzinfo=UTC),
    first_at=None,
    correction_seconds=None,
    review_seconds=None,
    strokes=3,
    painted_area=0.1,
    as_drafted=False,
    in_bulk=False,
    complexity=0.3,
    sad=2.0,
    mse=0.02,
    grad=4.0,
    conn=1.0,
    returns=0,
    reviewed=False,
)
ELSEWHERE = replace(LINE, drafter=None, model_version_id=None, sad=None, mse=None, grad=None, conn=None)


def test_no_lines_make_no_figures():
    assert quality_figures([]) == QualityFigures(0, 0, None, None, None, None, 0, 0, None)


def test_one_line_is_its_own_mean():
    told = quality_figures([LINE])
    assert (told.images, told.measured, told.return_rate) == (1, 1, None)
    assert told.sad == Spread(count=1, mean=2.0, median=2.0, low=2.0, high=2.0)
    assert (told.mse.mean, told.grad.mean, told.conn.mean) == (0.02, 4.0, 1.0)


def test_errors_are_those_of_drafts_that_somebody_looked_at():
    in_bulk = replace(LINE, sad=0.0, as_drafted=True, in_bulk=True)
    told = quality_figures([LINE, replace(LINE, sad=6.0), in_bulk, ELSEWHERE])
    assert (told.images, told.measured) == (4, 2)
    assert (told.sad.count, told.sad.mean, told.sad.median) == (2, 4.0, 4.0)


def test_the_return_rate_is_a_share_of_what_a_reviewer_saw():
    lines = [LINE] * 6 + [replace(LINE, reviewed=True)] * 3 + [replace(LINE, reviewed=True, returns=2)]
    told = quality_figures(lines)
    assert (told.reviewed, told.returned_images, told.return_rate) == (4, 1, 0.25)


def test_a_hundred_thousand_lines_are_told_as_one_is():
    told = quality_figures([replace(LINE, reviewed=True, returns=number % 4 == 0) for number in range(100_000)])
    assert (told.images, told.sad.mean, told.return_rate) == (100_000, 2.0, 0.25)


@given(
    st.lists(
        st.builds(
            lambda sad, in_bulk, returns: replace(
                LINE, sad=sad, in_bulk=in_bulk, returns=returns, reviewed=returns > 0 or in_bulk
            ),
            st.none() | st.floats(0, 1e6),
            st.booleans(),
            st.integers(0, 3),
        )
    )
)
def test_figures_of_any_lines_stay_in_their_ranges(lines):
    told = quality_figures(lines)
    assert told.images == len(lines)
    assert (told.sad is None) == (told.measured == 0)
    assert told.return_rate is None or 0 <= told.return_rate <= 1
    if told.sad is not None:
        # a mean may leave the range of its values by its last digits
        assert told.sad.low - 1e-6 <= told.sad.median <= told.sad.high + 1e-6


def test_the_ledger_knows_what_lay_before_a_reviewer(world, store):
    world.set_project(bulk_confidence=0.5)
    straight, passed, returned, in_bulk, opened_again = world.draft(*(f"{name}_1.png" for name in "abcde"))
    world.approve(straight.id, by="keiko")
    world.submit(passed.id)
    world.approve(passed.id)
    world.submit(returned.id)
    for reason in ("the strap", "the strap again"):
        return_to_operator(store, returned.id, reason=reason, by="ren")
        world.submit(returned.id)
    world.approve(returned.id)
    world.set_image(in_bulk.id, confidence=0.9)
    world.let_go(in_bulk.id)
    assert approve_in_bulk(store, FIRST_PROJECT, [in_bulk.id], by="ren").approved
    world.approve(opened_again.id, by="keiko")
    reopen(store, opened_again.id, by="keiko")
    world.approve(opened_again.id, by="keiko")
    measure_outcomes(store)
    lines = {line.image_id: (line.reviewed, line.returns) for line in read_ledger(store)}
    assert lines == {
        straight.id: (False, 0),
        passed.id: (True, 0),
        returned.id: (True, 2),
        in_bulk.id: (False, 0),
        opened_again.id: (False, 0),
    }
    assert quality_figures(read_ledger(store)).return_rate == 0.5


def test_what_was_approved_and_sent_back_later_lay_before_a_reviewer(world, store):
    (image,) = world.draft("cup_1.png")
    world.approve(image.id, by="keiko")
    return_to_operator(store, image.id, reason="the strap", by="ren")
    world.approve(image.id, by="keiko")
    measure_outcomes(store)
    (line,) = read_ledger(store)
    assert (line.reviewed, line.returns) == (True, 1)


@pytest.fixture
def results(world, store):
    """Everybody has had a copy in two projects; in the second one, figures of single people are shown."""
    second = world.add_project("Glass")
    world.set_project(figures_by_person=False)
    with store.database.write() as session:
        session.get_one(schema.Project, second).figures_by_person = True
    images = world.draft("cup_1.png", "hat_1.png")
    world.set_image(images[1].id, project_id=second)
    for image in images:
        world.approve(image.id)
        choose(store, image.id, by="ren")
    for person in ("mia", "noa"):
        for project_id in (FIRST_PROJECT, second):
            with store.database.write() as session:
                copy_id = serve_next(session, session.get_one(schema.Project, project_id), to=person).id
            world.submit(copy_id, by=person)
    return second


def people(told):
    return [(each.person, each.count) for each in told]


def test_people_are_named_where_the_project_shows_figures_by_person(store, results):
    assert people(honeypot_figures(store, project_ids=[results], asked_by="ren")) == [("mia", 1), ("noa", 1)]
    assert people(honeypot_figures(store, project_ids=[FIRST_PROJECT], asked_by="ren")) == []
    assert people(honeypot_figures(store, project_ids=None, asked_by="ren")) == [("mia", 1), ("noa", 1)]
    assert people(honeypot_figures(store, project_ids=[], asked_by="ren")) == []


def test_everybody_sees_their_own_honeypots(store, results):
    assert people(honeypot_figures(store, project_ids=[FIRST_PROJECT], asked_by="mia")) == [("mia", 1)]
    assert people(honeypot_figures(store, project_ids=None, asked_by="mia")) == [("mia", 2), ("noa", 1)]
