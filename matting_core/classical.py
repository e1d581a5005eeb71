"""Classical matting behind the same protocol as the networks: no weights, always at hand.

The solvers are PyMatting's. What it leaves open is settled here, once for all of them: trimaps with nothing to
solve, photos smaller than the solvers' windows, and systems that conjugate gradients do not finish.
"""

from abc import ABC, abstractmethod

import cv2
import numpy as np
import numpy.typing as npt
import torch

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Floats, Rgb, Trimap, check_rgb, check_trimap
from matting_core.errors import MattingError
from matting_core.padding import pad_to_even
from matting_core.prior.guided_upsampling import guided_upsampling
from matting_core.trimap import coarser, force_known, settled_alpha

Doubles = npt.NDArray[np.float64]

_SWAPPED = np.full(256, UNKNOWN, np.uint8)
_SWAPPED[BACKGROUND], _SWAPPED[FOREGROUND] = FOREGROUND, BACKGROUND


class ClassicalMatting(ABC):
    """A solver as a matting model: implements `matting_core.matting.Matting`. Stateless, so thread-safe."""

    name: str
    smallest_side = 1
    """Pixels that the solver needs in height and in width; smaller photos are continued by their own edge."""

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """Alpha of the whole photo: see `matting_core.matting.Matting.predict`.

        Without any known foreground every unknown pixel becomes 0, without any known background 1, which is
        where the equations themselves would end; with nothing known at all there is nothing to solve, and
        alpha is 0.5. Raises InvalidArrayError on arrays that break their contract, and MattingError if the
        solver does not arrive.
        """
        check_trimap(trimap, like=check_rgb(rgb))
        settled = settled_alpha(trimap)
        if settled is not None:
            return settled
        height, width = trimap.shape
        below, beside = max(0, self.smallest_side - height), max(0, self.smallest_side - width)
        edges = ((0, below), (0, beside))
        colours = np.pad(rgb / np.iinfo(rgb.dtype).max, (*edges, (0, 0)), mode="edge")
        labels = np.pad(trimap, edges, mode="edge")
        try:
            alpha = self._solve(colours, labels)
        except ValueError as error:  # PyMatting's word for a system that it cannot factor or finish
            try:
                # no unknown pixel near the foreground makes a right side of zeros; seen from the background it is none
                alpha = 1 - self._solve(colours, _SWAPPED[labels])
            except ValueError:
                raise MattingError(
                    f"{self.name} found no solution ({error}): mark more of the photo as known, or choose another "
                    "method"
                ) from error
        return force_known(np.clip(alpha[:height, :width], 0, 1).astype(np.float32), trimap)

    @abstractmethod
    def _solve(self, colours: Doubles, trimap: Trimap) -> Floats | Doubles:
        """Alpha, HxW, about [0, 1], of a trimap with all three classes; colours: float64, HxWx3, [0, 1]."""


class ClosedForm(ClassicalMatting):
    """Levin, Lischinski, Weiss: "A Closed-Form Solution to Natural Image Matting", PAMI 2008, by PyMatting.

    Assumes that in every 3x3 window foreground and background colours lie on two lines in colour space. Slow
    on wide unknown bands and on photos above a few megapixels.
    """

    name = "closed-form"
    smallest_side = 3

    def _solve(self, colours: Doubles, trimap: Trimap) -> Floats | Doubles:
        return _closed_form(colours, trimap)


class KnnMatting(ClassicalMatting):
    """Chen, Li, Tang: "KNN Matting", PAMI 2013, by PyMatting.

    A pixel's alpha is the mean over the pixels nearest to it in colour and place, wherever in the photo they
    are, so that it also crosses gaps which the windows of closed form do not. Several times slower than that.
    """

    name = "knn"
    smallest_side = 5
    """The solver looks for 20 neighbours of every pixel."""

    def _solve(self, colours: Doubles, trimap: Trimap) -> Floats | Doubles:
        from pymatting import estimate_alpha_knn  # compiles for a minute when first imported

        alpha: Doubles = estimate_alpha_knn(colours, trimap / 255)
        return alpha


class HalfClosedForm(ClassicalMatting):
    """Closed form at half resolution, brought back to full resolution along the photo's own edges.

    The way back is `matting_core.prior.guided_upsampling` (He, Sun, Tang, "Guided Image Filtering", 2013). A
    quarter of the pixels, so several times faster than `ClosedForm`, and a tenth less exact.
    """

    name = "half-closed-form"
    smallest_side = 6

    def _solve(self, colours: Doubles, trimap: Trimap) -> Floats | Doubles:
        large, labels = pad_to_even(colours.astype(np.float32)), coarser(trimap, times=2)
        small = cv2.resize(large, labels.shape[::-1], interpolation=cv2.INTER_AREA)
        half = settled_alpha(labels)  # halving may leave nothing unknown
        if half is None:
            half = np.clip(_closed_form(small.astype(np.float64), labels), 0, 1).astype(np.float32)
        alpha: Floats = guided_upsampling(
            torch.from_numpy(half),
            small=torch.from_numpy(small).permute(2, 0, 1),
            large=torch.from_numpy(large).permute(2, 0, 1),
        ).numpy()
        return alpha[: trimap.shape[0], : trimap.shape[1]]


def _closed_form(colours: Doubles, trimap: Trimap) -> Doubles:
    from pymatting import estimate_alpha_cf  # compiles for a minute when first imported

    alpha: Doubles = estimate_alpha_cf(colours, trimap / 255)
    return alpha
