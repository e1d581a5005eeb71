"""How real does a synthetic sample look? Weights that pull the training distribution towards photographs.

A network that corrects a prior learns *when to distrust it*; if the prior fails more often on synthetic
samples than on photographs, the network distrusts it too much. So samples are drawn with weights that match
four statistics, measured on real photographs with closed-form priors, not with any benchmark's alphas in
training:

- the prior's mean error in the unknown region is around 0.045;
- few pixels of the unknown region are half transparent;
- colour sampling alone is clearly worse than the solver (about 1.8x);
- the strong data term is not better than the weak one.
"""

import numpy as np
import numpy.typing as npt

from matting_core.arrays import UNKNOWN
from training.batches.samples import SampleSet

PRIOR_ERROR = 0.045
PRIOR_ERROR_SPREAD = 0.5  # of the logarithm
SEMI_TRANSPARENT_SCALE = 0.25
SAMPLING_RATIO_LOG = 0.6
CAP = 8.0  # no sample is drawn more than this many times as often as the average one

Weights = npt.NDArray[np.float64]


def realism_weights(samples: SampleSet) -> Weights:
    """One probability per sample (they sum to 1)."""
    return bounded(raw_weights(samples))


def bounded(weights: Weights) -> Weights:
    """Raw weights as probabilities of which none is far above the average one; a weight of 0 is no sample."""
    shares: Weights = weights / weights.sum()
    shares = np.minimum(shares, CAP / np.count_nonzero(shares))
    shares /= shares.sum()
    return shares


def raw_weights(samples: SampleSet) -> Weights:
    """How real each sample looks, (0, 1]: comparable between sets."""
    parts = [_raw_weights(samples[slice(start, start + 200)].to("cpu")) for start in range(0, len(samples), 200)]
    weights: Weights = np.concatenate(parts)
    return weights


def effective_count(weights: Weights) -> float:
    """Kish's effective sample size: how many equally weighted samples are worth these."""
    return float(1 / np.square(weights).sum())


def _raw_weights(samples: SampleSet) -> Weights:
    unknown = samples.trimap.numpy() == UNKNOWN
    alpha, prior = samples.alpha.numpy() / 255.0, samples.prior.numpy() / 255.0
    pixels = unknown.sum((1, 2)) + 1
    error = (np.abs(prior - alpha) * unknown).sum((1, 2)) / pixels
    semi = ((alpha > 0.1) & (alpha < 0.9) & unknown).sum((1, 2)) / pixels
    weak, strong, sampled = (_half_error(samples, alpha, unknown, plane) for plane in range(3))
    weight: Weights = np.exp(-(np.log(error / PRIOR_ERROR + 1e-3) ** 2) / (2 * PRIOR_ERROR_SPREAD**2))
    weight *= np.exp(-semi / SEMI_TRANSPARENT_SCALE)
    weight *= _sigmoid((np.log((sampled + 1e-3) / (weak + 1e-3)) - SAMPLING_RATIO_LOG) / 0.2)
    weight *= _sigmoid((strong - weak) / (weak + 1e-3) / 0.06)
    return weight


def _half_error(samples: SampleSet, alpha: Weights, unknown: npt.NDArray[np.bool_], plane: int) -> Weights:
    """Mean absolute error of one half-resolution plane in the unknown region, per sample."""
    count, side = len(alpha), alpha.shape[1] // 2
    truth = alpha.reshape(count, side, 2, side, 2).mean((2, 4))
    inside = unknown[:, ::2, ::2]
    difference = np.abs(samples.half[:, plane].numpy() / 255.0 - truth) * inside
    error: Weights = difference.sum((1, 2)) / (inside.sum((1, 2)) + 1)
    return error


def _sigmoid(x: Weights) -> Weights:
    return 1 / (1 + np.exp(-x))
