import pytest
from elsewhere import (
    PAIRS,
    counts,
    folder_of,
    only,
    scene,
    take_in,
)

from annotation_store import gallery
from annotation_store.errors import FourEyesError
from annotation_store.keeping.doctor import examine
from annotation_store.reviews import reopen
from annotation_store.states import ImageState

RGB, TRIMAP, ALPHA = scene()


def test_the_same_again_changes_nothing(store, tmp_path):
    pairs = folder_of(tmp_path / "in", PAIRS)
    only(take_in(store, pairs))
    before = counts(store)
    report = take_in(store, pairs)
    assert (len(report.known), report.imported, report.rejected) == (1, (), ())
    assert counts(store) == before


def test_approving_what_comes_in(store, tmp_path):
    pairs = folder_of(tmp_path / "in", PAIRS)
    assert only(take_in(store, pairs, approve=True)).image.state is ImageState.APPROVED
    assert (counts(store)["decisions"], len(gallery.list_images(store))) == (1, 1)
    assert list(examine(store)) == []
    (image,) = gallery.list_images(store)
    assert reopen(store, image.id, by="ren").state is ImageState.READY
    (known,) = take_in(store, pairs, approve=True).known
    assert (known.is_now_approved, known.image.state) == (True, ImageState.APPROVED)


def test_four_eyes_do_not_approve_unseen(world, tmp_path):
    world.set_project(four_eyes=True)
    pairs = folder_of(tmp_path / "in", PAIRS)
    with pytest.raises(FourEyesError, match="import without approving"):
        take_in(world.store, pairs, approve=True)
    matte = only(take_in(world.store, pairs))
    world.submit(matte.image.id, by="ren")
    with pytest.raises(FourEyesError):  # whose matte it is
        world.approve(matte.image.id, by="keiko")
