import pytest
from sqlalchemy import insert

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import InvalidTextError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.gallery import get_image
from annotation_store.kinds import Role
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.queue.assignment import assign, assign_subject, unassign
from annotation_store.queue.leases import lease_of, take
from annotation_store.states import ImageState


@pytest.fixture
def accounts(store):
    """Accounts of keiko, and of mia, who may not sign in any more."""
    common = {"display_name": "", "role": Role.OPERATOR, "failed_attempts": 0, "created_by": "ren"}
    with store.database.write() as session:
        for name, disabled in (("keiko", None), ("mia", utc_now())):
            session.execute(insert(schema.Person).values(name=name, disabled_at=disabled, **common))


def assigned(store, *ids):
    return [get_image(store, image_id).assigned_to for image_id in ids]


def test_what_is_assigned_says_to_whom_and_the_trail_by_whom(store, shelve):
    one, two, three = shelve("a", "b", "c")
    assert [image.id for image in assign(store, [one, two], to="keiko", by="ren")] == [one, two]
    assert assigned(store, one, two, three) == ["keiko", "keiko", None]
    assign(store, [two], to="mia", by="joe")
    unassign(store, [one], by="joe")
    assert assigned(store, one, two) == [None, "mia"]
    told = [(event.actor, event.action, event.image_id, event.data) for event in reversed(recent_events(store))]
    assert told == [
        ("ren", "image.assigned", one, {"to": "keiko", "before": None}),
        ("ren", "image.assigned", two, {"to": "keiko", "before": None}),
        ("joe", "image.assigned", two, {"to": "mia", "before": "keiko"}),
        ("joe", "image.unassigned", one, {"to": None, "before": "keiko"}),
    ]


def test_assigning_to_whom_it_is_assigned_already_tells_nothing_new(store, shelve):
    ids = shelve("a")
    for _ in range(2):
        assign(store, ids, to="keiko", by="ren")
    for _ in range(2):
        unassign(store, ids, by="ren")
    assert len(recent_events(store)) == 2


@pytest.mark.parametrize(
    "change", [lambda store, ids: assign(store, ids, to="k", by="r"), lambda s, i: unassign(s, i, by="r")]
)
def test_all_or_none_are_assigned(store, shelve, change):
    (image_id,) = shelve("a", assigned_to="mia")
    with pytest.raises(NotFoundError, match="no image number 404"):
        change(store, [image_id, 404])
    assert assigned(store, image_id) == ["mia"]


def test_a_subject_is_assigned_with_all_its_shots_that_are_not_decided(store, shelve):
    other = create_project(store, "Bags", by="ren")
    ready, waiting, review, approved, skipped = (
        shelve(state, product_group="shoe", state=state)[0]
        for state in (
            ImageState.READY,
            ImageState.WAITING,
            ImageState.IN_REVIEW,
            ImageState.APPROVED,
            ImageState.SKIPPED,
        )
    )
    (elsewhere,) = shelve("a", product_group="shoe", project_id=other.id)
    (hat,) = shelve("hat")
    given = assign_subject(store, FIRST_PROJECT, "shoe", to="keiko", by="ren")
    assert [image.id for image in given] == [ready, waiting, review]
    assert assigned(store, approved, skipped, elsewhere, hat) == [None] * 4
    assert assign_subject(store, FIRST_PROJECT, "no such", to="keiko", by="ren") == ()


def test_who_has_it_in_hand_may_finish_it(store, shelve):
    (image_id,) = shelve("a")
    take(store, image_id, by="mia")
    assign(store, [image_id], to="keiko", by="ren")
    assert lease_of(store, image_id).person == "mia"
    assert take(store, image_id, by="mia").person == "mia"


def test_where_there_are_accounts_only_their_names_are_known(store, shelve, accounts):
    ids = shelve("a", product_group="shoe")
    assert assign(store, ids, to="keiko", by="ren")[0].assigned_to == "keiko"
    for name in ("kieko", "mia"):
        with pytest.raises(NotFoundError, match=f"called “{name}”"):
            assign(store, ids, to=name, by="ren")
        with pytest.raises(NotFoundError):
            assign_subject(store, FIRST_PROJECT, "shoe", to=name, by="ren")
    assert assigned(store, *ids) == ["keiko"]


def test_nobody_is_no_name(store, shelve):
    with pytest.raises(InvalidTextError):
        assign(store, shelve("a"), to=" ", by="ren")
