"""``trimap/NAME.png``: 0 is background, 128 unknown, 255 foreground."""

from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.single_files import SingleFiles
from matting_core.image_io import encode_trimap


def encode(subject: ExportSubject) -> bytes:
    """Grey PNG of 8 bits."""
    return encode_trimap(subject.trimap)


TRIMAP_PNG = SingleFiles("trimap", "trimap", "png", encode)
