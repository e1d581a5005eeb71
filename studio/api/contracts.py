"""What goes over the wire, as the canvas editor and scripts see it."""

import base64
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from annotation_store.corrections import Document, KeyedStroke
from annotation_store.states import ImageState
from matting_core.box import Box
from matting_core.image_io import encode_alpha, encode_trimap
from matting_core.strokes import MAX_POINTS, MAX_RADIUS, Label, Stroke
from studio.desk.session import Change

Key = Annotated[str, Field(min_length=1, max_length=64)]


class Request(BaseModel):
    """Unknown fields are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


class StrokeIn(Request):
    """One stroke; radius and points in quarter pixels (see matting_core/strokes.py)."""

    key: Key
    label: Label
    radius: int = Field(ge=1, le=MAX_RADIUS)
    points: list[tuple[int, int]] = Field(min_length=1, max_length=MAX_POINTS)

    def keyed(self) -> KeyedStroke:
        """Raises InvalidStrokeError if the points break the painting rule's limits."""
        return KeyedStroke(self.key, Stroke(self.label, self.radius, tuple(self.points)))


class Place(Request):
    """Where in the image's history the sender stands."""

    revision: int
    position: int = Field(ge=0)


class StrokesIn(Place):
    strokes: list[StrokeIn] = Field(min_length=1, max_length=500)


class StepIn(Place):
    key: Key


class SkipIn(Request):
    reason: str = Field("", max_length=2000)


class ReturnIn(Request):
    reason: str = Field(min_length=1, max_length=2000)


class DocumentOut(BaseModel):
    """An image as it stands on the desk."""

    id: int
    name: str
    width: int
    height: int
    state: ImageState
    revision: int
    position: int
    can_undo: bool
    can_redo: bool
    model: str | None
    drafter: str | None
    flagged: bool
    flag_note: str | None


class PatchOut(BaseModel):
    """A rectangle of one plane: an 8-bit grey PNG in base64."""

    plane: Literal["alpha", "trimap"]
    left: int
    top: int
    width: int
    height: int
    png: str


class ChangeOut(BaseModel):
    """The answer to strokes, undo, redo, recompute and settle."""

    revision: int
    position: int
    can_undo: bool
    can_redo: bool
    state: ImageState
    patches: list[PatchOut]

    @staticmethod
    def of(change: Change) -> "ChangeOut":
        document = change.document
        patches = []
        if not change.box.is_empty:
            patches.append(_patch("alpha", change.box, encode_alpha(change.alpha)))
            if change.trimap is not None:
                patches.append(_patch("trimap", change.box, encode_trimap(change.trimap)))
        return ChangeOut(
            revision=document.revision_id,
            position=document.position,
            can_undo=document.can_undo,
            can_redo=document.can_redo,
            state=document.image.state,
            patches=patches,
        )


class DecisionOut(BaseModel):
    """The answer to approve, submit, return and skip: the new state, and which image is next."""

    state: ImageState
    next: int | None


class StateOut(BaseModel):
    state: ImageState


class NextOut(BaseModel):
    """id: the next open image; left: how many are open."""

    id: int | None
    left: int


def document_out(document: Document, *, model: str | None, drafter: str | None) -> DocumentOut:
    image = document.image
    return DocumentOut(
        id=image.id,
        name=image.name,
        width=image.width,
        height=image.height,
        state=image.state,
        revision=document.revision_id,
        position=document.position,
        can_undo=document.can_undo,
        can_redo=document.can_redo,
        model=model,
        drafter=drafter,
        flagged=image.flagged,
        flag_note=image.flag_note,
    )


def _patch(plane: Literal["alpha", "trimap"], box: Box, png: bytes) -> PatchOut:
    return PatchOut(
        plane=plane,
        left=box.left,
        top=box.top,
        width=box.width,
        height=box.height,
        png=base64.b64encode(png).decode("ascii"),
    )
