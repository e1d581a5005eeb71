"""Segment Anything, from the package ``transformers``, if somebody has installed it: a box or clicks name the subject.

Kirillov et al.: "Segment Anything", ICCV 2023. Never required: its weights are downloaded at the first use. Photo and
prompts are prepared here rather than by the package's own processor, which wants torchvision.
"""

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from matting_core.arrays import Floats, Rgb
from matting_core.box import Box
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints, check_hints
from matting_core.drafting.from_mask import draft_from_mask
from matting_core.drafting.working_copy import shrunk
from matting_core.errors import InvalidArrayError
from matting_core.optional_packages import require
from matting_core.trimap import Label

MODEL = "facebook/sam-vit-base"
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
"""Of ImageNet, by which its encoder was trained."""

_PROMPT_LABELS = {Label.FOREGROUND: 1, Label.BACKGROUND: 0}


class SegmentAnythingDrafter:
    """Drafts what lies in the box, or under the clicks; of a hinted mask, its bounding box is asked for."""

    name = "segment_anything"

    def __init__(self, *, model: str = MODEL, device: str = "cpu", loaded: Any = None) -> None:
        """model: a name or folder for ``SamModel.from_pretrained``. loaded: a ready ``SamModel`` instead."""
        self._model_name, self._device, self._model = model, device, loaded

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`.

        Raises MissingPackageError without the package, and InvalidArrayError if nothing names the subject.
        """
        check_hints(hints, like=rgb)
        height, width = rgb.shape[:2]
        box = _clipped(hints.box, height=height, width=width) or _box_of_mask(hints, height=height, width=width)
        decided = [click for click in hints.clicks if click.label in _PROMPT_LABELS]
        if box is None and not any(click.label is Label.FOREGROUND for click in decided):
            raise InvalidArrayError(
                "this drafter has to be told which subject is meant: draw a box around it, or click on it"
            )
        model = self._ready_model()
        side = int(model.config.vision_config.image_size)
        score = self._score(
            _prepared(rgb, side=side),
            scale=side / max(height, width),
            box=box,
            points=[(click.x + 0.5, click.y + 0.5) for click in decided],
            labels=[_PROMPT_LABELS[click.label] for click in decided],
        )
        inside = score[: math.ceil(height * score.shape[0] / max(height, width))]
        inside = inside[:, : math.ceil(width * score.shape[1] / max(height, width))]
        return draft_from_mask(np.ascontiguousarray(inside), height=height, width=width, hints=hints)

    def _ready_model(self) -> Any:
        if self._model is None:
            transformers = require("transformers", purpose="Segment Anything")
            self._model = transformers.SamModel.from_pretrained(self._model_name).to(self._device)
        return self._model

    def _score(
        self,
        pixels: Floats,
        *,
        scale: float,
        box: Box | None,
        points: list[tuple[float, float]],
        labels: list[int],
    ) -> Floats:
        """The probability of the subject on the model's square: float32, [0, 1]. scale: photo to square."""
        prompts: dict[str, Any] = {}
        if box is not None:
            corners = [box.left, box.top, box.right, box.bottom]
            prompts["input_boxes"] = torch.tensor([[corners]], dtype=torch.float32) * scale
        if points:
            prompts["input_points"] = torch.tensor([[points]], dtype=torch.float32) * scale
            prompts["input_labels"] = torch.tensor([[labels]], dtype=torch.int64)
        prompts = {name: tensor.to(self._device) for name, tensor in prompts.items()}
        with torch.inference_mode():
            pixel_values = torch.from_numpy(pixels)[None].to(self._device)
            answer = self._ready_model()(pixel_values=pixel_values, multimask_output=False, **prompts)
            probability = torch.sigmoid(answer.pred_masks[0, 0, 0].float())
        score: Floats = probability.cpu().numpy()
        return score


def _prepared(rgb: Rgb, *, side: int) -> npt.NDArray[np.float32]:
    """The photo in the upper left of a square, normalised: float32, 3 x side x side, 0 beyond the photo."""
    small = shrunk(rgb, side=side)
    if max(small.shape[:2]) < side:  # a photo smaller than the square is enlarged to it
        scale = side / max(small.shape[:2])
        size = max(1, round(small.shape[1] * scale)), max(1, round(small.shape[0] * scale))
        small = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
    square = np.zeros((side, side, 3), np.float32)
    square[: small.shape[0], : small.shape[1]] = (small.astype(np.float32) / 255 - MEAN) / DEVIATION
    return np.ascontiguousarray(square.transpose(2, 0, 1))


def _clipped(box: Box | None, *, height: int, width: int) -> Box | None:
    if box is None or (clipped := box.clipped(width=width, height=height)).is_empty:
        return None
    return clipped


def _box_of_mask(hints: Hints, *, height: int, width: int) -> Box | None:
    """The bounding box of the hinted mask, in pixels of the photo."""
    if hints.mask is None or (box := Box.around(hints.mask > 0.5)).is_empty:
        return None
    down, across = height / hints.mask.shape[0], width / hints.mask.shape[1]
    return Box(
        int(box.left * across),
        int(box.top * down),
        math.ceil(box.right * across),
        math.ceil(box.bottom * down),
    )
