"""The encoder with prior tokens: six planes, and tokens that can stand for the whole photo in a part of it."""

import torch
from small_networks import random_scene, small_matteformer
from torch import nn
from torch.nn import functional as F

from matting_core.box import Box
from matting_core.networks.refining.prior_swin import PatchMerging, doubled_between_corners
from matting_core.networks.refining.prior_tokens import PriorTokens, TileContext


def test_six_planes_from_the_photo_to_its_thirty_second() -> None:
    with torch.inference_mode():
        planes = small_matteformer().encoder(*random_scene(height=64, width=96))
    widths = (4, 4, 8, 16, 32, 64)
    expected = [(1, width, 64 // 2**level, 96 // 2**level) for level, width in enumerate(widths)]
    assert [tuple(plane.shape) for plane in planes] == expected


def test_every_block_begins_with_three_means_of_its_own() -> None:
    with torch.inference_mode():
        tokens = small_matteformer().prior_tokens(*random_scene())
    assert [[tuple(mean.shape) for mean in stage] for stage in tokens.stages] == [
        [(1, 3, width)] * 2 for width in (8, 16, 32, 64)
    ]


def test_given_its_own_tokens_the_encoder_sees_the_same() -> None:
    encoder, (rgb, classes) = small_matteformer().encoder, random_scene()
    with torch.inference_mode():
        first = encoder.encode(rgb, classes)
        again = encoder.encode(rgb, classes, first.tokens)
    assert all(torch.equal(*pair) for pair in zip(first.levels, again.levels, strict=True))


def test_given_other_tokens_it_sees_something_else() -> None:
    encoder, (rgb, classes) = small_matteformer().encoder, random_scene()
    with torch.inference_mode():
        first = encoder.encode(rgb, classes)
        other = PriorTokens(tuple(tuple(-mean for mean in stage) for stage in first.tokens.stages))
        apart = (encoder.encode(rgb, classes, other).levels[3] - first.levels[3]).abs()
    assert apart.mean() > 0.01


def test_merging_puts_the_token_below_before_the_token_beside() -> None:
    merging = PatchMerging(1)
    merging.norm = nn.Identity()  # type: ignore[assignment]
    merging.reduction.weight.data = torch.tensor([[1.0, 0, 0, 0], [0, 1.0, 0, 0]])
    out = merging(torch.tensor([[1.0, 2], [3, 4]]).reshape(1, 2, 2, 1))
    assert out.flatten().tolist() == [1, 3]


def test_a_tile_is_doubled_to_just_what_the_whole_photo_has_there() -> None:
    whole = torch.randn(1, 3, 40, 60)
    expected = F.interpolate(whole, scale_factor=2.0, mode="bilinear", align_corners=True)
    box = Box(32, 64, 160, 160)
    tile = whole[:, :, 16:40, 8:40]
    context = TileContext(PriorTokens(()), box, height=160, width=240)
    doubled = doubled_between_corners(tile, context)
    # the outermost lines lie between the tile and what is outside of it
    torch.testing.assert_close(doubled[..., 1:-1, 1:-1], expected[..., 33:79, 17:79], atol=1e-5, rtol=0)
    torch.testing.assert_close(doubled_between_corners(whole), expected)
