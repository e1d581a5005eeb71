"""The ledger, by histories whose truth is known: what is one line, whose it is, and which time is in it."""

import pytest
from histories import at

from annotation_store import schema
from annotation_store.insights.ledger import Selection, read_ledger
from annotation_store.kinds import QueuePolicy
from annotation_store.learning.model_registry import register_shipped
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings, create_project
from annotation_store.queue.honeypots import choose
from annotation_store.queue.pull import pull
from annotation_store.reviews import reopen
from annotation_store.reviews.bulk_approval import IN_BULK, approve_in_bulk
from annotation_store.reviews.returning import return_to_operator
from annotation_store.reviews.skipping import skip
from annotation_store.tags import set_tags


@pytest.fixture
def cup(world):
    (image,) = world.draft("cup_1.png")
    return image.id


@pytest.fixture
def approve(world, desk):
    """``approve(image_id, 100)``: approved and measured, 100 seconds after noon."""

    def approve(image_id, seconds, *, by="ren", **outcome):
        world.let_go(image_id)
        desk.set_clock(seconds)
        world.approve(image_id, by=by)
        desk.measure(image_id, seconds, **outcome)

    return approve


def only(lines):
    (line,) = lines
    return line


def seconds(line):
    return line.correction_seconds, line.review_seconds, line.open_to_approve_seconds


def test_an_empty_store_has_an_empty_ledger(store):
    assert read_ledger(store) == ()


def test_one_approved_image_is_one_line(world, store, desk, cup, approve):
    set_tags(store, cup, ["hair"], by="ren")
    world.set_project(tag="shoe")
    desk.work(cup, 0, 20)
    world.stroke(cup, "a")
    desk.work(cup, 50, 60)
    desk.set_clock(61)
    world.submit(cup)
    desk.review(cup, 300, 312)
    approve(cup, 312, sad=1.5, mse=0.1, grad=2.0, conn=None, drafter="backdrop", complexity=0.25)
    with store.database.write() as session:
        revision = session.get_one(schema.Image, cup).head_revision_id
        session.add(
            schema.Effort(
                revision_id=revision,
                image_id=cup,
                project_id=FIRST_PROJECT,
                strokes=1,
                painted_area=0.01,
                approved_at=at(312),
            )
        )
    line = only(read_ledger(store))
    assert (line.image_id, line.name, line.project_id, line.revision_id) == (cup, "cup_1.png", FIRST_PROJECT, revision)
    assert (line.person, line.tags, line.drafter, line.model_version_id) == (
        "keiko",
        ("hair", "shoe"),
        "backdrop",
        None,
    )
    assert (line.approved_at, line.first_at) == (at(312), at(0))
    assert seconds(line) == (60, 12, 312)
    assert (line.strokes, line.painted_area, line.as_drafted, line.in_bulk) == (1, 0.01, False, False)
    assert (line.complexity, line.sad, line.mse, line.grad, line.conn) == (0.25, 1.5, 0.1, 2.0, None)
    assert line.returns == 0


def test_what_no_desk_told_of_is_not_known_and_not_nothing(store, cup, approve):
    approve(cup, 30)
    line = only(read_ledger(store))
    assert (line.first_at, *seconds(line)) == (None, None, None, None)
    assert (line.strokes, line.painted_area, line.person) == (None, None, "ren")


def test_the_idle_cut_off_is_asked_for(store, desk, cup, approve):
    desk.work(cup, 0, 10)
    desk.work(cup, 60, 70)
    approve(cup, 71)
    assert [seconds(only(read_ledger(store, idle_seconds=idle)))[0] for idle in (49, 50)] == [20, 70]


def test_the_pause_after_an_image_is_its_own_though_the_next_is_not_asked_for(world, store, desk, cup, approve):
    (bag,) = world.draft("bag_1.png")
    desk.work(cup, 0, 10)
    approve(cup, 11, by="keiko")
    desk.work(bag.id, 30, 40)
    assert seconds(only(read_ledger(store)))[0] == 30


def test_a_returned_image_is_one_line_with_all_its_rounds(world, store, desk, cup, approve):
    desk.work(cup, 0, 40)
    desk.set_clock(41)
    world.submit(cup)
    desk.review(cup, 200, 210)
    return_to_operator(store, cup, reason="the strap", by="ren")
    desk.work(cup, 1000, 1020)
    world.stroke(cup, "a")
    desk.set_clock(1021)
    world.submit(cup)
    desk.review(cup, 2000, 2005)
    approve(cup, 2005)
    line = only(read_ledger(store))
    assert (line.returns, line.person, *seconds(line)) == (1, "keiko", 60, 15, 2005)


def test_an_image_that_is_opened_again_keeps_its_line_until_it_is_approved_anew(world, store, desk, cup, approve):
    desk.work(cup, 0, 40)
    world.stroke(cup, "a")
    approve(cup, 41, sad=1.0)
    before = only(read_ledger(store))
    desk.set_clock(600)
    reopen(store, cup, by="ren")
    desk.work(cup, 601, 650, by="mika")
    world.stroke(cup, "b", by="mika")
    assert only(read_ledger(store)) == before
    approve(cup, 651, by="mika", sad=3.0)
    again = only(read_ledger(store))
    assert (again.person, again.sad, again.approved_at) == ("mika", 3.0, at(651))
    assert seconds(again) == (89, 0, 651)
    assert again.revision_id > before.revision_id


