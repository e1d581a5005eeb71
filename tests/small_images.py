"""Small photos of a soft disc with their true mattes, and the steps of their life in a store."""

from collections.abc import Callable

import cv2
import numpy as np

from annotation_store import corrections, drafts, gallery, intake, reviews
from annotation_store.corrections import KeyedEdit
from annotation_store.incoming import IncomingFile
from annotation_store.records import ImageRecord
from annotation_store.revisions import get_revision, load_matte
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.edits.edit import replay
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.image_io import ImageLimits
from matting_core.trimap import force_known

WIDTH, HEIGHT = 96, 64


class BlurredTrimap:
    """A matting model without any model: the trimap, blurred. Quick, deterministic, and local."""

    name = "blurred trimap"

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        light = rgb.mean(2, dtype=np.float32) / np.iinfo(rgb.dtype).max
        alpha = 0.9 * cv2.blur(trimap.astype(np.float32) / 255, (9, 9)) + 0.1 * light
        return force_known(alpha.clip(0, 1), trimap)


def disc(seed: int = 0, *, width: int = WIDTH, height: int = HEIGHT) -> tuple[Rgb, Trimap, Alpha]:
    """A soft bright disc on a dark noisy ground, with an unknown ring around its edge."""
    y, x = np.mgrid[:height, :width]
    distance = np.hypot(x - width / 2, y - height / 2)
    alpha = np.clip((height / 4 - distance) / 6 + 0.5, 0, 1).astype(np.float32)
    ground = np.random.default_rng(seed).integers(20, 60, (height, width, 3))
    rgb = np.rint(alpha[..., None] * (220, 200, 60) + (1 - alpha[..., None]) * ground).astype(np.uint8)
    trimap = np.full((height, width), 128, np.uint8)
    trimap[distance < height / 4 - 7], trimap[distance > height / 4 + 7] = 255, 0
    return rgb, trimap, force_known(alpha, trimap)


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels[..., ::-1] if pixels.ndim == 3 else pixels)[1].tobytes()


def take_in(store: Store, name: str, seed: int = 0, *, width: int = WIDTH) -> ImageRecord:
    """A photo that waits for its draft."""
    file = IncomingFile(name, png(disc(seed, width=width)[0]))
    (image,) = intake.take_in(store, [file], by="keiko", limits=ImageLimits()).accepted
    return image


def draft(
    store: Store,
    name: str,
    seed: int = 0,
    *,
    trimap: Trimap | None = None,
    width: int = WIDTH,
    model_id: int | None = None,
) -> ImageRecord:
    """A photo with its true matte as the draft (or `trimap` with an alpha that obeys it); nothing else may wait."""
    take_in(store, name, seed, width=width)
    image = drafts.claim_next_for_drafting(store)
    assert image is not None
    _, own_trimap, alpha = disc(seed, width=width)
    trimap = own_trimap if trimap is None else trimap
    alpha = force_known(alpha, trimap)
    drafts.record_draft(store, image.id, trimap=trimap, alpha=alpha, model_id=model_id, drafter="by hand", by="keiko")
    return gallery.get_image(store, image.id)


def approve(store: Store, name: str, seed: int = 0, *, trimap: Trimap | None = None) -> ImageRecord:
    """A photo that was drafted and approved as it was."""
    return _hand_over(store, draft(store, name, seed, trimap=trimap), reviews.approve)


def approve_painted(store: Store, name: str, seed: int = 0, *, stroke: SoftStroke, model_id: int) -> ImageRecord:
    """A photo that a model drafted, approved after one stroke of the soft brush."""
    image = draft(store, name, seed, model_id=model_id)
    document = corrections.open_document(store, image.id)
    edits = [KeyedEdit(f"{image.id}-1", stroke)]
    document = corrections.append_edits(
        store, image.id, revision_id=document.revision_id, position=document.position, edits=edits, by="keiko"
    )
    base, alpha = corrections.load_base(store, document.revision_id)
    marks = replay(base, [stroke])
    seen = reviews.Seen(document.revision_id, document.position, marks.trimap, marks.shown(alpha, marks.whole))
    return reviews.approve(store, image.id, seen, by="keiko")


def submit(store: Store, name: str, seed: int = 0) -> ImageRecord:
    """A photo that was drafted and submitted to a reviewer as it was."""
    return _hand_over(store, draft(store, name, seed), reviews.submit)


def _hand_over(store: Store, image: ImageRecord, keep: Callable[..., ImageRecord]) -> ImageRecord:
    document = corrections.open_document(store, image.id)
    trimap, alpha = load_matte(store, get_revision(store, document.revision_id))
    return keep(store, image.id, reviews.Seen(document.revision_id, 0, trimap, alpha), by="keiko")
