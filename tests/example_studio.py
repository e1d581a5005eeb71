"""The folder in which examples of documents are run: small photos as files, and a small studio beside them."""

import zipfile
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from small_accounts import enrol
from small_images import approve as approve_image
from small_images import disc, draft, png, submit, take_in

from annotation_store import reviews
from annotation_store.drafts import claim_next_for_drafting, record_draft
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in as take_files_in
from annotation_store.kinds import Role
from annotation_store.learning.model_registry import register_candidate
from annotation_store.people.invitations import invite
from annotation_store.projects import ProjectSettings, create_project
from annotation_store.queue.difficulty import Difficulty
from annotation_store.store import open_store
from matting_core.image_io import ImageLimits
from matting_core.networks.registry import shipped_weights
from training.built_in_models import register_built_in_models

SIDE = 96
RECIPE = """
about = "for a test"
prior = false
pretext = "patches"
alphas = 2
size = 64
batch = 2
[network]
widths = [8, 8, 8, 8, 8]
depths = [1, 1, 1, 1, 1]
detail = 8
[learning]
steps = 3
"""
SAMPLES = {"cup": "coffee.png", "shirt": "astronaut.png", "cat": "chelsea.png"}


def prepare(folder: Path) -> None:
    """Put everything into `folder` that the documents speak of. A password hash should be cheap meanwhile."""
    _photos(folder)
    _mattes(folder)
    _studio(folder / "studio-data")


def _photos(folder: Path) -> None:
    """photos/ and delivery.zip: what may come in; unlabelled/: larger ones, to pre-train on."""
    for place in ("photos", "unlabelled"):
        (folder / place).mkdir()
    for name, sample in SAMPLES.items():
        pixels = cv2.imread(str(files("skimage.data") / sample))
        for number in (1, 2):
            crop = pixels[20 * number : 20 * number + 290, 40:330]
            cv2.imwrite(str(folder / "photos" / f"{name}_0{number}.jpg"), cv2.resize(crop, (SIDE, SIDE)))
        cv2.imwrite(str(folder / "unlabelled" / f"{name}.jpg"), cv2.resize(pixels[:300, :300], (320, 320)))
    with zipfile.ZipFile(folder / "delivery.zip", "w") as archive:
        for number in (1, 2):
            archive.writestr(f"scarf_0{number}.png", png(disc(40 + number)[0]))
    (folder / "my-recipe.toml").write_text(RECIPE)
    (folder / "subjects.csv").write_text("file,subject\ncup_01.jpg,cup\ncup_02.jpg,cup\n")


def _mattes(folder: Path) -> None:
    """testset/ with its trimaps; mattes/ to learn from; images/ and trimaps/ to predict."""
    for seed, name in enumerate(("jug", "lamp", "fan", "comb", "ring")):
        rgb, trimap, alpha = disc(50 + seed)
        grey = np.rint(alpha * 255).astype(np.uint8)
        if seed < 2:
            _write(folder / "testset", name, image=rgb, alpha=grey, trimap=trimap, **{"trimap-wide": trimap})
            _write(folder, name, images=rgb, trimaps=trimap)
        _write(folder / "mattes", name, image=rgb, alpha=grey)


def _write(folder: Path, name: str, **pixels: np.ndarray) -> None:
    for part, values in pixels.items():
        (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / part / f"{name}.png").write_bytes(png(values))


def _studio(folder: Path) -> None:
    """Images in every state, a project with sure drafts, a version that waits, three people and an invitation."""
    store = open_store(folder)
    register_built_in_models(store)
    for seed, name in enumerate(("mug_01.png", "mug_02.png", "vase_01.png", "bowl_01.png")):
        approve_image(store, name, seed)
    for seed, name in enumerate(("hat_01.png", "hat_02.png", "hat_03.png"), 10):
        submit(store, name, seed)
    for seed, name in enumerate(("shoe_01.png", "shoe_02.png", "belt_01.png"), 20):
        image = draft(store, name, seed)
    reviews.skip(store, image.id, reason="out of focus", by="keiko")
    catalogue = create_project(store, "Catalogue", by="ren", settings=ProjectSettings(bulk_confidence=0.9))
    rgb, trimap, alpha = disc(30)
    file = IncomingFile("sock_01.png", png(rgb))
    take_files_in(store, [file], by="keiko", limits=ImageLimits(), project_id=catalogue.id)
    claimed = claim_next_for_drafting(store)
    assert claimed is not None
    sure = Difficulty(expected_sad=0.01, confidence=0.97)
    record_draft(
        store,
        claimed.id,
        trimap=trimap,
        alpha=alpha,
        model_id=None,
        drafter="by hand",
        by="keiko",
        difficulty=sure,
    )
    for seed, name in enumerate(("bag_01.png", "bag_02.png"), 60):
        take_in(store, name, seed)
    register_candidate(
        store,
        architecture="compact",
        weights=shipped_weights("compact"),
        parent_id=None,
        run_id=None,
        metrics={},
        licence="Apache-2.0",
        code_version="test",
    )
    for name, role in (("ren", Role.ADMIN), ("keiko", Role.OPERATOR), ("mia", Role.REVIEWER)):
        enrol(store, name, role)
    invite(store, role=Role.OPERATOR, project_ids=[1], email=None, by="ren")
    store.database.close()
