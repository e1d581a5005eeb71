from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from annotation_store import schema
from annotation_store.corrections import KeyedEdit, append_edits, open_document, undo
from annotation_store.drafts import request_redraft
from annotation_store.errors import InvalidTransitionError, LeasedError, LeaseLostError, NotFoundError
from annotation_store.gallery import get_image
from annotation_store.projects import create_project
from annotation_store.queue.leases import hold, lease_of, list_leases, release, release_all, renew, take
from annotation_store.reviews import list_decisions, reopen, return_to_operator, skip, submit
from annotation_store.rows import find_image
from annotation_store.states import ImageState
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke


@pytest.fixture
def image_id(shelve):
    return shelve("shoe_1.png")[0]


def test_an_image_in_somebodys_hands_is_nobody_elses_and_the_refusal_says_whose_and_until_when(store, clock, image_id):
    lease = take(store, image_id, by="keiko", minutes=10)
    assert (lease.person, lease.taken_at, lease.expires_at) == ("keiko", clock.now, clock.now + timedelta(minutes=10))
    with pytest.raises(LeasedError, match=r"“shoe_1\.png” is in the hands of keiko until 12:10 UTC") as refusal:
        take(store, image_id, by="ren")
    assert (refusal.value.person, refusal.value.expires_at) == ("keiko", lease.expires_at)
    assert not isinstance(refusal.value, LeaseLostError)
    assert lease_of(store, image_id) == lease


def test_taking_what_one_has_counts_the_time_anew(store, clock, image_id):
    first = take(store, image_id, by="keiko", minutes=10)
    clock.advance(4)
    again = take(store, image_id, by="keiko", minutes=10)
    assert (again.taken_at, again.expires_at) == (first.taken_at, first.expires_at + timedelta(minutes=4))


def test_a_lease_ends_at_its_moment_and_the_image_is_anybodys(store, clock, image_id):
    take(store, image_id, by="keiko", minutes=10)
    clock.advance(9.99)
    with pytest.raises(LeasedError):
        take(store, image_id, by="ren")
    clock.advance(0.01)
    assert lease_of(store, image_id) is None
    assert list_leases(store) == ()
    assert take(store, image_id, by="ren").taken_at == clock.now


def test_a_heartbeat_keeps_an_image(store, clock, image_id):
    take(store, image_id, by="keiko", minutes=10)
    for _ in range(3):
        clock.advance(9)
        assert renew(store, image_id, by="keiko", minutes=10).expires_at == clock.now + timedelta(minutes=10)
    with pytest.raises(LeasedError):
        take(store, image_id, by="ren")


@pytest.mark.parametrize("is_let_go", [False, True])
def test_a_heartbeat_after_the_end_takes_up_what_nobody_took(store, clock, image_id, is_let_go):
    take(store, image_id, by="a", minutes=10)
    clock.advance(11)
    if is_let_go:
        release(store, image_id, by="a")
    assert renew(store, image_id, by="a").taken_at == clock.now


def test_a_heartbeat_after_somebody_else_took_the_image_says_who(store, clock, image_id):
    take(store, image_id, by="keiko", minutes=10)
    clock.advance(11)
    take(store, image_id, by="ren", minutes=10)
    with pytest.raises(LeaseLostError, match="left alone for so long that ren has taken it, until 12:21") as loss:
        renew(store, image_id, by="keiko")
    assert loss.value.person == "ren"
    assert lease_of(store, image_id).person == "ren"


@pytest.mark.parametrize("state", [state for state in ImageState if state not in ("ready", "in_correction")])
@pytest.mark.parametrize("way", [take, renew])
def test_only_an_open_image_can_be_taken(store, shelve, state, way):
    (image_id,) = shelve("a", state=state)
    with pytest.raises(InvalidTransitionError):
        way(store, image_id, by="keiko")
    assert lease_of(store, image_id) is None


@pytest.mark.parametrize("way", [take, renew])
def test_an_unknown_image_cannot_be_taken(store, way):
    with pytest.raises(NotFoundError):
        way(store, 404, by="keiko")


def test_only_who_has_an_image_lets_it_go(store, image_id):
    take(store, image_id, by="keiko")
    release(store, image_id, by="ren")
    assert lease_of(store, image_id).person == "keiko"
    release(store, image_id, by="keiko")
    release(store, image_id, by="keiko")
    assert lease_of(store, image_id) is None


def test_everything_can_be_let_go_at_once(store, clock, shelve):
    one, two, three, others = shelve("a", "b", "c", "d")
    take(store, one, by="keiko", minutes=5)
    clock.advance(6)
    take(store, two, by="keiko")
    take(store, three, by="keiko")
    kept = take(store, others, by="ren")
    assert release_all(store, by="keiko") == 2
    assert list_leases(store) == (kept,)
    assert release_all(store, by="keiko") == 0


