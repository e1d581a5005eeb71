"""Which loss a batch is held against, and that the truth is always without fault."""

from dataclasses import replace

import pytest
import torch

from matting_core.networks.compact.compact_features import CompactInput
from training.batches.batch import Batch
from training.losses.objective import Objective, composed, loss_of


def batch(*, power: float = 1.0, colours: bool = True) -> Batch:
    """Two flat colours, mixed in values to this power."""
    generator = torch.Generator().manual_seed(0)
    alpha = torch.rand(2, 1, 64, 64, generator=generator)
    fore, back = torch.full((2, 3, 64, 64), 0.7), torch.full((2, 3, 64, 64), 0.3)
    rgb = (alpha * fore**power + (1 - alpha) * back**power) ** (1 / power)
    classes = torch.zeros(2, 3, 64, 64)
    classes[:, 1] = 1
    inputs = CompactInput(rgb, classes, torch.full_like(alpha, 0.5), torch.zeros(2, 11, 32, 32))
    return Batch(inputs, alpha, fore, back) if colours else Batch(inputs, alpha)


def loss(objective: Objective, alphas: tuple[torch.Tensor, ...], of: Batch) -> float:
    generator = torch.Generator().manual_seed(0)
    return float(loss_of(objective, alphas, of, step=0, warm_up=1, generator=generator))


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize("power", [1.0, 2.2])
def test_the_true_alpha_has_no_loss_however_light_was_mixed(objective: Objective, heads: int, power: float) -> None:
    of = batch(power=power)
    assert loss(objective, (of.alpha,) * heads, of) == pytest.approx(0, abs=1e-5)
    wrong = (of.alpha * 0.8 + 0.1,) * heads
    assert loss(objective, wrong, of) > 0.05


def test_a_wrong_alpha_composes_another_picture() -> None:
    known, unknown = batch(), batch(colours=False)
    wrong = (known.alpha * 0.5,)
    assert loss(Objective.DISENTANGLING, wrong, known) > loss(Objective.DISENTANGLING, wrong, unknown) + 0.1
    assert composed(unknown) is unknown.inputs.rgb


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("heads", [1, 3])
def test_no_alpha_learns_from_a_truth_that_is_not_believed(objective: Objective, heads: int) -> None:
    """Not even through the terms that look at neighbours."""
    trusted = torch.ones(2, 1, 64, 64)
    trusted[:, :, 20:44, 20:44] = 0
    of = replace(batch(), trusted=trusted)
    lied_to = replace(of, alpha=torch.where(trusted > 0, of.alpha, 1 - of.alpha))
    alphas = tuple((of.alpha * 0.8 + 0.1).requires_grad_() for _ in range(heads))
    generator = torch.Generator().manual_seed(0)
    loss_of(objective, alphas, lied_to, step=0, warm_up=1, generator=generator).backward()
    gradients = [alpha.grad for alpha in alphas]
    assert all(not gradient[trusted == 0].any() for gradient in gradients)
    assert any(gradient[trusted > 0].any() for gradient in gradients)
    wrong = tuple(alpha.detach() for alpha in alphas)
    if objective is not Objective.REFINING or heads == 1:  # its masks follow the prediction
        without_colours = (replace(one, foreground=None, background=None) for one in (of, lied_to))
        honest, lie = (loss(objective, wrong, one) for one in without_colours)
        assert honest == pytest.approx(lie, rel=1e-5)
