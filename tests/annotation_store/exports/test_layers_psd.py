"""PSD files of exports, opened by psd-tools and by Pillow."""

import io

import numpy as np
import pytest
from psd_tools import PSDImage

from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.layers_psd import LAYERS_PSD
from matting_core.image_io import srgb_profile
from tests.annotation_store.exports.subjects import block, files_of, make_subject, opened, standing_on_grey


@pytest.mark.parametrize(("dtype", "asked", "bits"), [(np.uint8, None, 8), (np.uint16, None, 16), (np.uint8, 16, 16)])
def test_subject_mask_and_photo_lie_in_layers(photo_colours, dtype, asked, bits):
    data = files_of(LAYERS_PSD, make_subject(ExportOptions(bits=asked), dtype=dtype))["psd/shoe.psd"]
    background, subject = PSDImage.open(io.BytesIO(data))
    top = 2**bits - 1
    photo = np.rint(standing_on_grey(dtype) / np.iinfo(dtype).max * top)
    assert (background.name, subject.name) == ("Background", "Subject")
    np.testing.assert_array_equal(np.rint(background.numpy("color") * top), photo)
    np.testing.assert_array_equal(np.rint(subject.numpy("color") * top), photo)
    np.testing.assert_array_equal(np.rint(subject.numpy("mask")[..., 0] * top), np.rint(block()[1] * top))


def test_other_programs_see_the_subject_over_its_photo(photo_colours):
    picture = opened(files_of(LAYERS_PSD, make_subject(ExportOptions()))["psd/shoe.psd"])
    assert picture.info["icc_profile"] == srgb_profile()
    np.testing.assert_array_equal(np.asarray(picture), standing_on_grey())  # the colours are the photo's in this test
