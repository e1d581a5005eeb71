"""Networks of every trainable kind that are small enough for a step in a blink."""

import torch

from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.refining.matteformer import MatteFormer
from matting_core.networks.refining.resnet_matting import ResNetMatting

COMPACT_SIZES = {"widths": (8, 8, 8, 8, 8), "depths": (1, 1, 1, 1, 1), "detail": 8}


def small_compact(seed: int = 0) -> CompactNetwork:
    torch.manual_seed(seed)
    return CompactNetwork(widths=(8, 8, 8, 8, 8), depths=(1, 1, 1, 1, 1), detail=8)


def tiny_matteformer() -> MatteFormer:
    torch.manual_seed(0)
    return MatteFormer(width=8, depths=(1, 1, 1, 1), heads=(1, 1, 2, 2), base=4, decoder_depths=(1, 1, 1, 1))


def tiny_resnet() -> ResNetMatting:
    torch.manual_seed(0)
    return ResNetMatting(width=8, depths=(1, 1, 1, 1), base=4, decoder_depths=(1, 1, 1, 1))
