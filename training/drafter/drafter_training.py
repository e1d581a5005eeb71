"""Teaching the learned drafter: a plain loop over cross-entropy, and the comparison that decides whether it serves."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Trimap
from matting_core.drafting.drafter import Drafter
from matting_core.drafting.learned_network import WORKING_SIDE, DraftingNetwork
from training.drafter.drafter_samples import DrafterSample, draw_batch
from training.learning.loop import TrainingStopped

CLASS_WEIGHTS = (1.0, 2.0, 1.0)
"""Background, unknown, foreground: bands are narrow, and a wrong one costs a person the most strokes."""

WEIGHT_DECAY = 1e-2
LARGEST_GRADIENT = 1.0


@dataclass(frozen=True, slots=True)
class DrafterSettings:
    """How long and how fast to learn; steps or minutes, whichever ends first. side: of the samples, in pixels."""

    steps: int = 600
    minutes: float = 30
    batch: int = 8
    learning_rate: float = 2e-3
    warm_up: int = 20
    side: int = WORKING_SIDE
    device: str = "cpu"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class DrafterStep:
    """One step of the training: its number from 1, the share of the whole in [0, 1], and the smoothed loss."""

    step: int
    share: float
    loss: float


def train_drafter(
    samples: Sequence[DrafterSample],
    settings: DrafterSettings,
    *,
    on_step: Callable[[DrafterStep], bool] | None = None,
) -> DraftingNetwork:
    """A network that has learnt from `samples`, in eval mode.

    on_step: returning False raises TrainingStopped. The same seed, samples and settings, ended by their steps, give
    the same weights on the same machine.
    """
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    network = DraftingNetwork().to(settings.device).train()
    weights = torch.tensor(CLASS_WEIGHTS, device=settings.device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate, weight_decay=WEIGHT_DECAY)
    started, step, share, smoothed = time.monotonic(), 0, 0.0, float("nan")
    while share < 1:
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * _schedule(step, share, settings.warm_up)
        inputs, classes = draw_batch(rng, samples, size=settings.batch, side=settings.side)
        logits = network(inputs.to(settings.device))
        loss = F.cross_entropy(logits, classes.to(settings.device), weight=weights)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        step += 1
        share = min(1.0, max(step / settings.steps, (time.monotonic() - started) / (60 * settings.minutes)))
        smoothed = loss.item() if step == 1 else 0.95 * smoothed + 0.05 * loss.item()
        if on_step is not None and not on_step(DrafterStep(step, share, smoothed)):
            raise TrainingStopped
    return network.eval()


def _schedule(step: int, share: float, warm_up: int) -> float:
    """Linear warm-up times a cosine that ends just above zero."""
    return min(1.0, (step + 1) / warm_up) * (0.5 * (1 + float(np.cos(np.pi * share))) + 0.005)


def class_overlap(trimap: Trimap, truth: Trimap) -> float:
    """Intersection over union, [0, 1], as the mean of the three classes; one that is in neither is left out.

    Both: uint8, HxW, {0, 128, 255}.
    """
    overlaps = []
    for label in (BACKGROUND, UNKNOWN, FOREGROUND):
        ours, theirs = trimap == label, truth == label
        if union := np.count_nonzero(ours | theirs):
            overlaps.append(np.count_nonzero(ours & theirs) / union)
    return float(np.mean(overlaps))


@dataclass(frozen=True, slots=True)
class DrafterVerdict:
    """Whether the candidate is better than every rival. overlaps: mean of `class_overlap` by the drafter's name."""

    better: bool
    images: int
    overlaps: Mapping[str, float]
    reason: str


def judge_drafter(
    candidate: Drafter,
    rivals: Mapping[str, Drafter],
    examples: Iterable[TrainingExample],
    *,
    on_image: Callable[[int], None] | None = None,
) -> DrafterVerdict:
    """Compare drafts without hints with the approved trimaps of held-out `examples`, one in memory at a time.

    A draft of which nothing is certain counts as 0: it is the ellipse that stands where no subject was found, and on
    photos of centred subjects that would flatter a network that has learnt nothing. rivals: by the name that the
    verdict gives them. on_image: told the number of images done.
    """
    drafters = {"the new drafter": candidate, **rivals}
    overlaps: dict[str, list[float]] = {name: [] for name in drafters}
    images = 0
    for images, example in enumerate(examples, 1):
        for name, drafter in drafters.items():
            draft = drafter.draft(example.rgb)
            overlaps[name].append(class_overlap(draft.trimap, example.trimap) if draft.certainty.any() else 0.0)
        if on_image is not None:
            on_image(images)
    means = {name: float(np.mean(values)) for name, values in overlaps.items()}
    new = means["the new drafter"]
    better = all(new > means[name] for name in rivals)
    figures = ", ".join(f"{name} {mean:.3f}" for name, mean in means.items())
    basis = f"agreement with {images} held-out approved trimap{'' if images == 1 else 's'} (mean IoU): {figures}"
    decision = "The new drafter is kept" if better else "The new drafter is not kept, and nothing changes"
    return DrafterVerdict(better, images, means, f"{decision}; {basis}.")
