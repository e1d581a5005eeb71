import numpy as np
import pytest

from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import ExportWish, freeze
from annotation_store.exports.exporting import carry_out
from annotation_store.gallery import load_photo
from matting_core.image_io import decode_alpha, decode_photo
from tests.annotation_store.exports.shelf import Shelf


@pytest.mark.slow
def test_cutouts_carry_decontaminated_colours(world, store):
    (image,) = world.draft("shoe_1.png")
    world.approve(image.id)
    export = freeze(store, ExportWish(), ExportOptions(formats=("cutout", "alpha")), by="mika").export
    shelf = Shelf()
    carry_out(store, export.id, shelf, by="mika")
    alpha, photo = decode_alpha(shelf.files["alpha/shoe_1.png"]), load_photo(store, image).rgb
    colours = decode_photo(shelf.files["cutout/shoe_1.png"]).rgb
    np.testing.assert_array_equal(colours[alpha == 1], photo[alpha == 1])
    assert not np.array_equal(colours[alpha < 1], photo[alpha < 1])
