"""A stand-in for the studio: the editor's REST contract over images in memory.

The rules of the edits are the real ones; the matting is a blur of the trimap, exact where the trimap is known.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from stand_in_history import history_routes
from stand_in_image import ConflictError, StandInError, StandInImage, ellipse_image, encoded
from stand_in_looking import looking_routes

from annotation_store.edit_codec import decode_edit
from matting_core.arrays import UNKNOWN
from matting_core.edits.ink import Ink
from matting_core.edits.patch import Patch
from studio.editor.editor import editor_strings
from studio.editor.static_files import EditorFiles

__all__ = ["StandInImage", "create_app", "ellipse_image", "serving"]

Body = dict[str, Any]

VERDICTS = ("approved", "submitted", "skipped")  # those that count for a day

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>stand-in</title></head>
<body style="margin: 12px; background: #f4f4f5"><div id="root"></div>
<script type="module">
import {{ mountEditor }} from "/editor/editor.js";
mountEditor(document.getElementById("root"), {options});
</script></body></html>"""


def create_app(images: list[StandInImage], *, guidelines: str = "", **options: Any) -> FastAPI:
    """The stand-in over `images`; `options` go to mountEditor on its page."""
    app = FastAPI()
    by_id = {image.id: image for image in images}
    decided: set[tuple[str, int]] = set()  # (verdict, image): each image counts once, whatever becomes of it
    app.mount("/editor", EditorFiles())
    app.include_router(looking_routes(by_id, guidelines))
    app.include_router(history_routes(by_id))

    @app.exception_handler(KeyError)
    def not_found(_: Request, __: KeyError) -> JSONResponse:
        return JSONResponse({"detail": "There is no such photo."}, status_code=404)

    @app.exception_handler(ConflictError)
    def conflict(_: Request, __: ConflictError) -> JSONResponse:
        detail = "Aiko drew on this photo a moment ago."
        return JSONResponse({"detail": detail, "code": "conflict", "position": 0}, status_code=409)

    @app.exception_handler(StandInError)
    def refused(_: Request, error: StandInError) -> JSONResponse:
        return JSONResponse({"detail": error.detail, "code": error.code}, status_code=error.status)

    @app.get("/correct")
    def page() -> HTMLResponse:
        return HTMLResponse(PAGE.format(options=json.dumps({"strings": editor_strings(), **options})))

    @app.get("/")
    def photos() -> HTMLResponse:
        return HTMLResponse("<h1>photos</h1>")

    @app.get("/api/v1/images/{image_id}")
    def image(image_id: int) -> dict[str, Any]:
        found = by_id[image_id]
        height, width = found.base.shape
        about = {
            "id": found.id,
            "name": found.name,
            "model": "blur",
            "drafter": found.drafter,
            "returned": found.returned,
        }
        flag = {"flagged": found.flag_note is not None, "flag_note": found.flag_note}
        held = None if found.held_by is None else {"who": found.held_by, "until": "2026-01-01T00:00:00Z"}
        return {**found.change([]), **about, **flag, "held_by": held, "width": width, "height": height}

    @app.get("/api/v1/images/{image_id}/{plane}")
    def plane(image_id: int, plane: Literal["photo", "trimap", "alpha"]) -> Response:
        found = by_id[image_id]
        if plane == "photo":
            return Response(encoded(".jpg", found.rgb[..., ::-1]), media_type="image/jpeg")
        pixels = found.trimap() if plane == "trimap" else found.alpha()
        return Response(encoded(".png", pixels), media_type="image/png", headers={"Cache-Control": "no-store"})

    @app.post("/api/v1/images/{image_id}/edits")
    def edits(image_id: int, body: Body) -> dict[str, Any]:
        entries = [("edit", each["key"], decode_edit(json.dumps(each["edit"]).encode())) for each in body["edits"]]
        return by_id[image_id].append(body, entries)

    @app.post("/api/v1/images/{image_id}/preview")
    def preview(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
        found.check(body)
        edit = decode_edit(json.dumps(body["edit"]).encode())
        found.previewed.append(edit)
        return found.change(found.patches(found.marks(), found.marks(edit), ["alpha"]))

    @app.post("/api/v1/images/{image_id}/redraft")
    def redraft(image_id: int, body: Body) -> dict[str, Any]:
        """A drafter that finds the ellipse again, as it was, and says foreground at clicks."""
        found = by_id[image_id]
        part = found.base[body["top"] : body["bottom"], body["left"] : body["right"]].copy()
        for click in body["clicks"]:
            x, y = click["x"] - body["left"], click["y"] - body["top"]
            part[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5] = Ink(click["label"]).value_in_trimap
        return found.append(body, [("redraft", body["key"], Patch.of(part, left=body["left"], top=body["top"]))])

    @app.post("/api/v1/images/{image_id}/recompute")
    def recompute(image_id: int) -> dict[str, Any]:
        return by_id[image_id].change([])

    @app.post("/api/v1/images/{image_id}/settle")
    def settle(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
        time.sleep(found.settle_seconds)
        found.settled.append(len(found.log))
        height, width = found.base.shape
        alpha = found.alpha()
        if found.fine is not None:
            alpha[found.trimap() == UNKNOWN] = found.fine
        patch = {"plane": "alpha", "left": 0, "top": 0, "width": width, "height": height}
        return found.change([{**patch, "png": base64.b64encode(encoded(".png", alpha)).decode()}])

    @app.post("/api/v1/images/{image_id}/leave", status_code=204)
    def leave(image_id: int) -> None:
        by_id[image_id].left += 1

    @app.post("/api/v1/images/{image_id}/work", status_code=204)
    def work(image_id: int, body: Body) -> None:
        by_id[image_id].worked.append((body["purpose"], body["spans"]))

    @app.post("/api/v1/images/{image_id}/approve")
    def approve(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
        found.check_state("ready", "in_correction", "in_review")
        found.check(body)
        found.approved = found.alpha()
        return decide(found, "approved", "approved")

    @app.post("/api/v1/images/{image_id}/submit")
    def submit(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
        found.check_state("ready", "in_correction")
        found.check(body)
        found.keep()
        return decide(found, "submitted", "in_review")

    @app.post("/api/v1/images/{image_id}/return")
    def give_back(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
        if not body["reason"].strip():
            raise StandInError(422, "The text is empty: write what is to be corrected before the image is returned.")
        found.check_state("in_review")
        found.note = body["reason"]
        return decide(found, "returned", "in_correction")

    @app.post("/api/v1/images/{image_id}/skip")
    def skip(image_id: int, body: Body) -> dict[str, Any]:
        by_id[image_id].note = body["reason"]
        return decide(by_id[image_id], "skipped", "skipped")

    @app.post("/api/v1/images/{image_id}/reopen")
    def reopen(image_id: int) -> dict[str, Any]:
        found = by_id[image_id]
        found.base, found.log = found.trimap(), []
        found.state, found.revision = "ready", found.revision + 1
        return {"state": found.state}

    @app.post("/api/v1/images/{image_id}/lease")
    def lease(image_id: int) -> dict[str, Any]:
        found = by_id[image_id]
        if found.held_by is not None:
            raise StandInError(409, f"{found.held_by} has “{found.name}” in hand.", code="leased")
        found.held += 1
        return {"until": "2026-01-01T00:00:00Z"}

    @app.post("/api/v1/images/{image_id}/{kind}")
    def undo_or_redo(image_id: int, kind: Literal["undo", "redo"], body: Body) -> dict[str, Any]:
        return by_id[image_id].append(body, [(kind, body["key"], None)])

    def waiting() -> list[int]:
        return [each.id for each in images if each.state in ("ready", "in_correction") and each.held_by is None]

    def following(after: int | None, passed: list[int]) -> int | None:
        others = [each for each in waiting() if each != after]
        return next(iter([each for each in others if each not in passed] + others), None)

    @app.post("/api/v1/queue/next")
    def queue(body: Body) -> dict[str, Any]:
        return {"id": following(body["after"], body["passed"])}

    @app.get("/api/v1/queue/left")
    def left() -> dict[str, Any]:
        return {"left": len(waiting())}

    @app.get("/api/v1/desk/today")
    def today(offset_minutes: int) -> dict[str, int]:
        assert -12 * 60 <= offset_minutes <= 14 * 60
        counts = {verdict: sum(each == verdict for each, _ in decided) for verdict in VERDICTS}
        return {**counts, "left": len(waiting())}

    def decide(found: StandInImage, verdict: str, state: str) -> dict[str, Any]:
        decided.add((verdict, found.id))
        found.state = state
        return {"state": state}

    return app


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve `app` on a free port in a thread; yields its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
