import json

import numpy as np
import pytest
from elsewhere import (
    HEIGHT,
    PAIRS,
    WIDTH,
    alpha_png,
    as_json,
    counts,
    cutout_avif,
    cutout_png,
    folder_of,
    grey_png,
    in_steps,
    layers_psd,
    matte_of,
    only,
    photo,
    reason,
    scene,
    take_in,
    tar_of,
    trimap_png,
    zip_of,
)

from annotation_store import gallery, schema
from annotation_store.blobs import digest_of
from annotation_store.corrections import open_document
from annotation_store.drafts import claim_next_for_drafting
from annotation_store.errors import NotFoundError, StoreBusyError
from annotation_store.events import list_events
from annotation_store.history import Made, history_of
from annotation_store.keeping.doctor import examine
from annotation_store.kinds import RevisionKind
from annotation_store.learning.belief import supervision_of
from annotation_store.learning.model_registry import register_shipped
from annotation_store.reviews.hands import hands_on_desk
from annotation_store.states import ImageState
from matting_core.trimap import force_known, from_alpha

RGB, TRIMAP, ALPHA = scene()


LAYOUTS = {
    "training pairs": PAIRS,
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


def test_a_project_that_is_not_there_is_not_found(store, tmp_path):
    with pytest.raises(NotFoundError):
        take_in(store, tmp_path, project_id=99)


def test_a_store_that_cannot_be_written_to_is_no_fault_of_the_file(store, tmp_path, monkeypatch):
    def busy(*_args, **_more):
        raise StoreBusyError

    monkeypatch.setattr("annotation_store.imports.importing.put_in", busy)
    with pytest.raises(StoreBusyError):
        take_in(store, folder_of(tmp_path / "in", PAIRS))
    assert counts(store)["images"] == 0


def test_progress_is_told_photo_by_photo(store, tmp_path):
    told = []
    take_in(
        store,
        folder_of(tmp_path / "in", PAIRS),
        on_progress=lambda done, count, name: told.append((done, count, name)),
    )
    assert told == [(1, 1, "in/image/a.png")]


def test_a_manifest_of_somebody_else_hinders_nothing(store, tmp_path):
    files = {**PAIRS, "manifest.json": json.dumps({"name": "an app"}).encode()}
    report = take_in(store, folder_of(tmp_path / "in", files))
    only(report)
    assert report.passed_over == 1


def test_each_chosen_row_has_its_image(store, tmp_path):
    only(take_in(store, folder_of(tmp_path / "in", LAYOUTS["side by side"])))
    (image,) = gallery.list_images(store)
    document = open_document(store, image.id)
    assert (document.position, document.edits) == (0, ())
