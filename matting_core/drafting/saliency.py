"""Where the subject probably is: what differs from everything that reaches the frame.

Follows Zhu, Liang, Wei, Sun: "Saliency Optimization from Robust Background Detection", CVPR 2014. The image is cut
into superpixels. A region that touches the frame along much of its outline is background; contrast against such
regions makes a subject; a quadratic cost reconciles both with the neighbours. Two departures of ours: of the lower
edge only the corners count as frame, because subjects stand on it and are cut by it; and contrast counts more near
the middle, because photographers aim.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from skimage.segmentation import slic

from matting_core.arrays import Floats, Rgb
from matting_core.drafting.working_copy import lab_of

SUPERPIXELS = 300
COMPACTNESS = 20.0
COLOUR_SIGMA = 7.0  # Lab units: colours this far apart begin to count as different
NEAR_SIGMA = 0.25  # of the longer side: how far contrast reaches
TEXTURE = 0.5  # of the mean step to the most similar neighbour: differences that cost nothing
SMOOTHNESS = 0.1
CORNER_SHARE = 0.2  # of the lower edge, at either end
CENTRE = (0.55, 0.5)  # row and column, as shares: the middle of subjects lies a little below that of photos
CENTRE_SIGMA = 0.3

Matrix = npt.NDArray[np.floating[Any]]
Pairs = npt.NDArray[np.bool_]


def subject_saliency(rgb: Rgb) -> Floats:
    """How likely each pixel belongs to the subject: float32, HxW, [0, 1], constant within a superpixel.

    rgb: uint8, HxWx3, sRGB; some hundred pixels wide.
    """
    labels = slic(rgb, n_segments=SUPERPIXELS, compactness=COMPACTNESS, max_num_iter=5, start_label=0)
    colours, places = _means(labels, lab_of(rgb)), _means(labels, _coordinates(labels.shape))
    touching, frame = _touching(labels), np.zeros(len(colours), np.bool_)
    corner = round(CORNER_SHARE * labels.shape[1])
    lower = labels[-1]
    frame[np.concatenate([labels[0], labels[:, 0], labels[:, -1], lower[:corner], lower[-corner:]])] = True
    contrast = np.linalg.norm(colours[:, None] - colours[None], axis=2)

    background = _backgroundness(contrast, touching, frame)
    nearness = np.exp(-np.square(places[:, None] - places[None]).sum(axis=2) / (2 * NEAR_SIGMA**2))
    foreground = _stretched(_stretched((contrast * nearness) @ background) * _centredness(labels))
    score = _reconciled(background, foreground, _affinity(contrast, touching, frame))
    saliency: Floats = _stretched(score).astype(np.float32)[labels]
    return saliency


def _means(labels: npt.NDArray[np.int64], values: Floats) -> Matrix:
    flat = labels.ravel()
    sums = [np.bincount(flat, values[..., k].ravel()) for k in range(values.shape[2])]
    return np.stack(sums, axis=1) / np.bincount(flat)[:, None]


def _coordinates(shape: tuple[int, ...]) -> Floats:
    """Column and row of each pixel, as a share of the longer side."""
    rows, columns = np.indices(shape, np.float32) / max(shape)
    return np.dstack([columns, rows])


def _centredness(labels: npt.NDArray[np.int64]) -> Matrix:
    rows, columns = np.indices(labels.shape, np.float32) / np.reshape(labels.shape, (2, 1, 1))
    places = _means(labels, np.dstack([rows, columns]))
    centredness: Matrix = np.exp(-np.square(places - CENTRE).sum(axis=1) / (2 * CENTRE_SIGMA**2))
    return centredness


def _touching(labels: npt.NDArray[np.int64]) -> Pairs:
    count = int(labels.max()) + 1
    touching = np.zeros((count, count), np.bool_)
    touching[labels[:, :-1], labels[:, 1:]] = True
    touching[labels[:-1], labels[1:]] = True
    touching |= touching.T
    np.fill_diagonal(touching, False)
    return touching


def _backgroundness(contrast: Matrix, touching: Pairs, frame: Pairs) -> Matrix:
    """Length of each region along the frame against the root of its area, as a probability (eqs. 1 to 5)."""
    linked = touching | (frame[:, None] & frame[None])
    texture = TEXTURE * np.where(touching, contrast, np.inf).min(axis=1, initial=contrast.max()).mean()
    # a stored zero would mean "no edge" to the sparse graph
    steps = np.where(linked, np.maximum(contrast - texture, 0) + 1e-6, 0)
    apart = dijkstra(csr_matrix(steps), directed=False)
    same = np.exp(-(apart**2) / (2 * COLOUR_SIGMA**2))
    along_frame = same[:, frame].sum(axis=1) / np.sqrt(same.sum(axis=1))
    probability: Matrix = 1 - np.exp(-(along_frame**2) / 2)
    return probability


def _affinity(contrast: Matrix, touching: Pairs, frame: Pairs) -> Matrix:
    near = touching | (touching.astype(np.float64) @ touching > 0) | (frame[:, None] & frame[None])
    np.fill_diagonal(near, False)
    similar: Matrix = np.exp(-(contrast**2) / (2 * COLOUR_SIGMA**2))
    return near * similar + SMOOTHNESS * touching.astype(np.float64)


def _reconciled(background: Matrix, foreground: Matrix, affinity: Matrix) -> Matrix:
    """min over s of sum b s^2 + sum f (s - 1)^2 + sum w (s_i - s_j)^2 (eq. 9)."""
    system = np.diag(affinity.sum(axis=1) + background + foreground + 1e-9) - affinity
    return np.linalg.solve(system, foreground)


def _stretched(values: Matrix) -> Matrix:
    span = np.ptp(values)
    return (values - values.min()) / span if span > 0 else np.zeros_like(values)
