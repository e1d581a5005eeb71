"""``avif/NAME.avif``: the cut-out for the web, smaller than WebP, with exact alpha and a little loss of colour."""

from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.single_files import SingleFiles
from matting_core.image_io import encode_rgba_avif


def encode(subject: ExportSubject) -> bytes:
    """AVIF with straight alpha, 8 bits."""
    quality = subject.options.quality
    return encode_rgba_avif(subject.foreground, subject.alpha, quality=quality, icc_profile=subject.icc)


CUTOUT_AVIF = SingleFiles("avif", "avif", "avif", encode)