def test_what_reviewers_do_after_an_approval_is_in_no_line_before_the_next_one(world, store, desk, cup, approve):
    approve(cup, 50, by="mika")  # no reviewer saw it
    desk.set_clock(60)
    reopen(store, cup, by="ren")
    world.let_go(cup)
    world.submit(cup, by="mika")
    return_to_operator(store, cup, reason="the strap", by="ren")
    line = only(read_ledger(store))
    assert (line.reviewed, line.returns) == (False, 0)
    world.let_go(cup)
    desk.set_clock(100)
    world.approve(cup, by="mika")
    line = only(read_ledger(store))
    assert (line.reviewed, line.returns) == (True, 1)


def test_the_very_same_matte_approved_again_has_both_rounds(world, store, desk, cup, approve):
    desk.work(cup, 0, 40)
    approve(cup, 41)
    desk.set_clock(600)
    reopen(store, cup, by="ren")
    desk.review(cup, 601, 620)
    world.let_go(cup)
    desk.set_clock(621)
    world.approve(cup)
    assert seconds(only(read_ledger(store)))[:2] == (40, 19)


def test_what_was_looked_at_after_its_approval_only_has_no_time(world, store, desk, cup):
    world.set_project(bulk_confidence=0.5)
    world.set_image(cup, confidence=0.9)
    desk.set_clock(100)
    approve_in_bulk(store, FIRST_PROJECT, [cup], by="ren")
    desk.measure(cup, 100, in_bulk=True, as_drafted=True)
    desk.review(cup, 200, 230)
    line = only(read_ledger(store))
    assert (line.in_bulk, line.as_drafted, line.person) == (True, True, "ren")
    assert seconds(line) == (None, None, None)
    with store.database.read() as session:
        assert session.query(schema.Decision).one().note == IN_BULK


def test_whoever_handed_it_in_for_its_last_approval_is_its_person(world, store, desk, cup, approve):
    desk.set_clock(10)
    world.submit(cup, by="keiko")
    return_to_operator(store, cup, reason="the strap", by="ren")
    approve(cup, 50, by="mika")  # who corrected it without handing it in
    desk.set_clock(60)
    reopen(store, cup, by="ren")
    world.let_go(cup)
    world.submit(cup, by="aiko")  # waits for a reviewer: no part of what was approved
    assert only(read_ledger(store)).person == "mika"


def test_skipped_and_taken_up_again(world, store, desk, cup, approve):
    desk.work(cup, 0, 20)
    skip(store, cup, reason="blurred", by="keiko")
    assert read_ledger(store) == ()
    desk.set_clock(500)
    reopen(store, cup, by="ren")
    desk.work(cup, 510, 520, by="mika")
    approve(cup, 521, by="mika")
    line = only(read_ledger(store))
    assert (line.person, *seconds(line)) == ("mika", 30, 0, 521)


def test_copies_that_are_served_as_tests_have_no_line(world, store, desk, cup, approve):
    approve(cup, 10)
    choose(store, cup, by="ren")
    change_settings(store, FIRST_PROJECT, ProjectSettings(policy=QueuePolicy.FIRST_IN, honeypot_share=0.5), by="ren")
    world.draft("bag_1.png")
    copy = pull(store, project_ids=None, by="mia", draw=lambda: 0.1)
    assert copy.image.id != cup
    desk.work(copy.image.id, 100, 160, by="mia")
    approve(copy.image.id, 161, by="mia")
    assert only(read_ledger(store)).image_id == cup


def test_clocks_that_are_set_lose_time_and_never_make_it_negative(world, store, desk, cup, approve):
    (bag,) = world.draft("bag_1.png")
    desk.work(cup, 3600, 3630)
    desk.work(cup, 60, 90)  # an hour back
    approve(cup, 91)
    desk.work(bag.id, 200, 220)
    desk.work(bag.id, 7430, 7440)  # two hours forward
    approve(bag.id, 7441)
    lines = read_ledger(store)
    assert [seconds(line) for line in lines] == [(30, 0, 31), (30, 0, 7241)]


def test_lines_come_by_their_approval_and_can_be_chosen(world, store, desk, approve):
    cup, bag, hat = (image.id for image in world.draft("cup_1.png", "bag_1.png", "hat_1.png"))
    other = create_project(store, "Hats", by="ren", settings=ProjectSettings(tag="felt")).id
    world.set_image(hat, project_id=other)
    model = register_shipped(store, name="knn", architecture="knn", shipped_weights=None, licence="MIT").id
    set_tags(store, bag, ["leather"], by="ren")
    approve(hat, 300)
    approve(bag, 200, model_version_id=model)
    approve(cup, 100)

    def chosen(**selection):
        return [line.image_id for line in read_ledger(store, Selection(**selection))]

    assert chosen() == [cup, bag, hat]
    assert chosen(project_ids=(other,)) == [hat]
    assert chosen(project_ids=()) == chosen(image_ids=()) == []
    assert chosen(since=at(200)) == [bag, hat]
    assert chosen(until=at(200)) == [cup]
    assert chosen(tag="felt") == [hat]
    assert chosen(tag="leather") == chosen(model_version_id=model) == [bag]
    assert chosen(image_ids=(cup, hat), until=at(300)) == [cup]
