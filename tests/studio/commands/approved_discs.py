"""Photos of a soft disc with their true mattes, and how one becomes an approved image of a store."""

import cv2
import numpy as np

from annotation_store.drafts import claim_next_for_drafting, record_draft
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.reviews import Seen, approve
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.image_io import ImageLimits

SIDE = 64


def disc(seed: int = 0) -> tuple[Rgb, Trimap, Alpha]:
    """A soft bright disc on a dark noisy ground, with an unknown ring around its edge."""
    y, x = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(x - SIDE / 2, y - SIDE / 2)
    alpha = np.clip((20 - distance) / 6 + 0.5, 0, 1).astype(np.float32)
    ground = np.random.default_rng(seed).integers(20, 40, (SIDE, SIDE, 3))
    rgb = np.rint(alpha[..., None] * (220, 200, 60) + (1 - alpha[..., None]) * ground).astype(np.uint8)
    trimap = np.full((SIDE, SIDE), 128, np.uint8)
    trimap[distance < 14], trimap[distance > 26] = 255, 0
    return rgb, trimap, np.where(trimap == 128, alpha, trimap == 255).astype(np.float32)


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels[..., ::-1] if pixels.ndim == 3 else pixels)[1].tobytes()


def approve_disc(store: Store, name: str, seed: int) -> None:
    """Take a photo in, draft it with its true matte, and approve that."""
    rgb, trimap, alpha = disc(seed)
    take_in(store, [IncomingFile(name, png(rgb))], by="keiko", limits=ImageLimits())
    image = claim_next_for_drafting(store)
    assert image is not None
    draft = record_draft(store, image.id, trimap=trimap, alpha=alpha, model_id=None, drafter="by hand", by="keiko")
    approve(store, image.id, Seen(draft.id, 0, trimap, alpha), by="keiko")
