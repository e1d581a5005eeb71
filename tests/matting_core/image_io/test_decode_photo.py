"""Photos of every format, depth and orientation come in with the right colours."""

import io

import numpy as np
import pytest
from image_files import exif_with, saved, saved_png16, saved_tiff, stored_as, with_png_chunk
from PIL import ExifTags, Image

from matting_core.errors import UnreadableImageError
from matting_core.image_io import (
    decode_alpha,
    decode_photo,
    encode_rgba,
)


@pytest.mark.parametrize("format_", ["PNG", "TIFF"])
def test_lossless_photo_keeps_every_value(rgb: np.ndarray, format_: str) -> None:
    photo = decode_photo(saved(rgb, format_))
    assert photo.format == format_
    assert photo.icc_profile is None
    assert photo.rgb.dtype == np.uint8
    np.testing.assert_array_equal(photo.rgb, rgb)


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "AVIF"])
def test_lossy_photo_is_close(rgb: np.ndarray, format_: str) -> None:
    photo = decode_photo(saved(rgb, format_, quality=95))
    assert photo.format == format_
    assert np.abs(photo.rgb.astype(int) - rgb).mean() < 3


def test_heic_photo_is_read(rgb: np.ndarray) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(rgb)).save(out, quality=95)
    photo = decode_photo(out.getvalue())
    assert photo.format == "HEIC"
    assert np.abs(photo.rgb.astype(int) - rgb).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["PNG", "TIFF", "JPEG", "WEBP", "AVIF", "HEIF"])
def test_orientation_is_applied_exactly_once(rgb: np.ndarray, format_: str, orientation: int) -> None:
    if format_ == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    data = saved(stored_as(rgb, orientation), format_, exif=exif_with(orientation).tobytes(), quality=95)
    photo = decode_photo(data)
    assert photo.rgb.shape == rgb.shape
    assert np.abs(photo.rgb.astype(int) - rgb).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_to_deep_files(rgb: np.ndarray, orientation: int) -> None:
    deep = rgb.astype(np.uint16) * 256 + 7
    stored = stored_as(deep, orientation)
    tag = (int(ExifTags.Base.Orientation), "H", 1, orientation, False)
    png = with_png_chunk(saved_png16(stored), b"eXIf", exif_with(orientation).tobytes()[6:])
    np.testing.assert_array_equal(decode_photo(saved_tiff(stored, extratags=[tag])).rgb, deep)
    np.testing.assert_array_equal(decode_photo(png).rgb, deep)


@pytest.mark.parametrize(
    "options",
    [
        {"photometric": "rgb"},
        {"photometric": "rgb", "compression": "zlib", "predictor": True},
        {"photometric": "rgb", "compression": "lzw"},
        {"photometric": "rgb", "tile": (16, 16)},
        {"photometric": "rgb", "byteorder": ">"},
        {"photometric": "rgb", "bigtiff": True},
    ],
)
def test_16_bit_tiff_keeps_every_value(options: dict[str, object]) -> None:
    deep = np.random.default_rng(1).integers(0, 65536, (40, 50, 3), np.uint16)
    photo = decode_photo(saved_tiff(deep, **options))
    assert photo.rgb.dtype == np.uint16
    np.testing.assert_array_equal(photo.rgb, deep)


def test_planar_16_bit_tiff_is_read() -> None:
    deep = np.random.default_rng(2).integers(0, 65536, (40, 50, 3), np.uint16)
    planes = np.ascontiguousarray(np.moveaxis(deep, 2, 0))
    data = saved_tiff(planes, photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(decode_photo(data).rgb, deep)


def test_white_is_zero_tiff_is_inverted() -> None:
    grey = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000
    photo = decode_photo(saved_tiff(65535 - grey, photometric="miniswhite"))
    np.testing.assert_array_equal(photo.rgb[..., 1], grey)


def test_premultiplied_tiff_becomes_straight() -> None:
    rgba = np.zeros((2, 2, 4), np.uint16)
    rgba[..., 0], rgba[..., 3] = 20000, 40000
    data = saved_tiff(rgba, photometric="rgb", extrasamples=["assocalpha"])
    np.testing.assert_array_equal(decode_photo(data).rgb[..., 0], 32768)  # 20000 / 40000 * 65535, rounded


def test_floating_point_tiff_is_refused_with_advice() -> None:
    data = saved_tiff(np.zeros((4, 4, 3), np.float32), photometric="rgb")
    with pytest.raises(UnreadableImageError, match="save it as 8-bit or 16-bit RGB"):
        decode_photo(data)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_16_bit_png_keeps_every_value(channels: int) -> None:
    shape = (40, 50) if channels == 1 else (40, 50, channels)
    deep = np.random.default_rng(3).integers(0, 65536, shape, np.uint16)
    photo = decode_photo(saved_png16(deep))
    assert photo.rgb.dtype == np.uint16
    colours = np.atleast_3d(deep)[..., : 3 if channels > 2 else 1]
    np.testing.assert_array_equal(photo.rgb, np.broadcast_to(colours, (40, 50, 3)))


def test_transparent_pixels_keep_their_straight_colours(rgb: np.ndarray) -> None:
    alpha = np.zeros(rgb.shape[:2], np.float32)
    np.testing.assert_array_equal(decode_photo(encode_rgba(rgb, alpha)).rgb, rgb)


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA"])
def test_grey_and_palette_pictures_become_rgb(mode: str) -> None:
    picture = Image.fromarray(np.repeat([[0, 255]], 4, axis=0).astype(np.uint8)).convert(mode)
    out = io.BytesIO()
    picture.save(out, "PNG")
    rgb = decode_photo(out.getvalue()).rgb
    np.testing.assert_array_equal(rgb[:, 0], np.zeros((4, 3)))
    np.testing.assert_array_equal(rgb[:, 1], np.full((4, 3), 255))


@pytest.mark.parametrize("transparency", [1, bytes([255, 0, 128])])
def test_palette_png_with_transparency_keeps_its_colours_and_its_opacity(transparency: object) -> None:
    picture = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
    picture.putpalette([250, 10, 20, 30, 240, 50, 60, 70, 230])
    out = io.BytesIO()
    picture.save(out, "PNG", transparency=transparency)
    np.testing.assert_array_equal(decode_photo(out.getvalue()).rgb, [[[250, 10, 20], [30, 240, 50], [60, 70, 230]]])
    opacity = decode_alpha(out.getvalue())[0] * 255
    np.testing.assert_allclose(opacity, [255, 0, 255 if transparency == 1 else 128])


@pytest.mark.parametrize("format_", ["TIFF", "PNG"])
def test_palette_picture_has_the_colours_of_its_palette(format_: str) -> None:
    picture = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), "P")
    picture.putpalette([250, 10, 20, 30, 240, 50])
    out = io.BytesIO()
    picture.save(out, format_)
    np.testing.assert_array_equal(decode_photo(out.getvalue()).rgb[0], [[250, 10, 20], [30, 240, 50]])


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "TIFF"])
def test_first_frame_of_several_is_taken(rgb: np.ndarray, format_: str) -> None:
    other = Image.fromarray(255 - rgb)
    data = saved(rgb, format_, save_all=True, append_images=[other], lossless=True)
    np.testing.assert_array_equal(decode_photo(data).rgb, rgb)
