import numpy as np
import pytest

from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparisons import close_comparison, get_comparison, list_pairs
from annotation_store.errors import InvalidTransitionError, MismatchedMatteError
from annotation_store.kinds import MatteSource
from annotation_store.pilots.blank_draft import put_blank_matte, take_draft_away
from annotation_store.revisions import list_revisions
from annotation_store.rows import find_image
from annotation_store.states import ComparisonState
from matting_core.image_io import decode_alpha


def test_what_was_approved_and_what_was_drafted_are_there_already(store, world, images, ask):
    pair = list_pairs(store, ask(image_ids=[images[0].id]).id)[0]
    drafted = list_revisions(store, images[0].id)[0]
    assert preparing.blob_of_source(store, pair, MatteSource.DRAFT) == drafted.alpha_blob
    assert preparing.blob_of_source(store, pair, MatteSource.APPROVED) is not None
    assert preparing.blob_of_source(store, pair, MatteSource.MODEL) is None


def test_a_corrected_image_has_two_different_ones(store, world, ask):
    (image,) = world.draft("emil_1.png")
    world.stroke(image.id, "a")
    approved = world.approve(image.id)
    pair = list_pairs(store, ask(image_ids=[image.id]).id)[0]
    blobs = [preparing.blob_of_source(store, pair, source) for source in (MatteSource.APPROVED, MatteSource.DRAFT)]
    assert pair.revision_id == approved.head_revision_id
    assert blobs[0] != blobs[1]


def test_of_a_photo_that_a_pilot_had_made_from_nothing_the_draft_is_the_one_that_it_did_without(store, world, ask):
    (image,) = world.draft("emil_1.png")
    matte = put_blank_matte(store, image)
    with store.database.write() as session:
        take_draft_away(session, find_image(session, image.id), matte, by="ren")
    world.stroke(image.id, "a")
    world.approve(image.id)
    pair = list_pairs(store, ask(image_ids=[image.id]).id)[0]
    drafted, blank, approved = list_revisions(store, image.id)
    assert preparing.blob_of_source(store, pair, MatteSource.DRAFT) == drafted.alpha_blob != blank.alpha_blob
    assert preparing.compared_draft(store, pair).trimap_blob == drafted.trimap_blob != blank.trimap_blob
    assert preparing.blob_of_source(store, pair, MatteSource.APPROVED) == approved.alpha_blob


def test_what_a_model_made_is_kept_in_sixteen_bits(store, ask):
    pair = list_pairs(store, ask().id)[0]
    alpha = np.full((30, 40), 12345 / 65535, np.float32)
    kept = decode_alpha(store.blobs.get(preparing.keep_alpha(store, pair, alpha)))
    np.testing.assert_array_equal(kept, alpha)


def test_an_alpha_of_another_size_is_refused(store, ask):
    pair = list_pairs(store, ask().id)[0]
    with pytest.raises(MismatchedMatteError, match=r"anna_1\.png"):
        preparing.keep_alpha(store, pair, np.zeros((40, 30), np.float32))


def test_it_opens_once_every_matte_is_made_and_not_before(store, ask):
    made = ask()
    first, *others = list_pairs(store, made.id)
    blob = store.blobs.put(b"matte")
    preparing.keep_pair(store, first.id, first_blob=blob, second_blob=blob)
    assert preparing.open_prepared(store, made.id) is False
    assert preparing.next_to_prepare(store).id == made.id
    for pair in others:
        preparing.keep_pair(store, pair.id, first_blob=blob, second_blob=blob)
    assert preparing.open_prepared(store, made.id) is True
    assert preparing.open_prepared(store, made.id) is False
    assert preparing.next_to_prepare(store) is None


def test_the_oldest_is_prepared_first(store, ask):
    old, new = ask(), ask()
    assert preparing.next_to_prepare(store).id == old.id
    close_comparison(store, old.id, by="ren")
    assert preparing.next_to_prepare(store).id == new.id


def test_a_failed_one_tells_why_and_can_be_tried_again(store, ask, prepare):
    made = ask()
    with pytest.raises(InvalidTransitionError):
        preparing.try_again(store, made.id, by="ren")
    preparing.note_failure(store, made.id, "the weights are damaged")
    failed = get_comparison(store, made.id)
    assert (failed.state, failed.problem) == (ComparisonState.FAILED, "the weights are damaged")
    again = preparing.try_again(store, made.id, by="ren")
    assert (again.state, again.problem) == (ComparisonState.PREPARING, None)
    assert prepare(again).state is ComparisonState.OPEN
