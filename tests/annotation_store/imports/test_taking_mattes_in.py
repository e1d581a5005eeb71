import json

import numpy as np
import pytest
from elsewhere import (
    HEIGHT,
    WIDTH,
    alpha_png,
    as_json,
    counts,
    cutout_avif,
    cutout_png,
    cutout_tiff,
    cutout_webp,
    folder_of,
    grey_png,
    layers_psd,
    photo,
    scene,
    take_in,
    tar_of,
    trimap_png,
    zip_of,
)

from annotation_store import gallery, revisions, schema
from annotation_store.blobs import digest_of
from annotation_store.corrections import open_document
from annotation_store.drafts import claim_next_for_drafting
from annotation_store.errors import FourEyesError, NotFoundError, StoreBusyError
from annotation_store.events import list_events
from annotation_store.history import Made, history_of
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in as take_photos_in
from annotation_store.keeping.doctor import examine
from annotation_store.kinds import RevisionKind
from annotation_store.learning.belief import supervision_of
from annotation_store.learning.model_registry import register_shipped
from annotation_store.queue import leases
from annotation_store.reviews import reopen, skip
from annotation_store.reviews.hands import hands_on_desk
from annotation_store.states import ImageState
from matting_core.image_io import ImageLimits
from matting_core.trimap import force_known, from_alpha

RGB, TRIMAP, ALPHA = scene()


@pytest.fixture
def here(store):
    """``here("cup.png")``: a photo of the project that waits for its draft."""

    def take(name, seed=1, project_id=1):
        file = IncomingFile(name, photo(seed))
        return take_photos_in(store, [file], by="ren", limits=ImageLimits(), project_id=project_id).accepted[0]

    return take


def only(report):
    assert not report.rejected, report.rejected
    (matte,) = report.imported
    return matte


def reason(report):
    assert not report.imported
    (rejection,) = report.rejected
    return rejection.reason


def matte_of(store, image):
    return revisions.load_matte(store, revisions.list_revisions(store, image.id)[-1])


def in_steps(alpha, bits=8):
    return np.rint(alpha * (2**bits - 1)).astype(int)


LAYOUTS = {
    "training pairs": {"image/a.png": photo(), "alpha/a.png": alpha_png(), "trimap/a.png": trimap_png()},
    "pairs in two parts": {f"set/train/{k}/a.png": v for k, v in (("image", photo()), ("alpha", alpha_png()))},
    "alphamatting.com": {
        "input_training_lowres/GT01.png": photo(),
        "gt_training_lowres/GT01.png": alpha_png(),
        "trimap_training_lowres/Trimap1/GT01.png": trimap_png(),
        "trimap_training_lowres/Trimap2/GT01.png": grey_png(np.full((HEIGHT, WIDTH), 128, np.uint8)),
    },
    "Composition-1k to learn from": {"Train/fg/a.png": photo(), "Train/alpha/a.png": alpha_png()},
    "Composition-1k to test on": {
        "Test/merged/a_0.png": photo(),
        "Test/alpha_copy/a_0.png": alpha_png(),
        "Test/trimaps/a_0.png": trimap_png(),
        "Test/alpha/a.png": alpha_png(),
        "Test/fg/a.png": photo(7),
    },
    "imagefolder of CSV": {
        "metadata.csv": b"file_name,alpha_file_name,trimap_file_name\nimage/1.png,alpha/x.png,t/y.png\n",
        "image/1.png": photo(),
        "alpha/x.png": alpha_png(),
        "t/y.png": trimap_png(),
    },
    "imagefolder of JSON lines": {
        "data/metadata.jsonl": as_json({"file_name": "1.png", "matte_file_name": "x.png"}) + b"\n\n",
        "data/1.png": photo(),
        "data/x.png": alpha_png(),
    },
    "side by side": {"a.png": photo(), "a_alpha.png": alpha_png(), "a-trimap.png": trimap_png()},
    "side by side as a cut-out": {"a.png": photo(), "a.cutout.png": cutout_png()},
}


@pytest.mark.parametrize("pack", [folder_of, zip_of, tar_of])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_photo_and_its_matte_come_in_from_every_layout(sqlite_store, tmp_path, layout, pack):
    files = LAYOUTS[layout]
    where = tmp_path / {folder_of: "in", zip_of: "in.zip", tar_of: "in.tar"}[pack]
    matte = only(take_in(sqlite_store, pack(where, files)))
    assert matte.is_new_photo
    assert matte.image.state is ImageState.READY
    trimap, alpha = matte_of(sqlite_store, matte.image)
    assert np.array_equal(in_steps(alpha), in_steps(ALPHA))
    has_trimap = any("trimap" in path or path == "t/y.png" for path in files)
    assert np.array_equal(trimap, TRIMAP if has_trimap else from_alpha(ALPHA, band=1))
    assert counts(sqlite_store)["images"] == 1


