"""A subject and what is behind it -> the bytes of a Photoshop document, in which the matte can still be painted on.

Written from psd-tools' structures of the file: its ready-made layers take masks of 8 bits only. The format: Adobe
Photoshop File Formats Specification, https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/
"""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Rgb, check_alpha, check_rgb
from matting_core.errors import ImageTooLargeError
from matting_core.foreground.compositing import composite
from matting_core.image_io.levels import colours_of, levels_of

if TYPE_CHECKING:  # imported where it is needed: it takes a fifth of a second, and few ever need it
    from psd_tools.constants import Compression
    from psd_tools.psd.layer_and_mask import ChannelDataList, LayerRecord

SUBJECT, BACKGROUND = "Subject", "Background"  # ASCII, which every program shows alike
LARGEST_SIDE = 30_000  # pixels that this format can have; Photoshop opens up to 2 GB of it
LARGEST_FILE = 2**31 - 1
OPACITY, MASK = -1, -2  # the numbers of these channels; red, green and blue are 0, 1 and 2

_TOO_LARGE = "export this photo as TIFF, or make it smaller"

Plane = npt.NDArray[Any]


def encode_layers_psd(
    foreground: Rgb,
    alpha: Alpha,
    background: Rgb | tuple[int, int, int],
    *,
    bits: int = 8,
    icc_profile: bytes | None = None,
) -> bytes:
    """PSD of 8 or 16 bits: the layer "Subject", with alpha as its layer mask, over the layer "Background".

    foreground: the subject's own colours, uint8 or uint16, HxWx3; they fill their layer, so that painting on the mask
    shows more of them. alpha: float32, HxW, [0, 1]. background: an image of foreground's shape, such as the photo
    itself, or one colour (red, green, blue), 0 to 255. Depths are scaled to what is asked for. icc_profile: of all
    these colours; None: they are sRGB, and nothing is embedded. Programs that know no layers show `composite` of
    the three. The same arrays give the same bytes.

    Raises InvalidArrayError if sizes differ, ImageTooLargeError for what Photoshop could not open.
    """
    check_alpha(alpha, like=check_rgb(foreground))
    height, width = alpha.shape
    if max(height, width) > LARGEST_SIDE:
        raise ImageTooLargeError(
            f"a PSD file has at most {LARGEST_SIDE} pixels along one side, not {width} x {height}: {_TOO_LARGE}"
        )
    front = colours_of(foreground, bits)
    back = background if isinstance(background, tuple) else colours_of(check_rgb(background), bits)
    merged = composite(front, alpha, back)
    behind = composite(front, np.zeros_like(alpha), back)
    layers = [_layer(BACKGROUND, behind, None), _layer(SUBJECT, front, levels_of(alpha, bits))]  # the lowest first
    data = _document(layers, merged, icc_profile)
    if len(data) > LARGEST_FILE:
        raise ImageTooLargeError(
            f"a PSD file has at most 2 GB, and this would have {len(data) / 1e9:.1f}: {_TOO_LARGE}"
        )
    return data


def _layer(name: str, rgb: Rgb, mask: Plane | None) -> "tuple[LayerRecord, ChannelDataList]":
    """An opaque layer as large as the document."""
    from psd_tools.constants import ChannelID, Tag
    from psd_tools.psd.layer_and_mask import ChannelData, ChannelDataList, ChannelInfo, LayerRecord, MaskData

    height, width = rgb.shape[:2]
    opaque = np.full((height, width), np.iinfo(rgb.dtype).max, rgb.dtype)
    planes: dict[int, Plane] = {OPACITY: opaque} | {i: rgb[..., i] for i in range(3)}
    record = LayerRecord(bottom=height, right=width, name=name)
    record.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, name)
    if mask is not None:
        planes[MASK] = mask
        record.mask_data = MaskData(bottom=height, right=width, background_color=0)
    channels = ChannelDataList()
    bits = 8 * rgb.dtype.itemsize
    for number, plane in planes.items():
        channel = ChannelData(_packing(bits))
        channel.set_data(_big_endian(plane), width, height, bits)
        channels.append(channel)
        record.channel_info.append(ChannelInfo(ChannelID(number)))  # its length is filled in on writing
    return record, channels


def _document(layers: "Sequence[tuple[LayerRecord, ChannelDataList]]", merged: Rgb, icc_profile: bytes | None) -> bytes:
    from psd_tools.constants import ColorMode, Compression, Resource, Tag
    from psd_tools.psd import PSD, ChannelImageData, GlobalLayerMaskInfo, LayerInfo, LayerRecords, TaggedBlocks
    from psd_tools.psd.header import FileHeader
    from psd_tools.psd.image_data import ImageData
    from psd_tools.psd.image_resources import ImageResource

    height, width = merged.shape[:2]
    bits = 8 * merged.dtype.itemsize
    document = PSD(FileHeader(channels=3, height=height, width=width, depth=bits, color_mode=ColorMode.RGB))
    if icc_profile is not None:
        document.image_resources[Resource.ICC_PROFILE] = ImageResource(key=Resource.ICC_PROFILE, data=icc_profile)
    records, pixels = LayerRecords(), ChannelImageData()
    for record, channels in layers:
        records.append(record)
        pixels.append(channels)
    section = document.layer_and_mask_information
    section.layer_info = LayerInfo(len(layers), records, pixels) if bits == 8 else LayerInfo()
    section.global_layer_mask_info, section.tagged_blocks = GlobalLayerMaskInfo(), TaggedBlocks()
    if bits == 16:  # Photoshop keeps deep layers in a block of their own, and none where others are
        section.tagged_blocks.set_data(Tag.LAYER_16, len(layers), records, pixels)
    document.image_data = ImageData(Compression.RLE)  # the only packing that all readers know here
    document.image_data.set_data([_big_endian(merged[..., i]) for i in range(3)], document.header)
    out = BytesIO()
    document.write(out)
    return out.getvalue()


def _packing(bits: int) -> "Compression":
    """What Photoshop itself takes: runs of equal bytes do not shrink 16 bits."""
    from psd_tools.constants import Compression

    return Compression.RLE if bits == 8 else Compression.ZIP_WITH_PREDICTION


def _big_endian(plane: Plane) -> bytes:
    return plane.astype(plane.dtype.newbyteorder(">")).tobytes()
