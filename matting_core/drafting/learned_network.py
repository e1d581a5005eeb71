"""The network of the learned drafter: where the automatic drafter is wrong about what the subject is.

A small U-Net from a small photo and the automatic drafter's evidence to one logit for each pixel. It begins as the
automatic drafter itself: what it adds is zero until it is taught.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matting_core.arrays import Floats, Rgb
from matting_core.drafting.evidence import PLANES
from matting_core.errors import WeightsError
from matting_core.networks.layers import Context, Residual, conv_norm

WORKING_SIDE = 160  # pixels of the longer side, in training and in use
VIEWS = (0.8, 1.0, 1.2)
"""Sizes at which a photo is looked at, as multiples of the working side."""

STRIDE = 32
"""Height and width must be multiples of this: the deepest level works at 1/32."""

CHANNELS = 3 + len(PLANES)
"""Colours, then `evidence.PLANES`, of which the last is the automatic drafter's answer."""

TRUST = 1.5
"""The logit at first where the automatic drafter says subject."""


class DraftingNetwork(nn.Module):
    """1.0 million parameters with the default widths, those of the levels at 1/2, 1/4, 1/8, 1/16 and 1/32."""

    def __init__(self, *, widths: tuple[int, ...] = (16, 32, 48, 80, 112), dropout: float = 0.1) -> None:
        super().__init__()
        self.stem = conv_norm(CHANNELS, widths[0], stride=2)
        self.down = nn.ModuleList([nn.Identity()])
        self.down.extend(conv_norm(above, here, stride=2) for above, here in pairwise(widths))
        self.encoder = nn.ModuleList(Residual(width) for width in widths)
        self.context = nn.Sequential(Context(widths[-1]), Residual(widths[-1]), nn.Dropout2d(dropout))
        self.lateral = nn.ModuleList(nn.Conv2d(below, here, 1) for here, below in pairwise(widths))
        self.decoder = nn.ModuleList(Residual(width) for width in widths[:-1])
        self.dropout = nn.Dropout2d(dropout)
        self.correction = nn.Conv2d(widths[0], 1, 1)
        for parameter in self.correction.parameters():
            nn.init.zeros_(parameter)
        self.trust = nn.Parameter(torch.tensor(TRUST))

    def forward(self, x: Tensor) -> Tensor:
        """Logits of the subject, N x 1 x H x W, of `network_input` planes, N x 13 x H x W."""
        level, levels = self.stem(x), []
        for down, encode in zip(self.down, self.encoder, strict=True):
            level = encode(down(level))
            levels.append(level)
        deep = self.context(level)
        for index in range(len(self.decoder) - 1, -1, -1):
            deep = self.decoder[index](levels[index] + _enlarged(self.lateral[index](deep)))
        logits: Tensor = self.trust * x[:, -1:] + _enlarged(self.correction(self.dropout(deep)))
        return logits


def _enlarged(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def network_input(rgb: Rgb, evidence: npt.NDArray[np.uint8]) -> Floats:
    """What the network looks at: float32, 13 x h x w, all within [-1, 1].

    rgb: uint8, hxwx3. evidence: uint8, hxwx10, as `evidence_planes` has it.
    """
    return np.concatenate([rgb, evidence], axis=2).transpose(2, 0, 1).astype(np.float32) / 127.5 - 1


def subject_probability(
    network: nn.Module, rgb: Rgb, evidence: npt.NDArray[np.uint8], *, sides: Sequence[int], device: str = "cpu"
) -> Floats:
    """How probable the subject is at each pixel: float32, hxw, [0, 1], the mean of several looks.

    Each of the `sides`, the longer one of a copy in pixels, is looked at as it is and in the mirror.
    """
    height, width = rgb.shape[:2]
    looks = []
    for side in sides:
        scale = side / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        # plane by plane: OpenCV averages areas of at most four at once
        small = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in np.moveaxis(evidence, 2, 0)]
        planes = network_input(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.dstack(small))
        looks.append(cv2.resize(_look(network, planes, device), (width, height), interpolation=cv2.INTER_LINEAR))
    probability: Floats = np.mean(looks, axis=0, dtype=np.float32)
    return probability


@torch.inference_mode()
def _look(network: nn.Module, planes: Floats, device: str) -> Floats:
    height, width = planes.shape[1:]
    padding = ((0, 0), (0, -height % STRIDE), (0, -width % STRIDE))
    both = np.stack([np.pad(each, padding, mode="edge") for each in (planes, planes[:, :, ::-1])])
    straight, mirrored = torch.sigmoid(network(torch.from_numpy(both).to(device)))[:, 0, :height, :width].cpu()
    mean: Floats = ((straight + mirrored.flip(1)) / 2).numpy()
    return mean


def load_drafting_network(weights: bytes) -> DraftingNetwork:
    """The network with the given safetensors bytes, ready for use.

    Raises WeightsError if the bytes are damaged or do not fit the network to the last key and shape, as those of
    drafters that were trained before 0.3 do not.
    """
    network = DraftingNetwork()
    try:
        network.load_state_dict(safetensors.torch.load(weights))
    except (safetensors.SafetensorError, KeyError) as error:  # KeyError: a number format unknown to PyTorch
        raise WeightsError(f"the drafter's weights are not a readable safetensors file ({error})") from error
    except RuntimeError as error:
        raise WeightsError(f"the weights do not fit the drafter's network: {error}") from error
    return network.eval()


def save_drafting_network(network: nn.Module) -> bytes:
    """The network's weights as safetensors bytes."""
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    return safetensors.torch.save(state)
