"""Networks between two networks: fine-tuned weights moved back towards their parent's.

What fine-tuning gains on few images often stays, and what it forgets comes back, when the weights of both are averaged
(Wortsman et al., 2022, "Robust fine-tuning of zero-shot models").
"""

import copy
from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def between(learnt: Network, parent: Mapping[str, Tensor], *, keep: float) -> Network:
    """A new network in eval mode: `keep` of the parent's weights and 1 - keep of the learnt ones.

    parent: the state of a network of the same shape. keep: [0, 1]. Buffers are the learnt network's.
    """
    mixed = copy.deepcopy(learnt).eval()
    with torch.no_grad():
        for name, weight in mixed.named_parameters():
            weight.lerp_(parent[name].to(weight.device), keep)
    return mixed
