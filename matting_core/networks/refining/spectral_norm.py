"""Convolutions whose weight is divided by its largest singular value.

After Miyato et al., "Spectral Normalization for Generative Adversarial Networks" (2018), in the form that released
matting checkpoints hold: the raw weight as ``module.weight_bar``, the two singular vectors as ``module.weight_u`` and
``module.weight_v``, and the weight seen as a matrix by its first axis - for transposed convolutions, too, where
``torch.nn.utils.spectral_norm`` takes the second and would read the same numbers as another network.
"""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Network = TypeVar("Network", bound=nn.Module)

STARTING_STEPS = 5
"""Of power iteration before any training: random vectors underestimate the norm by far, and a fresh network that is
divided by so little overflows.
"""


class SpectralWeight(nn.Module):
    """A weight of spectral norm 1, as far as power iteration has come.

    Calling it returns W / (u W v), W being ``weight_bar`` as a matrix of ``shape[0]`` rows. While training, every
    call first takes one step of power iteration; otherwise u and v stay as they are.
    """

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        matrix = weight.flatten(1)
        self.weight_bar = nn.Parameter(weight.detach().clone())
        self.register_buffer("weight_u", F.normalize(torch.randn(matrix.shape[0]), dim=0))
        self.register_buffer("weight_v", F.normalize(torch.randn(matrix.shape[1]), dim=0))
        self.weight_u: Tensor
        self.weight_v: Tensor
        for _ in range(STARTING_STEPS):
            self._iterate(weight.detach().flatten(1))

    def forward(self) -> Tensor:
        if self.training:
            self._iterate(self.weight_bar.detach().flatten(1))
        return self.normalised()

    def normalised(self) -> Tensor:
        """The weight divided by its norm, with u and v as they are."""
        # copies: the next step of the iteration writes into the vectors that this graph still needs
        u, v = self.weight_u.clone(), self.weight_v.clone()
        return self.weight_bar / torch.dot(u, torch.mv(self.weight_bar.flatten(1), v))

    @torch.no_grad()
    def _iterate(self, matrix: Tensor) -> None:
        self.weight_v.copy_(F.normalize(torch.mv(matrix.t(), self.weight_u), dim=0))
        self.weight_u.copy_(F.normalize(torch.mv(matrix, self.weight_v), dim=0))


class SpectralConv2d(nn.Module):
    """A convolution without bias, its weight normalised; it keeps height and width.

    transposed: a transposed 4x4 convolution of stride 2 instead, which doubles them (`kernel` is then ignored).
    """

    def __init__(self, inputs: int, outputs: int, *, kernel: int = 3, transposed: bool = False) -> None:
        super().__init__()
        self.transposed = transposed
        self.kernel = 4 if transposed else kernel
        plain = self._plain(inputs, outputs)
        if not transposed:
            nn.init.xavier_uniform_(plain.weight)
        self.module = SpectralWeight(plain.weight)

    def forward(self, x: Tensor) -> Tensor:
        if self.transposed:
            return F.conv_transpose2d(x, self.module(), stride=2, padding=1)
        return F.conv2d(x, self.module(), padding=self.kernel // 2)

    def folded(self) -> nn.Conv2d | nn.ConvTranspose2d:
        """The ordinary convolution that this one is while nothing is trained."""
        weight = self.module.normalised().detach()
        inputs, outputs = weight.shape[:2] if self.transposed else weight.shape[1::-1]
        plain = self._plain(inputs, outputs).to(weight)
        plain.weight = nn.Parameter(weight, requires_grad=False)
        return plain

    def _plain(self, inputs: int, outputs: int) -> nn.Conv2d | nn.ConvTranspose2d:
        if self.transposed:
            return nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
        return nn.Conv2d(inputs, outputs, self.kernel, padding=self.kernel // 2, bias=False)


def fold_spectral_norm(network: Network) -> Network:
    """A copy for inference, every normalised convolution replaced by an ordinary one; `network` stays as it is.

    The copy computes the same in evaluation mode, and its weights have other names: it is for running, not for saving.
    """
    folded = copy.deepcopy(network).eval()
    for parent in list(folded.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, SpectralConv2d):
                setattr(parent, name, child.folded())
    return folded
