"""A photo behind composites: kept like any other blob, and named by its hash."""

from functools import lru_cache

from annotation_store.blobs import ALREADY_TAKEN_IN, BlobStore
from annotation_store.store import Store
from matting_core.arrays import Rgb
from matting_core.image_io import ImageLimits, decode_photo


def keep_ground(store: Store, data: bytes, *, limits: ImageLimits) -> str:
    """Keep the file of a photo; returns what `ExportOptions.ground` calls it.

    It is needed from the moment on that an export names it, and for a day before. Raises UnreadableImageError,
    ImageTooLargeError.
    """
    decode_photo(data, limits=limits)
    return store.blobs.put(data)


@lru_cache(maxsize=2)
def load_ground(blobs: BlobStore, name: str) -> Rgb:
    """The photo: uint8 or uint16, HxWx3, sRGB. Kept, since every picture of an export has the same. Never write to it.

    Raises DamagedBlobError.
    """
    rgb = decode_photo(blobs.get(name), limits=ALREADY_TAKEN_IN).rgb
    rgb.setflags(write=False)
    return rgb
