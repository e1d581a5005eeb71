"""What goes over the wire, as the canvas editor and scripts see it."""

import base64
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Annotated, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from annotation_store.corrections import Document, KeyedEdit
from annotation_store.edit_codec import EditJson
from annotation_store.notes import NewNote
from annotation_store.records import DecisionRecord
from annotation_store.states import ImageState
from matting_core.box import Box
from matting_core.drafting.drafter import Click, Hints
from matting_core.image_io import encode_alpha, encode_trimap
from matting_core.trimap import Label
from studio.desk import matte_names
from studio.desk.session import Change

Key = Annotated[str, Field(min_length=1, max_length=64)]


class Depth(IntEnum):
    """Bits of a pixel."""

    EIGHT = 8
    SIXTEEN = 16


class Request(BaseModel):
    """Unknown fields are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


class EditIn(Request):
    """One edit under the key that its sender gave it; see matting_core/edits."""

    key: Key
    edit: EditJson

    def keyed(self) -> KeyedEdit:
        return KeyedEdit(self.key, self.edit)


class Stand(TypedDict):
    """What a session of the desk asks for with every change; see `EditingSession`."""

    revision: int
    position: int
    seen: str | None


class Place(Request):
    """Where in the image's history the sender stands.

    matte: what the alpha is called that they have before their eyes, as an answer or the ETag of the alpha said. With
    it, a decision keeps exactly that alpha; without it, the one of the process that is asked.
    """

    revision: int
    position: int = Field(ge=0)
    matte: str | None = Field(None, pattern=matte_names.PATTERN)

    @property
    def place(self) -> "Stand":
        """For a session of the desk."""
        return {"revision": self.revision, "position": self.position, "seen": self.matte}


class EditsIn(Place):
    edits: list[EditIn] = Field(min_length=1, max_length=500)


class PreviewIn(Place):
    edit: EditJson


class ClickIn(Request):
    """A pixel, and what it is."""

    x: int
    y: int
    label: Label


class RedraftIn(Place):
    """Let the drafter make a part anew. left, top, right, bottom: the part, half-open, in pixels.

    subject: the subject lies inside the part; without it only the clicks tell where it is.
    """

    key: Key
    left: int
    top: int
    right: int
    bottom: int
    subject: bool = False
    clicks: list[ClickIn] = Field(default_factory=list, max_length=100)

    def part(self) -> Box:
        return Box(self.left, self.top, self.right, self.bottom)

    def hints(self) -> Hints:
        clicks = tuple(Click(click.x, click.y, click.label) for click in self.clicks)
        return Hints(box=self.part() if self.subject else None, clicks=clicks)


class StepIn(Place):
    key: Key


class NoteIn(Request):
    """x, y: column and row of a pixel of the photo, counted from 0."""

    x: int
    y: int
    text: str = Field(min_length=1, max_length=2000)

    def new(self) -> NewNote:
        return NewNote(self.x, self.y, self.text)


class SkipIn(Request):
    reason: str = Field("", max_length=2000)


class ReturnIn(Request):
    """notes: pinned to the image, all of them or none."""

    reason: str = Field(min_length=1, max_length=2000)
    notes: list[NoteIn] = Field(default_factory=list, max_length=100)


class ReturnOut(BaseModel):
    """Why a reviewer has returned the image, and who."""

    reason: str
    by: str


class HeldOut(BaseModel):
    """Somebody else who has the image in hand, and until when."""

    who: str
    until: datetime


class DocumentOut(BaseModel):
    """An image as it stands on the desk. subject: shots of one thing share it, often a product id."""

    id: int
    name: str
    subject: str
    tags: list[str]
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
    returned: ReturnOut | None
    held_by: HeldOut | None


class BoxOut(BaseModel):
    """Columns [left, right), rows [top, bottom), in pixels of the photo."""

    left: int
    top: int
    right: int
    bottom: int

    @staticmethod
    def of(box: Box) -> "BoxOut":
        return BoxOut.model_validate(box, from_attributes=True)


class PatchOut(BaseModel):
    """A rectangle of one plane: an 8-bit grey PNG in base64."""

    plane: Literal["alpha", "trimap"]
    left: int
    top: int
    width: int
    height: int
    png: str


class ChangeOut(BaseModel):
    """The answer to edits, previews, undo, redo, redraft, recompute and settle.

    matte: what the whole alpha is called, once the patches are in their places; null after a preview.
    """

    revision: int
    position: int
    can_undo: bool
    can_redo: bool
    state: ImageState
    matte: str | None
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
            matte=change.matte,
            patches=patches,
        )


class StateOut(BaseModel):
    """The answer to a decision."""

    state: ImageState


class NextOut(BaseModel):
    """id: the next open image; left: how many are open."""

    id: int | None
    left: int


def document_out(
    document: Document,
    *,
    model: str | None,
    drafter: str | None,
    tags: Sequence[str],
    returned: DecisionRecord | None,
    held_by: HeldOut | None,
) -> DocumentOut:
    image = document.image
    return DocumentOut(
        id=image.id,
        name=image.name,
        subject=image.product_group,
        tags=list(tags),
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
        returned=None if returned is None else ReturnOut(reason=returned.note, by=returned.author),
        held_by=held_by,
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
