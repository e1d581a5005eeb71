"""What the processes of one training tell each other about the batch that they share."""

from typing import cast

import torch
from lightning_fabric import Fabric
from torch import Tensor

from training.losses.shared_batch import SharedBatch


def share_batch(fabric: Fabric, size: int) -> SharedBatch:
    """This process's place in the batch of all: the parts lie one after the other, in the order of the processes.

    size: samples that this process has of it. All processes call this at the same time.
    """
    if fabric.world_size == 1:
        return SharedBatch.unshared(size)

    def total(own: Tensor) -> Tensor:
        # which writes into what it is given
        return cast(Tensor, fabric.all_reduce(own.detach().clone(), reduce_op="sum"))

    own = torch.arange(fabric.world_size, device=fabric.device) == fabric.global_rank
    sizes: list[int] = total(own * size).tolist()
    return SharedBatch(sum(sizes[: fabric.global_rank]), sum(sizes), total)