def test_a_shard_brings_its_samples(store, tmp_path):
    shard = tar_of(
        tmp_path / "00000.tar",
        {
            "k1.png": photo(1),
            "k1.alpha.png": alpha_png(16),
            "k1.trimap.png": trimap_png(),
            "k1.fg.png": photo(8),
            "k1.json": as_json({"name": "cup_1.png"}),
            "part/k2.jpeg": photo(2),
            "part/k2.matte.png": alpha_png(),
        },
    )
    report = take_in(store, shard)
    assert [matte.image.name for matte in report.imported] == ["cup_1.png", "k2.jpeg"]
    assert (report.rejected, report.passed_over) == ((), 2)


def test_our_own_files_come_in_for_a_photo_that_is_still_to_be_drafted(store, here, tmp_path):
    image = here("cup.png")
    told = {
        "name": "cup.png",
        "image_sha256": image.sha256,
        "files": dict.fromkeys(("psd/x.psd", "cutout/x.png", "composite/x.jpg"), ""),
    }
    files = {"psd/x.psd": layers_psd(), "cutout/x.png": cutout_png(), "composite/x.jpg": b"anything"}
    report = take_in(store, zip_of(tmp_path / "e.zip", {"manifest.json": as_json({"images": [told]}), **files}))
    matte = only(report)
    assert (matte.image.id, matte.is_new_photo, report.passed_over) == (image.id, False, 3)
    assert np.array_equal(in_steps(matte_of(store, image)[1]), in_steps(ALPHA))
    assert claim_next_for_drafting(store) is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cup.png", alpha_png()),
        ("cup.tif", cutout_tiff()),
        ("cup.webp", cutout_webp()),
        ("cup.psd", layers_psd()),
        ("CUP_mask.png", alpha_png(16)),
        ("cup-cutout.png", cutout_png()),
    ],
)
def test_a_matte_alone_goes_to_the_photo_of_its_name(sqlite_store, tmp_path, name, data):
    file = IncomingFile("cup.jpg", photo())
    (image,) = take_photos_in(sqlite_store, [file], by="ren", limits=ImageLimits()).accepted
    matte = only(take_in(sqlite_store, folder_of(tmp_path / "in", {name: data}) / name))
    assert (matte.image.id, matte.revision) == (image.id, 1)
    assert np.array_equal(in_steps(matte_of(sqlite_store, image)[1]), in_steps(ALPHA))


def test_a_lossy_avif_is_as_near_as_it_was_kept(store, here, tmp_path):
    image = here("cup.png")
    only(take_in(store, folder_of(tmp_path / "in", {"cup.avif": cutout_avif()})))
    assert np.abs(matte_of(store, image)[1] - ALPHA).max() < 0.05


def test_sixteen_bits_stay_sixteen(store, here, tmp_path):
    fine = force_known(np.where(TRIMAP == 128, ALPHA * 0.9 + 0.0333, ALPHA).astype(np.float32), TRIMAP)
    sixteen = in_steps(fine, 16).astype(np.uint16)
    image = here("cup.png")
    only(
        take_in(store, folder_of(tmp_path / "in", {"cup_alpha.png": grey_png(sixteen), "cup_trimap.png": trimap_png()}))
    )
    assert np.array_equal(in_steps(matte_of(store, image)[1], 16), sixteen)


def test_two_photos_of_one_name_need_the_photo_itself(store, here, tmp_path):
    here("cup.png", 1)
    here("cup.jpg", 2)
    (tmp_path / "cup_alpha.png").write_bytes(alpha_png())
    assert reason(take_in(store, tmp_path / "cup_alpha.png")) == (
        "2 photos of this project are called “cup”: send the photo along"
    )
    (tmp_path / "mug_alpha.png").write_bytes(alpha_png())
    assert "no photo of this project is called “mug”" in reason(take_in(store, tmp_path / "mug_alpha.png"))


def test_a_photo_without_a_matte_is_left_to_ingest(store, tmp_path):
    (tmp_path / "cup.png").write_bytes(photo())
    assert "a photo without a matte" in reason(take_in(store, tmp_path / "cup.png"))
    pairs = folder_of(tmp_path / "in", {"image/a.png": photo(), "image/b.png": photo(2), "alpha/a.png": alpha_png()})
    report = take_in(store, pairs)
    assert [rejection.name for rejection in report.rejected] == ["in/image/b.png"]
    assert len(report.imported) == 1


def test_a_trimap_alone_gets_its_alpha_from_whoever_can_make_one(store, here, tmp_path):
    image = here("cup.png")
    (tmp_path / "cup.png").write_bytes(trimap_png())
    assert "there is no model here" in reason(take_in(store, tmp_path / "cup.png"))
    asked = []
    model_id = register_shipped(store, name="m", architecture="closed-form", shipped_weights=None, licence="MIT").id

    def predict(project_id, rgb, trimap):
        asked.append((project_id, rgb.shape))
        return np.full(trimap.shape, 0.25, np.float32), model_id

    only(take_in(store, tmp_path / "cup.png", predict=predict))
    assert asked == [(1, RGB.shape)]
    trimap, alpha = matte_of(store, image)
    assert np.array_equal(trimap, TRIMAP)
    assert set(np.unique(alpha[trimap != 128])) == {0, 1}
    with store.database.read() as session:
        assert supervision_of(session.query(schema.Revision).one()) == "trimap"


