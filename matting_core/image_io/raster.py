"""Bytes of a file -> upright samples as they were stored, with their colour space not yet touched.

Pillow reads everything of 8 bits; it silently cuts deeper samples down, so that 16-bit PNG and TIFF go their
own ways. Its format classes are called directly rather than through ``Image.open``: that guards against
decompression bombs by a global of the process, and before our own check, which can name size and limit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import imagecodecs
import numpy as np
import numpy.typing as npt
import tifffile
from PIL import AvifImagePlugin, ExifTags, Image, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin
from PIL import WebPImagePlugin as WebpImagePlugin

from matting_core.errors import MattingError, UnreadableImageError
from matting_core.image_io.headers import heif_sizes, png_size, webp_size
from matting_core.image_io.limits import ImageLimits
from matting_core.image_io.recognise import COPY_IT_AGAIN, RAW, recognise

Samples = npt.NDArray[np.uint8 | np.uint16]

PNG_BIT_DEPTH = 24  # where the header chunk, always the first, keeps it (PNG specification, 11.2.1)
PILLOW_INKS = {"L": 1, "LA": 1, "RGB": 3, "RGBA": 3, "CMYK": 4}
DNG_VERSION = 50706  # the tag that makes a TIFF a DNG
SENSOR_KINDS = {tifffile.PHOTOMETRIC.CFA, tifffile.PHOTOMETRIC.LINEAR_RAW}
TIFF_INKS = {"MINISWHITE": 1, "MINISBLACK": 1, "RGB": 3, "SEPARATED": 4}


@dataclass(frozen=True, slots=True)
class Raster:
    """One decoded image, orientation applied.

    samples: uint8 or uint16, HxWx1 grey, HxWx3 RGB or HxWx4 CMYK (0 = no ink), straight, in the file's own
    colours. opacity: same dtype, HxW, or None. icc_profile: as embedded, or None. format: ``JPEG``, ...
    """

    samples: Samples
    opacity: Samples | None
    icc_profile: bytes | None
    format: str


def read_raster(data: bytes, limits: ImageLimits) -> Raster:
    """Decode the first image of a file.

    Raises ImageTooLargeError before any pixel is decoded; UnreadableImageError for everything that is not a
    complete image in one of the accepted formats. No exception of a decoding library gets out.
    """
    limits.check_bytes(len(data))
    format_ = recognise(data)
    try:
        return _READERS[format_](data, limits)
    except MattingError:
        raise
    except Exception as error:
        raise UnreadableImageError(f"the {format_} file is cut off or damaged: {COPY_IT_AGAIN}") from error


def _read_jpeg(data: bytes, limits: ImageLimits) -> Raster:
    return _from_pillow(JpegImagePlugin.JpegImageFile(BytesIO(data)), "JPEG", limits)


def _read_webp(data: bytes, limits: ImageLimits) -> Raster:
    _check(limits, webp_size(data))
    return _from_pillow(WebpImagePlugin.WebPImageFile(BytesIO(data)), "WEBP", limits)


def _read_avif(data: bytes, limits: ImageLimits) -> Raster:
    _check(limits, *heif_sizes(data))
    return _from_pillow(AvifImagePlugin.AvifImageFile(BytesIO(data)), "AVIF", limits)


def _read_heic(data: bytes, limits: ImageLimits) -> Raster:
    _check(limits, *heif_sizes(data))
    from pillow_heif.as_plugin import HeifImageFile  # its codecs are a slow import that few photos need

    image: ImageFile.ImageFile = HeifImageFile(BytesIO(data))  # type: ignore[no-untyped-call]
    return _from_pillow(image, "HEIC", limits)


def _read_png(data: bytes, limits: ImageLimits) -> Raster:
    _check(limits, png_size(data))
    image = PngImagePlugin.PngImageFile(BytesIO(data))
    if data[PNG_BIT_DEPTH] != 16:
        return _from_pillow(image, "PNG", limits)
    samples = np.atleast_3d(imagecodecs.png_decode(data))
    return _assemble(samples, inks=1 if samples.shape[2] < 3 else 3, header=_Header.of(image, "PNG"))


def _read_tiff(data: bytes, limits: ImageLimits) -> Raster:
    with tifffile.TiffFile(BytesIO(data)) as tiff:
        page = tiff.pages[0]
        if _is_camera_raw(data, tiff):
            raise UnreadableImageError(RAW)
        limits.check_pixels(width=page.imagewidth, height=page.imagelength)
        if page.bitspersample <= 8:
            return _from_pillow(TiffImagePlugin.TiffImageFile(BytesIO(data)), "TIFF", limits)
        kind, inks = page.photometric.name, TIFF_INKS.get(page.photometric.name, 0)
        if (page.dtype, page.bitspersample, page.imagedepth) != (np.uint16, 16, 1) or (
            page.samplesperpixel - inks not in (0, 1)
        ):
            raise UnreadableImageError(
                f"this TIFF is of a kind that cannot be read ({page.bitspersample} bits, {kind}, "
                f"{page.samplesperpixel} channels): save it as 8-bit or 16-bit RGB"
            )
        samples = np.atleast_3d(page.asarray())
        if page.axes == "SYX":  # one plane after the other
            samples = np.moveaxis(samples, 0, 2)
        if kind == "MINISWHITE":
            samples = np.iinfo(np.uint16).max - samples
        if page.extrasamples and page.extrasamples[0] == tifffile.EXTRASAMPLE.ASSOCALPHA:
            samples = _straightened(samples)
        header = _Header(
            format="TIFF",
            orientation=int(page.tags.valueof(ExifTags.Base.Orientation, 1)),
            icc_profile=page.tags.valueof(ExifTags.Base.InterColorProfile),
        )
    return _assemble(samples, inks=inks, header=header)


def _is_camera_raw(data: bytes, tiff: tifffile.TiffFile) -> bool:
    """Raw files of many makers are TIFF outside: a small developed picture first, the sensor's pixels below it."""
    page = tiff.pages[0]
    if data[8:10] == b"CR" or DNG_VERSION in page.tags or page.photometric in SENSOR_KINDS:
        return True
    # the first picture calls itself a reduced one (bit 0), and the full one in its sub-directories is no photo
    below = page.pages or ()
    return bool(page.subfiletype & 1) and any(other.photometric in SENSOR_KINDS for other in below)


