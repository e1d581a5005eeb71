"""What a network that predicts alpha at three scales is asked to get right.

Alpha itself, the photo that it composes, and its Laplacian pyramid, as the authors' released code of "Disentangled
Pre-training for Image Matting" (arXiv 2304.00784) adds them up; so does MatteFormer (arXiv 2203.15662), which also
gives the schedule of the masks. The coarsest alpha answers for every pixel, the finer ones only within their masks.

All alphas, truths and weights are float32, N x 1 x H x W, [0, 1]; all colours N x 3 x H x W, [0, 1]. Height and
width are multiples of 32, and at least 64. Call it outside autocast: fine bands of the pyramid need float32.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.errors import InvalidArrayError
from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha, uncertain
from matting_core.networks.refining.refining_matting import DEVIATION
from training.losses.shared_batch import SharedBatch, Total, alone

LEVELS = 5
SHARES = (2 / 5, 1 / 5, 1 / 5)
"""Of the alphas at 1/1, 1/4 and 1/8. They add up to 4/5, as in the authors' code."""
WIDEST_OS4, WIDEST_OS1 = 29, 14
"""Largest diameters of the random dilation before the alphas at 1/4 and at 1/1, in cells of `uncertain`'s grid."""


def multiscale_loss(
    alphas: MultiscaleAlpha,
    truth: Tensor,
    unknown: Tensor,
    *,
    image: Tensor,
    foreground: Tensor | None,
    background: Tensor | None,
    mask_os4: Tensor | None = None,
    mask_os1: Tensor | None = None,
    trusted: Tensor | None = None,
    total: Total = alone,
) -> Tensor:
    """The three terms of all three alphas, a scalar.

    unknown: {0, 1}, where the trimap is unknown. image, foreground, background: the photo and what it is composed of;
    without the latter two, as of photos whose mattes are known but not their colours, the composition term is left
    out. mask_os4, mask_os1: {0, 1}, where the finer alphas count; None: `unknown`, as in DPT. Outside its mask an alpha
    gives way to the next coarser one before the loss, which the pyramid sees. trusted: {0, 1}, where `truth` counts at
    all; None: everywhere. Elsewhere alphas and truth must be alike already (see `loss_of`). total: of a batch that
    several processes share; the result is then this process's addend.
    """
    mask_os4 = unknown if mask_os4 is None else mask_os4
    mask_os1 = unknown if mask_os1 is None else mask_os1
    everywhere = torch.ones_like(unknown)
    if trusted is not None:
        mask_os4, mask_os1, everywhere = mask_os4 * trusted, mask_os1 * trusted, trusted
    alpha_os4 = torch.where(mask_os4 > 0, alphas.alpha_os4, alphas.alpha_os8)
    alpha_os1 = torch.where(mask_os1 > 0, alphas.alpha_os1, alpha_os4)
    scales = ((alpha_os1, mask_os1), (alpha_os4, mask_os4), (alphas.alpha_os8, everywhere))
    terms = [
        share * _all_terms(alpha, truth, weight, image=image, foreground=foreground, background=background, total=total)
        for share, (alpha, weight) in zip(SHARES, scales, strict=True)
    ]
    return torch.stack(terms).sum()


def single_scale_loss(
    alpha: Tensor,
    truth: Tensor,
    unknown: Tensor,
    *,
    image: Tensor,
    foreground: Tensor | None,
    background: Tensor | None,
    total: Total = alone,
) -> Tensor:
    """The same three terms for a network with one alpha, a scalar.

    No coarser alpha answers for the known pixels, and a trimap settles them anyway: there the truth takes the
    alpha's place.
    """
    alpha = torch.where(unknown > 0, alpha, truth)
    return _all_terms(alpha, truth, unknown, image=image, foreground=foreground, background=background, total=total)


def reconstruction(alpha: Tensor, truth: Tensor, weight: Tensor, *, total: Total = alone) -> Tensor:
    """Mean absolute error of alpha."""
    return _masked_mean(alpha - truth, weight, total)


def composition(
    alpha: Tensor,
    weight: Tensor,
    *,
    image: Tensor,
    foreground: Tensor,
    background: Tensor,
    total: Total = alone,
) -> Tensor:
    """Mean over pixels of the absolute error of the composed colours, the three channels added up.

    Colours are measured in ImageNet's deviations, as networks see them; its mean cancels, for the shares of
    foreground and background add up to 1.
    """
    deviation = torch.tensor(DEVIATION, device=image.device)[:, None, None]
    composed = alpha * foreground + (1 - alpha) * background
    return _masked_mean((composed - image) / deviation, weight, total)


