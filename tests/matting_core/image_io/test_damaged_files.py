"""Every way a file can be broken ends in a sentence for a person."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_files import saved, saved_png16, saved_tiff

from matting_core.errors import ImageTooLargeError, UnreadableImageError
from matting_core.image_io import (
    ImageLimits,
    decode_photo,
)


def test_empty_file_is_named_as_such() -> None:
    with pytest.raises(UnreadableImageError, match=r"empty \(0 bytes\)"):
        decode_photo(b"")


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.9])
def test_cut_off_file_is_refused(rgb: np.ndarray, format_: str, kept: float) -> None:
    noisy = rgb ^ np.random.default_rng(4).integers(0, 32, rgb.shape, np.uint8)
    data = saved(noisy, format_)
    with pytest.raises(UnreadableImageError, match=r"cut off or damaged|not an image"):
        decode_photo(data[: int(len(data) * kept)])


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_cut_off_deep_file_is_refused(kept: float) -> None:
    deep = np.random.default_rng(5).integers(0, 65536, (40, 50, 3), np.uint16)
    for data in (saved_png16(deep), saved_tiff(deep, photometric="rgb", compression="zlib")):
        with pytest.raises(UnreadableImageError, match=r"cut off or damaged|not an image"):
            decode_photo(data[: int(len(data) * kept)])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_foreign_exception_escapes_from_damaged_bytes(data: st.DataObject) -> None:
    y, x = np.mgrid[:16, :16]
    rgb = np.dstack([x * 16, y * 16, x * y]).astype(np.uint8)
    format_ = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "deep PNG", "deep TIFF"]))
    deep = rgb.astype(np.uint16) * 256
    whole = {"deep PNG": saved_png16, "deep TIFF": saved_tiff}.get(format_)
    damaged = bytearray(whole(deep) if whole else saved(rgb, format_))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        photo = decode_photo(bytes(damaged), limits=ImageLimits(max_pixels=10_000))
    except (UnreadableImageError, ImageTooLargeError):
        return
    assert photo.rgb.ndim == 3
