import numpy as np
import pytest
from elsewhere import alpha_png, counts, cutout_png, layers_psd, scene, trimap_png

from annotation_store.drafts import request_redraft
from annotation_store.errors import ConflictError, InvalidTransitionError, LeasedError, NotFoundError
from annotation_store.gallery import get_image
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.single_planes import import_alpha, import_trimap
from annotation_store.queue import leases
from annotation_store.revisions import list_revisions, load_matte
from annotation_store.states import ImageState
from matting_core.errors import UnreadableImageError
from matting_core.image_io import ImageLimits

_, TRIMAP, ALPHA = scene()


@pytest.fixture
def put(store):
    """``put(image, data)``: based on its newest revision, by mika."""

    def put_alpha(image, data, *, how=import_alpha, revision_id=-1, **more):
        head = get_image(store, image.id).head_revision_id if revision_id == -1 else revision_id
        return how(store, image.id, data, revision_id=head, by="mika", limits=ImageLimits(), source="a request", **more)

    return put_alpha


@pytest.mark.parametrize("data", [alpha_png(), alpha_png(16), cutout_png(), layers_psd()])
def test_an_alpha_becomes_the_newest_revision_in_its_senders_hands(world, store, put, data):
    (image,) = world.draft("cup.png")
    done = put(image, data)
    assert (done.is_new, done.image.state) == (True, ImageState.READY)
    assert leases.lease_of(store, image.id).person == "mika"
    _, newest = list_revisions(store, image.id)
    assert np.abs(load_matte(store, newest)[1] - ALPHA).max() < 1.5 / 255
    assert not put(image, data).is_new
    assert counts(store)["revisions"] == 2


def test_without_a_draft_it_is_the_first(world, store, put):
    (image,) = world.take_in("cup.png")
    assert put(image, alpha_png()).image.state is ImageState.READY
    assert [revision.number for revision in list_revisions(store, image.id)] == [1]


def test_the_same_again_calls_off_the_draft_that_would_cover_it(world, store, put):
    (image,) = world.draft("cup.png")
    put(image, alpha_png())
    request_redraft(store, image.id, by="mika")
    done = put(image, alpha_png())
    assert (done.is_new, done.image.state, get_image(store, image.id).state) == (False, ImageState.READY, "ready")


def test_a_trimap_is_solved_by_whoever_is_given(world, store, put):
    (image,) = world.draft("cup.png")
    done = put(image, trimap_png(), how=import_trimap, predict=lambda _project, _rgb, _trimap: (ALPHA, None))
    assert done.is_new
    trimap, alpha = load_matte(store, list_revisions(store, image.id)[-1])
    assert np.array_equal(trimap, TRIMAP)
    assert np.allclose(alpha, ALPHA, atol=1e-4)


def test_whoever_saw_something_else_is_told_so(world, store, put):
    (image,) = world.draft("cup.png")
    for revision_id in (None, 99):
        with pytest.raises(ConflictError):
            put(image, alpha_png(), revision_id=revision_id)
    assert counts(store)["revisions"] == 1


def test_what_may_not_be_changed_is_refused(world, store, put):
    held, drawn, approved, fine = world.draft("a.png", "b.png", "c.png", "d.png")
    leases.take(store, held.id, by="ren")
    world.stroke(drawn.id, "a")
    world.approve(approved.id)
    before = counts(store)
    for image, error in ((held, LeasedError), (drawn, InvalidTransitionError), (approved, InvalidTransitionError)):
        with pytest.raises(error):
            put(image, alpha_png())
    with pytest.raises(UnreadableImageError):
        put(fine, b"no picture")
    with pytest.raises(UnusableMatteError):
        put(fine, alpha_png(), how=import_trimap, predict=None)
    with pytest.raises(NotFoundError):
        import_alpha(store, 99, b"", revision_id=None, by="mika", limits=ImageLimits(), source="")
    assert counts(store) == before
