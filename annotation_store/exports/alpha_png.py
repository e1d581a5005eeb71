"""``alpha/NAME.png``: the matte by itself, 16 bits unless 8 are asked for."""

from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.single_files import SingleFiles
from matting_core.image_io import encode_alpha


def encode(subject: ExportSubject) -> bytes:
    """Grey PNG."""
    return encode_alpha(subject.alpha, bits=subject.options.bits or 16)


ALPHA_PNG = SingleFiles("alpha", "alpha", "png", encode)
