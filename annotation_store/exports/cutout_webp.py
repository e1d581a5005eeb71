"""``webp/NAME.webp``: the cut-out for the web; without any loss of 8 bits at a quality of 100."""

from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.single_files import SingleFiles
from matting_core.image_io import encode_rgba_webp


def encode(subject: ExportSubject) -> bytes:
    """WebP with straight alpha, 8 bits."""
    quality = subject.options.quality
    return encode_rgba_webp(subject.foreground, subject.alpha, quality=quality, icc_profile=subject.icc)


CUTOUT_WEBP = SingleFiles("webp", "webp", "webp", encode)
