"""Samples that no training sees, to watch one by.

Weighted like the training: over uniformly drawn synthetic samples, the ranking of two networks can be the reverse of
their ranking on photographs. The error of a pretext says little about what fine-tuning makes of it, so it never decides
between pre-trainings.
"""

import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from training.batches.batch import Batch, decode
from training.batches.realism import realism_weights
from training.batches.sample_pool import Probabilities
from training.batches.samples import SampleSet
from training.batches.source import BatchSource
from training.learning.learner import Learner, planes_of
from training.losses.matting_loss import unknown_l1

TOGETHER = 16
AT_MOST = 128
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Batches, and the weight of each of their samples."""

    batches: tuple[Batch, ...]
    weights: Probabilities

    @staticmethod
    def of_samples(samples: SampleSet) -> "HeldOut":
        """The first samples of a set, weighted by how real they look."""
        some = samples[slice(0, AT_MOST)]
        return HeldOut(_batches(some), realism_weights(some))

    @staticmethod
    def of_windows(samples: SampleSet, parent: nn.Module) -> "HeldOut":
        """Windows of photographs, evenly out of a longer set, weighted by how many pixels count in them.

        parent: a network that is to become better. Where it errs much a window weighs less, so that one hard photo does
        not speak for all.
        """
        count = min(len(samples), AT_MOST)
        some = samples[torch.linspace(0, len(samples) - 1, count).round().long()].to("cpu")
        batches = _batches(some)
        pixels = np.concatenate([batch.counted.sum((1, 2, 3)).double().numpy() for batch in batches])
        errors = HeldOut(batches, pixels).errors(parent)
        return HeldOut(batches, np.sqrt(pixels) / (errors + errors.mean() + TINY))

    @staticmethod
    def of_source(source: BatchSource, *, batches: int = 4) -> "HeldOut":
        """The first batches of a source, every sample alike."""
        drawn = tuple(source.batch(step) for step in range(batches))
        return HeldOut(drawn, np.ones(sum(len(batch.alpha) for batch in drawn)))

    def error(self, network: nn.Module) -> float:
        """Weighted mean of the samples' `errors`."""
        return float(np.average(self.errors(network), weights=self.weights))

    def errors(self, network: nn.Module) -> npt.NDArray[np.float64]:
        """Mean absolute error of each sample in the unknown region, where the truth is known, of the finest alpha."""
        device = next(network.parameters()).device
        learner = Learner(copy.deepcopy(network)).eval()
        errors = []
        with torch.inference_mode():
            for batch in self.batches:
                alpha = learner(*(plane.to(device) for plane in planes_of(batch)))[0].cpu()
                truth, counted = batch.alpha.cpu(), batch.counted.cpu()
                for row in range(len(alpha)):
                    one = slice(row, row + 1)
                    errors.append(float(unknown_l1(alpha[one], truth[one], counted[one])))
        return np.array(errors)


def _batches(samples: SampleSet) -> tuple[Batch, ...]:
    starts = range(0, len(samples), TOGETHER)
    return tuple(decode(samples[slice(start, start + TOGETHER)]) for start in starts)
