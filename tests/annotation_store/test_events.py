import pytest

from annotation_store.drafts import request_redraft
from annotation_store.events import list_events, recent_events, record_event, request_id
from annotation_store.flags import flag
from annotation_store.reviews import list_decisions, reopen, restore, return_to_operator, skip
from annotation_store.revisions import MatteBlobs, list_revisions


def test_events_come_newest_first_up_to_the_limit(store):
    with store.database.write() as session:
        for turn in range(5):
            record_event(session, actor="keiko", action="test.happened", data={"turn": turn})
    events = recent_events(store, 3)
    assert [event.data["turn"] for event in events] == [4, 3, 2]
    assert {(event.actor, event.action, event.image_id) for event in events} == {("keiko", "test.happened", None)}


def test_events_are_listed_by_image_by_person_and_page_by_page(world, store):
    one, other = world.draft("a.png", "b.png")
    flag(store, one.id, note="", by="ren")
    flag(store, other.id, note="", by="ren")
    assert [event.action for event in list_events(store, image_id=one.id)] == [
        "image.flagged",
        "image.drafted",
        "image.taken_in",
    ]
    assert [event.image_id for event in list_events(store, actor="ren")] == [other.id, one.id]
    assert [event.image_id for event in list_events(store, actor="ren", image_id=one.id)] == [one.id]
    newest = list_events(store, limit=2)
    following = list_events(store, before_id=newest[-1].id)
    assert newest + following == list_events(store)
    assert len(following) == 4


def test_an_event_names_the_request_that_made_it_happen(world, store):
    token = request_id.set("0123abcd")
    (image,) = world.take_in("a.png")
    request_id.reset(token)
    world.draft_next()
    drafted, taken_in = list_events(store, image_id=image.id)
    assert (taken_in.request_id, drafted.request_id) == ("0123abcd", None)


@pytest.fixture
def long_life(world, store):
    """An image to which everything happened that touches its matte."""
    (image,) = world.draft("shoe_1.png")
    skip(store, image.id, reason="", by="ren")
    reopen(store, image.id, by="ren")
    world.stroke(image.id, "a")
    world.submit(image.id)
    return_to_operator(store, image.id, reason="the heel", by="ren")
    world.stroke(image.id, "b", x=100)
    restore(store, image.id, world.seen(image.id), revision_number=1, by="keiko")
    flag(store, image.id, note="", by="ren")
    request_redraft(store, image.id, by="keiko")
    world.draft_next()
    world.stroke(image.id, "c", x=60)
    world.approve(image.id)
    reopen(store, image.id, by="ren")
    return image


def test_what_an_event_left_is_what_the_next_one_found(store, long_life):
    events = [event for event in reversed(list_events(store, image_id=long_life.id)) if event.after is not None]
    assert [event.action for event in events] == [
        "image.drafted",
        "image.skipped",
        "image.reopened",
        "image.submitted",
        "image.returned",
        "image.restored",
        "image.drafted",
        "image.approved",
        "image.reopened",
    ]
    assert events[0].before is None
    assert [event.before for event in events[1:]] == [event.after for event in events[:-1]]


def test_the_hash_is_that_of_the_matte_and_changes_with_it(store, long_life):
    digests = [MatteBlobs.of(revision).digest for revision in list_revisions(store, long_life.id)]
    draft, submitted, _kept, restored, redrafted, approved = digests
    assert restored == draft == redrafted  # the same matte under the same hash
    assert len({draft, submitted, approved}) == 3
    after = {event.action: event.after for event in reversed(list_events(store, image_id=long_life.id))}
    assert after["image.submitted"] == after["image.returned"] == submitted
    assert after["image.restored"] == restored
    assert after["image.approved"] == approved
    changed = {event.action for event in list_events(store, image_id=long_life.id) if event.before != event.after}
    assert changed == {"image.drafted", "image.submitted", "image.restored", "image.approved"}


def test_what_does_not_touch_the_matte_names_none(store, long_life):
    silent = [event for event in list_events(store, image_id=long_life.id) if event.after is None]
    assert {event.action for event in silent} == {"image.taken_in", "image.flagged", "image.redraft_requested"}
    assert {event.before for event in silent} == {None}


def test_a_decision_before_the_first_draft_finds_and_leaves_nothing(world, store):
    (image,) = world.take_in("a.png")
    skip(store, image.id, reason="", by="ren")
    event = recent_events(store)[0]
    assert (event.action, event.before, event.after) == ("image.skipped", None, None)
    assert list_decisions(store, image.id)[0].revision_id is None


def test_painted_alpha_is_a_part_of_what_a_matte_is():
    plain, painted = MatteBlobs("a" * 64, "b" * 64), MatteBlobs("a" * 64, "b" * 64, "c" * 64)
    assert plain.digest != painted.digest
    assert plain.digest == MatteBlobs("a" * 64, "b" * 64).digest
    assert MatteBlobs("b" * 64, "a" * 64).digest != plain.digest
    assert len(plain.digest) == 64
