"""Every trainable network behind one form: planes of a batch in, its alphas out, finest first."""

from torch import Tensor, nn

from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_features import CompactInput
from matting_core.networks.compact.compact_matting import pad_to_stride
from matting_core.networks.refining.progressive_refinement import RefiningNetwork
from matting_core.networks.refining.refining_matting import normalised
from training.batches.batch import Batch

Alphas = tuple[Tensor, ...]
"""(alpha,) of a network with one head, unclamped; (alpha at 1/1, at 1/4, at 1/8) of a refining one. Each float32,
N x 1 x H x W."""


class Learner(nn.Module):
    """Takes and gives tensors only, so that precision and processes can be changed around it (see `loop.py`)."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        if not isinstance(network, CompactNetwork | RefiningNetwork):
            raise TypeError(f"there is no training for a {type(network).__name__}")
        self.network = network

    def forward(self, rgb: Tensor, classes: Tensor, prior: Tensor, half: Tensor) -> Alphas:
        """Planes as in `CompactInput`, of any even size for the compact network, of multiples of 32 for the others."""
        if isinstance(self.network, CompactNetwork):
            height, width = rgb.shape[-2:]
            return (self.network(pad_to_stride(CompactInput(rgb, classes, prior, half)))[..., :height, :width],)
        alphas = self.network(normalised(rgb), classes)
        return alphas.alpha_os1, alphas.alpha_os4, alphas.alpha_os8


def planes_of(batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What a `Learner` takes."""
    return batch.inputs.rgb, batch.inputs.classes, batch.inputs.prior, batch.inputs.half
