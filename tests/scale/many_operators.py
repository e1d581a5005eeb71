"""Operators of one studio behind several addresses: each request goes to any of them, as by a proxy without memory.

Each takes what the queue gives, draws keyed strokes, takes some back, approves, and may open their own work again.
What was not answered is asked for again, elsewhere. What was acknowledged is noted in the ledger.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

WIDTH, HEIGHT = 96, 64
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 120.0
AGAIN = frozenset({408, 429, 502, 503, 504, 507})
"""Statuses after which the same is asked for again."""
VERDICTS = {"approve": ("approved", {"approved"}), "reopen": ("reopened", {"ready", "in_correction"})}
"""What a decision is kept as, and in which states it leaves the image."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody knew that they had an image in hand, from then until then, by the clock of all operators."""

    image: int
    person: str
    since: float
    until: float


@dataclass(slots=True)
class Ledger:
    """What was acknowledged. logs: keys by revision, in order. decisions: by image, in order."""

    logs: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    decisions: defaultdict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    holds: list[Hold] = field(default_factory=list)
    strokes: list[float] = field(default_factory=list)  # when each was acknowledged
    answers: Counter[str] = field(default_factory=Counter)  # by address
    asked_again: Counter[str] = field(default_factory=Counter)  # by reason
    lock: threading.Lock = field(default_factory=threading.Lock)

    def strokes_per_second(self, since: float, until: float) -> float:
        return sum(since <= at < until for at in self.strokes) / (until - since)


class UnexpectedAnswerError(AssertionError):
    """The studio answered something that it must not."""


