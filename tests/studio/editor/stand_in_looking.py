"""The stand-in's routes beside the correction itself: looking, flags, notes and guidelines, as studio/api has them."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np
from fastapi import APIRouter
from fastapi.responses import Response
from stand_in_image import BLUR, StandInError, StandInImage, encoded

Body = dict[str, Any]

SMALLER = 2  # times: the map of doubt


def looking_routes(by_id: Mapping[int, StandInImage], guidelines: str) -> APIRouter:
    """by_id: the images. guidelines: Markdown, perhaps empty."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/images/{image_id}/draft/trimap")
    def draft_trimap(image_id: int) -> Response:
        return Response(encoded(".png", by_id[image_id].draft), media_type="image/png")

    @router.get("/images/{image_id}/draft/alpha")
    def draft_alpha(image_id: int) -> Response:
        return Response(encoded(".png", cv2.blur(by_id[image_id].draft, (BLUR, BLUR))), media_type="image/png")

    @router.get("/images/{image_id}/approved/alpha")
    def approved_alpha(image_id: int) -> Response:
        found = by_id[image_id]
        if found.approved is None:
            raise StandInError(404, f"“{found.name}” has not been approved before.")
        return Response(encoded(".png", found.approved), media_type="image/png")

    @router.get("/images/{image_id}/doubt")
    def doubt(image_id: int) -> dict[str, Any]:
        found = by_id[image_id]
        height, width = found.base.shape
        small = np.zeros((-(-height // SMALLER), -(-width // SMALLER)), np.uint8)
        places = []
        for rank, box in enumerate(found.places):
            left, top, right, bottom = box
            small[top // SMALLER : bottom // SMALLER, left // SMALLER : right // SMALLER] = 255
            places.append({**_middle(box), "box": _box(box), "doubt": 100.0 - rank})
        return {"png": base64.b64encode(encoded(".png", small)).decode(), "places": places}

    @router.get("/images/{image_id}/slips")
    def slips(image_id: int) -> dict[str, Any]:
        found = [{"kind": "speck", **_middle(box), "box": _box(box), "severity": 0.5} for box in by_id[image_id].slips]
        return {"slips": found}

    @router.post("/images/{image_id}/flag")
    def flag(image_id: int, body: Body) -> dict[str, Any]:
        by_id[image_id].flag_note = body["note"]
        return {"flagged": True, "flag_note": body["note"]}

    @router.post("/images/{image_id}/unflag")
    def unflag(image_id: int) -> dict[str, Any]:
        by_id[image_id].flag_note = None
        return {"flagged": False, "flag_note": None}

    @router.get("/images/{image_id}/notes")
    def read_notes(image_id: int) -> dict[str, Any]:
        return {"notes": by_id[image_id].notes, "after": None}

    @router.post("/images/{image_id}/notes", status_code=201)
    def add_note(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
        height, width = found.base.shape
        if not body["text"].strip():
            raise StandInError(422, "The text is empty: write what is to be seen here.")
        if not (0 <= body["x"] < width and 0 <= body["y"] < height):
            raise StandInError(422, f"“{found.name}” has no pixel ({body['x']}, {body['y']}).")
        about = {"author": "keiko", "created_at": _now(), "resolved_at": None, "resolved_by": None}
        found.notes.append({"id": 100 * image_id + len(found.notes), **body, **about})
        return found.notes[-1]

    @router.post("/images/{image_id}/notes/{note_id}/resolve")
    def resolve(image_id: int, note_id: int) -> dict[str, Any]:
        note = next((each for each in by_id[image_id].notes if each["id"] == note_id), None)
        if note is None:
            raise StandInError(404, f"There is no note number {note_id} on this image: reload its notes.")
        note.update(resolved_at=_now(), resolved_by="keiko")
        return note

    @router.get("/guidelines")
    def read_guidelines() -> dict[str, Any]:
        return {"text": guidelines, "updated_at": _now() if guidelines else None}

    return router


def _box(box: tuple[int, int, int, int]) -> dict[str, int]:
    return dict(zip(("left", "top", "right", "bottom"), box, strict=True))


def _middle(box: tuple[int, int, int, int]) -> dict[str, int]:
    left, top, right, bottom = box
    return {"x": (left + right) // 2, "y": (top + bottom) // 2}


def _now() -> str:
    return datetime.now(UTC).isoformat()
