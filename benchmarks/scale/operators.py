"""Simulated operators at any of several web processes: ``python -m benchmarks.scale.operators``, of its own.

Reads what they are to do as JSON from standard input, warms every web process up, says ``warm``, waits for a line, and
prints the moments of all acknowledged strokes as JSON. Each operator has a photo of their own, draws stroke after
stroke with a key each, and sends every stroke to any of the web processes; or all of them to one.
"""

import http.client
import json
import random
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

WARM_STROKES = 3


@dataclass
class Seen:
    """What one operator saw. strokes: when each was sent and acknowledged, by the clock that all processes share."""

    strokes: list[tuple[float, float]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class Operator:
    """pause: mean seconds from an answer to the next stroke, drawn anew each time; 0 is without rest."""

    def __init__(self, number: int, *, cookie: str, image: int, size: tuple[int, int], ports: list[int], pause: float):
        self.seen = Seen()
        self._image, self._size, self._pause = image, size, pause
        self._webs = [http.client.HTTPConnection("127.0.0.1", port, timeout=120) for port in ports]
        self._headers = {"Cookie": f"matteloop={cookie}", "Content-Type": "application/json"}
        self._random = random.Random(number)
        self._sent = 0
        self._place: dict[str, int] = {}

    def warm_up(self) -> None:
        """The photo open in every web process, and its model warm."""
        for web in self._webs:
            document = self._ask(web, "GET", f"/images/{self._image}")
            self._place = {name: document[name] for name in ("revision", "position")}
            for _ in range(WARM_STROKES):
                self._draw(web)
        self.seen = Seen()

    def work(self, until: float) -> None:
        while time.monotonic() < until:
            if self._pause:
                time.sleep(min(self._random.expovariate(1 / self._pause), max(0.0, until - time.monotonic())))
            self._draw(self._random.choice(self._webs))

    def _draw(self, web: http.client.HTTPConnection) -> None:
        """A short stroke in the band of the draft, which lies around the middle of the photo."""
        width, height = self._size
        x, y = (int(4 * side * self._random.uniform(0.3, 0.7)) for side in (width, height))
        ink = self._random.choice(("foreground", "background", "unknown"))
        edit = {"tool": "brush", "ink": ink, "radius": 40, "points": [[x, y], [x + 80, y + 40]], "radii": []}
        self._sent += 1
        body = {**self._place, "edits": [{"key": f"{self._image}-{self._sent}", "edit": edit}]}
        began = time.monotonic()
        answer = self._ask(web, "POST", f"/images/{self._image}/edits", body)
        if answer:
            self._place["position"] = answer["position"]
            self.seen.strokes.append((began, time.monotonic()))

    def _ask(self, web: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> Any:
        """Empty if it was refused."""
        try:
            answer, data = self._once(web, method, path, body)
        except (ConnectionError, http.client.HTTPException):  # a connection that rested was closed by the server
            web.close()
            answer, data = self._once(web, method, path, body)  # a stroke has a key: it counts once
        if answer.status < 400:
            return json.loads(data)
        self.seen.refusals.append(f"{method} {path}: {answer.status} {data.decode('utf-8', 'replace')[:200]}")
        return {}

    def _once(
        self, web: http.client.HTTPConnection, method: str, path: str, body: Any
    ) -> tuple[http.client.HTTPResponse, bytes]:
        web.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers=self._headers)
        answer = web.getresponse()
        return answer, answer.read()


def _all_at_once(operators: list[Operator], what: Any) -> None:
    threads = [threading.Thread(target=what, args=(operator,)) for operator in operators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    told = json.loads(sys.stdin.readline())
    operators = [Operator(number, **each) for number, each in enumerate(told["operators"])]
    _all_at_once(operators, Operator.warm_up)
    print("warm", flush=True)
    sys.stdin.readline()
    until = time.monotonic() + told["seconds"]
    _all_at_once(operators, lambda operator: operator.work(until))
    print(json.dumps([asdict(operator.seen) for operator in operators]))


if __name__ == "__main__":
    main()
