"""A stand-in for the studio: the editor's REST contract over images in memory.

The rules of the edits are the real ones; the matting is a blur of the trimap, exact where the trimap is known.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from annotation_store.edit_codec import decode_edit
from matting_core.arrays import UNKNOWN, Alpha, Rgb, Trimap
from matting_core.edits.edit import Edit, replay
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.patch import Patch
from studio.editor.editor import editor_strings
from studio.editor.static_files import EditorFiles

BLUR = 9  # pixels

Body = dict[str, Any]

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>stand-in</title></head>
<body style="margin: 12px; background: #f4f4f5"><div id="root"></div>
<script type="module">
import {{ mountEditor }} from "/editor/editor.js";
mountEditor(document.getElementById("root"), {options});
</script></body></html>"""


class ConflictError(Exception):
    """The client's version is not the image's."""


@dataclass
class StandInImage:
    """One image: what it looks like, and the log of what was done to it."""

    id: int
    name: str
    rgb: Rgb
    base: Trimap
    state: str = "ready"
    revision: int = 1
    log: list[tuple[str, str, Edit | None]] = field(default_factory=list)
    note: str = ""
    settle_seconds: float = 0.0
    fine: int | None = None  # what settling says about every unknown pixel; the quick alpha by default
    left: int = 0  # how often the editor said that nobody waits for the settling any more
    settled: list[int] = field(default_factory=list)  # the places in the log that were settled
    previewed: list[Edit] = field(default_factory=list)

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

    def append(self, version: Mapping[str, int], entries: list[tuple[str, str, Edit | None]]) -> dict[str, Any]:
        """Add to the log and answer with the Change; what is stored already is not stored again."""
        position = version["position"]
        stored = self.log[position : position + len(entries)]
        if [key for _, key, _ in stored] == [key for _, key, _ in entries]:
            return self.change(patches=[])
        if (version["revision"], position) != (self.revision, len(self.log)):
            raise ConflictError
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
            _patch(name, self.alpha(after) if name == "alpha" else after.trimap, left, top, right, bottom)
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


def _patch(plane: str, pixels: Trimap, left: int, top: int, right: int, bottom: int) -> dict[str, Any]:
    part = pixels[top:bottom, left:right]
    return {
        "plane": plane,
        "left": int(left),
        "top": int(top),
        "width": part.shape[1],
        "height": part.shape[0],
        "png": base64.b64encode(_encoded(".png", part)).decode(),
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


def create_app(images: list[StandInImage], **options: Any) -> FastAPI:
    """The stand-in over `images`; `options` go to mountEditor on its page."""
    app = FastAPI()
    by_id = {image.id: image for image in images}
    app.mount("/editor", EditorFiles())

    @app.exception_handler(KeyError)
    def not_found(_: Request, __: KeyError) -> JSONResponse:
        return JSONResponse({"detail": "There is no such photo."}, status_code=404)

    @app.exception_handler(ConflictError)
    def conflict(_: Request, __: ConflictError) -> JSONResponse:
        return JSONResponse({"detail": "Aiko drew on this photo a moment ago.", "position": 0}, status_code=409)

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
        about = {"id": found.id, "name": found.name, "model": "blur", "drafter": "none"}
        return {**found.change([]), **about, "width": width, "height": height}

    @app.get("/api/v1/images/{image_id}/draft/trimap")
    def draft(image_id: int) -> Response:
        return Response(_encoded(".png", by_id[image_id].base), media_type="image/png")

    @app.get("/api/v1/images/{image_id}/{plane}")
    def plane(image_id: int, plane: str) -> Response:
        found = by_id[image_id]
        if plane == "photo":
            return Response(_encoded(".jpg", found.rgb[..., ::-1]), media_type="image/jpeg")
        pixels = found.trimap() if plane == "trimap" else found.alpha()
        return Response(_encoded(".png", pixels), media_type="image/png", headers={"Cache-Control": "no-store"})

    @app.post("/api/v1/images/{image_id}/edits")
    def edits(image_id: int, body: Body) -> dict[str, Any]:
        entries = [("edit", each["key"], decode_edit(json.dumps(each["edit"]).encode())) for each in body["edits"]]
        return by_id[image_id].append(body, entries)

    @app.post("/api/v1/images/{image_id}/preview")
    def preview(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
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
        return found.change([{**patch, "png": base64.b64encode(_encoded(".png", alpha)).decode()}])

    @app.post("/api/v1/images/{image_id}/leave", status_code=204)
    def leave(image_id: int) -> None:
        by_id[image_id].left += 1

    @app.post("/api/v1/images/{image_id}/approve")
    def approve(image_id: int, body: Body) -> dict[str, Any]:
        found = by_id[image_id]
        if (body["revision"], body["position"]) != (found.revision, len(found.log)):
            raise ConflictError
        return decide(found, "approved")

    @app.post("/api/v1/images/{image_id}/skip")
    def skip(image_id: int, body: Body) -> dict[str, Any]:
        by_id[image_id].note = body["reason"]
        return decide(by_id[image_id], "skipped")

    @app.post("/api/v1/images/{image_id}/reopen")
    def reopen(image_id: int) -> dict[str, Any]:
        found = by_id[image_id]
        found.base, found.log = found.trimap(), []
        found.state, found.revision = "ready", found.revision + 1
        return {"state": found.state}

    @app.post("/api/v1/images/{image_id}/{kind}")
    def undo_or_redo(image_id: int, kind: str, body: Body) -> dict[str, Any]:
        return by_id[image_id].append(body, [(kind, body["key"], None)])

    @app.get("/api/v1/queue/next")
    def queue(after: int | None = None) -> dict[str, Any]:
        waiting = [each.id for each in images if each.state in ("ready", "in_correction")]
        later = [each for each in waiting if after is not None and each > after]
        return {"id": next(iter(later + waiting), None), "left": len(waiting)}

    def decide(found: StandInImage, state: str) -> dict[str, Any]:
        found.state = state
        return {"state": state, "next": queue(found.id)["id"]}

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


def _encoded(extension: str, pixels: Rgb | Trimap | Alpha) -> bytes:
    return cv2.imencode(extension, np.ascontiguousarray(pixels))[1].tobytes()
