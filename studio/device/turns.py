"""Who may have something predicted now, and who is next: fair between people, strokes first, never an endless queue."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from matting_core.cancelling import Cancellation, Cancelled
from matting_core.errors import MattingError
from studio.device.tally import Tally

ON_A_CPU, ON_A_GPU = 2, 8
"""Predictions at once. One keeps a CPU busy, and a second fills its pauses; a GPU wants to be filled."""
LONGEST_WAIT = 20.0
"""Seconds; proxies and people give up a little later."""
OLDEST_FIRST = 8
"""Every so many turns go to whoever has waited longest, so that nobody waits for ever behind what hurries more."""
SHARE_OF_ONE = 4
"""One person may have the fourth part of the places to wait at."""
MOST_REMEMBERED = 1000
"""People of whom it is known when they had their last turn."""
LOOK_SECONDS = 0.02
"""Between two looks at the token of somebody who waits."""
WAIT_SECONDS = (0.001, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class BusyError(MattingError):
    """So many wait already that one more is turned away; nothing of it was stored."""

    def __init__(self) -> None:
        super().__init__("The studio is busy: more people are at work than it can follow, so try again in a moment.")


class Urgency(IntEnum):
    """What is to be predicted, the most urgent first."""

    STROKE = 0
    PREVIEW = 1
    SETTLING = 2


class TakeTurn(Protocol):
    """How `Turns.turn` is asked."""

    def __call__(
        self, person: str, urgency: Urgency, *, cancellation: Cancellation | None = None
    ) -> AbstractContextManager[None]: ...


def unhindered(
    _person: str, _urgency: Urgency, *, cancellation: Cancellation | None = None
) -> AbstractContextManager[None]:
    """Everybody at once."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class TurnFigures:
    """How things stand. waiting: by their urgency. at_work: turns that are taken. refused: since the start."""

    waiting: dict[Urgency, int]
    at_work: int
    refused: int


class Turns:
    """Thread-safe.

    Between people, whoever has not had a turn for longest is next; of one person, whoever came first. Strokes come
    before previews, these before whole mattes; of these, one less than what may be at work is at work, so that a stroke
    need not wait for one.
    """

    def __init__(self, *, at_once: Callable[[], int], waiting: int, of_one: int | None = None) -> None:
        """at_once: how many may be at work, asked for each turn. waiting: how many may wait, previews and whole mattes
        at half of the places only. of_one: how many of one person."""
        self._at_once, self._most_waiting = at_once, waiting
        self._most_of_one = waiting if of_one is None else of_one
        self._lock = threading.Lock()
        self._waiting: list[_Ticket] = []  # in the order in which they came
        self._at_work, self._whole_mattes = 0, 0
        self._given, self._refused = 0, 0
        self._last_turn: OrderedDict[str, int] = OrderedDict()  # by person, the latest one last
        self._holding = threading.local()
        self.waits = Tally(WAIT_SECONDS)
        """Seconds until turns were given."""

    @contextmanager
    def turn(self, person: str, urgency: Urgency, *, cancellation: Cancellation | None = None) -> Iterator[None]:
        """Wait for a turn, and have it inside the block. A thread that has one already goes on with it.

        Raises BusyError if there is no place to wait, or the wait was too long, and Cancelled if `cancellation` was
        pulled meanwhile.
        """
        if getattr(self._holding, "a_turn", False):
            yield
            return
        ticket = _Ticket(person, urgency)
        self._line_up(ticket)
        try:
            self._wait(ticket, cancellation)
            self._holding.a_turn = True
            yield
        finally:
            self._holding.a_turn = False
            self._leave(ticket)

    def figures(self) -> TurnFigures:
        with self._lock:
            waiting = {urgency: sum(each.urgency == urgency for each in self._waiting) for urgency in Urgency}
            return TurnFigures(waiting, self._at_work, self._refused)

    def _line_up(self, ticket: "_Ticket") -> None:
        with self._lock:
            self._waiting.append(ticket)
            self._give()
            if ticket.is_given.is_set():
                return
            others = len(self._waiting) - 1
            places = self._most_waiting if ticket.urgency == Urgency.STROKE else self._most_waiting // 2
            own = sum(each.person == ticket.person for each in self._waiting) - 1
            if others >= places or own >= self._most_of_one:
                self._waiting.remove(ticket)
                self._refused += 1
                raise BusyError

    def _wait(self, ticket: "_Ticket", cancellation: Cancellation | None) -> None:
        end = ticket.came + LONGEST_WAIT
        while not ticket.is_given.wait(LOOK_SECONDS if cancellation else max(0.0, end - time.monotonic())):
            if cancellation is not None and cancellation.is_cancelled:
                raise Cancelled("nobody waits for it any more")
            if time.monotonic() >= end:
                with self._lock:
                    self._refused += 1
                raise BusyError
        self.waits.add(time.monotonic() - ticket.came)

    def _leave(self, ticket: "_Ticket") -> None:
        with self._lock:
            if ticket.is_given.is_set():
                self._at_work -= 1
                self._whole_mattes -= ticket.urgency == Urgency.SETTLING
            else:
                self._waiting.remove(ticket)
            self._give()

    def _give(self) -> None:
        """As many turns as there are now."""
        most = max(1, self._at_once())
        while self._at_work < most and (ticket := self._next(most)) is not None:
            self._waiting.remove(ticket)
            self._at_work += 1
            self._whole_mattes += ticket.urgency == Urgency.SETTLING
            self._given += 1
            self._last_turn[ticket.person] = self._given
            self._last_turn.move_to_end(ticket.person)
            while len(self._last_turn) > MOST_REMEMBERED:
                self._last_turn.popitem(last=False)
            ticket.is_given.set()

    def _next(self, most: int) -> "_Ticket | None":
        may_settle = self._whole_mattes < max(1, most - 1)
        able = [each for each in self._waiting if may_settle or each.urgency != Urgency.SETTLING]
        if not able:
            return None
        if (self._given + 1) % OLDEST_FIRST == 0:
            return able[0]
        # min takes the first of equals, which came first
        return min(able, key=lambda each: (each.urgency, self._last_turn.get(each.person, 0)))


class _Ticket:
    def __init__(self, person: str, urgency: Urgency) -> None:
        self.person, self.urgency = person, urgency
        self.came = time.monotonic()
        self.is_given = threading.Event()
