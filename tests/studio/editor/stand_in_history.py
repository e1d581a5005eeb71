"""The stand-in's history of an image: its draft, what was decided about it, and the way back to the draft."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from fastapi import APIRouter
from fastapi.responses import Response
from stand_in_image import StandInImage, encoded

AT = "2026-03-04T09:30:00Z"


def history_routes(by_id: Mapping[int, StandInImage]) -> APIRouter:
    """by_id: the images."""
    router = APIRouter(prefix="/api/v1/images/{image_id}")

    @router.get("/history")
    def history(image_id: int) -> dict[str, Any]:
        return {"happenings": happenings(image_id), "after": None}

    def happenings(image_id: int) -> list[dict[str, Any]]:
        found = by_id[image_id]
        made = {"what": "made", "at": AT, "model": "blur", "drafter": "none", "restored": None}
        draft = {**made, "by": "drafting", "revision": 1, "kind": "draft"}
        if found.revision == 1:
            return [draft]
        drawn = {
            "what": "drawn",
            "at": AT,
            "until": AT,
            "by": "mika",
            "revision": 1,
            "edits": 3,
            "undone": 1,
            "redone": 0,
        }
        later = {**made, "by": "mika", "revision": found.revision, "kind": "correction"}
        decided = {"what": "decided", "at": AT, "by": "ren", "revision": found.revision, "in_bulk": False}
        return [draft, drawn, later, {**decided, "verdict": "returned", "note": "the handle"}]

    @router.get("/revisions/{number}/alpha")
    def alpha(image_id: int, number: int) -> Response:
        found = by_id[image_id]
        return Response(encoded(".png", found.draft if number == 1 else found.alpha()), media_type="image/png")

    @router.get("/revisions/{number}/difference")
    def difference(image_id: int, number: int) -> Response:
        height, width = by_id[image_id].base.shape
        return Response(encoded(".png", np.full((height, width, 3), 40 * number, np.uint8)), media_type="image/png")

    @router.get("/revisions/{number}/difference/figures")
    def figures(image_id: int, number: int) -> dict[str, Any]:
        return {"changed": 1234, "sad": 0.56789, "mean": 0.1, "largest": 1.0, "box": None}

    @router.post("/restore")
    def restore(image_id: int, body: dict[str, Any]) -> dict[str, Any]:
        found = by_id[image_id]
        found.check(body)
        found.base, found.log, found.revision = found.draft, [], found.revision + 1
        found.state = "in_correction"
        return {"state": found.state, "revision": found.revision, "position": 0}

    return router
