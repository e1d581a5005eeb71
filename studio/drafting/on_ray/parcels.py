"""What goes from one stage to the next: what became of a photo so far, and its arrays as one piece of bytes.

Every row has the same columns of the same types, whatever the photo's size and depth, so that Ray compares no schemas.
"""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from studio.drafting.steps import Found, Ground


class Answer(StrEnum):
    """What a stage made of a photo.

    begun, predicted: the next stage goes on. drafted, failed: so it is in the store. left: another has it, or it has
    its draft, or it has failed. not_begun: nothing new was to be begun. not_now: the store cannot be used; the photo
    waits. unfit: this node is not set up for the studio.
    """

    BEGUN = "begun"
    PREDICTED = "predicted"
    DRAFTED = "drafted"
    FAILED = "failed"
    LEFT = "left"
    NOT_BEGUN = "not begun"
    NOT_NOW = "not now"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class Parcel:
    """reason: of what went wrong. seconds: of work on the photo so far, waiting left out. predicting: those of them
    with the model. host: where that was last."""

    image_id: int
    answer: Answer
    reason: str = ""
    seconds: float = 0.0
    predicting: float = 0.0
    host: str = ""
    ground: Ground | None = None
    found: Found | None = None

    def as_row(self) -> dict[str, Any]:
        """As Ray carries it."""
        return {
            "image_id": self.image_id,
            "answer": str(self.answer),
            "reason": self.reason,
            "seconds": self.seconds,
            "predicting": self.predicting,
            "host": self.host,
            "drafter": "" if self.ground is None else self.ground.drafter,
            "model_id": -1 if self.found is None else self.found.model_id,
            "device": "" if self.found is None else self.found.device,
            "arrays": _packed(self.ground, self.found),
        }

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Parcel":
        """What `as_row` made a row of."""
        ground = found = None
        if row["arrays"]:
            with np.load(io.BytesIO(row["arrays"]), allow_pickle=False) as arrays:
                ground = Ground(arrays["rgb"], arrays["trimap"], row["drafter"])
                if "alpha" in arrays:
                    found = Found(int(row["model_id"]), row["device"], arrays["alpha"])
        return cls(
            image_id=int(row["image_id"]),
            answer=Answer(row["answer"]),
            reason=row["reason"],
            seconds=float(row["seconds"]),
            predicting=float(row["predicting"]),
            host=row["host"],
            ground=ground,
            found=found,
        )


def _packed(ground: Ground | None, found: Found | None) -> bytes:
    if ground is None:
        return b""
    arrays = {"rgb": ground.rgb, "trimap": ground.trimap}
    if found is not None:
        arrays["alpha"] = found.alpha
    file = io.BytesIO()
    np.savez(file, **arrays)  # not compressed: it stays in memory, or goes through a fast network
    return file.getvalue()
