"""What the studio has acknowledged, and what it was asked for and has not answered: kept by those who asked."""

import copy
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an edit log. kind: edit, undo or redo. edit: its JSON, as the log keeps it."""

    key: str
    kind: str
    edit: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """seen: the revision that was on the desk when it was made. drawn_on: edits on it counted."""

    verdict: str
    seen: int
    drawn_on: bool = False


@dataclass(slots=True)
class Promises:
    """Of one data folder. Its methods may be called by any thread; read a copy, see `now`.

    logs, asked_entries: by revision, in their order. decisions, asked_decisions: by image. photos, asked_photos: the
    SHA-256 of each file.
    """

    logs: defaultdict[int, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    asked_entries: dict[int, list[Entry]] = field(default_factory=dict)
    decisions: defaultdict[int, list[Decision]] = field(default_factory=lambda: defaultdict(list))
    asked_decisions: dict[int, Decision] = field(default_factory=dict)
    photos: set[str] = field(default_factory=set)
    asked_photos: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> Self:
        """A copy that stays as it is."""
        with self._lock:
            names = ("logs", "asked_entries", "decisions", "asked_decisions", "photos", "asked_photos")
            return type(self)(**{name: copy.deepcopy(getattr(self, name)) for name in names})

    @contextmanager
    def entries(self, revision: int, entries: Sequence[Entry]) -> Iterator[None]:
        """Ask for `entries` inside; what leads out of it is their acknowledgement."""
        with self._lock:
            self.asked_entries[revision] = list(entries)
        yield
        with self._lock:
            self.logs[revision] += self.asked_entries.pop(revision)

    @contextmanager
    def decision(self, image: int, decision: Decision) -> Iterator[None]:
        """As `entries`, for a decision about an image."""
        with self._lock:
            self.asked_decisions[image] = decision
        yield
        with self._lock:
            self.decisions[image].append(self.asked_decisions.pop(image))

    @contextmanager
    def taking_in(self, digests: Sequence[str]) -> Iterator[None]:
        """As `entries`, for photos."""
        with self._lock:
            self.asked_photos |= set(digests)
        yield
        with self._lock:
            self.photos |= set(digests)
