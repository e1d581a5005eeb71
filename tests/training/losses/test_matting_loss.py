"""The loss: nothing to complain of in a perfect matte, nothing to learn from known pixels."""

import pytest
import torch
from torch.nn import functional as F

from training.losses.matting_loss import PYRAMID_LEVELS, laplacian_pyramid, matting_loss, unknown_l1


def truth_and_unknown(side: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    """A soft horizontal edge, its middle half unknown."""
    ramp = ((torch.arange(side) - side / 4) / (side / 2)).clamp(0, 1)
    truth = ramp.expand(2, 1, side, side).clone()
    return truth, ((truth > 0) & (truth < 1)).float()


def test_a_perfect_prediction_costs_nothing() -> None:
    truth, unknown = truth_and_unknown()
    assert float(matting_loss(truth, truth, unknown)) == 0
    assert float(unknown_l1(truth, truth, unknown)) == 0


def test_a_larger_error_costs_more() -> None:
    truth, unknown = truth_and_unknown()
    costs = [float(matting_loss(truth + size * unknown, truth, unknown)) for size in (0.05, 0.1, 0.3)]
    assert 0 < costs[0] < costs[1] < costs[2]


def test_the_figure_for_people_is_the_mean_error_in_the_unknown_region_only() -> None:
    truth, unknown = truth_and_unknown()
    wrong_where_known = truth + 0.5 * (1 - unknown) * (1 - 2 * truth)
    assert float(unknown_l1(wrong_where_known, truth, unknown)) == 0
    inner = (truth > 0.2) & (truth < 0.8)
    error = float(unknown_l1(truth + 0.1 * inner, truth, unknown))
    assert error == pytest.approx(0.1 * float(inner.sum() / unknown.sum()), rel=1e-2)


def test_known_pixels_around_do_not_dilute_the_loss() -> None:
    """The same error costs about the same in a photo with four times as many known pixels."""
    truth, unknown = truth_and_unknown()
    predicted = truth + 0.1 * unknown * torch.sin(torch.arange(64) / 3)[:, None]
    alone = float(matting_loss(predicted, truth, unknown))
    wider = [F.pad(plane, (0, 0, 32, 32), mode="replicate") for plane in (truth, unknown)]
    known_around = torch.zeros_like(wider[1])
    known_around[:, :, 32:96] = 1
    exact = F.pad(predicted, (0, 0, 32, 32)) * known_around + wider[0] * (1 - known_around)
    among_known = float(matting_loss(exact, wider[0], wider[1] * known_around))
    assert among_known == pytest.approx(alone, rel=0.35)


def test_without_any_unknown_pixel_the_loss_is_finite() -> None:
    truth, unknown = truth_and_unknown()
    assert float(matting_loss(truth, truth, torch.zeros_like(unknown))) == 0


@pytest.mark.parametrize(("predicted", "wanted"), [(1.5, 0.2), (-0.5, 0.7), (1.5, 1.0)])
def test_a_clamped_pixel_is_still_pulled_back(predicted: float, wanted: float) -> None:
    alpha = torch.full((1, 1, 32, 32), predicted, requires_grad=True)
    matting_loss(alpha, torch.full_like(alpha, wanted), torch.ones_like(alpha)).backward()
    assert alpha.grad is not None
    assert (torch.sign(alpha.grad) == (1 if predicted > wanted else -1)).all()


def test_the_pyramid_halves_its_levels_and_is_silent_on_a_constant() -> None:
    bands = laplacian_pyramid(torch.full((1, 1, 64, 48), 0.3))
    assert len(bands) == PYRAMID_LEVELS
    assert [tuple(band.shape[2:]) for band in bands] == [(64, 48), (32, 24), (16, 12), (8, 6)]
    assert max(float(band.abs().max()) for band in bands) < 1e-6


def test_fine_texture_lies_in_the_finest_level_and_broad_shapes_in_the_coarse_ones() -> None:
    y, x = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    checks = ((x + y) % 2).float()[None, None]
    broad = (torch.sin(x / 8)).float()[None, None]
    fine = [float(band.abs().mean()) for band in laplacian_pyramid(checks)]
    coarse = [float(band.abs().mean()) for band in laplacian_pyramid(broad)]
    assert fine[0] > 10 * max(fine[1:])
    assert coarse[0] < 0.2 * max(coarse[1:])
