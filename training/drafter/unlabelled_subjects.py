"""Subjects and grounds from photos that nobody has labelled, for what the learned drafter knows before it has seen a
studio.

Subjects come from plain backdrops, where the difference from the backdrop cuts them out; from photos whose automatic
draft a person has looked at and found right; and, as silhouettes drawn by formula, filled with a piece of any photo.
Grounds are scenes, what lies behind the subjects of right drafts, and now and then any other photo.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from matting_core.arrays import Mask, Rgb
from matting_core.drafting.automatic import PLAIN_ENOUGH, AutomaticDrafter
from matting_core.drafting.backdrop import backdrop_score
from matting_core.drafting.banding import tidied
from matting_core.drafting.working_copy import shrunk
from training.drafter.cut_and_paste import Alpha8, Cutout, Rng, cut_out, ground_of
from training.photos import SUFFIXES
from training.pretext.thing_contours import random_thing

RIGHT_DRAFTS = Path(__file__).with_name("right_drafts.txt")
SIDE = 384
SILHOUETTE_SIDE = 320
DEPARTING = 0.2  # of a backdrop's score
NEARLY_PLAIN = 0.6  # is enough of a white frame: what else could it be
WHITE = 235
CLOSING = 7  # pixels
SMALLEST, LARGEST, WHOLE, MOST_RAGGED = 0.06, 0.8, 0.9, 9.0
"""What a subject cut from its backdrop covers of the photo; how much of it hangs together; the length of its outline
against the root of its area."""

CATALOGUE = 1 / 3
"""A folder of which so many photos show a subject before a plain backdrop: there, what looks so is so."""

PLAIN, RIGHT, DRAWN = 0.5, 0.35, 0.15
"""Shares of the subjects by where they come from."""


SCENES, BEHIND, OTHERS = 0.45, 0.25, 0.3
"""Shares of the grounds: photos of scenes, right drafts without their subject, and whatever else there is."""


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """plain, right: photos with alphas. grounds: each group with its share."""

    plain: tuple[tuple[Rgb, Alpha8], ...]
    right: tuple[tuple[Rgb, Alpha8], ...]
    grounds: tuple[tuple[float, tuple[Rgb, ...]], ...]

    def subject(self, rng: Rng) -> Cutout:
        """Any subject."""
        groups = [(share, group) for share, group in ((PLAIN, self.plain), (RIGHT, self.right)) if group]
        if not groups or rng.random() < DRAWN:
            return self._silhouette(rng)
        _, group = groups[_one_of(rng, [share for share, _ in groups])]
        return cut_out(*group[int(rng.integers(len(group)))])

    def ground(self, rng: Rng) -> Rgb:
        """Any ground."""
        _, group = self.grounds[_one_of(rng, [share for share, _ in self.grounds])]
        return group[int(rng.integers(len(group)))]

    def _silhouette(self, rng: Rng) -> Cutout:
        filling, side = self.ground(rng), SILHOUETTE_SIDE
        scale = side / min(filling.shape[:2]) * rng.uniform(1, 2)
        filling = cv2.resize(filling, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        top, left = (int(rng.integers(max(1, length - side))) for length in filling.shape[:2])
        filling = cv2.resize(filling[top : top + side, left : left + side], (side, side))
        alpha = np.rint(np.clip(random_thing(rng, side).mask, 0, 1) * 255).astype(np.uint8)
        return Cutout(filling.astype(np.float32), alpha)


def _one_of(rng: Rng, shares: Sequence[float]) -> int:
    """An index, drawn by shares that need not come to 1."""
    return int(rng.choice(len(shares), p=np.array(shares) / sum(shares)))


@lru_cache(maxsize=1)
def gather(folder: Path, scenes: frozenset[str] = frozenset()) -> Supply:
    """From all photos under a folder. scenes: names of the folders in it whose photos show grounds above all.

    Raises FileNotFoundError if there is none that can be a ground.
    """
    right_names = set(RIGHT_DRAFTS.read_text(encoding="utf-8").split())
    plain, right = list[tuple[Rgb, Alpha8]](), list[tuple[Rgb, Alpha8]]()
    grounds: dict[float, list[Rgb]] = {SCENES: [], BEHIND: [], OTHERS: []}
    for directory in sorted({path.parent for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES}):
        photos = list(_photos(directory))
        cut = [(rgb, alpha) for _, rgb in photos if (alpha := alpha_before_backdrop(rgb)) is not None]
        is_catalogue = len(cut) >= CATALOGUE * len(photos)
        if is_catalogue:
            plain += cut
        for name, rgb in photos:
            if f"{directory.name}/{name}" in right_names:
                alpha = cv2.GaussianBlur(AutomaticDrafter().draft(rgb).trimap, (0, 0), 2)
                right.append((rgb, alpha))
                grounds[BEHIND].append(ground_of(rgb, alpha))
            elif not is_catalogue:
                grounds[SCENES if directory.name in scenes else OTHERS].append(rgb)
    found = tuple((share, tuple(group)) for share, group in grounds.items() if group)
    if not found:
        raise FileNotFoundError(f"no photo under {folder} can be the ground behind a subject")
    return Supply(tuple(plain), tuple(right), found)


def alpha_before_backdrop(rgb: Rgb) -> Alpha8 | None:
    """The alpha of one whole subject before a plain backdrop: uint8, hxw; None if that is not what the photo shows."""
    backdrop = backdrop_score(rgb)
    ring = np.concatenate([rgb[0], rgb[:, 0], rgb[:, -1]])
    white = float(np.median(ring)) >= WHITE
    if backdrop.fit < (NEARLY_PLAIN if white else PLAIN_ENOUGH):
        return None
    foot = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (CLOSING, CLOSING))
    closed = cv2.morphologyEx(tidied(backdrop.score > DEPARTING).astype(np.uint8), cv2.MORPH_CLOSE, foot) > 0
    mask = closed | _holes(closed)
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not SMALLEST < mask.mean() < LARGEST or not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    if cv2.contourArea(largest) < WHOLE * mask.sum() or len(largest) > MOST_RAGGED * np.sqrt(mask.sum()):
        return None
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.2)
    alpha: Alpha8 = np.rint(np.clip(1.6 * soft - 0.4, 0, 1) * 255).astype(np.uint8)
    return alpha


def _holes(mask: Mask) -> Mask:
    _, labels = cv2.connectedComponents((~mask).astype(np.uint8), connectivity=4)
    outside = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    holes: Mask = ~mask & ~np.isin(labels, outside)
    return holes


def _photos(directory: Path) -> Iterator[tuple[str, Rgb]]:
    for path in sorted(directory.iterdir()):
        if path.suffix.lower() in SUFFIXES and (image := cv2.imread(str(path), cv2.IMREAD_COLOR)) is not None:
            yield path.name, shrunk(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), side=SIDE)
