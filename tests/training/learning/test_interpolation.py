"""Networks between two: on the straight line from one to the other."""

import pytest
import torch
from tiny_networks import small_compact

from training.learning.interpolation import between


@pytest.mark.parametrize("keep", [0.0, 0.25, 1.0])
def test_weights_lie_between_the_two(keep: float) -> None:
    parent, learnt = small_compact(0), small_compact(1)
    mixed = between(learnt, parent.state_dict(), keep=keep)
    assert not mixed.training
    for name, weight in mixed.named_parameters():
        ends = parent.get_parameter(name), learnt.get_parameter(name)
        torch.testing.assert_close(weight, keep * ends[0] + (1 - keep) * ends[1])


def test_neither_end_is_changed() -> None:
    parent, learnt = small_compact(0), small_compact(1)
    between(learnt, parent.state_dict(), keep=0.5)
    assert torch.equal(learnt.stem[0].weight, small_compact(1).stem[0].weight)
    assert torch.equal(parent.stem[0].weight, small_compact(0).stem[0].weight)