class Operator(threading.Thread):
    """Works until told to end, and then ends what was begun. The first error ends it; `end` raises it."""

    def __init__(self, addresses: Sequence[str], ledger: Ledger, *, name: str, token: str, seed: str) -> None:
        super().__init__(daemon=True, name=name)
        self._chance = random.Random(f"{seed} {name}")
        self._ledger = ledger
        self._addresses = list(addresses)
        self._http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_SECONDS)
        self._ending = threading.Event()
        self._error: BaseException | None = None
        self._keys = 0
        self._own: list[int] = []

    def run(self) -> None:
        try:
            with self._http:
                while not self._ending.is_set():
                    self._turn()
        except BaseException as error:
            self._error = error

    def call_it_a_day(self) -> None:
        """No more photos after this one."""
        self._ending.set()

    def end(self) -> None:
        self.call_it_a_day()
        self.join(PATIENCE_SECONDS)
        if self._error is not None:
            raise self._error
        assert not self.is_alive(), f"{self.name} still waits for an answer"

    def _turn(self) -> None:
        image = self._take()
        if image is None:
            time.sleep(PAUSE_SECONDS)
            return
        since = time.monotonic()
        place = self._place(self._sound(self._ask("GET", f"/images/{image}")))
        for _ in range(self._chance.randint(2, 5)):
            place = self._draw(image, place)
        if self._chance.random() < 0.3:
            place = self._change(image, "undo", place, [self._key()])
        if self._chance.random() < 0.5:
            place = self._settle(image, place)
        until = time.monotonic()
        self._decide(image, "approve", place)
        with self._ledger.lock:
            self._ledger.holds.append(Hold(image, self.name, since, until))
        self._own.append(image)

    def _take(self) -> int | None:
        """What the queue gives, or one's own work once more."""
        if not self._own or self._chance.random() < 0.6:
            given = self._sound(self._ask("POST", "/queue/next", {"passed": self._own[-20:]}))["id"]
            if given is not None:
                return int(given)
        if not self._own:
            return None
        image = self._own.pop(self._chance.randrange(len(self._own)))
        self._decide(image, "reopen", None)
        answer = self._ask("POST", f"/images/{image}/lease")
        if answer.status_code == 409:  # the queue has given it to somebody else meanwhile
            return None
        self._sound(answer)
        return image

    def _draw(self, image: int, place: dict[str, Any]) -> dict[str, Any]:
        count = self._chance.randint(1, 2)
        keys = [self._key() for _ in range(count)]
        edits = [{"key": key, "edit": self._stroke()} for key in keys]
        return self._change(image, "edits", place, keys, edits=edits)

    def _change(self, image: int, route: str, place: dict[str, Any], keys: list[str], **body: Any) -> dict[str, Any]:
        asked = {**place, **body} if body else {**place, "key": keys[0]}
        change = self._sound(self._ask("POST", f"/images/{image}/{route}", asked))
        if (change["revision"], change["position"]) != (place["revision"], place["position"] + len(keys)):
            raise UnexpectedAnswerError(f"{route} at {place} of {keys} led to {change}")
        with self._ledger.lock:
            self._ledger.logs[place["revision"]] += keys
            self._ledger.strokes += [time.monotonic()] * len(keys)
        return self._place(change)

    def _settle(self, image: int, place: dict[str, Any]) -> dict[str, Any]:
        return self._place(self._sound(self._ask("POST", f"/images/{image}/settle", place)))

    def _decide(self, image: int, what: str, place: dict[str, Any] | None) -> None:
        """Without an answer, whoever decided looks whether it was heard."""
        verdict, wanted = VERDICTS[what]
        is_first = True
        while True:
            answer = self._ask_once("POST", f"/images/{image}/{what}", place or {})
            if answer is not None and (is_first or answer.status_code != 409):
                if self._sound(answer)["state"] not in wanted:
                    raise UnexpectedAnswerError(f"{what}: {answer.text}")
                break
            if self._last_verdict(image) == verdict:
                break
            if answer is not None:
                raise UnexpectedAnswerError(f"{what}: {answer.text}")
            is_first = False
            time.sleep(PAUSE_SECONDS)
        with self._ledger.lock:
            self._ledger.decisions[image].append((verdict, self.name))

    def _last_verdict(self, image: int) -> str | None:
        """My own last one."""
        happenings = self._sound(self._ask("GET", f"/images/{image}/history?limit=200"))["happenings"]
        mine = [each["verdict"] for each in happenings if each["what"] == "decided" and each["by"] == self.name]
        return mine[-1] if mine else None

    def _ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if (answer := self._ask_once(method, path, body)) is not None:
                return answer
            time.sleep(PAUSE_SECONDS)
        raise UnexpectedAnswerError(f"no answer to {method} {path} for {PATIENCE_SECONDS} seconds")

    def _ask_once(self, method: str, path: str, body: object = None) -> httpx.Response | None:
        """Of any address; None where the same is to be asked for again."""
        address = self._chance.choice(self._addresses)
        try:
            answer = self._http.request(method, f"{address}/api/v1{path}", json=body)
        except httpx.TransportError as error:
            with self._ledger.lock:
                self._ledger.asked_again[type(error).__name__] += 1
            return None
        with self._ledger.lock:
            self._ledger.answers[address] += 1
            if answer.status_code in AGAIN:
                self._ledger.asked_again[str(answer.status_code)] += 1
        return None if answer.status_code in AGAIN else answer

    def _sound(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.status_code != 200:
            raise UnexpectedAnswerError(f"{answer.request.url} {answer.status_code} {answer.text}")
        body: dict[str, Any] = answer.json()
        return body

    def _place(self, told: dict[str, Any]) -> dict[str, Any]:
        place = {"revision": told["revision"], "position": told["position"]}
        return {**place, "matte": told["matte"]} if told.get("matte") else place

    def _key(self) -> str:
        self._keys += 1
        return f"{self.name}-{self._keys}"

    def _stroke(self) -> dict[str, Any]:
        points = [[self._chance.randrange(4 * WIDTH), self._chance.randrange(4 * HEIGHT)] for _ in range(2)]
        ink = self._chance.choice(["foreground", "background", "unknown"])
        return {"tool": "brush", "ink": ink, "radius": self._chance.randint(4, 20), "points": points}
