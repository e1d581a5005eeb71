"""``cutout/NAME.png``: the subject over nothing, in its own colours, with straight alpha."""

from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.single_files import SingleFiles
from matting_core.image_io import encode_rgba


def encode(subject: ExportSubject) -> bytes:
    """RGBA PNG, 8 or 16 bits a channel."""
    return encode_rgba(subject.foreground, subject.alpha, bits=subject.bits, icc_profile=subject.icc)


CUTOUT_PNG = SingleFiles("cutout", "cutout", "png", encode)
