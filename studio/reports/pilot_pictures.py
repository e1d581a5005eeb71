"""Small pictures of a pilot's cases: the photo, and what was approved."""

import cv2
import numpy as np

from annotation_store.gallery import get_image
from annotation_store.revisions import get_revision, load_matte
from annotation_store.store import Store
from matting_core.errors import MattingError
from matting_core.foreground.compositing import composite
from matting_core.foreground.estimate import estimate_foreground
from matting_core.image_io import decode_photo, eight_bit, encode_jpeg
from studio.i18n import Words

SIDE = 360
SHADE = (226, 226, 226)  # of the ground behind a cut-out: light, and not white


def case_pictures(store: Store, image_id: int, *, language: str) -> tuple[tuple[str, bytes], ...]:
    """The photo, and its approved matte on an even ground; none if one cannot be read any more."""
    say = Words(language, face="pilot")
    try:
        image = get_image(store, image_id)
        if image.head_revision_id is None:
            return ()
        photo = decode_photo(store.blobs.get(image.photo_blob))
        _, alpha = load_matte(store, get_revision(store, image.head_revision_id))
    except MattingError:
        return ()
    scale = min(1.0, SIDE / max(alpha.shape))
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    small = cv2.resize(eight_bit(photo.rgb), size, interpolation=cv2.INTER_AREA)
    seen = np.clip(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), 0, 1)
    cut_out = composite(estimate_foreground(small, seen), seen, SHADE)
    return (say("picture_photo"), encode_jpeg(small)), (say("picture_approved"), encode_jpeg(cut_out))
