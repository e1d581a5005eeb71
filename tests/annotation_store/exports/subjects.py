"""Subjects of exports whose files lie in memory, for tests of formats alone."""

import io
from types import SimpleNamespace

import imagecodecs
import numpy as np
from PIL import Image

from annotation_store.blobs import digest_of
from annotation_store.exports.export_format import ExportFormat, Place
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_subject import ExportSubject
from matting_core.image_io import encode_alpha, encode_rgb, encode_trimap

WIDTH, HEIGHT = 48, 36
ADOBE_LIKE = imagecodecs.cms_profile(
    "rgb", whitepoint=[0.3127, 0.329, 1.0], primaries=[0.64, 0.33, 1, 0.21, 0.71, 1, 0.15, 0.06, 1], gamma=2.2
)


def standing_on_grey(dtype: type = np.uint8) -> np.ndarray:
    """A photo: an even grey, and a block of warm noise in its middle."""
    rgb = np.full((HEIGHT, WIDTH, 3), 120, np.uint16)
    rgb[8:28, 16:32] = np.random.default_rng(1).integers(60, 220, (20, 16, 3)) // np.array([1, 2, 3])
    return (rgb * (257 if dtype == np.uint16 else 1)).astype(dtype)


def with_profile(rgb: np.ndarray, profile: bytes) -> bytes:
    """The file of a photo whose colours are those of a profile."""
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "PNG", icc_profile=profile)
    return out.getvalue()


def block() -> tuple[np.ndarray, np.ndarray]:
    """Trimap and alpha of the block, with a soft column on either side."""
    trimap, alpha = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.float32)
    trimap[8:28, 16:32], alpha[8:28, 16:32] = 255, 1
    for column in (15, 32):
        trimap[8:28, column], alpha[8:28, column] = 128, 26214 / 65535
    return trimap, alpha


def make_subject(
    options: ExportOptions, photo: bytes | None = None, *, dtype: type = np.uint8, others: tuple[bytes, ...] = ()
) -> ExportSubject:
    """photo: its file, else that of `standing_on_grey`. others: files that the store has besides."""
    trimap, alpha = block()
    photo = encode_rgb(standing_on_grey(dtype)) if photo is None else photo
    parts = photo, encode_trimap(trimap), encode_alpha(alpha, bits=16)
    blobs = {digest_of(data): data for data in (*parts, *others)}
    store = SimpleNamespace(blobs=SimpleNamespace(get=blobs.__getitem__))
    image = SimpleNamespace(photo_blob=digest_of(parts[0]), bit_depth=8 * np.dtype(dtype).itemsize)
    revision = SimpleNamespace(trimap_blob=digest_of(parts[1]), alpha_blob=digest_of(parts[2]))
    return ExportSubject(store, image, revision, SimpleNamespace(), options)


def files_of(form: ExportFormat, subject: ExportSubject) -> dict[str, bytes]:
    """The files of one subject called ``shoe`` in one format, which are those that it promised, and the same twice."""
    place = Place("shoe", 0, 1)
    first, again = (
        {file.path: file.data for file in form.writer(subject.options).add(subject, place)} for _ in range(2)
    )
    assert tuple(first) == form.paths(place, subject.options)
    assert first == again
    return first


def opened(data: bytes) -> Image.Image:
    """By Pillow."""
    return Image.open(io.BytesIO(data))
