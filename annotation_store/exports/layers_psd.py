"""``psd/NAME.psd``: the subject with its matte as a layer mask, over the photo, for whoever paints on in Photoshop."""

from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.single_files import SingleFiles
from matting_core.image_io import encode_layers_psd


def encode(subject: ExportSubject) -> bytes:
    """PSD, 8 or 16 bits a channel, with the layers "Subject" and "Background"."""
    return encode_layers_psd(subject.foreground, subject.alpha, subject.rgb, bits=subject.bits, icc_profile=subject.icc)


LAYERS_PSD = SingleFiles("psd", "psd", "psd", encode)
