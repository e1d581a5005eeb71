"""From a photo and a trimap to an alpha, whatever the model: contracts checked, known pixels exact, cancellable.

How a change of the trimap reaches the alpha without predicting the photo again is told in `local_update.py`.
"""

from matting_core.arrays import Alpha, Rgb, Trimap, check_alpha, check_rgb, check_trimap
from matting_core.cancelling import Cancellation, cancellable
from matting_core.fastest import trial_picture
from matting_core.matting import Matting, live_form
from matting_core.trimap import force_known


def predict(matting: Matting, rgb: Rgb, trimap: Trimap, *, cancellation: Cancellation | None = None) -> Alpha:
    """Alpha of the whole photo.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}. Returns float32, HxW, [0, 1]. Raises
    InvalidArrayError on arrays that break their contract, or if the model's answer does, and Cancelled soon after
    `cancellation` was pulled, if the model works in steps.
    """
    check_trimap(trimap, like=check_rgb(rgb))
    with cancellable(cancellation):
        return force_known(check_alpha(matting.predict(rgb, trimap), like=rgb), trimap)


def run_once(matting: Matting, *, side: int = 320) -> None:
    """Predict a picture of `side` x `side` pixels with the quick form: the first run of an engine takes seconds."""
    live_form(matting).predict(*trial_picture(side))
