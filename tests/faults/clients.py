"""Who works with a studio that dies again and again: each asks, notes what was acknowledged, and asks again."""

import io
import itertools
import json
import random
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from small_images import disc, png

from annotation_store.blobs import digest_of
from annotation_store.edit_codec import encode_edit
from faults.promises import Decision, Entry, Promises
from matting_core.edits.area import Area
from matting_core.edits.ink import Ink
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.edits.stroke import Stroke

WIDTH, HEIGHT = 64, 48
CONFIG = "window.gradio_config = "  # what Gradio's pages begin it with
PAUSE_SECONDS = 0.02  # before something is asked for again
PATIENCE_SECONDS = 120.0
NEXT = {"approve": "reopen", "submit": "return", "return": None, "reopen": None, "skip": "reopen"}
VERDICTS = {"approve": "approved", "submit": "submitted", "return": "returned", "reopen": "reopened", "skip": "skipped"}
STATES = {
    "approve": {"approved"},
    "submit": {"in_review"},
    "return": {"in_correction"},
    "reopen": {"ready", "in_correction"},
    "skip": {"skipped"},
}


class UnexpectedAnswerError(AssertionError):
    """The studio answered something that it must not."""


class Client(threading.Thread):
    """Goes on with `turn` until told to end, and then ends what it has begun. The first error ends it; see `error`."""

    def __init__(self, address: str, promises: Promises, *, seed: str) -> None:
        super().__init__(daemon=True)
        self.promises, self.chance = promises, random.Random(seed)
        self.http = httpx.Client(base_url=address, timeout=PATIENCE_SECONDS)
        self.error: BaseException | None = None
        self._ending = threading.Event()
        self._is_deserting = False

    def run(self) -> None:
        try:
            with self.http:
                while not self._ending.is_set():
                    self.turn()
        except BaseException as error:
            self.error = error

    def turn(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        """Returns once all that was asked for is acknowledged. Raises what went wrong on the way."""
        self._ending.set()
        self.join(PATIENCE_SECONDS)
        if self.error is not None:
            raise self.error
        assert not self.is_alive(), f"{type(self).__name__} still waits for an answer"

    def desert(self) -> None:
        """Ask for nothing any more; what is on its way is lost."""
        self._ending.set()
        self._is_deserting = True

    def ask(self, method: str, path: str, body: object = None, *, again: bool = True) -> httpx.Response | None:
        """The answer to a request, sent until there is one; with `again` False, None if there is none."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and not self._is_deserting:
            try:
                return self.http.request(method, f"/api/v1{path}", json=body)
            except httpx.TransportError:
                time.sleep(PAUSE_SECONDS)
                if not again:
                    return None
        raise UnexpectedAnswerError(f"no answer to {method} {path} for {PATIENCE_SECONDS} seconds")


class Operator(Client):
    """Corrects one photo, which nobody else touches, and decides about it, by the rules of the browser's outbox."""

    def __init__(self, address: str, promises: Promises, *, image: int, seed: str) -> None:
        super().__init__(address, promises, seed=f"{seed} operator {image}")
        self.image = image
        self._keys = (f"{image}-{number}" for number in itertools.count())
        self._document: dict[str, Any] | None = None

    def turn(self) -> None:
        if self._document is None:
            self._document = self._open()
        chosen = self.chance.random()
        if chosen < 0.45:
            self._edit()
        elif chosen < 0.58 and self._document["can_undo"]:
            self._step("undo")
        elif chosen < 0.68 and self._document["can_redo"]:
            self._step("redo")
        elif chosen < 0.9:
            self._decide(self.chance.choice(["approve", "submit", "skip"]))
        else:
            self._look()

    @property
    def _place(self) -> dict[str, int]:
        assert self._document is not None
        return {"revision": self._document["revision"], "position": self._document["position"]}

    def _open(self) -> dict[str, Any]:
        return self._sound(self.ask("GET", f"/images/{self.image}"))

    def _edit(self) -> None:
        entries = [Entry(next(self._keys), "edit", self._drawn()) for _ in range(self.chance.randint(1, 3))]
        edits = [{"key": entry.key, "edit": json.loads(entry.edit or "")} for entry in entries]
        self._change("edits", entries, {"edits": edits})

    def _step(self, kind: str) -> None:
        entry = Entry(next(self._keys), kind)
        self._change(kind, [entry], {"key": entry.key})

    def _change(self, route: str, entries: Sequence[Entry], body: dict[str, Any]) -> None:
        place = self._place
        with self.promises.entries(place["revision"], entries):
            change = self._sound(self.ask("POST", f"/images/{self.image}/{route}", {**place, **body}))
        if (change["revision"], change["position"]) != (place["revision"], place["position"] + len(entries)):
            raise UnexpectedAnswerError(f"{route} at {place} of {len(entries)} entries led to {change}")
        self._document = change

    def _decide(self, what: str) -> None:
        """And take that back, so that there is more to draw."""
        following: str | None = what
        while following is not None:
            what = following
            place, drawn_on = self._place, bool(self._document and self._document["can_undo"])
            body: dict[str, Any] = {"reason": "the strap"} if what in ("return", "skip") else {}
            body = place if what in ("approve", "submit") else body
            with self.promises.decision(self.image, Decision(VERDICTS[what], place["revision"], drawn_on)):
                while not self._is_decided(what, body):
                    pass
            self._document = self._open()
            following = NEXT[what]
            if what == "submit" and self.chance.random() < 0.5:
                following = "approve"

    def _is_decided(self, what: str, body: dict[str, Any]) -> bool:
        """Decisions have no keys: without an answer, whoever decided looks whether it was heard."""
        answer = self.ask("POST", f"/images/{self.image}/{what}", body, again=False)
        if answer is not None:
            if self._sound(answer)["state"] not in STATES[what]:
                raise UnexpectedAnswerError(f"{what}: {answer.text}")
            return True
        return self._open()["state"] in STATES[what]

    def _look(self) -> None:
        for what in ("trimap", "alpha", "thumbnail", "draft/alpha"):
            answer = self.ask("GET", f"/images/{self.image}/{what}")
            if answer is None or answer.status_code != 200:
                raise UnexpectedAnswerError(f"{what}: {answer and answer.text}")

    def _drawn(self) -> str:
        def points(count: int) -> tuple[tuple[int, int], ...]:
            return tuple((self.chance.randrange(4 * WIDTH), self.chance.randrange(4 * HEIGHT)) for _ in range(count))

        ink = self.chance.choice([Ink.FOREGROUND, Ink.BACKGROUND, Ink.UNKNOWN, Ink.DRAFT])
        makers: list[Callable[[], Any]] = [
            lambda: Stroke(ink, self.chance.randint(4, 24), points(self.chance.randint(1, 4))),
            lambda: Area(ink, points(4)),
            lambda: SoftStroke(self.chance.randrange(101), 60, 50, self.chance.randint(8, 24), points(2)),
        ]
        return encode_edit(self.chance.choice(makers)()).decode()

    def _sound(self, answer: httpx.Response | None) -> dict[str, Any]:
        if answer is None or answer.status_code != 200:
            raise UnexpectedAnswerError(f"{answer and (answer.request.url, answer.status_code, answer.text)}")
        body: dict[str, Any] = answer.json()
        return body


class Uploader(Client):
    """Drops a photo onto the Photos page now and then, as a browser does."""

    def __init__(self, address: str, promises: Promises, *, seed: str) -> None:
        super().__init__(address, promises, seed=f"{seed} uploader")
        self._numbers = itertools.count(1000)

    def turn(self) -> None:
        number = next(self._numbers)
        data = new_photo(number)
        with self.promises.taking_in([digest_of(data)]):
            while not self._is_taken_in(f"cup_{number}.png", data) and not self._is_deserting:
                time.sleep(PAUSE_SECONDS)
        self._ending.wait(self.chance.uniform(0, 1.5))

    def _is_taken_in(self, name: str, data: bytes) -> bool:
        try:
            report = upload(self.http, {name: data})
        except httpx.TransportError:
            return False  # dropped once more, it may be a duplicate then
        if "intake-accepted" not in report and "intake-duplicates" not in report:
            raise UnexpectedAnswerError(f"the page says of {name}: {report}")
        return True


class Downloader(Client):
    """Downloads the export, and breaks that off every other time."""

    def __init__(self, address: str, promises: Promises, *, seed: str) -> None:
        super().__init__(address, promises, seed=f"{seed} downloader")

    def turn(self) -> None:
        self._ending.wait(self.chance.uniform(0, 0.3))
        breaks_off = self.chance.random() < 0.5
        received = io.BytesIO()
        try:
            frozen = self.http.post("/api/v1/exports", json={})
            if frozen.status_code == 409:  # nothing is approved at the moment
                return
            with self.http.stream("GET", f"/api/v1/exports/{frozen.json()['id']}/download") as answer:
                for chunk in answer.iter_bytes(2048):
                    received.write(chunk)
                    if breaks_off:
                        return
        except httpx.TransportError:
            return
        if (damaged := zipfile.ZipFile(received).testzip()) is not None:
            raise UnexpectedAnswerError(f"a download that ended in order holds a damaged {damaged}")


def upload(http: httpx.Client, files: dict[str, bytes]) -> str:
    """What the Photos page answers to files that are dropped on it. Raises TransportError if it goes away."""
    page = http.get("/").text
    config, _ = json.JSONDecoder().raw_decode(page, page.index(CONFIG) + len(CONFIG))
    (box,) = (each["id"] for each in config["components"] if each["props"].get("elem_id") == "upload")
    (event,) = (each for each in config["dependencies"] if [box, "upload"] in each["targets"])
    sent = http.post("/gradio_api/upload", files=[("files", (name, data)) for name, data in files.items()]).json()
    dropped = [
        {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}
        for path, name in zip(sent, files, strict=True)
    ]
    session = f"{random.getrandbits(64):x}"
    given = [dropped if component == box else None for component in event["inputs"]]
    http.post("/gradio_api/queue/join", json={"data": given, "fn_index": event["id"], "session_hash": session})
    with http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as lines:
        for line in lines.iter_lines():
            if line.startswith("data:"):
                message = json.loads(line.removeprefix("data:"))
                if message["msg"] == "process_completed":
                    return str(message["output"])
    raise httpx.ReadError("the page said no more")


def new_photo(number: int) -> bytes:
    """A small photo of a disc, different for each number: PNG."""
    return png(disc(number, width=WIDTH, height=HEIGHT)[0])
