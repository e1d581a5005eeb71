"""Strokes of many operators, event by event: the queue before each web process, and the one before the pen.

An operator thinks, then sends a stroke to a web process; that one stores it, for which it needs the pen, of which there
is one, then predicts the alpha around it, one stroke after another; then the operator has an answer, and thinks anew.
Others write, too: drafts that are recorded, and whatever else needs the pen, arrive by chance.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

Draw = Callable[[random.Random], float]
"""Seconds, anew each time."""


def exponential(mean: float) -> Draw:
    return lambda rng: rng.expovariate(1 / mean) if mean > 0 else 0.0


def fixed(seconds: float) -> Draw:
    return lambda _rng: seconds


def spread_out(mean: float, sigma: float) -> Draw:
    """Log-normal. sigma: standard deviation of the logarithm."""
    return lambda rng: mean * rng.lognormvariate(-(sigma**2) / 2, sigma)


NO_TIME = fixed(0.0)


@dataclass(frozen=True, slots=True)
class Load:
    """pause: from an answer to the next stroke. pen: how long a stroke has the pen. model: how long a web process
    computes for it. other_writes: a second, by drafts and all else; other_pen: how long each of them has the pen.
    """

    operators: int
    webs: int
    pause: Draw
    pen: Draw
    model: Draw
    other_writes: float = 0.0
    other_pen: Draw = NO_TIME


@dataclass(frozen=True, slots=True)
class Outcome:
    """strokes_per_s; milliseconds from sending a stroke to its answer, and those of it before the pen; how busy the pen
    and the web processes are, 0 to 1."""

    strokes: int
    strokes_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    mean_ms: float
    pen_wait_p95_ms: float
    pen_wait_mean_ms: float
    pen_load: float
    web_load: float


@dataclass(slots=True)
class Station:
    """One server, first come first served. Whoever leaves is told how long they waited."""

    busy: float = 0.0
    _waiting: deque[tuple[float, float, Callable[[float, float], None]]] = field(default_factory=deque)
    _is_free: bool = True

    def ask(self, line: "TimeLine", service: float, then: Callable[[float, float], None]) -> None:
        """then: called with the present moment and the time spent in the queue."""
        self._waiting.append((line.now, service, then))
        if self._is_free:
            self._serve(line)

    def _serve(self, line: "TimeLine") -> None:
        came, service, then = self._waiting.popleft()
        waited, self._is_free = line.now - came, False
        self.busy += service

        def leave() -> None:
            self._is_free = True
            if self._waiting:
                self._serve(line)
            then(line.now, waited)

        line.after(service, leave)


class TimeLine:
    """What is to happen, in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self._count = 0
        self._events: list[tuple[float, int, Callable[[], None]]] = []

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (self.now + seconds, self._count, event))

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self.now, _, event = heapq.heappop(self._events)
            event()


def simulate(load: Load, *, seconds: float, warm: float = 60.0, seed: int = 0) -> Outcome:
    """`seconds` of work, after `warm` seconds that are not counted. The same for the same seed."""
    rng, line = random.Random(seed), TimeLine()
    pen, webs = Station(), [Station() for _ in range(load.webs)]
    answers: list[float] = []
    pen_waits: list[float] = []

    def think() -> None:
        line.after(load.pause(rng), send)

    def send() -> None:
        sent, web = line.now, rng.choice(webs)

        def stored(now: float, waited: float) -> None:
            if now > warm:
                pen_waits.append(waited)
            web.ask(line, load.model(rng), answered)

        def answered(now: float, _waited: float) -> None:
            if now > warm:
                answers.append(now - sent)
            think()

        pen.ask(line, load.pen(rng), stored)

    def write() -> None:
        pen.ask(line, load.other_pen(rng), lambda _now, _waited: None)
        line.after(rng.expovariate(load.other_writes), write)

    for _ in range(load.operators):
        think()
    if load.other_writes > 0:
        line.after(rng.expovariate(load.other_writes), write)
    line.run(warm)
    before = pen.busy, sum(web.busy for web in webs)
    line.run(warm + seconds)
    if not answers:
        raise ValueError(f"no stroke was answered within {seconds} seconds: simulate longer")
    return Outcome(
        strokes=len(answers),
        strokes_per_s=len(answers) / seconds,
        p50_ms=_quantile(answers, 50),
        p95_ms=_quantile(answers, 95),
        p99_ms=_quantile(answers, 99),
        mean_ms=1000 * float(np.mean(answers)),
        pen_wait_p95_ms=_quantile(pen_waits, 95),
        pen_wait_mean_ms=1000 * float(np.mean(pen_waits)),
        pen_load=(pen.busy - before[0]) / seconds,
        web_load=(sum(web.busy for web in webs) - before[1]) / seconds / load.webs,
    )


def waits_in_queue(arrivals: Sequence[float], services: Sequence[float], *, servers: int) -> list[float]:
    """Seconds that each customer waits, in order of arrival, before one of so many servers: Kiefer and Wolfowitz."""
    free = [0.0] * servers
    waits = []
    for came, service in zip(arrivals, services, strict=True):
        began = max(came, free[0])
        heapq.heapreplace(free, began + service)
        waits.append(began - came)
    return waits


def _quantile(seconds: Sequence[float], percent: int) -> float:
    return 1000 * float(np.percentile(seconds, percent))
