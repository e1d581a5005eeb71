"""A photo behind composites: kept like any other blob, and named by its hash."""

from annotation_store.store import Store
from matting_core.image_io import ImageLimits, decode_photo


def keep_ground(store: Store, data: bytes, *, limits: ImageLimits) -> str:
    """Keep the file of a photo; returns what `ExportOptions.ground` calls it.

    It is needed from the moment on that an export names it, and for a day before. Raises UnreadableImageError,
    ImageTooLargeError.
    """
    decode_photo(data, limits=limits)
    return store.blobs.put(data)
