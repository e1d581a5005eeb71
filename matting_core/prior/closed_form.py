"""Closed-form matting with a data term, solved for the unknown pixels only.

Levin, Lischinski & Weiss, "A Closed-Form Solution to Natural Image Matting" (2008): alpha minimises a^T L a,
where the matting Laplacian L says that alpha is a linear function of colour in every 3x3 window. Here the
known pixels are not softly weighted but eliminated, so that the system is as large as the unknown region, not
as the photo:

    (L_UU + D) a_U = D s_U - L_UK a_K,      D = diag(weight * confidence)

with s the alpha from colour sampling, trusted where its confidence says so.
"""

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import LinearOperator, cg

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Trimap

EPSILON = 1e-7
# at 1e-4, conjugate gradients stop early enough to cost a quarter of the SAD on wide bands
RELATIVE_TOLERANCE = 1e-6
ITERATIONS = 400


class UnknownRegionSolver:
    """The system of one photo and trimap, assembled once and solved for several data weights.

    colours: float32, HxWx3, sRGB in [0, 1]. trimap: uint8, HxW, {0, 128, 255}, with at least one pixel of
    each class.
    """

    def __init__(self, colours: Floats, trimap: Trimap) -> None:
        # imported late: the first import compiles PyMatting's kernels for about a minute
        from pymatting import cf_laplacian

        self._trimap = trimap
        self._region = trimap == UNKNOWN
        unknown = np.flatnonzero(self._region)
        known = trimap != UNKNOWN
        laplacian = cf_laplacian(colours.astype(np.float64), epsilon=EPSILON, radius=1, is_known=known)
        rows = laplacian[unknown]
        self._inner = rows[:, unknown].tocsr()
        self._pull = -(rows @ (trimap == FOREGROUND).ravel().astype(np.float64))
        self._preconditioner: LinearOperator | None = None

    def solve(self, samples: Floats, confidence: Floats, *, weight: float, start: Floats | None = None) -> Floats:
        """Alpha with the data term `weight` * `confidence` towards `samples`.

        samples, confidence, start: float32, HxW, [0, 1]; `start` warms the iteration. Returns float32, HxW,
        [0, 1], exact where the trimap is known. The first call's preconditioner serves the later ones.
        """
        from pymatting import ichol

        trust = weight * confidence[self._region].astype(np.float64)
        system = (self._inner + sparse.diags(trust)).tocsc()
        if self._preconditioner is None:
            factor = ichol(system, discard_threshold=1e-4, shifts=[1e-4, 1e-3, 1e-2, 0.1])
            self._preconditioner = LinearOperator(system.shape, matvec=factor, dtype=np.float64)
        target = self._pull + trust * samples[self._region]
        guess = None if start is None else start[self._region].astype(np.float64)
        # SciPy's solver, as PyMatting's raises if it runs out of iterations: an unconverged alpha is still the best
        inner, _ = cg(
            system.tocsr(),
            target,
            x0=guess,
            M=self._preconditioner,
            rtol=RELATIVE_TOLERANCE,
            maxiter=ITERATIONS,
        )
        alpha: Floats = (self._trimap == FOREGROUND).astype(np.float32)
        alpha[self._region] = np.clip(inner, 0, 1)
        return alpha


def trivial_alpha(trimap: Trimap) -> Floats | None:
    """The answer where there is nothing to solve, else None.

    trimap: uint8, HxW, {0, 128, 255}. Without unknown pixels alpha is the trimap; without known foreground
    everything is background, without known background everything is foreground. Returns float32, HxW, {0, 1}.
    """
    has = {label: bool((trimap == label).any()) for label in (BACKGROUND, UNKNOWN, FOREGROUND)}
    if has[UNKNOWN] and has[FOREGROUND] and has[BACKGROUND]:
        return None
    unknown_is = np.float32(1.0 if has[FOREGROUND] and not has[BACKGROUND] else 0.0)
    return np.where(trimap == UNKNOWN, unknown_is, (trimap == FOREGROUND).astype(np.float32))
