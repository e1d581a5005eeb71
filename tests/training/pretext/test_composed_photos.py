"""A batch of composed photos: its trimap as classes, and as a mask of the unknown."""

import torch

from training.pretext.composed_photos import ComposedPhotos


def two_photos() -> ComposedPhotos:
    trimap = torch.tensor([[0, 128, 255, 128], [255, 255, 0, 0]], dtype=torch.uint8).view(2, 1, 2, 2)
    colours = torch.rand(3, 2, 3, 2, 2)
    return ComposedPhotos(colours[0], trimap, trimap.float() / 255, colours[1], colours[2])


def test_classes_are_background_unknown_foreground() -> None:
    classes = two_photos().classes
    assert classes.dtype == torch.float32
    assert classes.argmax(1).flatten(1).tolist() == [[0, 1, 2, 1], [2, 2, 0, 0]]
    assert (classes.sum(1) == 1).all()


def test_the_unknown_is_a_mask() -> None:
    assert two_photos().unknown.flatten(1).tolist() == [[0, 1, 0, 1], [0, 0, 0, 0]]


def test_all_planes_move_to_a_device_together() -> None:
    moved = two_photos().to("meta")
    planes = (moved.rgb, moved.trimap, moved.alpha, moved.foreground, moved.background)
    assert {plane.device.type for plane in planes} == {"meta"}
