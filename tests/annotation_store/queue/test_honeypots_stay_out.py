"""A copy of a finished image, served again, is nowhere but in its person's hands."""

from datetime import UTC, datetime, timedelta

import pytest

from annotation_store.drafts import claim_next_for_drafting, request_redraft
from annotation_store.errors import NotFoundError
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import ExportWish, list_items
from annotation_store.exports.export_sets import freeze as freeze_export
from annotation_store.flags import flag
from annotation_store.gallery import count_by_state, get_image, list_images
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.learning.training_sets import freeze, load_items
from annotation_store.progress import progress_of
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings
from annotation_store.queue.assignment import assign, assign_subject, unassign
from annotation_store.queue.honeypots import choose
from annotation_store.queue.novelty import Album
from annotation_store.queue.open_images import count_open
from annotation_store.queue.pull import pull
from annotation_store.queue.subjects import SubjectTable, apply_subjects
from annotation_store.reviews import approve_in_bulk, bulk_candidates, list_submissions, next_submission
from annotation_store.states import ImageState
from matting_core.image_io import ImageLimits


@pytest.fixture
def original(world):
    (image,) = world.draft("shoe_1.png")
    return world.approve(image.id)


@pytest.fixture
def copy(world, store, original):
    """Open, in mia's hands; the store holds no other open image."""
    choose(store, original.id, by="ren")
    change_settings(store, FIRST_PROJECT, ProjectSettings(honeypot_share=0.5), by="ren")
    (image,) = world.draft("bag_1.png")
    pulled = pull(store, project_ids=None, by="mia", draw=lambda: 0.0)
    world.approve(image.id)
    assert pulled.image.honeypot_of_id == original.id
    return pulled.image


def test_it_is_in_no_gallery(store, original, copy):
    flag(store, copy.id, note="odd", by="mia")
    assert [image.name for image in list_images(store)] == ["bag_1.png", "shoe_1.png"]
    assert [image.id for image in list_images(store, search="shoe")] == [original.id]
    assert list_images(store, flagged=True) == list_images(store, states=[ImageState.READY]) == ()


@pytest.mark.parametrize("project_ids", [None, [FIRST_PROJECT]])
def test_it_counts_in_no_state_whatever_its_own(world, store, copy, project_ids):
    def counts():
        return {state: count for state, count in count_by_state(store, project_ids=project_ids).items() if count}

    before = counts()
    assert before == {ImageState.APPROVED: 2}
    world.submit(copy.id, by="mia")
    assert counts() == before
    world.approve(copy.id)
    assert counts() == before


def test_it_is_not_counted_among_open_images(world, store, copy):
    for options in ({}, {"project_ids": [FIRST_PROJECT]}, {"person": "mia"}, {"person": "joe"}):
        assert count_open(store, **options) == 0
    world.draft("next.png")
    assert count_open(store, person="mia") == 1


def test_it_is_in_no_export(world, store, original, copy):
    approved = world.approve(copy.id)
    frozen = freeze_export(store, ExportWish(image_ids=[original.id, approved.id]), ExportOptions(), by="ren")
    assert (frozen.export.image_count, frozen.left_out) == (1, ())
    assert [item.image_id for item in list_items(store, frozen.export.id)] == [original.id]


def test_it_is_not_told_as_left_out_of_an_export_either(store, original, copy):
    frozen = freeze_export(store, ExportWish(image_ids=[original.id, copy.id]), ExportOptions(), by="ren")
    assert frozen.left_out == ()


def test_it_is_in_no_training_set(world, store, original, copy):
    approved = world.approve(copy.id)
    items = load_items(store, freeze(store, by="ren").id)
    assert approved.id not in {item.image_id for item in items}
    assert original.id in {item.image_id for item in items}


def test_it_is_not_left_to_anybody_and_what_its_person_decided_counts_as_their_work(world, store, copy):
    now = datetime.now(UTC)
    day = {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}
    assert progress_of(store, "mia", **day).left == 0
    world.submit(copy.id, by="mia")
    assert progress_of(store, "mia", **day).submitted == 1


def test_its_photo_is_a_duplicate_of_the_original(store, original, copy):
    file = IncomingFile("again.png", store.blobs.get(copy.photo_blob))
    (duplicate,) = take_in(store, [file], by="ren", limits=ImageLimits()).duplicates
    assert duplicate.image.id == original.id


def test_it_waits_for_no_reviewer(world, store, copy):
    world.submit(copy.id, by="mia")
    assert list_submissions(store, "ren") == ()
    assert next_submission(store, "ren") is None


def test_it_is_not_approved_together_with_others(world, store, copy):
    world.let_go(copy.id)
    world.set_image(copy.id, confidence=1.0)
    world.set_project(bulk_confidence=0.5)
    assert bulk_candidates(store, FIRST_PROJECT) == ()
    assert approve_in_bulk(store, FIRST_PROJECT, [copy.id], by="ren").approved == ()


def test_it_keeps_its_draft(store, copy):
    request_redraft(store, copy.id, by="mia")
    assert get_image(store, copy.id).state is ImageState.READY
    assert claim_next_for_drafting(store) is None


def test_the_queue_of_one_pair_of_hands_does_not_give_it(store, copy):
    assert pull(store, project_ids=None, by="ren") is None


def test_it_stays_assigned_to_its_person_and_of_its_subject(store, original, copy):
    for change in (lambda: assign(store, [copy.id], to="joe", by="ren"), lambda: unassign(store, [copy.id], by="ren")):
        with pytest.raises(NotFoundError):
            change()
    assert assign_subject(store, FIRST_PROJECT, "shoe", to="joe", by="ren") == ()
    table = SubjectTable({"shoe_1.png": "red shoe"}, {"shoe_1.png": "joe"})
    assert apply_subjects(store, FIRST_PROJECT, table, by="ren").changed == 1
    unchanged = get_image(store, copy.id)
    assert (unchanged.assigned_to, unchanged.product_group) == ("mia", "shoe")
    assert get_image(store, original.id).product_group == "red shoe"


def test_new_photos_are_not_compared_with_it(store, copy):
    assert len(Album.of_project(store, FIRST_PROJECT)) == 2