def pyramid(alpha: Tensor, truth: Tensor, weight: Tensor, *, total: Total = alone) -> Tensor:
    """Mean absolute errors of the bands of the Laplacian pyramid, level i times 2^i.

    A level's mean is over every 2^i-th pixel of `weight`. Raises InvalidArrayError for a size that does not halve.
    """
    # the pyramid is linear: that of the difference is the difference of the two
    terms = [
        2**level * _masked_mean(band, weight[:, :, :: 2**level, :: 2**level], total)
        for level, band in enumerate(laplacian_bands(alpha - truth))
    ]
    return torch.stack(terms).sum()


def laplacian_bands(x: Tensor) -> list[Tensor]:
    """The five band-pass levels of N x 1 x H x W, finest first (Burt & Adelson, 1983)."""
    if any(side % 2**LEVELS or side < 2 ** (LEVELS + 1) for side in x.shape[-2:]):
        raise InvalidArrayError(
            f"the pyramid takes a height and a width that are multiples of {2**LEVELS} and at least "
            f"{2 ** (LEVELS + 1)}, not {tuple(x.shape[-2:])}: crop or pad"
        )
    bands = []
    for _ in range(LEVELS):
        coarse = _blurred(x)[:, :, ::2, ::2]
        spread = torch.zeros_like(x)
        spread[:, :, ::2, ::2] = 4 * coarse  # three of four pixels are empty
        bands.append(x - _blurred(spread))
        x = coarse
    return bands


def refinement_masks(
    alphas: MultiscaleAlpha,
    unknown: Tensor,
    *,
    step: int,
    warm_up: int,
    generator: torch.Generator,
    shared: SharedBatch | None = None,
) -> tuple[Tensor, Tensor]:
    """Masks of the alphas at 1/4 and at 1/1 as MatteFormer is trained: two of {0, 1}, like `unknown`.

    Before step `warm_up` both are the trimap's unknown region. From three times `warm_up` on, each is where the
    coarser alpha is uncertain, dilated by a width that is drawn for each photo. Between, a coin decides. shared: where
    other processes have other photos of the batch; all draw alike, for all photos, each with a like `generator`.

    MatteFormer hands nothing over while the trimap decides, and `multiscale_loss` always does, as in DPT: of its
    terms, only the pyramid sees it, next to the mask.
    """
    if step < warm_up or (step < 3 * warm_up and _drawn(generator, 0, 2, count=1) == [0]):
        return unknown, unknown
    shared = shared or SharedBatch.unshared(len(unknown))
    mask_os4 = _uncertain(generator, alphas.alpha_os8, shared, widest=WIDEST_OS4)
    merged = torch.where(mask_os4 > 0, alphas.alpha_os4, alphas.alpha_os8)
    return mask_os4, _uncertain(generator, merged, shared, widest=WIDEST_OS1)


def _all_terms(
    alpha: Tensor,
    truth: Tensor,
    weight: Tensor,
    *,
    image: Tensor,
    foreground: Tensor | None,
    background: Tensor | None,
    total: Total = alone,
) -> Tensor:
    alpha = alpha.float()
    terms = reconstruction(alpha, truth, weight, total=total) + pyramid(alpha, truth, weight, total=total)
    if foreground is None or background is None:
        return terms
    return terms + composition(alpha, weight, image=image, foreground=foreground, background=background, total=total)


def _masked_mean(error: Tensor, weight: Tensor, total: Total) -> Tensor:
    """Absolute `error`, N x C x H x W, added up over channels and averaged over `weight`; 0 where that is empty."""
    return (error.abs() * weight).sum() / total(weight.sum()).clamp(min=1)


def _blurred(x: Tensor) -> Tensor:
    """N x 1 x H x W through the 5x5 binomial kernel."""
    taps = torch.tensor([1.0, 4, 6, 4, 1], device=x.device, dtype=x.dtype) / 16
    return F.conv2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), (taps[:, None] * taps)[None, None])


def _uncertain(generator: torch.Generator, alpha: Tensor, shared: SharedBatch, *, widest: int) -> Tensor:
    """`uncertain` as a float mask, each photo with a width of its own, 1 to `widest`."""
    widths = _drawn(generator, 1, widest + 1, count=shared.count)[shared.first : shared.first + len(alpha)]
    return torch.cat([uncertain(one[None], width=its) for one, its in zip(alpha, widths, strict=True)]).float()


def _drawn(generator: torch.Generator, low: int, high: int, *, count: int) -> list[int]:
    """`count` whole numbers from `low` to below `high`."""
    numbers: list[int] = torch.randint(low, high, (count,), generator=generator, device=generator.device).tolist()
    return numbers
