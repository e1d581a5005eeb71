import numpy as np
import pytest

from annotation_store.corrections import KeyedEdit, append_edits, open_document, replayed_marks
from annotation_store.drafts import request_redraft
from annotation_store.errors import ConflictError, InvalidTransitionError, NotFoundError, NothingToRestoreError
from annotation_store.events import recent_events
from annotation_store.gallery import get_image
from annotation_store.kinds import RevisionKind
from annotation_store.learning.model_registry import register_shipped
from annotation_store.reviews import list_decisions, restore, skip
from annotation_store.revisions import MatteBlobs, list_revisions, put_matte
from annotation_store.states import ImageState
from matting_core.edits.soft_stroke import SoftStroke

HAIR = SoftStroke(value=128, hardness=50, flow=100, radius=20, points=((80, 40), (96, 60)))


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


def go_back(world, image, number, *, by="ren"):
    return restore(world.store, image.id, world.seen(image.id), revision_number=number, by=by)


def mattes(store, image):
    return [MatteBlobs.of(revision) for revision in list_revisions(store, image.id)]


def test_an_earlier_matte_becomes_the_newest_once_more(world, store, image):
    world.stroke(image.id, "a")
    world.approve(image.id)
    restored = go_back(world, image, 1)
    draft, correction, newest = list_revisions(store, image.id)
    assert (restored.state, restored.head_revision_id) == (ImageState.IN_CORRECTION, newest.id)
    assert (newest.kind, newest.number, newest.author) == (RevisionKind.RESTORED, 3, "ren")
    assert (newest.parent_id, newest.drafter) == (correction.id, draft.drafter)
    assert MatteBlobs.of(newest) == MatteBlobs.of(draft) != MatteBlobs.of(correction)
    document = open_document(store, image.id)
    assert (document.position, document.edits, document.can_undo) == (0, (), False)


def test_edits_on_the_desk_are_kept_below_it(world, store, image):
    world.stroke(image.id, "a", "b")
    seen = world.seen(image.id)
    restore(store, image.id, seen, revision_number=1, by="ren")
    draft, kept, newest = list_revisions(store, image.id)
    assert (kept.kind, kept.author, newest.kind) == (RevisionKind.CORRECTION, "ren", RevisionKind.RESTORED)
    assert (kept.parent_id, newest.parent_id) == (draft.id, kept.id)
    go_back(world, image, 2)
    np.testing.assert_array_equal(replayed_marks(store, open_document(store, image.id)).trimap, seen.trimap)


def test_the_edits_stay_in_the_log_of_the_revision_that_they_were_drawn_on(world, store, image):
    world.stroke(image.id, "a")
    before = recent_events(store)
    go_back(world, image, 1)
    world.stroke(image.id, "a", x=100)  # the new head has a log of its own
    assert open_document(store, image.id).position == 1
    event = recent_events(store)[0]
    assert (event.action, event.actor, event.data["restored"]) == ("image.restored", "ren", 1)
    assert event.data["kept_edits"] is True
    assert len(recent_events(store)) == len(before) + 1


@pytest.mark.parametrize("blobs_in", ["folder", "bucket"])
def test_alpha_painted_by_hand_comes_back_with_it(world, store, image):
    at = open_document(store, image.id)
    append_edits(store, image.id, revision_id=at.revision_id, position=0, edits=[KeyedEdit("a", HAIR)], by="keiko")
    go_back(world, image, 1)
    assert not replayed_marks(store, open_document(store, image.id)).is_retouched
    go_back(world, image, 2)
    draft, painted, bare, again = mattes(store, image)
    assert painted.retouch is not None
    assert (bare, again) == (draft, painted)
    assert replayed_marks(store, open_document(store, image.id)).is_retouched


def test_it_names_the_model_of_the_matte_that_it_repeats(world, store):
    live = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    (image,) = world.draft("a.png", model_id=live.id)
    world.stroke(image.id, "a")
    go_back(world, image, 1)
    assert list_revisions(store, image.id)[-1].model_version_id == live.id


def test_what_the_image_is_at_already_cannot_be_restored(world, store, image):
    with pytest.raises(NothingToRestoreError, match="is as it was at revision 1 already"):
        go_back(world, image, 1)
    world.stroke(image.id, "a")
    go_back(world, image, 1)
    with pytest.raises(NothingToRestoreError):
        go_back(world, image, 1)
    assert len(list_revisions(store, image.id)) == 3


def test_the_newest_revision_may_be_gone_back_to_from_edits_on_it(world, store, image):
    world.stroke(image.id, "a")
    world.approve(image.id)
    restore(store, image.id, world.seen(image.id), revision_number=1, by="ren")
    world.stroke(image.id, "b")
    go_back(world, image, 3)
    assert [revision.kind for revision in list_revisions(store, image.id)][3:] == ["correction", "restored"]


def test_a_restoration_of_what_somebody_has_changed_is_a_conflict(world, store, image):
    world.stroke(image.id, "a")
    seen = world.seen(image.id)
    world.stroke(image.id, "b")
    with pytest.raises(ConflictError) as refusal:
        restore(store, image.id, seen, revision_number=1, by="ren")
    assert refusal.value.position == 2
    assert len(list_revisions(store, image.id)) == 1


def test_a_stroke_that_arrives_meanwhile_is_not_lost(world, store, image, monkeypatch):
    world.stroke(image.id, "a")
    seen = world.seen(image.id)

    def while_it_is_encoded(*arguments, **planes):
        world.stroke(image.id, "in between")
        return put_matte(*arguments, **planes)

    monkeypatch.setattr("annotation_store.reviews.seen.put_matte", while_it_is_encoded)
    with pytest.raises(ConflictError):
        restore(store, image.id, seen, revision_number=1, by="ren")
    assert open_document(store, image.id).position == 2
    assert len(list_revisions(store, image.id)) == 1


def test_what_was_never_made_cannot_be_restored(world, store, image):
    for number in (0, 2, 99):
        with pytest.raises(NotFoundError, match=f"“shoe_1.png” has no revision {number}"):
            go_back(world, image, number)
    with pytest.raises(NotFoundError, match="no image number 9"):
        restore(store, 9, world.seen(image.id), revision_number=1, by="ren")


@pytest.mark.parametrize("state", [ImageState.IN_REVIEW, ImageState.APPROVED, ImageState.SKIPPED])
def test_what_was_handed_over_or_decided_comes_back_into_correction(world, store, image, state):
    world.stroke(image.id, "a")
    match state:
        case ImageState.IN_REVIEW:
            world.submit(image.id)
        case ImageState.APPROVED:
            world.approve(image.id)
        case ImageState.SKIPPED:
            skip(store, image.id, reason="", by="ren")
    decided = list_decisions(store, image.id)
    assert get_image(store, image.id).state is state
    assert go_back(world, image, 1).state is ImageState.IN_CORRECTION
    assert [revision.kind for revision in list_revisions(store, image.id)] == ["draft", "correction", "restored"]
    assert list_decisions(store, image.id) == decided


def test_nothing_is_restored_while_a_draft_is_made(world, store, image):
    world.stroke(image.id, "a")
    world.approve(image.id)
    go_back(world, image, 1)
    request_redraft(store, image.id, by="ren")
    with pytest.raises(InvalidTransitionError, match="is waiting"):
        go_back(world, image, 2)
