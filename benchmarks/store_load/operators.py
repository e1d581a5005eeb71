"""Simulated operators, each with a connection of its own: pull, draw, look around, decide, and pull again.

``python -m benchmarks.store_load.operators PORT SECONDS RATE`` in a process of its own, cookies on standard input;
prints what they saw as JSON.
"""

import http.client
import json
import random
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

STROKES_AN_IMAGE = 25
GALLERY_EVERY = 40  # strokes
ARRIVING_SECONDS = 5.0


@dataclass
class Seen:
    """What one operator saw. strokes: (image, revision, position, key) as acknowledged. held: (image, from, to)."""

    strokes: list[tuple[int, int, int, str]] = field(default_factory=list)
    held: list[tuple[int, float, float]] = field(default_factory=list)
    lease_ms: list[float] = field(default_factory=list)
    gallery_ms: list[float] = field(default_factory=list)
    stroke_ms: list[float] = field(default_factory=list)
    locked_errors: int = 0
    refusals: list[str] = field(default_factory=list)


class Operator:
    """rate: strokes a second that this person means to draw; who is slow to be answered falls behind."""

    def __init__(self, number: int, *, port: int, cookie: str, rate: float) -> None:
        self.number = number
        self.seen = Seen()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": f"matteloop={cookie}", "Content-Type": "application/json"}
        self._rate = rate
        self._random = random.Random(number)

    def work(self, until: float) -> None:
        time.sleep(self._random.uniform(0, ARRIVING_SECONDS))  # nobody comes to work in the same second
        after = None
        while time.monotonic() < until:
            milliseconds, given = self._timed("POST", "/queue/next", {"after": after})
            self.seen.lease_ms.append(milliseconds)
            if given is None or given["id"] is None:
                time.sleep(0.1)
                continue
            began = time.monotonic()
            after = given["id"]
            self._correct(after, until)
            self.seen.held.append((after, began, time.monotonic()))

    def _correct(self, image: int, until: float) -> None:
        _, document = self._timed("GET", f"/images/{image}")
        if document is None:
            return
        place = {"revision": document["revision"], "position": document["position"]}
        due = time.monotonic()
        for _ in range(STROKES_AN_IMAGE):
            due += self._random.expovariate(self._rate)
            time.sleep(max(0.0, due - time.monotonic()))
            if time.monotonic() > until:
                return
            if not self._draw(image, place):
                return
            if len(self.seen.strokes) % GALLERY_EVERY == self.number % GALLERY_EVERY:
                self.seen.gallery_ms.append(self._timed("GET", "/images?limit=60")[0])
        self._timed("POST", f"/images/{image}/approve", place)

    def _draw(self, image: int, place: dict[str, int]) -> bool:
        key = f"{self.number}-{len(self.seen.strokes)}-{self._random.random()}"
        x, y = self._random.randrange(0, 384), self._random.randrange(0, 256)
        edit = {"tool": "brush", "ink": "unknown", "radius": 12, "points": [[x, y], [x + 40, y + 20]], "radii": []}
        milliseconds, answer = self._timed(
            "POST", f"/images/{image}/edits", {**place, "edits": [{"key": key, "edit": edit}]}
        )
        if answer is None:
            return False
        self.seen.stroke_ms.append(milliseconds)
        self.seen.strokes.append((image, place["revision"], place["position"], key))
        place["position"] = answer["position"]
        return True

    def _timed(self, method: str, path: str, body: Any = None) -> tuple[float, Any]:
        """Milliseconds, and the answer; None if it was refused."""
        began = time.perf_counter()
        self._connection.request(
            method, f"/api/v1{path}", None if body is None else json.dumps(body), headers=self._headers
        )
        answer = self._connection.getresponse()
        data = answer.read()
        milliseconds = (time.perf_counter() - began) * 1000
        if answer.status < 400:
            return milliseconds, json.loads(data) if data else {}
        text = data.decode("utf-8", "replace")
        self.seen.locked_errors += answer.status >= 500 or "locked" in text
        self.seen.refusals.append(f"{method} {path}: {answer.status} {text[:200]}")
        return milliseconds, None


def main(port: int, seconds: float, rate: float) -> None:
    cookies = json.load(sys.stdin)
    operators = [Operator(n, port=port, cookie=cookie, rate=rate) for n, cookie in enumerate(cookies)]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=operator.work, args=(until,)) for operator in operators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([asdict(operator.seen) for operator in operators]))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
