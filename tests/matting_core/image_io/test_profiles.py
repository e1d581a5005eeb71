"""The profile of sRGB that goes into files."""

import io
import struct

from PIL import ImageCms

from matting_core.image_io import srgb_profile


def test_srgb_profile_is_the_same_on_another_day() -> None:
    assert srgb_profile()[24:36] == struct.pack(">6H", 2000, 1, 1, 0, 0, 0)


def test_srgb_profile_is_one_that_others_recognise() -> None:
    opened = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    assert "sRGB" in ImageCms.getProfileDescription(opened)
    assert opened.profile.xcolor_space.strip() == "RGB"
