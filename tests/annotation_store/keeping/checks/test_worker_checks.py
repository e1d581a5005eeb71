"""Photos in the hands of workers that have ended: the doctor sees them, and the next worker takes them back."""

import pytest

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.drafts import claim_next_for_drafting, return_unfinished_drafts
from annotation_store.gallery import get_image
from annotation_store.keeping.doctor import examine, is_sound
from annotation_store.states import ImageState
from annotation_store.workers.workers import sign_on


@pytest.fixture
def claimed(world, store):
    """A photo that a worker has in work."""
    (image,) = world.take_in("a.png")
    worker = sign_on(store, name="worker")
    claim_next_for_drafting(store, worker_id=worker.id)
    return image, worker


def test_a_photo_that_is_being_drafted_is_well(store, claimed):
    assert is_sound(list(examine(store)))


def test_a_photo_of_a_worker_that_has_ended_is_told_and_taken_back(store, claimed):
    image, worker = claimed
    with store.database.write() as session:
        session.get(schema.Worker, worker.id).ended_at = utc_now()
    (finding,) = examine(store)
    assert finding.check == "workers"
    assert f"“a.png” is still in the hands of worker {worker.id}" in finding.message
    assert return_unfinished_drafts(store) == 1
    assert get_image(store, image.id).state is ImageState.WAITING
    assert is_sound(list(examine(store)))
