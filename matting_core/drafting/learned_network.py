"""The network of the learned drafter: a small U-Net from a small photo and its hints to three classes for each pixel.

It learns from a studio's own approved trimaps, of which there are dozens rather than millions: few parameters, and a
wide context, since what the subject is shows in the whole photo.
"""

from itertools import pairwise

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from matting_core.arrays import Floats, Rgb
from matting_core.drafting.small_hints import SmallHints
from matting_core.errors import WeightsError
from matting_core.networks.layers import Context, Residual, conv_norm, double

WORKING_SIDE = 320  # pixels of the longer side, in training and in use
STRIDE = 16
"""Height and width must be multiples of this: the deepest level works at 1/16."""

CHANNELS = 7
CLASSES = 3
"""Background, unknown, foreground, in this order."""


class DraftingNetwork(nn.Module):
    """0.8 million parameters with the default widths, those of the levels at 1/1, 1/2, 1/4, 1/8 and 1/16."""

    def __init__(self, *, widths: tuple[int, ...] = (16, 32, 48, 72, 96)) -> None:
        super().__init__()
        self.stem = conv_norm(CHANNELS, widths[0])
        self.down = nn.ModuleList([nn.Identity()])
        self.down.extend(conv_norm(above, here, stride=2) for above, here in pairwise(widths))
        self.encoder = nn.ModuleList(Residual(width) for width in widths)
        self.context = nn.Sequential(Context(widths[-1]), Residual(widths[-1]))
        self.lateral = nn.ModuleList(nn.Conv2d(below, here, 1) for here, below in pairwise(widths))
        self.decoder = nn.ModuleList(Residual(width) for width in widths[:-1])
        self.classes = nn.Conv2d(widths[0], CLASSES, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, N x 3 x H x W, of `network_input` planes, N x 7 x H x W."""
        level, levels = self.stem(x), []
        for down, encode in zip(self.down, self.encoder, strict=True):
            level = encode(down(level))
            levels.append(level)
        deep = self.context(level)
        for index in range(len(self.decoder) - 1, -1, -1):
            deep = self.decoder[index](levels[index] + double(self.lateral[index](deep)))
        logits: Tensor = self.classes(deep)
        return logits


def network_input(rgb: Rgb, said: SmallHints) -> Floats:
    """What the network looks at: float32, 7 x h x w, all within [-1, 1].

    rgb: uint8, hxwx3. Colours, then box (1 inside, -1 outside), foreground clicks, background clicks, mask (1 on the
    subject, -1 off it); hints that nobody gave are 0.
    """
    nothing = np.zeros(rgb.shape[:2], np.float32)
    planes = [
        *(rgb.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1),
        nothing if said.inside is None else np.where(said.inside, np.float32(1), np.float32(-1)),
        said.foreground_clicks.astype(np.float32),
        said.background_clicks.astype(np.float32),
        nothing if said.mask is None else 2 * said.mask - 1,
    ]
    return np.stack(planes)


@torch.inference_mode()
def class_probabilities(network: nn.Module, planes: Floats, *, device: str = "cpu") -> Floats:
    """The network's answer to one `network_input`: float32, h x w x 3, sums to 1; background, unknown, foreground."""
    height, width = planes.shape[1:]
    padding = ((0, 0), (0, -height % STRIDE), (0, -width % STRIDE))
    padded = torch.from_numpy(np.pad(planes, padding, mode="edge"))[None].to(device)
    probabilities = torch.softmax(network(padded)[0], 0)[:, :height, :width]
    interleaved: Floats = np.ascontiguousarray(probabilities.permute(1, 2, 0).cpu().numpy())
    return interleaved


def load_drafting_network(weights: bytes) -> DraftingNetwork:
    """The network with the given safetensors bytes, ready for use.

    Raises WeightsError if the bytes are damaged or do not fit the network to the last key and shape.
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
