"""What was read of one photo's matte, made into what a revision holds: a trimap, and an alpha that obeys it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from annotation_store.imports import checks
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.planes import ReadAlpha
from matting_core.arrays import Alpha, Rgb, Trimap, check_alpha
from matting_core.trimap import band_for, force_known, from_alpha

Predict = Callable[[int, Rgb, Trimap], tuple[Alpha, int]]
"""(project, photo, trimap) -> (alpha, the number of the model version that made it)."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What came of a photo's matte: an alpha, a trimap, or both. trimap: uint8, HxW, {0, 128, 255}."""

    alpha: ReadAlpha | None
    trimap: Trimap | None


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """What becomes of it. model_id: the version that made the alpha, None if nobody here did. notes: in words.

    is_as_before: whether it is what the image had already, as far as the file's depth tells.
    """

    trimap: Trimap
    alpha: Alpha
    model_id: int | None
    notes: tuple[str, ...]
    is_as_before: bool


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """The photo below it. before: the trimap and the alpha that the image has now, None if it has none."""

    name: str
    project_id: int
    rgb: Rgb
    before: tuple[Trimap, Alpha] | None

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])


def compose(read: Read, photo: Photo, *, predict: Predict | None) -> Composed:
    """Check what was read, and complete it. Raises UnusableMatteError, in words."""
    width, height = photo.width, photo.height
    if read.trimap is not None:
        checks.check_size(read.trimap.shape, width=width, height=height, what="the trimap")
    if read.alpha is None:
        return _predicted(read.trimap, photo, predict)
    alpha = check_alpha(read.alpha.alpha)
    checks.check_size(alpha.shape, width=width, height=height, what="the alpha")
    before = None if photo.before is None else photo.before[1]
    notes = [checks.inverted_note(alpha, before)]
    if read.alpha.colours is not None:
        notes.append(checks.premultiplied_note(alpha, read.alpha.colours, photo.rgb))
    told: tuple[str, ...] = ()
    trimap = read.trimap
    if trimap is None and photo.before is not None and _is_same(alpha, photo.before[1], read.alpha.bits):
        return Composed(*photo.before, None, (), is_as_before=True)
    if trimap is None:
        trimap = from_alpha(alpha, band=band_for(width, height))
        settled = force_known(alpha, trimap)
    else:
        settled, told = checks.settle(alpha, trimap)
    return Composed(
        trimap=trimap,
        alpha=settled,
        model_id=None,
        notes=(*(note for note in notes if note is not None), *told),
        is_as_before=photo.before is not None
        and np.array_equal(trimap, photo.before[0])
        and _is_same(settled, photo.before[1], read.alpha.bits),
    )


def _predicted(trimap: Trimap | None, photo: Photo, predict: Predict | None) -> Composed:
    if trimap is None:
        raise UnusableMatteError("no matte came with this photo: send its alpha or its trimap along")
    checks.check_classes(trimap)
    if photo.before is not None and np.array_equal(trimap, photo.before[0]):
        return Composed(*photo.before, None, (), is_as_before=True)
    if predict is None:
        raise UnusableMatteError(
            "only a trimap came, and there is no model here that could make the alpha of it: send the alpha along"
        )
    alpha, model_id = predict(photo.project_id, photo.rgb, trimap)
    return Composed(trimap, force_known(alpha, trimap), model_id, (), is_as_before=False)


def _is_same(alpha: Alpha, kept: Alpha, bits: int) -> bool:
    """Whether an alpha of so many bits is what rounding leaves of the one that is kept."""
    highest = np.float32((1 << bits) - 1)
    return bool(np.array_equal(np.rint(alpha * highest), np.rint(kept * highest)))
