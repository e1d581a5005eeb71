"""``tiff/NAME.tif``: the cut-out for print and retouching, 16 bits unless 8 are asked for."""

from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.single_files import SingleFiles
from matting_core.image_io import encode_rgba_tiff


def encode(subject: ExportSubject) -> bytes:
    """RGBA TIFF with straight alpha, packed without loss."""
    bits = subject.options.bits or 16
    return encode_rgba_tiff(subject.foreground, subject.alpha, bits=bits, icc_profile=subject.icc)


CUTOUT_TIFF = SingleFiles("tiff", "tiff", "tif", encode)
