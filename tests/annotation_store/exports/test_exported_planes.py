"""Alpha and trimap by themselves, also in a smaller size."""

import numpy as np
import pytest

from annotation_store.exports.alpha_png import ALPHA_PNG
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.trimap_png import TRIMAP_PNG
from tests.annotation_store.exports.subjects import block, files_of, make_subject, opened


@pytest.mark.parametrize(("asked", "bits"), [(None, 16), (16, 16), (8, 8)])
def test_alpha_has_16_bits_unless_8_are_asked_for(asked, bits):
    picture = opened(files_of(ALPHA_PNG, make_subject(ExportOptions(bits=asked)))["alpha/shoe.png"])
    assert picture.mode == ("I;16" if bits == 16 else "L")
    np.testing.assert_array_equal(np.asarray(picture), np.rint(block()[1] * (2**bits - 1)))


def test_trimap_leaves_as_it_is():
    picture = opened(files_of(TRIMAP_PNG, make_subject(ExportOptions(bits=16)))["trimap/shoe.png"])
    assert picture.mode == "L"
    np.testing.assert_array_equal(np.asarray(picture), block()[0])


def test_smaller_planes_fit_each_other():
    options = ExportOptions(longest_side=20, bits=8)
    alpha = np.asarray(opened(files_of(ALPHA_PNG, make_subject(options))["alpha/shoe.png"]))
    trimap = np.asarray(opened(files_of(TRIMAP_PNG, make_subject(options))["trimap/shoe.png"]))
    assert alpha.shape == trimap.shape == (15, 20)
    assert set(np.unique(trimap)) == {0, 128, 255}
    np.testing.assert_array_equal(alpha[trimap != 128], trimap[trimap != 128])
    assert alpha.mean() / 255 == pytest.approx(block()[1].mean(), abs=0.002)