_READERS: dict[str, Callable[[bytes, ImageLimits], Raster]] = {
    "JPEG": _read_jpeg,
    "PNG": _read_png,
    "WEBP": _read_webp,
    "TIFF": _read_tiff,
    "HEIC": _read_heic,
    "AVIF": _read_avif,
}


def _check(limits: ImageLimits, *sizes: tuple[int, int]) -> None:
    for width, height in sizes:
        limits.check_pixels(width=width, height=height)


def _from_pillow(image: ImageFile.ImageFile, format_: str, limits: ImageLimits) -> Raster:
    """Any 8-bit image that Pillow has opened but not yet decoded."""
    limits.check_pixels(width=image.width, height=image.height)
    image.load()
    header = _Header.of(image, format_)  # after load(), from which TIFF comes out upright, its tag taken away
    plain: Image.Image = image
    if image.mode in ("P", "PA"):
        plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode in ("1", "La", "RGBa"):
        plain = image.convert({"1": "L", "La": "LA", "RGBa": "RGBA"}[image.mode])
    elif image.mode not in PILLOW_INKS:
        plain = image.convert("RGB")
    samples = np.atleast_3d(np.asarray(plain))
    return _assemble(samples, inks=PILLOW_INKS[plain.mode], header=header)


@dataclass(frozen=True, slots=True)
class _Header:
    format: str
    orientation: int
    icc_profile: bytes | None

    @classmethod
    def of(cls, image: Image.Image, format_: str) -> "_Header":
        return cls(format_, _orientation(image), image.info.get("icc_profile"))


def _assemble(samples: Samples, *, inks: int, header: _Header) -> Raster:
    """Turn HxWxC samples upright and split off what follows the first `inks` channels: the opacity."""
    samples = upright(samples, header.orientation)
    return Raster(
        samples=np.ascontiguousarray(samples[..., :inks]),
        opacity=np.ascontiguousarray(samples[..., inks]) if samples.shape[2] > inks else None,
        icc_profile=header.icc_profile or None,
        format=header.format,
    )


def upright(samples: Samples, orientation: int) -> Samples:
    """Apply an EXIF orientation (tag 274, 1 to 8) to HxWxC samples; any other value changes nothing."""
    if orientation in (5, 6, 7, 8):
        samples = samples.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return samples


def _orientation(image: Image.Image) -> int:
    """The orientation tag; 1 where there is none, also if the notes are damaged and only the pixels whole."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def _straightened(samples: Samples) -> Samples:
    """Premultiplied 16-bit samples (opacity last) -> straight; under zero opacity colours stay."""
    opacity = samples[..., -1:].astype(np.float32)
    colours = samples[..., :-1] * (65535 / np.maximum(opacity, 1))
    colours = np.where(opacity > 0, np.minimum(np.rint(colours), 65535), samples[..., :-1])
    return np.concatenate([colours.astype(np.uint16), samples[..., -1:]], axis=2)