def test_what_came_from_elsewhere_is_believed_and_told(store, here, tmp_path):
    image = here("cup.png")
    (tmp_path / "cup.png").write_bytes(alpha_png())
    only(take_in(store, tmp_path / "cup.png"))
    (made,) = history_of(store, image.id)
    assert isinstance(made, Made)
    assert (made.kind, made.by, made.model, made.drafter) == (RevisionKind.IMPORTED, "keiko", None, None)
    with store.database.read() as session:
        assert supervision_of(session.query(schema.Revision).one()) == "alpha"
    event = list_events(store, image_id=image.id)[0]
    assert event.action == "image.imported"
    assert event.data["source"] == "cup.png"
    assert event.data["source_sha256"] == digest_of(alpha_png())
    assert event.before is None
    assert hands_on_desk(store, image.id) == {"keiko"}
    assert list(examine(store)) == []


def test_the_same_again_changes_nothing(store, tmp_path):
    pairs = folder_of(tmp_path / "in", LAYOUTS["training pairs"])
    only(take_in(store, pairs))
    before = counts(store)
    report = take_in(store, pairs)
    assert (len(report.known), report.imported, report.rejected) == (1, (), ())
    assert counts(store) == before


def test_approving_what_comes_in(store, tmp_path):
    pairs = folder_of(tmp_path / "in", LAYOUTS["training pairs"])
    assert only(take_in(store, pairs, approve=True)).image.state is ImageState.APPROVED
    assert (counts(store)["decisions"], len(gallery.list_images(store))) == (1, 1)
    assert list(examine(store)) == []
    (image,) = gallery.list_images(store)
    assert reopen(store, image.id, by="ren").state is ImageState.READY
    (known,) = take_in(store, pairs, approve=True).known
    assert (known.is_now_approved, known.image.state) == (True, ImageState.APPROVED)


def test_four_eyes_do_not_approve_unseen(world, tmp_path):
    world.set_project(four_eyes=True)
    pairs = folder_of(tmp_path / "in", LAYOUTS["training pairs"])
    with pytest.raises(FourEyesError, match="import without approving"):
        take_in(world.store, pairs, approve=True)
    matte = only(take_in(world.store, pairs))
    world.submit(matte.image.id, by="ren")
    with pytest.raises(FourEyesError):  # whose matte it is
        world.approve(matte.image.id, by="keiko")


def test_a_project_that_is_not_there_is_not_found(store, tmp_path):
    with pytest.raises(NotFoundError):
        take_in(store, tmp_path, project_id=99)


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


def test_a_store_that_cannot_be_written_to_is_no_fault_of_the_file(store, tmp_path, monkeypatch):
    def busy(*_args, **_more):
        raise StoreBusyError

    monkeypatch.setattr("annotation_store.imports.importing.put_in", busy)
    with pytest.raises(StoreBusyError):
        take_in(store, folder_of(tmp_path / "in", LAYOUTS["training pairs"]))
    assert counts(store)["images"] == 0


def test_progress_is_told_photo_by_photo(store, tmp_path):
    told = []
    take_in(
        store,
        folder_of(tmp_path / "in", LAYOUTS["training pairs"]),
        on_progress=lambda done, count, name: told.append((done, count, name)),
    )
    assert told == [(1, 1, "in/image/a.png")]


def test_a_manifest_of_somebody_else_hinders_nothing(store, tmp_path):
    files = {**LAYOUTS["training pairs"], "manifest.json": json.dumps({"name": "an app"}).encode()}
    report = take_in(store, folder_of(tmp_path / "in", files))
    only(report)
    assert report.passed_over == 1


def test_each_chosen_row_has_its_image(store, tmp_path):
    only(take_in(store, folder_of(tmp_path / "in", LAYOUTS["side by side"])))
    (image,) = gallery.list_images(store)
    document = open_document(store, image.id)
    assert (document.position, document.edits) == (0, ())


def test_of_one_photo_one_matte_comes_in(store, tmp_path):
    files = {**LAYOUTS["training pairs"], "second/a.png": grey_png(np.rint(ALPHA**2 * 255).astype(np.uint8))}
    report = take_in(store, folder_of(tmp_path / "in", files))
    assert reasons_of(report) == ["the matte of its photo came from in/image/a.png already: leave one of the two out"]
    assert counts(store)["revisions"] == 1


def reasons_of(report):
    return [rejection.reason for rejection in report.rejected]
