"""The compact network's convolutions as an ONNX file, for engines other than PyTorch."""

import copy
from io import BytesIO

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_features import HIGH_CHANNELS, LOW_CHANNELS


def fold_batch_norm(network: CompactNetwork) -> CompactNetwork:
    """Fold every batch norm into the convolution before it, in place: the same function in fewer steps."""
    for module in network.modules():
        if not isinstance(module, nn.Sequential) or len(module) < 2:
            continue
        convolution, norm = module[0], module[1]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            module[0], module[1] = fuse_conv_bn_eval(convolution, norm), nn.Identity()
    return network


def to_onnx(network: CompactNetwork) -> bytes:
    """The convolutions as an ONNX file: inputs ``low``, ``high``, ``mean`` and ``given``, output ``corrections``.

    low: 1 x 27 x h x w. high: 1 x 28 x h x w; h, w multiples of 32. mean: 1 x C x 1 x 1, used as far as given
    (1 x 1 x 1 x 1) is 1. All float32.
    """
    folded = fold_batch_norm(copy.deepcopy(network).cpu().eval())
    side = 64
    example = onnx_inputs(
        torch.zeros(1, LOW_CHANNELS, side, side),
        torch.zeros(1, HIGH_CHANNELS, side, side),
        None,
        channels=network.widths[-1],
    )
    file = BytesIO()
    torch.onnx.export(
        _Exported(folded),
        tuple(example.values()),
        file,  # type: ignore[arg-type]  # any binary file will do
        input_names=list(example),
        output_names=["corrections"],
        dynamic_axes={name: {2: "height", 3: "width"} for name in ("low", "high", "corrections")},
        opset_version=17,
        dynamo=False,  # the newer exporter needs a package more, and gives the same graph
    )
    return file.getvalue()


class _Exported(nn.Module):
    """`corrections_of` with every input a tensor."""

    def __init__(self, network: CompactNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, low: Tensor, high: Tensor, mean: Tensor, given: Tensor) -> Tensor:
        own = self.network.encode(low)[1][-1].mean((2, 3), keepdim=True)
        return self.network.corrections_of(low, high, given * mean + (1 - given) * own)


def onnx_inputs(low: Tensor, high: Tensor, mean: Tensor | None, *, channels: int) -> dict[str, Tensor]:
    """The inputs of the ONNX file for features and, where given, the mean: see `to_onnx`."""
    given = torch.zeros(1, 1, 1, 1) if mean is None else torch.ones(1, 1, 1, 1)
    mean = torch.zeros(1, channels, 1, 1) if mean is None else mean
    return {"low": low.contiguous(), "high": high.contiguous(), "mean": mean.contiguous(), "given": given}
