import numpy as np
import pytest
from elsewhere import (
    PAIRS,
    alpha_png,
    counts,
    folder_of,
    grey_png,
    only,
    reason,
    scene,
    take_in,
)

from annotation_store import revisions
from annotation_store.drafts import claim_next_for_drafting
from annotation_store.queue import leases
from annotation_store.reviews import skip
from annotation_store.reviews.hands import hands_on_desk
from annotation_store.states import ImageState

RGB, TRIMAP, ALPHA = scene()


@pytest.fixture
def refused(world, tmp_path):
    """``refused(image)``: why no alpha can be put in; nothing is written."""

    def ask(image):
        (tmp_path / f"{image.name}").write_bytes(alpha_png())
        before = counts(world.store)
        why = reason(take_in(world.store, tmp_path / image.name))
        assert counts(world.store) == before
        return why

    return ask


def test_strokes_are_never_hidden(world, refused):
    (image,) = world.draft("cup.png")
    world.stroke(image.id, "a")
    assert "carries 1 strokes that an imported matte would hide" in refused(image)


def test_what_is_decided_stays(world, refused):
    approved, submitted, skipped = world.draft("a.png", "b.png", "c.png")
    world.approve(approved.id)
    world.submit(submitted.id)
    skip(world.store, skipped.id, reason="", by="ren")
    assert "is approved: reopen it first" in refused(approved)
    assert "is in review: it can be corrected again once" in refused(submitted)
    assert "is skipped: reopen it first" in refused(skipped)


def test_what_is_being_drafted_is_left_to_its_worker(world, refused):
    (image,) = world.take_in("cup.png")
    claim_next_for_drafting(world.store)
    assert "is being drafted at this moment" in refused(image)


def test_what_is_in_somebodys_hands_stays_there(world, refused):
    (image,) = world.draft("cup.png")
    leases.take(world.store, image.id, by="mika")
    assert "is in the hands of mika" in refused(image)


def test_over_a_draft_the_import_is_the_newest(world, tmp_path):
    (image,) = world.draft("cup.png")
    (tmp_path / "cup.png").write_bytes(alpha_png())
    matte = only(take_in(world.store, tmp_path / "cup.png"))
    assert (matte.revision, matte.image.state) == (2, ImageState.READY)
    assert leases.lease_of(world.store, image.id) is None
    world.stroke(image.id, "a", by="mika")
    world.approve(image.id)
    head = revisions.list_revisions(world.store, image.id)[-1]
    assert revisions.draft_of(world.store, head).number == 2
    assert hands_on_desk(world.store, image.id) == {"keiko", "mika"}


def test_of_one_photo_one_matte_comes_in(store, tmp_path):
    files = {**PAIRS, "second/a.png": grey_png(np.rint(ALPHA**2 * 255).astype(np.uint8))}
    report = take_in(store, folder_of(tmp_path / "in", files))
    assert reasons_of(report) == ["the matte of its photo came from in/image/a.png already: leave one of the two out"]
    assert counts(store)["revisions"] == 1


def reasons_of(report):
    return [rejection.reason for rejection in report.rejected]
