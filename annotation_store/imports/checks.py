"""What is asked of a matte from elsewhere before it becomes a revision; what is settled is told in words."""

import numpy as np

from annotation_store.imports.import_errors import UnusableMatteError
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Mask, Rgb, Trimap, unit_colours
from matting_core.image_io.raster import Samples
from matting_core.trimap import NEARLY_ONE, NEARLY_ZERO, force_known

SETTLED_SHARE = 0.001
"""Of the photo's pixels at which the trimap may overrule the alpha."""
INVERTED = "it looks inverted (black where the subject is): look at it; if it is, invert it and import it again"
_LEVEL = 1 / 255
_SOFT = (0.05, 0.95)
_ENOUGH_SOFT = 16  # pixels, below which nothing is said of straightness
_BORDER = 0.8  # share of the frame that is opaque where an alpha looks inverted


def check_size(shape: tuple[int, ...], *, width: int, height: int, what: str) -> None:
    """Raise UnusableMatteError unless a plane of `shape` (rows, columns) lies on a photo of this size."""
    rows, columns = shape[:2]
    if (columns, rows) == (width, height):
        return
    sizes = f"{what} is {columns}x{rows}, but the photo {width}x{height}"
    if (rows, columns) == (width, height):
        raise UnusableMatteError(
            f"{sizes}: it lies on its side. The photo was turned upright as its EXIF notes say: turn the matte, too"
        )
    raise UnusableMatteError(f"{sizes}: make it in the photo's size")


def check_classes(trimap: Trimap) -> None:
    """Raise UnusableMatteError unless all three classes are there, without which a trimap alone solves to nothing."""
    names = {FOREGROUND: "foreground (white)", BACKGROUND: "background (black)", UNKNOWN: "unknown region (grey)"}
    missing = [name for value, name in names.items() if not (trimap == value).any()]
    if missing:
        raise UnusableMatteError(
            f"this trimap has no {' and no '.join(missing)}: mark that too, or send the mask as an alpha"
        )


def settle(alpha: Alpha, trimap: Trimap) -> tuple[Alpha, tuple[str, ...]]:
    """The alpha as the trimap wants it, and what was changed. Both HxW.

    A known pixel of a trimap is exact in every alpha of the studio. A level of eight bits is rounding and not worth a
    word; a few pixels are told; more are a contradiction: UnusableMatteError.
    """
    far = ((trimap == FOREGROUND) & (alpha < NEARLY_ONE - _LEVEL / 2)) | (
        (trimap == BACKGROUND) & (alpha > NEARLY_ZERO + _LEVEL / 2)
    )
    count = int(np.count_nonzero(far))
    if count > SETTLED_SHARE * trimap.size:
        inverted = " (it looks inverted: black where the subject is)" if _is_opposite(alpha, trimap) else ""
        raise UnusableMatteError(
            f"the alpha says otherwise than its trimap at {count} pixels that are marked as known{inverted}: send the "
            "alpha alone, and its trimap is made from it; or the trimap alone"
        )
    notes = (f"at {count} known pixels of the trimap its alpha was overruled",) if count else ()
    return force_known(alpha, trimap), notes


def premultiplied_note(alpha: Alpha, colours: Samples, rgb: Rgb) -> str | None:
    """What to say of a cut-out whose colours seem to be multiplied by its opacity, None of a straight one.

    Such colours nowhere exceed their opacity; the photo's own do. alpha: float32, HxW. colours: HxWxC of the cut-out.
    rgb: the photo. All of one size.
    """
    soft: Mask = (alpha > _SOFT[0]) & (alpha < _SOFT[1])
    if colours.shape[2] > 3 or np.count_nonzero(soft) < _ENOUGH_SOFT:
        return None
    highest = np.iinfo(colours.dtype).max
    brightest = colours[soft].max(axis=1).astype(np.float32) / np.float32(highest)
    if (brightest > alpha[soft] + 1.5 * _LEVEL).any():
        return None
    photo = unit_colours(rgb[soft]).max(axis=1)
    if np.mean(photo > alpha[soft] + 1.5 * _LEVEL) < 0.1:
        return None  # a dark photo, of which nothing can be said
    return "its colours are multiplied by its opacity (premultiplied); only the opacity was taken, the photo is here"


def inverted_note(alpha: Alpha, before: Alpha | None) -> str | None:
    """A warning if the alpha is likely upside down: black on the subject.

    before: what the image's matte was until now, if it had any; else the frame of the photo is looked at, which few
    subjects fill while they leave its middle free.
    """
    if before is not None:
        is_likely = float(np.abs(alpha - before).mean()) > 2 * float(np.abs(1 - alpha - before).mean())
    else:
        frame = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
        rows, columns = (slice(side // 4, side - side // 4) for side in alpha.shape)
        is_likely = float((frame > 0.5).mean()) > _BORDER and float((alpha[rows, columns] > 0.5).mean()) < 0.5
    return INVERTED if is_likely else None


def _is_opposite(alpha: Alpha, trimap: Trimap) -> bool:
    known = trimap != UNKNOWN
    return bool(np.abs(alpha[known] - (trimap[known] == FOREGROUND)).mean() > 0.5)
