"""All formats of an export, by name."""

from collections.abc import Iterable, Mapping

from annotation_store.errors import InvalidExportError
from annotation_store.exports.alpha_png import ALPHA_PNG
from annotation_store.exports.composite import COMPOSITE
from annotation_store.exports.composition_1k import COMPOSITION_1K, COMPOSITION_1K_TEST
from annotation_store.exports.cutout_avif import CUTOUT_AVIF
from annotation_store.exports.cutout_png import CUTOUT_PNG
from annotation_store.exports.cutout_tiff import CUTOUT_TIFF
from annotation_store.exports.cutout_webp import CUTOUT_WEBP
from annotation_store.exports.export_format import ExportFormat
from annotation_store.exports.export_options import WEBP_SIDE
from annotation_store.exports.imagefolder import IMAGEFOLDER
from annotation_store.exports.layers_psd import LAYERS_PSD
from annotation_store.exports.marketplace import MARKETPLACE
from annotation_store.exports.training_pairs import TRAINING_PAIRS
from annotation_store.exports.trimap_png import TRIMAP_PNG
from annotation_store.exports.webdataset import WEBDATASET

_FOR_TRAINING: tuple[ExportFormat, ...] = (TRAINING_PAIRS, COMPOSITION_1K, COMPOSITION_1K_TEST, WEBDATASET, IMAGEFOLDER)

_ALL: tuple[ExportFormat, ...] = (
    CUTOUT_PNG,
    ALPHA_PNG,
    TRIMAP_PNG,
    CUTOUT_TIFF,
    CUTOUT_WEBP,
    CUTOUT_AVIF,
    LAYERS_PSD,
    COMPOSITE,
    MARKETPLACE,
)
FORMATS: Mapping[str, ExportFormat] = {each.name: each for each in (*_ALL, *_FOR_TRAINING)}


LARGEST_SIDES: Mapping[str, int] = {CUTOUT_WEBP.name: WEBP_SIDE, CUTOUT_AVIF.name: 65_535}
"""Pixels that a side may have, of formats that do not take all photos that come in."""


def formats_named(names: Iterable[str]) -> tuple[ExportFormat, ...]:
    """In the order asked for. Raises InvalidExportError for a name that there is not."""
    wanted = tuple(names)
    for name in wanted:
        if name not in FORMATS:
            raise InvalidExportError(f"There is no format {name!r}: choose of {', '.join(FORMATS)}.")
    return tuple(FORMATS[name] for name in wanted)
