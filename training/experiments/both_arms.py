"""Each photo corrected twice on paper, from its draft and from nothing: what a pilot can only ever see one half of."""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotation_store.edit_codec import decode_edit, encode_edit
from annotation_store.kinds import PilotArm
from annotation_store.queue.difficulty import Difficulty, difficulty_of
from matting_core.arrays import BACKGROUND, Alpha, Trimap
from matting_core.edits.edit import Edit
from matting_core.predictor import predict
from training.experiments.studio_replay import Photo, Serving
from training.operator.correcting import Corrected, OperatorSettings, correct
from training.operator.effort import Effort
from training.whole_file import write_atomically


@dataclass(frozen=True, slots=True, eq=False)
class BothArms:
    """A photo with its draft, and what became of it in either arm. trimap: uint8, HxW. alpha: float32, HxW, [0, 1]."""

    photo: Photo
    trimap: Trimap
    alpha: Alpha
    difficulty: Difficulty
    done: Mapping[PilotArm, Corrected]

    def effort(self, arm: PilotArm) -> Effort:
        return self.done[arm].effort


def correct_both(
    photos: Sequence[Photo], serving: Serving, settings: OperatorSettings, *, keep: Path, say: Callable[[str], None]
) -> list[BothArms]:
    """keep: a folder for what was corrected, from which the same call goes on; of one drafter, model and size."""
    both = []
    for number, photo in enumerate(photos, 1):
        file = keep / f"{photo.name}.npz"
        if not file.is_file():
            _write(file, _correct(photo, serving, settings))
        both.append(_read(file, photo))
        say(f"{number} of {len(photos)}: {photo.name}")
    return both


def _correct(photo: Photo, serving: Serving, settings: OperatorSettings) -> BothArms:
    trimap = serving.drafter.draft(photo.rgb).trimap
    alpha = predict(serving.matting, photo.rgb, trimap)
    blank = np.full(trimap.shape, BACKGROUND, np.uint8), np.zeros(alpha.shape, np.float32)
    done = {
        arm: correct(photo.rgb, *base, photo.truth, matting=serving.matting, settings=settings)
        for arm, base in ((PilotArm.DRAFTED, (trimap, alpha)), (PilotArm.BLANK, blank))
    }
    return BothArms(photo, trimap, alpha, difficulty_of(photo.rgb, trimap, alpha), done)


def _write(file: Path, both: BothArms) -> None:
    planes: dict[str, npt.NDArray[Any]] = {"trimap": both.trimap, "alpha": both.alpha}
    told: dict[str, object] = {"difficulty": [both.difficulty.expected_sad, both.difficulty.confidence]}
    for arm, done in both.done.items():
        planes |= {f"{arm}-trimap": done.trimap, f"{arm}-alpha": done.alpha}
        told[arm] = {
            "edits": [encode_edit(edit).decode() for edit in done.edits],
            "effort": [done.effort.strokes, done.effort.painted_area],
        }
    kept = io.BytesIO()
    np.savez_compressed(kept, told=np.array(json.dumps(told)), **planes)  # type: ignore[arg-type]
    write_atomically(file, kept.getvalue())


def _read(file: Path, photo: Photo) -> BothArms:
    with np.load(file) as kept:
        told = json.loads(str(kept["told"]))
        done = {
            arm: Corrected(
                kept[f"{arm}-trimap"],
                kept[f"{arm}-alpha"],
                tuple(_edits(told[arm]["edits"])),
                Effort(*told[arm]["effort"]),
            )
            for arm in PilotArm
        }
        return BothArms(photo, kept["trimap"], kept["alpha"], Difficulty(*told["difficulty"]), done)


def _edits(kept: Iterable[str]) -> Iterable[Edit]:
    return (decode_edit(edit.encode()) for edit in kept)
