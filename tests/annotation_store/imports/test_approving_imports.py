"""What comes in with --approve, and what came before."""

import pytest
from elsewhere import PAIRS, alpha_png, counts, folder_of, grey_png, only, reason, scene, take_in

from annotation_store import gallery, revisions
from annotation_store.blobs import digest_of
from annotation_store.drafts import claim_next_for_drafting, request_redraft
from annotation_store.errors import FourEyesError
from annotation_store.events import list_events
from annotation_store.imports.composing import compose
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in as take_photos_in
from annotation_store.keeping.doctor import examine
from annotation_store.reviews import reopen
from annotation_store.states import ImageState
from matting_core.image_io import ImageLimits

RGB, _, _ = scene()


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


@pytest.fixture
def overtaken(world, monkeypatch):
    """``overtaken(image)``: while a matte of it is imported, mika puts another in."""

    def let(image):
        def compose_slowly(*read, **more):
            composed = compose(*read, **more)
            world.import_alpha(image.id, by="mika")
            return composed

        monkeypatch.setattr("annotation_store.imports.importing.compose", compose_slowly)

    return let


def test_a_grey_photo_is_not_its_own_matte(store, tmp_path):
    grey = grey_png(RGB[..., 0])
    take_photos_in(store, [IncomingFile("cup.png", grey)], by="ren", limits=ImageLimits())
    why = reason(take_in(store, folder_of(tmp_path / "in", {"cup.png": grey}), approve=True))
    assert "a photo without a matte" in why
    assert counts(store)["decisions"] == 0


def test_what_is_approved_is_the_matte_of_the_file(world, tmp_path, overtaken):
    (image,) = world.draft("cup.png")
    came = folder_of(tmp_path / "in", {"cup_alpha.png": alpha_png()})
    only(take_in(world.store, came))
    overtaken(image)
    assert "has been changed in the meantime" in reason(take_in(world.store, came, approve=True))
    assert gallery.get_image(world.store, image.id).state is ImageState.READY


@pytest.mark.parametrize("approve", [False, True])
def test_a_matte_that_nobody_here_saw_is_not_covered(world, tmp_path, overtaken, approve):
    (image,) = world.draft("cup.png")
    overtaken(image)
    came = folder_of(tmp_path / "in", {"cup_alpha.png": alpha_png()})
    assert "has been changed in the meantime" in reason(take_in(world.store, came, approve=approve))
    _, newest = revisions.list_revisions(world.store, image.id)
    assert newest.author == "mika"


@pytest.mark.parametrize(("approve", "state"), [(False, ImageState.READY), (True, ImageState.APPROVED)])
def test_a_known_matte_calls_off_the_draft_that_would_cover_it(world, tmp_path, approve, state):
    (image,) = world.draft("cup.png")
    came = folder_of(tmp_path / "in", {"cup_alpha.png": alpha_png()})
    only(take_in(world.store, came))
    request_redraft(world.store, image.id, by="ren")
    (known,) = take_in(world.store, came, approve=approve).known
    assert (known.image.state, known.is_now_approved) == (state, approve)
    assert claim_next_for_drafting(world.store) is None
    told = {event.action: event for event in list_events(world.store, image_id=image.id)}
    assert told["image.redraft_called_off"].data["source_sha256"] == digest_of(alpha_png())
    assert list(examine(world.store)) == []


def test_a_known_matte_that_is_being_drafted_over_is_told_of(world, tmp_path):
    (image,) = world.draft("cup.png")
    came = folder_of(tmp_path / "in", {"cup_alpha.png": alpha_png()})
    only(take_in(world.store, came))
    request_redraft(world.store, image.id, by="ren")
    claim_next_for_drafting(world.store)
    assert "is being drafted at this moment" in reason(take_in(world.store, came))
