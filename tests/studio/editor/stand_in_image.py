"""One image of the stand-in: what it looks like, the log of what was done to it, and what people left beside it.

The rules of the edits are the real ones; the matting is a blur of the trimap, exact where the trimap is known.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from matting_core.arrays import UNKNOWN, Alpha, Rgb, Trimap
from matting_core.edits.edit import Edit, replay
from matting_core.edits.marks import Marks

BLUR = 9  # pixels


class ConflictError(Exception):
    """The client's version is not the image's."""


class StandInError(Exception):
    """Refused on purpose: a status, and a sentence for the operator."""

    def __init__(self, status: int, detail: str, code: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code


@dataclass
class StandInImage:
    """One image: what it looks like, and the log of what was done to it."""

    id: int
    name: str
    rgb: Rgb
    base: Trimap
    state: str = "ready"
    drafter: str = "none"
    revision: int = 1
    log: list[tuple[str, str, Edit | None]] = field(default_factory=list)
    note: str = ""
    settle_seconds: float = 0.0
    fine: int | None = None  # what settling says about every unknown pixel; the quick alpha by default
    left: int = 0  # how often the editor gave it out of hand
    worked: list[tuple[str, list[dict[str, float]]]] = field(default_factory=list)  # what was told of working time
    held: int = 0  # how often the editor took it in hand, or said that it still is
    held_by: str | None = None  # somebody else who has it in hand
    settled: list[int] = field(default_factory=list)  # the places in the log that were settled
    previewed: list[Edit] = field(default_factory=list)
    draft: Trimap = field(init=False)  # the first base
    approved: Trimap | None = None  # the alpha that was approved last
    places: list[tuple[int, int, int, int]] = field(default_factory=list)  # doubtful boxes, the worst first
    slips: list[tuple[int, int, int, int]] = field(default_factory=list)  # boxes
    flag_note: str | None = None  # None: not flagged
    returned: dict[str, str] | None = None  # why a reviewer sent it back
    notes: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draft = self.base

    def history(self) -> tuple[list[Edit], list[Edit]]:
        """The edits that stand, and those that a redo would bring back (the next one last)."""
        done: list[Edit] = []
        undone: list[Edit] = []
        for kind, _, edit in self.log:
            if kind == "undo":
                undone.append(done.pop())
            elif kind == "redo":
                done.append(undone.pop())
            elif edit is not None:
                done.append(edit)
                undone.clear()
        return done, undone

    def marks(self, *further: Edit) -> Marks:
        return replay(Marks(self.base, lambda: self.base), [*self.history()[0], *further])

    def trimap(self) -> Trimap:
        return self.marks().trimap

    def alpha(self, marks: Marks | None = None) -> Trimap:
        """8-bit alpha."""
        marks = marks or self.marks()
        blurred = np.where(marks.trimap == UNKNOWN, cv2.blur(marks.trimap, (BLUR, BLUR)), marks.trimap)
        shown = marks.shown(blurred.astype(np.float32) / 255, marks.whole)
        return np.rint(shown * 255).astype(np.uint8)

    def check(self, version: Mapping[str, Any]) -> None:
        """Raises ConflictError unless `version` is the present one."""
        if (version["revision"], version["position"]) != (self.revision, len(self.log)):
            raise ConflictError

    def check_state(self, *possible: str) -> None:
        if self.state not in possible:
            raise StandInError(409, f"“{self.name}” is {self.state}: this is only possible while it is {possible}.")

    def keep(self) -> None:
        """A new revision of what the edits make, if there are any: undo does not reach back beyond it."""
        if self.log:
            self.base, self.log, self.revision = self.trimap(), [], self.revision + 1

    def append(self, version: Mapping[str, int], entries: list[tuple[str, str, Edit | None]]) -> dict[str, Any]:
        """Add to the log and answer with the Change; what is stored already is not stored again."""
        position = version["position"]
        stored = self.log[position : position + len(entries)]
        if [key for _, key, _ in stored] == [key for _, key, _ in entries]:
            return self.change(patches=[])
        self.check(version)
        self.check_state("ready", "in_correction")
        before = self.marks()
        self.log += entries
        self.state = "in_correction"
        told = (
            ["alpha"] if all(kind == "edit" and _is_known(edit) for kind, _, edit in entries) else ["trimap", "alpha"]
        )
        return self.change(patches=self.patches(before, self.marks(), told))

    def patches(self, before: Marks, after: Marks, planes: list[str]) -> list[dict[str, Any]]:
        """Those around what differs."""
        differs = (before.trimap != after.trimap) | (self.alpha(before) != self.alpha(after))
        rows, columns = np.nonzero(differs)
        if len(rows) == 0:
            return []
        top, left = max(0, rows.min() - BLUR), max(0, columns.min() - BLUR)
        bottom, right = rows.max() + BLUR, columns.max() + BLUR
        return [
            patch_of(name, self.alpha(after) if name == "alpha" else after.trimap, left, top, right, bottom)
            for name in planes
        ]

    def change(self, patches: list[dict[str, Any]]) -> dict[str, Any]:
        done, undone = self.history()
        return {
            "revision": self.revision,
            "position": len(self.log),
            "can_undo": bool(done),
            "can_redo": bool(undone),
            "state": self.state,
            "patches": patches,
        }


def _is_known(edit: Edit | None) -> bool:
    """Whether a browser knows by itself what the edit makes of the trimap."""
    return edit is not None and edit.tool in ("brush", "soft_brush", "area") and getattr(edit, "ink", None) != "draft"


def patch_of(plane: str, pixels: Trimap, left: int, top: int, right: int, bottom: int) -> dict[str, Any]:
    part = pixels[top:bottom, left:right]
    return {
        "plane": plane,
        "left": int(left),
        "top": int(top),
        "width": part.shape[1],
        "height": part.shape[0],
        "png": base64.b64encode(encoded(".png", part)).decode(),
    }


def ellipse_image(image_id: int, *, width: int = 160, height: int = 120) -> StandInImage:
    """A small picture of an ellipse with its trimap; `image_id` shifts the colours."""
    rgb = np.full((height, width, 3), (200, 200 - 20 * image_id, 180), np.uint8)
    centre, axes = (width // 2, height // 2), (width // 4, height // 4)
    cv2.ellipse(rgb, centre, axes, 0, 0, 360, (60, 90 + 40 * image_id, 160), -1)
    base = np.zeros((height, width), np.uint8)
    cv2.ellipse(base, centre, (axes[0] + 6, axes[1] + 6), 0, 0, 360, 128, -1)
    cv2.ellipse(base, centre, (axes[0] - 6, axes[1] - 6), 0, 0, 360, 255, -1)
    return StandInImage(image_id, f"ellipse_{image_id}.jpg", rgb, base)


def encoded(extension: str, pixels: Rgb | Trimap | Alpha) -> bytes:
    return cv2.imencode(extension, np.ascontiguousarray(pixels))[1].tobytes()
