"""The simulated operator: turns a draft into the true matte as a sensible person does.

What is known and wrong is mended first, and the alpha computed anew. Then, for some rounds, what is visibly wrong in
the unknown region is decided where the truth is foreground or background: the largest places first, since with them
much of the rest comes right. What is still wrong where the truth is soft is painted with the soft brush, as far as that
helps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from matting_core.arrays import UNKNOWN, Alpha, Mask, Rgb, Trimap
from matting_core.edits.edit import Edit
from matting_core.edits.marks import Marks
from matting_core.edits.stroke import Stroke
from matting_core.matting import Matting
from matting_core.predictor import predict
from matting_core.trimap import force_known
from training.operator.effort import Effort, effort_of
from training.operator.goal import Goal, known_as_wrong
from training.operator.hand import Hand, large_parts
from training.operator.mending import mending
from training.operator.softening import soften


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """tolerance: a difference of alpha that nobody minds. blur: what is seen is the difference blurred by so many
    pixels (sigma), so that not every hair is. rounds: of deciding what is unknown. share: in one round, places of at
    least this share of the largest are painted. most_soft: strokes of the soft brush."""

    tolerance: float = 0.1
    blur: float = 1.5
    rounds: int = 3
    share: float = 0.25
    most_soft: int = 12


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """What an operator leaves. trimap: uint8, HxW, exactly what `edits` make of the draft's. alpha: float32, HxW,
    [0, 1], as it is shown, exactly 0 and 1 where the trimap is known."""

    trimap: Trimap
    alpha: Alpha
    edits: tuple[Edit, ...]
    effort: Effort


def correct(
    rgb: Rgb,
    trimap: Trimap,
    alpha: Alpha,
    truth: Alpha,
    *,
    matting: Matting,
    settings: OperatorSettings | None = None,
) -> Corrected:
    """Correct a draft, and tell what that cost; the same draft is always corrected alike.

    rgb: uint8 or uint16, HxWx3. trimap: uint8, HxW, {0, 128, 255}. alpha: float32, HxW, [0, 1], of the draft. truth:
    float32, HxW, [0, 1]. matting: what computes the alpha anew.
    """
    desk = _Desk(rgb, Marks(trimap.copy(), lambda: trimap), alpha, truth, matting, settings or OperatorSettings())
    desk.mend_what_is_known()
    desk.decide_what_is_unknown()
    desk.soften_the_rest()
    shown = force_known(desk.marks.shown(desk.model, desk.marks.whole), desk.marks.trimap)
    return Corrected(desk.marks.trimap, shown, tuple(desk.edits), effort_of(desk.edits, desk.marks.whole))


def visible(shown: Alpha, truth: Alpha, *, tolerance: float, blur: float) -> Mask:
    """Where somebody sees that an alpha is not the true one: bool, HxW.

    Both: float32, HxW, [0, 1].
    """
    apart = truth - shown
    seen = np.abs(cv2.GaussianBlur(apart, (0, 0), blur)) > tolerance
    return np.asarray(seen & (np.abs(apart) > tolerance))


@dataclass(slots=True, eq=False)
class _Desk:
    """A photo in work. model: the alpha below what is painted by hand."""

    rgb: Rgb
    marks: Marks
    model: Alpha
    truth: Alpha
    matting: Matting
    settings: OperatorSettings
    edits: list[Edit] = field(default_factory=list)
    hand: Hand = field(init=False)
    goal: Goal = field(init=False)

    def __post_init__(self) -> None:
        self.hand = Hand.for_photo(*self.truth.shape)
        self.goal = Goal.of(self.truth)

    def mend_what_is_known(self) -> None:
        tolerance = self.settings.tolerance
        self._paint(mending(known_as_wrong(self.marks.trimap, self.truth, tolerance=tolerance), self.goal, self.hand))

    def decide_what_is_unknown(self) -> None:
        for _ in range(self.settings.rounds):
            wrong = self._wrong() & ~self.goal.undecided
            largest = _largest(wrong)
            if largest < self.hand.fewest:
                break
            now = large_parts(wrong, max(self.hand.fewest, round(self.settings.share * largest)))
            if not self._paint(mending(now, self.goal, self.hand)):
                break

    def soften_the_rest(self) -> None:
        self.edits += soften(
            self.marks, self.model, self.truth, self._wrong(), hand=self.hand, most=self.settings.most_soft
        )

    def _wrong(self) -> Mask:
        """Unknown pixels whose alpha is visibly wrong."""
        seen = visible(self.model, self.truth, tolerance=self.settings.tolerance, blur=self.settings.blur)
        return large_parts(seen & (self.marks.trimap == UNKNOWN), self.hand.fewest)

    def _paint(self, strokes: Sequence[Stroke]) -> bool:
        for stroke in strokes:
            stroke.apply(self.marks)
        if strokes:
            self.edits += strokes
            self.model = predict(self.matting, self.rgb, self.marks.trimap)
        return bool(strokes)


def _largest(mask: Mask) -> int:
    """Pixels of the largest connected region."""
    _, _, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return int(statistics[1:, cv2.CC_STAT_AREA].max(initial=0))
