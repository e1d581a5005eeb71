import io

import numpy as np
import pytest
from elsewhere import HEIGHT, WIDTH, layers_psd, scene
from PIL import Image
from psd_tools import PSDImage

from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layered_documents import is_layered, opacity_of_layers
from matting_core.errors import ImageTooLargeError
from matting_core.image_io import ImageLimits

RGB, _, ALPHA = scene()
LIMITS = ImageLimits()


def document_of(*layers):
    """(name, array, left, top) each, from the bottom up."""
    document = PSDImage.new("RGB", (WIDTH, HEIGHT))
    for name, pixels, left, top in layers:
        document.create_pixel_layer(Image.fromarray(pixels), name=name, left=left, top=top)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def steps(alpha):
    return np.rint(alpha * 255).astype(int)


def test_the_mask_of_the_subject_is_the_alpha():
    data = layers_psd()
    assert is_layered(data)
    alpha, bits = opacity_of_layers(data, limits=LIMITS)
    assert (alpha.dtype, bits) == (np.float32, 8)
    assert np.array_equal(steps(alpha), steps(ALPHA))


def test_without_a_subject_by_name_it_is_the_topmost_layer_with_a_mask():
    alpha, _ = opacity_of_layers(layers_psd(name="Cup, retouched"), limits=LIMITS)
    assert np.array_equal(steps(alpha), steps(ALPHA))


def test_a_small_layer_is_placed_where_it_lies():
    document = document_of(("Background", RGB, 0, 0), ("Subject", RGB[:10, :12], 5, 7))
    alpha, _ = opacity_of_layers(document, limits=LIMITS)
    expected = np.zeros((HEIGHT, WIDTH), int)
    expected[7:17, 5:17] = 255
    assert np.array_equal(steps(alpha), expected)


def test_a_layer_that_reaches_over_the_edge_is_cut():
    document = document_of(("Subject", RGB[:10, :12], -4, HEIGHT - 3))
    alpha, _ = opacity_of_layers(document, limits=LIMITS)
    expected = np.zeros((HEIGHT, WIDTH), int)
    expected[HEIGHT - 3 :, :8] = 255
    assert np.array_equal(steps(alpha), expected)


def test_a_document_without_any_opacity_is_refused_in_words():
    with pytest.raises(UnusableMatteError, match="no layer of this document has a mask"):
        opacity_of_layers(document_of(("Background", RGB, 0, 0)), limits=LIMITS)


def test_a_large_document_is_refused_by_its_header():
    with pytest.raises(ImageTooLargeError):
        opacity_of_layers(layers_psd(), limits=ImageLimits(max_side=20))


def test_what_is_cut_off_is_refused():
    data = layers_psd()
    for end in (4, 20, 30, len(data) // 2):
        with pytest.raises(UnusableMatteError, match="cut off or damaged"):
            opacity_of_layers(data[:end], limits=LIMITS)
