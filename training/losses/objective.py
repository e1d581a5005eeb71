"""Which losses a training minimises, by name."""

from enum import StrEnum

import torch
from torch import Tensor, nn

from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha
from training.batches.batch import Batch
from training.losses.matting_loss import matting_loss
from training.losses.multiscale_loss import multiscale_loss, refinement_masks, single_scale_loss
from training.losses.shared_batch import SharedBatch


class Objective(StrEnum):
    """matting: for one head, in the unknown region (`matting_loss`). disentangling: DPT's three terms; outside the
    unknown region, the finer heads follow the coarsest. refining: the same terms, with MatteFormer's masks, which come
    from the prediction once it has learnt to tell what is settled."""

    MATTING = "matting"
    DISENTANGLING = "disentangling"
    REFINING = "refining"


def objective_for(network: nn.Module) -> Objective:
    """What a network is fine-tuned by."""
    return Objective.MATTING if isinstance(network, CompactNetwork) else Objective.DISENTANGLING


def composed(batch: Batch) -> Tensor:
    """What the truth composes from the straight colours: the right answer has no composition error, however the photo
    was mixed and spoilt. The photo itself where there are no such colours."""
    if batch.foreground is None or batch.background is None:
        return batch.inputs.rgb
    return batch.alpha * batch.foreground + (1 - batch.alpha) * batch.background


def loss_of(
    objective: Objective,
    alphas: tuple[Tensor, ...],
    batch: Batch,
    *,
    step: int,
    warm_up: int,
    generator: torch.Generator,
    shared: SharedBatch | None = None,
) -> Tensor:
    """A scalar. alphas: as a `Learner` gives them. generator: on the CPU; decides where masks are random. shared: where
    several processes share the batch; the result is then this process's addend, and all have like generators.

    A network with one head takes the terms of its only scale, whatever the objective's masks are. Where the truth is
    not to be believed, no alpha counts, not even through the neighbours that a gradient or a pyramid looks at.
    """
    shared = shared or SharedBatch.unshared(len(batch.alpha))
    unknown, truth = batch.counted, batch.alpha
    if batch.trusted is not None:  # the same everywhere else: no term sees a difference, and none learns
        truth, alphas = truth * batch.trusted, tuple(alpha * batch.trusted for alpha in alphas)
    if len(alphas) == 1 and objective is Objective.MATTING:
        return matting_loss(alphas[0], truth, unknown, total=shared.total)
    foreground, background = batch.foreground, batch.background
    image = composed(batch)
    if len(alphas) == 1:
        return single_scale_loss(
            alphas[0],
            truth,
            unknown,
            image=image,
            foreground=foreground,
            background=background,
            total=shared.total,
        )
    scales = MultiscaleAlpha(*alphas)
    mask_os4 = mask_os1 = None
    if objective is Objective.REFINING:
        mask_os4, mask_os1 = refinement_masks(
            scales, unknown, step=step, warm_up=warm_up, generator=generator, shared=shared
        )
    return multiscale_loss(
        scales,
        truth,
        unknown,
        image=image,
        foreground=foreground,
        background=background,
        mask_os4=mask_os4,
        mask_os1=mask_os1,
        trusted=batch.trusted,
        total=shared.total,
    )
