"""Drafters that need a package of their own: used when it is there, explained when it is not."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scenes import studio

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.box import Box
from matting_core.drafting.drafter import Click, Hints
from matting_core.drafting.rembg_drafter import RembgDrafter
from matting_core.drafting.segment_anything import SegmentAnythingDrafter, _prepared
from matting_core.errors import InvalidArrayError, MissingPackageError
from matting_core.trimap import Label


@pytest.fixture
def rembg(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A stand-in that takes what is red for the subject, and notes how it was called."""
    package = SimpleNamespace(sessions=[], calls=[])

    def new_session(model: str) -> str:
        package.sessions.append(model)
        return f"session of {model}"

    def remove(rgb: np.ndarray, **options: object) -> np.ndarray:
        package.calls.append((rgb.shape, rgb.dtype, options))
        return np.where(rgb[..., 0] > 1.5 * rgb[..., 1], 255, 0).astype(np.uint8)

    package.new_session, package.remove = new_session, remove
    monkeypatch.setitem(sys.modules, "rembg", package)
    return package


@pytest.mark.parametrize(
    ("package", "drafter", "command"),
    [
        ("rembg", RembgDrafter(), "pip install 'rembg\\[cpu\\]'"),
        ("transformers", SegmentAnythingDrafter(), "pip install -r requirements-extra.txt"),
    ],
)
def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch, package, drafter, command) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=rf"needs the Python package {package}, .*: run `{command}`"):
        drafter.draft(studio()[0], Hints(box=Box(20, 20, 150, 140)))


def test_rembg_finds_the_subject_in_a_small_copy_with_one_session(rembg) -> None:
    rgb, subject = studio(height=1152, width=1536)
    drafter = RembgDrafter(model="isnet-general-use")
    for _ in range(2):
        trimap = drafter.draft(rgb).trimap
    known = trimap != UNKNOWN
    assert ((trimap == FOREGROUND) != subject)[known].mean() < 0.005
    assert rembg.sessions == ["isnet-general-use"]
    assert rembg.calls[0] == (
        (768, 1024, 3),
        np.uint8,
        {"session": "session of isnet-general-use", "only_mask": True},
    )


def test_rembg_heeds_box_and_clicks(rembg) -> None:
    hints = Hints(box=Box(0, 0, 80, 144), clicks=(Click(10, 10, Label.FOREGROUND),))
    trimap = RembgDrafter().draft(studio()[0], hints).trimap
    assert (trimap[:, 90:] == BACKGROUND).all()
    assert trimap[10, 10] == FOREGROUND


class BoxIsSubject:
    """A stand-in for ``SamModel``: the box's inside, at a quarter of the square's size."""

    config = SimpleNamespace(vision_config=SimpleNamespace(image_size=256))

    def __init__(self) -> None:
        self.prompts: dict[str, torch.Tensor] = {}

    def __call__(self, *, pixel_values: torch.Tensor, multimask_output: bool, **prompts: torch.Tensor):
        assert pixel_values.shape == (1, 3, 256, 256)
        self.prompts = prompts
        left, top, right, bottom = (prompts["input_boxes"][0, 0] / 4).round().int().tolist()
        logits = torch.full((1, 1, 1, 64, 64), -9.0)
        logits[..., top:bottom, left:right] = 9
        return SimpleNamespace(pred_masks=logits)


@pytest.mark.parametrize("shape", [(144, 192), (192, 144), (600, 400)])
def test_prompts_and_masks_of_segment_anything_keep_their_place(shape: tuple[int, int]) -> None:
    height, width = shape
    model, box = BoxIsSubject(), Box(width // 4, height // 4, width * 3 // 4, height // 2)
    clicks = (
        Click(width // 2, height // 3, Label.FOREGROUND),
        Click(2, 2, Label.BACKGROUND),
        Click(9, 9, Label.UNKNOWN),
    )
    draft = SegmentAnythingDrafter(loaded=model).draft(np.zeros((*shape, 3), np.uint8), Hints(box=box, clicks=clicks))
    truth = np.zeros(shape, np.bool_)
    truth[box.slices] = True
    known = draft.trimap != UNKNOWN
    assert ((draft.trimap == FOREGROUND) != truth)[known].mean() < 0.01
    assert model.prompts["input_labels"].tolist() == [[[1, 0]]]
    scale = 256 / max(shape)
    assert model.prompts["input_points"][0, 0, 0].tolist() == pytest.approx(
        [(width // 2 + 0.5) * scale, (height // 3 + 0.5) * scale]
    )


def test_a_hinted_mask_asks_segment_anything_for_its_box() -> None:
    mask = np.zeros((72, 96), np.bool_)
    mask[20:40, 30:60] = True
    model = BoxIsSubject()
    SegmentAnythingDrafter(loaded=model).draft(np.zeros((144, 192, 3), np.uint8), Hints(mask=mask))
    assert (model.prompts["input_boxes"][0, 0] * 192 / 256).tolist() == [60, 40, 120, 80]


@pytest.mark.parametrize("hints", [Hints(), Hints(clicks=(Click(3, 3, Label.BACKGROUND),)), Hints(box=Box(5, 5, 5, 9))])
def test_segment_anything_has_to_be_told_the_subject(hints: Hints) -> None:
    with pytest.raises(InvalidArrayError, match="draw a box around it, or click on it"):
        SegmentAnythingDrafter(loaded=BoxIsSubject()).draft(studio()[0], hints)


def test_a_photo_is_normalised_in_the_corner_of_a_square() -> None:
    square = _prepared(np.full((10, 20, 3), 255, np.uint8), side=40)
    assert square.shape == (3, 40, 40)
    assert square[0, 19, 39] == pytest.approx((1 - 0.485) / 0.229)
    assert (square[:, 20:] == 0).all()


@pytest.mark.slow
def test_the_real_network_of_segment_anything_answers() -> None:
    transformers = pytest.importorskip("transformers")
    vision = transformers.SamVisionConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=64, output_channels=16,
        global_attn_indexes=[0], num_pos_feats=8, mlp_dim=16,
    )  # fmt: skip
    prompts = transformers.SamPromptEncoderConfig(hidden_size=16, image_size=64, mask_input_channels=4)
    masks = transformers.SamMaskDecoderConfig(
        hidden_size=16, mlp_dim=16, num_hidden_layers=1, num_attention_heads=2, iou_head_hidden_dim=16
    )
    torch.manual_seed(0)
    model = transformers.SamModel(
        transformers.SamConfig(vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=masks)
    ).eval()
    drafter = SegmentAnythingDrafter(loaded=model)
    for hints in (Hints(box=Box(20, 20, 150, 140)), Hints(clicks=(Click(77, 79, Label.FOREGROUND),))):
        draft = drafter.draft(studio()[0], hints)
        assert set(np.unique(draft.trimap)) == {BACKGROUND, UNKNOWN, FOREGROUND}
