"""A client of Matteloop's REST API, in one file: copy it, or ``pip install ./client``. It needs httpx.

    with Matteloop("http://127.0.0.1:7860") as studio:
        for image in studio.images(states=["approved"]):
            ...

Refusals are raised as ProblemError. What may pass is tried again, under the same idempotency key, so that no change
happens twice.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypedDict, cast
from urllib.parse import quote
from uuid import uuid4

import httpx

__all__ = [
    "Change",
    "Delivery",
    "Document",
    "DriftAlarm",
    "Export",
    "Image",
    "Insights",
    "Intake",
    "Matteloop",
    "Me",
    "Model",
    "NewWebhook",
    "Note",
    "ProblemError",
    "Project",
    "Put",
    "RateCard",
    "Serves",
    "Submission",
    "TagCount",
    "Training",
    "Webhook",
]

API = "/api/v1"
MAY_PASS = frozenset({408, 429, 502, 503, 504, 507})
"""Statuses after which the same request may be sent again."""


# What the studio answers ----------------------------------------------------------------------------------------------


class Me(TypedDict):
    name: str
    display_name: str
    has_account: bool
    abilities: list[str]
    projects: list[dict[str, Any]]


class Project(TypedDict):
    id: int
    name: str
    tag: str
    policy: str
    four_eyes: bool
    bulk_confidence: float | None
    learning: str
    created_at: str


class Image(TypedDict):
    """An image as lists show it."""

    id: int
    name: str
    project: int
    subject: str
    tags: list[str]
    state: str
    width: int
    height: int
    flagged: bool
    assigned_to: str | None
    updated_at: str


class Document(TypedDict):
    """An image as it stands on the desk. revision, position: what a change of it is based on."""

    id: int
    name: str
    subject: str
    tags: list[str]
    width: int
    height: int
    state: str
    revision: int
    position: int
    can_undo: bool
    can_redo: bool
    model: str | None
    drafter: str | None
    flagged: bool
    flag_note: str | None
    returned: dict[str, str] | None
    held_by: dict[str, str] | None


class Duplicate(TypedDict):
    name: str
    image: int


class Rejected(TypedDict):
    name: str
    reason: str


class Intake(TypedDict):
    """What became of every file of an upload."""

    accepted: list[Image]
    duplicates: list[Duplicate]
    rejected: list[Rejected]


class Change(TypedDict):
    """The answer to edits. patches: rectangles of alpha and trimap, as PNG in base64. matte: what the whole alpha is
    called then; None after a preview."""

    revision: int
    position: int
    can_undo: bool
    can_redo: bool
    state: str
    matte: str | None
    patches: list[dict[str, Any]]


class Note(TypedDict):
    id: int
    x: int
    y: int
    text: str
    author: str
    created_at: str
    resolved_at: str | None
    resolved_by: str | None


class Submission(TypedDict):
    id: int
    name: str
    project: int
    submitted_by: str
    submitted_at: str


class Model(TypedDict):
    id: int
    name: str
    kind: str
    origin: str
    architecture: str
    state: str
    parent: str | None
    licence: str
    warning: str | None
    verdict: str | None
    notes: str
    created_at: str
    activated_at: str | None
    standings: list[dict[str, Any]]


class Serves(TypedDict):
    project: int
    name: str | None


class Training(TypedDict):
    id: int
    kind: str
    cause: str
    state: str
    progress: float
    message: str
    verdict: str | None
    candidate: str | None
    requested_by: str
    cancel_requested: bool
    seconds_left: float | None
    created_at: str
    started_at: str | None
    finished_at: str | None


class Export(TypedDict):
    """A frozen list of approved mattes. written_at: when it was written as a whole for the first time."""

    id: int
    name: str
    images: int
    projects: list[int]
    options: dict[str, Any]
    created_at: str
    created_by: str
    written_at: str | None


class Put(TypedDict):
    """Where an image stands after a matte from elsewhere. notes: what was settled or is odd."""

    state: str
    revision: int
    position: int
    is_new: bool
    notes: list[str]


class TagCount(TypedDict):
    tag: str
    images: int


class InsightFigure(TypedDict):
    """value: None where too little is known. range: what lies between low and high: images, or chance."""

    key: str
    title: str
    value: str | float | None
    low: float | None
    high: float | None
    range: str | None
    form: str
    unit: str
    formula: str


class InsightColumn(TypedDict):
    key: str
    title: str
    form: str
    unit: str


class InsightTable(TypedDict):
    """rows: a cell for each column; seconds in seconds, shares from 0 to 1."""

    key: str
    columns: list[InsightColumn]
    rows: list[list[str | float | None]]


class Insights(TypedDict):
    """What the studio is worth, of so many approved images."""

    topic: str
    as_of: str
    images: int
    figures: list[InsightFigure]
    tables: list[InsightTable]
    notes: list[str]


class DriftAlarm(TypedDict):
    """Photos look unlike those before in one figure. before, lately: medians."""

    id: int
    project_id: int
    figure: str
    before: float
    lately: float
    distance: float
    p_value: float
    noticed_at: str
    ended_at: str | None
    ended_by: str | None


class PriceClass(TypedDict):
    name: str
    from_complexity: float
    low: float
    high: float
    tags: list[str]


class RateCard(TypedDict):
    """What work costs. Amounts are in `currency`; exchange: units of each currency for a dollar."""

    currency: str
    exchange: dict[str, float]
    classes: list[PriceClass]
    operator_wage: float
    reviewer_wage: float
    electricity_price: float
    watts: float
    cloud_gpu_hour: float
    gpu_speed: float
    machine_price: float
    machine_months: float
    upkeep_hours_per_month: float
    engineer_wage: float
    setup_cost: float
    outside_extra: float


class Comparison(TypedDict):
    """A blind comparison as those who choose see it. seen: of its pairs, by whoever asks."""

    id: int
    name: str
    project: int
    state: str
    seen: int
    pairs: int


class Compared(TypedDict):
    """A blind comparison as its lead sees it. first, second: source and model. results: what people have chosen."""

    id: int
    name: str
    project: int
    state: str
    first: dict[str, Any]
    second: dict[str, Any]
    grounds: list[str]
    problem: str | None
    created_at: str
    created_by: str
    closed_at: str | None
    results: dict[str, Any]


class NextPair(TypedDict):
    """What to look at now; pair is None at the end. left, right: addresses of pictures."""

    pair: int | None
    following: int | None
    left: str | None
    right: str | None
    grounds: list[str]
    seen: int
    pairs: int


class Webhook(TypedDict):
    id: int
    url: str
    kinds: list[str]
    projects: list[int] | None
    active: bool
    created_at: str
    created_by: str


class NewWebhook(Webhook):
    """secret: by which the receiver knows the studio."""

    secret: str


class Delivery(TypedDict):
    """A message to a webhook, and what became of it."""

    id: int
    message: str
    kind: str
    event: int | None
    body: str
    state: str
    attempts: int
    next_at: str | None
    status: int | None
    problem: str | None
    created_at: str
    delivered_at: str | None


class ProblemError(Exception):
    """The studio has refused. code: the kind; detail: a sentence; extras: what else it says, such as `position`."""

    def __init__(self, status: int, *, code: str | None, detail: str, extras: Mapping[str, Any]) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.extras = extras

    @staticmethod
    def of(answer: httpx.Response) -> "ProblemError":
        """By an answer that is a refusal, of the studio or of a proxy before it."""
        try:
            told = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict):
            told = {}
        extras = {key: value for key, value in told.items() if key not in ("status", "code", "detail")}
        detail = str(told.get("detail") or f"{answer.status_code} {answer.reason_phrase}")
        return ProblemError(answer.status_code, code=told.get("code"), detail=detail, extras=extras)


# The studio -----------------------------------------------------------------------------------------------------------


class Matteloop:
    """A studio, at its address. Use it as a context, or `close` it.

    token: of a person with an account. tries: how often a request is sent at most. timeout: seconds to wait for the
    studio to say something. transport: for tests.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:7860",
        *,
        token: str | None = None,
        tries: int = 4,
        timeout: float = 120.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(
            base_url=address.rstrip("/"), headers=headers, timeout=timeout, transport=transport, follow_redirects=False
        )
        self._tries = tries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # who and where

    def me(self) -> Me:
        return cast(Me, self._get("/me").json())

    def projects(self) -> Iterator[Project]:
        return cast(Iterator[Project], self._pages("/projects", "projects"))

    # images

    def upload(
        self, files: Iterable[Path | tuple[str, bytes]], *, project: int | None = None, subject: str | None = None
    ) -> Intake:
        """Send photos or zips: paths, or names with bytes. project: needed where there are several."""
        with ExitStack() as stack:
            parts = [_part(file, stack) for file in files]
            query = _given(project=project, subject=subject)
            return cast(Intake, self._post("/images", files=parts, params=query).json())

    def images(
        self,
        *,
        project: int | None = None,
        states: Collection[str] | None = None,
        flagged: bool | None = None,
        search: str | None = None,
    ) -> Iterator[Image]:
        """Newest first."""
        query = _given(project=project, flagged=flagged, search=search, state=None if states is None else [*states])
        return cast(Iterator[Image], self._pages("/images", "images", query))

    def counts(self, *, project: int | None = None) -> dict[str, int]:
        """How many images are in each state."""
        return cast(dict[str, int], self._get("/counts", params=_given(project=project)).json())

    def image(self, image_id: int) -> Document:
        return cast(Document, self._get(f"/images/{image_id}").json())

    def original(self, image_id: int) -> bytes:
        """The photo as it came in."""
        return self._get(f"/images/{image_id}/original").content

    def photo(self, image_id: int) -> bytes:
        """JPEG for the screen."""
        return self._get(f"/images/{image_id}/photo").content

    def trimap(self, image_id: int) -> bytes:
        """8-bit grey PNG of 0, 128 and 255."""
        return self._get(f"/images/{image_id}/trimap").content

    def alpha(self, image_id: int, *, bits: Literal[8, 16] = 8) -> bytes:
        """Grey PNG."""
        return self._get(f"/images/{image_id}/alpha", params={"bits": bits}).content

    def history(self, image_id: int) -> Iterator[dict[str, Any]]:
        """What happened to an image, oldest first."""
        return self._pages(f"/images/{image_id}/history", "happenings")

    # drafts and corrections

    def draft(self, image_id: int) -> str:
        """Ask for a new draft; returns the image's state, as what follows does."""
        return self._state(f"/images/{image_id}/draft")

    def edits(self, image_id: int, edits: Sequence[Mapping[str, Any]], *, revision: int, position: int) -> Change:
        """Strokes and the like; see matting_core/edits of the studio for what each holds."""
        keyed = [{"key": uuid4().hex, "edit": dict(edit)} for edit in edits]
        body = {"revision": revision, "position": position, "edits": keyed}
        return cast(Change, self._post(f"/images/{image_id}/edits", json=body).json())

    def approve(self, image_id: int, *, revision: int | None = None, position: int | None = None) -> str:
        """Approve what is at `revision` and `position`; what is there now, if neither is given."""
        return self._state(f"/images/{image_id}/approve", self._place(image_id, revision, position))

    def submit(self, image_id: int, *, revision: int | None = None, position: int | None = None) -> str:
        """Hand it to a reviewer; see `approve`."""
        return self._state(f"/images/{image_id}/submit", self._place(image_id, revision, position))

    def return_to_operator(self, image_id: int, reason: str) -> str:
        return self._state(f"/images/{image_id}/return", {"reason": reason})

    def skip(self, image_id: int, reason: str = "") -> str:
        return self._state(f"/images/{image_id}/skip", {"reason": reason})

    def reopen(self, image_id: int) -> str:
        return self._state(f"/images/{image_id}/reopen")

    def notes(self, image_id: int) -> Iterator[Note]:
        return cast(Iterator[Note], self._pages(f"/images/{image_id}/notes", "notes"))

    def add_note(self, image_id: int, *, x: int, y: int, text: str) -> Note:
        return cast(Note, self._post(f"/images/{image_id}/notes", json={"x": x, "y": y, "text": text}).json())

    # queue and reviews

    def next_image(self, *, after: int | None = None, project: int | None = None) -> int | None:
        """Take the next image into one's hands; None if there is none."""
        answer = self._post("/queue/next", json=_given(after=after, project=project))
        return cast(int | None, answer.json()["id"])

    def leave(self, image_id: int) -> None:
        """Give it out of one's hands."""
        self._post(f"/images/{image_id}/leave")

    def reviews(self, *, project: int | None = None) -> Iterator[Submission]:
        """What one may approve, the longest waiting first."""
        return cast(Iterator[Submission], self._pages("/reviews", "submissions", _given(project=project)))

    # models and trainings

    def models(self) -> Iterator[Model]:
        return cast(Iterator[Model], self._pages("/models", "models"))

    def serve(self, name: str, *, project: int) -> Serves:
        """Let a version serve a project."""
        return cast(Serves, self._post(f"/models/{quote(name, safe='')}/serve", json={"project": project}).json())

    def roll_back(self, name: str, *, project: int) -> Serves:
        """Go back from the version `name` to what served before it."""
        return cast(Serves, self._post(f"/models/{quote(name, safe='')}/roll-back", json={"project": project}).json())

    def trainings(self) -> Iterator[Training]:
        return cast(Iterator[Training], self._pages("/trainings", "trainings"))

    def training(self, number: int) -> Training:
        return cast(Training, self._get(f"/trainings/{number}").json())

    def train(self, kind: Literal["matting", "drafter"] = "matting") -> Training:
        return cast(Training, self._post("/trainings", json={"kind": kind}).json())

    def cancel_training(self, number: int) -> Training:
        return cast(Training, self._post(f"/trainings/{number}/cancel").json())

    # figures

    def insights(self, topic: Literal["time", "quality", "money", "compute"], **asked: Any) -> Insights:
        """project, since, until (as 2026-04-01), tag, model (its name), by, currency."""
        return cast(Insights, self._get(f"/insights/{topic}", params=asked).json())

    def rate_card(self) -> RateCard:
        return cast(RateCard, self._get("/rate-card").json())

    def replace_rate_card(self, card: RateCard) -> RateCard:
        """Let this card count from now on, for the whole studio."""
        headers = {"Idempotency-Key": uuid4().hex}
        return cast(RateCard, self._send("PUT", f"{API}/rate-card", json=card, headers=headers).json())

    def drift_alarms(self, *, project: int | None = None, ended: bool = False) -> list[DriftAlarm]:
        """ended: those that are over, too."""
        asked = {"ended": ended} | ({} if project is None else {"project": project})
        return cast(list[DriftAlarm], self._get("/drift-alarms", params=asked).json()["alarms"])

    def accept_drift_alarm(self, number: int) -> DriftAlarm:
        """Photos are to be as they are now."""
        return cast(DriftAlarm, self._post(f"/drift-alarms/{number}/accept").json())

    # exports

    def exports(self) -> Iterator[Export]:
        return cast(Iterator[Export], self._pages("/exports", "exports"))

    def export(self, **wish: Any) -> Export:
        """Freeze approved images, and how they leave: project, images, tag, only_new; formats, presets, bits, colours,
        longest_side, ground, shadow, quality; name. `save_export` gets them.
        """
        return cast(Export, self._post("/exports", json=wish).json())

    def save_export(self, number: int, path: Path) -> None:
        """Write an export to a zip, which appears once it is complete."""
        unfinished = path.with_name(f"{path.name}.part")
        with self._http.stream("GET", f"{API}/exports/{number}/download") as answer:
            if not answer.is_success:
                answer.read()
                raise ProblemError.of(answer)
            with unfinished.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
        unfinished.replace(path)

    def ground(self, photo: bytes) -> str:
        """Send a photo to be behind composites; returns what `export` calls it."""
        return cast(str, self._post("/exports/grounds", content=photo).json()["ground"])

    # mattes from elsewhere

    def put_alpha(self, image_id: int, picture: bytes, *, revision: int | None = None) -> Put:
        """Let a grey PNG or TIFF, or the opacity of another picture, be the image's alpha.

        revision: the newest one that the sender knows; what is there now, if it is not given.
        """
        return self._put(image_id, "alpha", picture, revision)

    def put_trimap(self, image_id: int, picture: bytes, *, revision: int | None = None) -> Put:
        """Let a grey picture of three classes be the image's trimap; see `put_alpha`."""
        return self._put(image_id, "trimap", picture, revision)

    # tags

    def tags(self, *, project: int | None = None) -> list[TagCount]:
        return cast(list[TagCount], self._get("/tags", params=_given(project=project)).json())

    def set_tags(self, image_id: int, tags: Collection[str]) -> list[str]:
        """Let an image have these tags and no others."""
        return cast(list[str], self._post(f"/images/{image_id}/tags", json={"tags": [*tags]}).json()["tags"])

    # blind comparisons

    def comparisons(self, *, project: int | None = None) -> Iterator[Comparison]:
        return cast(Iterator[Comparison], self._pages("/comparisons", "comparisons", _given(project=project)))

    def compare(self, project: int, first: Mapping[str, Any], second: Mapping[str, Any], **wish: Any) -> Compared:
        """Ask for a comparison of ``{"source": "model", "model": NAME}``, ``{"source": "approved"}``,
        ``{"source": "draft"}``. wish: name, images or newest and tag, grounds.
        """
        wanted = {"project": project, "first": dict(first), "second": dict(second), **wish}
        return cast(Compared, self._post("/comparisons", json=wanted).json())

    def comparison(self, number: int) -> Compared:
        return cast(Compared, self._get(f"/comparisons/{number}").json())

    def comparison_csv(self, number: int) -> str:
        """What was chosen of each image."""
        return self._get(f"/comparisons/{number}/results.csv").content.decode("utf-8-sig")

    def close_comparison(self, number: int) -> Compared:
        return cast(Compared, self._post(f"/comparisons/{number}/close").json())

    def next_pair(self, number: int) -> NextPair:
        return cast(NextPair, self._get(f"/comparisons/{number}/next").json())

    def prefer(
        self,
        number: int,
        pair: int,
        choice: Literal["left", "right", "neither"],
        *,
        confidence: Literal[1, 2, 3] = 2,
        ground: str,
    ) -> NextPair:
        """Keep a choice; returns the next pair."""
        body = {"choice": choice, "confidence": confidence, "ground": ground}
        return cast(NextPair, self._post(f"/comparisons/{number}/pairs/{pair}/preference", json=body).json())

    # webhooks

    def webhooks(self) -> list[Webhook]:
        return cast(list[Webhook], self._get("/webhooks").json())

    def add_webhook(self, url: str, kinds: Collection[str], *, projects: Collection[int] | None = None) -> NewWebhook:
        """Have an address told what happens; its secret is in this answer alone.

        ProblemError `answer_not_kept`: it is there, but the answer was lost. Remove it, and add it anew.
        """
        body = _given(url=url, kinds=[*kinds], projects=None if projects is None else [*projects])
        return cast(NewWebhook, self._post("/webhooks", json=body).json())

    def remove_webhook(self, number: int) -> None:
        self._post(f"/webhooks/{number}/remove")

    def deliveries(self, number: int) -> Iterator[Delivery]:
        """What an address was told, newest first."""
        return cast(Iterator[Delivery], self._pages(f"/webhooks/{number}/deliveries", "deliveries"))

    # how it is asked

    def _put(self, image_id: int, plane: str, picture: bytes, revision: int | None) -> Put:
        known = self.image(image_id)["revision"] if revision is None else revision
        headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": uuid4().hex}
        address = f"{API}/images/{image_id}/{plane}"
        answer = self._send("PUT", address, content=picture, params={"revision": known}, headers=headers)
        return cast(Put, answer.json())

    def _place(self, image_id: int, revision: int | None, position: int | None) -> dict[str, int]:
        if revision is not None and position is not None:
            return {"revision": revision, "position": position}
        document = self.image(image_id)
        return {"revision": document["revision"], "position": document["position"]}

    def _state(self, path: str, body: Mapping[str, Any] | None = None) -> str:
        return cast(str, self._post(path, json=body).json()["state"])

    def _pages(self, path: str, noun: str, query: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The items of all pages; `noun` is what they are called in the answer."""
        answer = self._get(path, params=query)
        while True:
            yield from answer.json()[noun]
            if (following := answer.links.get("next")) is None:
                return
            answer = self._send("GET", following["url"])

    def _get(self, path: str, **request: Any) -> httpx.Response:
        return self._send("GET", API + path, **request)

    def _post(self, path: str, **request: Any) -> httpx.Response:
        return self._send("POST", API + path, headers={"Idempotency-Key": uuid4().hex}, **request)

    def _send(self, method: str, address: str, **request: Any) -> httpx.Response:
        """Raises ProblemError, or httpx.TransportError if the studio cannot be reached at the last try."""
        for left in reversed(range(self._tries)):
            wait = 0.5 * 2.0 ** (self._tries - 1 - left)
            try:
                answer = self._http.request(method, address, **request)
            except httpx.TransportError:
                if not left:
                    raise
            else:
                if answer.is_success:
                    return answer
                problem = ProblemError.of(answer)
                in_use = problem.code == "key_in_use"  # our own request, of which the answer was lost
                if not left or not (answer.status_code in MAY_PASS or in_use):
                    raise problem
                wait = max(wait, _asked_to_wait(answer))
            time.sleep(wait)
            _rewind(request.get("files", ()))
        raise ValueError("tries is at least 1")


def _asked_to_wait(answer: httpx.Response) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), 60.0) if text.isdecimal() else 0.0


def _part(file: Path | tuple[str, bytes], stack: ExitStack) -> tuple[str, tuple[str, Any]]:
    if isinstance(file, Path):
        return "file", (file.name, stack.enter_context(file.open("rb")))
    return "file", file


def _rewind(parts: Iterable[tuple[str, tuple[str, Any]]]) -> None:
    """What was sent once is read anew."""
    for _, (_, content) in parts:
        if hasattr(content, "seek"):
            content.seek(0)


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
