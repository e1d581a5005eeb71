import io

import numpy as np
import pytest
from elsewhere import HEIGHT, WIDTH, layers_psd, scene
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Tag

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


def worked_on(change, *, name="Subject"):
    """Our own export after somebody has worked on it: `change` gets its document."""
    document = PSDImage.open(io.BytesIO(layers_psd(name=name)))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def stripe(document, name):
    """A new layer on top, whose mask shows the two upper rows."""
    layer = document.create_pixel_layer(Image.fromarray(RGB), name=name)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:2] = 255
    layer.create_mask(Image.fromarray(mask))
    return layer


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


def test_what_is_transparent_below_the_mask_stays_so():
    document = PSDImage.new("RGBA", (WIDTH, HEIGHT))
    half = np.dstack([RGB, np.full((HEIGHT, WIDTH), 255, np.uint8)])
    half[:, WIDTH // 2 :, 3] = 0
    subject = document.create_pixel_layer(Image.fromarray(half), name="Subject")
    subject.create_mask(Image.fromarray(np.rint(ALPHA * 255).astype(np.uint8)))
    out = io.BytesIO()
    document.save(out)
    alpha, _ = opacity_of_layers(out.getvalue(), limits=LIMITS)
    expected = steps(ALPHA)
    expected[:, WIDTH // 2 :] = 0
    assert expected.any()
    assert np.array_equal(steps(alpha), expected)


def hide(document):
    stripe(document, "an old try").visible = False


def hide_as_a_group(document):
    layer = stripe(document, "an old try")
    document.create_group([layer], name="tries").visible = False


def adjust(document):
    stripe(document, "Invert 1").tagged_blocks.set_data(Tag.INVERT)


@pytest.mark.parametrize("change", [hide, hide_as_a_group, adjust])
def test_what_is_hidden_or_only_adjusts_is_no_subject(change):
    alpha, _ = opacity_of_layers(worked_on(change, name="Cup"), limits=LIMITS)
    assert np.array_equal(steps(alpha), steps(ALPHA))


def test_a_subject_that_is_hidden_is_to_be_shown():
    def hide_all(document):
        for layer in document:
            layer.visible = False

    with pytest.raises(UnusableMatteError, match="show the layer with the subject"):
        opacity_of_layers(worked_on(hide_all), limits=LIMITS)


def test_a_document_without_any_opacity_is_refused_in_words():
    with pytest.raises(UnusableMatteError, match=r"no layer of this document .* has a mask"):
        opacity_of_layers(document_of(("Background", RGB, 0, 0)), limits=LIMITS)


def test_a_large_document_is_refused_by_its_header():
    with pytest.raises(ImageTooLargeError):
        opacity_of_layers(layers_psd(), limits=ImageLimits(max_side=20))


def test_what_is_cut_off_is_refused():
    data = layers_psd()
    for end in (4, 20, 30, len(data) // 2):
        with pytest.raises(UnusableMatteError, match="cut off or damaged"):
            opacity_of_layers(data[:end], limits=LIMITS)
