"""Closed-form matting behind the same protocol as the networks: no weights, always at hand."""

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Rgb, Trimap, check_rgb, check_trimap
from matting_core.trimap import force_known


class ClosedForm:
    """Levin, Lischinski, Weiss: "A Closed-Form Solution to Natural Image Matting", PAMI 2008, by PyMatting.

    Assumes that in every 3x3 window foreground and background colours lie on two lines in colour space. Slow
    on wide unknown bands and on photos above a few megapixels.
    """

    name = "closed-form"

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """Alpha of the whole photo: see `matting_core.matting.Matting.predict`.

        Without any known foreground every unknown pixel becomes 0, without any known background 1, which is
        where the equations themselves would end; with nothing known at all there is nothing to solve, and
        alpha is 0.5.
        """
        check_trimap(trimap, like=check_rgb(rgb))
        has_foreground, has_background = (
            bool((trimap == FOREGROUND).any()),
            bool((trimap == BACKGROUND).any()),
        )
        if has_foreground != has_background:
            return np.full(trimap.shape, float(has_foreground), np.float32)
        if not has_foreground:
            return np.full(trimap.shape, 0.5, np.float32)
        if not (trimap == UNKNOWN).any():
            return force_known(np.zeros(trimap.shape, np.float32), trimap)
        from pymatting import estimate_alpha_cf  # compiles for a minute when first imported

        alpha = estimate_alpha_cf(rgb / np.iinfo(rgb.dtype).max, trimap / 255)
        return force_known(np.clip(alpha, 0.0, 1.0).astype(np.float32), trimap)