def test_leases_are_listed_longest_held_first_and_by_project(store, clock, shelve):
    other = create_project(store, "Shoes", by="ren")
    (of_first,) = shelve("a")
    (of_other,) = shelve("b", project_id=other.id)
    take(store, of_other, by="keiko")
    clock.advance(1)
    take(store, of_first, by="ren")
    assert [lease.image_id for lease in list_leases(store)] == [of_other, of_first]
    assert [lease.image_id for lease in list_leases(store, project_ids=[other.id])] == [of_other]


def test_the_database_itself_allows_no_second_lease(store, clock, image_id):
    take(store, image_id, by="keiko")
    with pytest.raises(IntegrityError, match=r"(?i)unique"), store.database.write() as session:
        session.add(schema.Lease(image_id=image_id, person="ren", taken_at=clock.now, expires_at=clock.now))


def test_holding_writes_only_when_less_than_half_of_the_time_is_left(store, clock, image_id):
    def hold_it(by="keiko"):
        with store.database.write() as session:
            return hold(session, find_image(session, image_id), by=by, minutes=10).expires_at

    first = hold_it()
    assert first == clock.now + timedelta(minutes=10)
    clock.advance(5)
    assert hold_it() == first
    clock.advance(0.1)
    assert hold_it() == clock.now + timedelta(minutes=10)
    with pytest.raises(LeasedError):
        hold_it(by="ren")


def send(store, image_id, key, *, by, position=0):
    document = open_document(store, image_id)
    edit = KeyedEdit(key, Stroke(ink=Ink.FOREGROUND, radius=12, points=((80, 40), (88, 60))))
    place = {"revision_id": document.revision_id, "position": position}
    return append_edits(store, image_id, edits=[edit], by=by, **place)


def test_whoever_draws_has_the_image_in_hand_and_nobody_else_draws_on_it(world, store, clock):
    (image,) = world.draft("shoe_1.png")
    revision_id = send(store, image.id, "a", by="keiko").revision_id
    assert lease_of(store, image.id).person == "keiko"
    with pytest.raises(LeasedError):
        send(store, image.id, "b", by="ren", position=1)
    with pytest.raises(LeasedError):
        undo(store, image.id, revision_id=revision_id, position=1, key="u", by="ren")
    assert open_document(store, image.id).position == 1
    clock.advance(16)
    assert send(store, image.id, "b", by="ren", position=1).position == 2
    assert lease_of(store, image.id).person == "ren"


def test_a_resend_is_recognised_under_somebody_elses_lease(world, store, clock):
    (image,) = world.draft("shoe_1.png")
    sent = send(store, image.id, "a", by="keiko")
    clock.advance(16)
    take(store, image.id, by="ren")
    assert send(store, image.id, "a", by="keiko") == sent
    assert lease_of(store, image.id).person == "ren"


def decide(world, image_id, how, by):
    match how:
        case "skip":
            skip(world.store, image_id, reason="", by=by)
        case "submit":
            submit(world.store, image_id, world.as_it_stands(image_id), by=by)
        case "redraft":
            request_redraft(world.store, image_id, by=by)


@pytest.mark.parametrize("how", ["skip", "submit", "redraft"])
def test_what_is_decided_is_in_nobodys_hands(world, store, how):
    (image,) = world.draft("shoe_1.png")
    take(store, image.id, by="keiko")
    decide(world, image.id, how, "keiko")
    assert lease_of(store, image.id) is None


@pytest.mark.parametrize("how", ["skip", "submit", "redraft"])
def test_nothing_is_decided_while_it_is_in_somebody_elses_hands(world, store, how):
    (image,) = world.draft("shoe_1.png")
    take(store, image.id, by="ren")
    with pytest.raises(LeasedError):
        decide(world, image.id, how, "keiko")
    assert get_image(store, image.id).state is ImageState.READY
    assert lease_of(store, image.id).person == "ren"
    assert list_decisions(store, image.id) == ()


def test_a_reviewer_approves_what_was_handed_over_and_a_returned_image_is_anybodys(world, store):
    approved, returned = world.draft("a.png", "b.png")
    for image in (approved, returned):
        world.stroke(image.id, "key")
        world.submit(image.id, by="keiko")
    assert world.approve(approved.id).state is ImageState.APPROVED
    return_to_operator(store, returned.id, reason="the strap", by="ren")
    assert list_leases(store) == ()
    reopen(store, approved.id, by="ren")
    assert take(store, approved.id, by="keiko").person == "keiko"
