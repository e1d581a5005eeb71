"""No order of the steps of storing, asking, committing and collecting loses a blob that a row names.

Time is the tests' own. Where two work at once, every call that touches the disk, or the object store, is a step:
whoever works is a greenlet that pauses before it. One blob is enough, as blobs do not touch each other.
"""

import hashlib
import itertools
import math
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from greenlet import getcurrent, greenlet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from annotation_store import blob_folder
from annotation_store.blob_folder import BlobFolder
from annotation_store.buckets.blob_bucket import BlobBucket
from annotation_store.buckets.blob_cache import BlobCache
from annotation_store.buckets.objects import SeenObject
from annotation_store.keeping.collecting import collect_blobs

GRACE = 24.0
DATA = b"a photo"
NAME = hashlib.sha256(DATA).hexdigest()
LONG = 1000
"""More touches of the disk than any work has."""


class SmallStudio:
    """Blobs, the rows that name them, and a clock. Blobs need no database for this."""

    def __init__(self, folder: Path, place: str) -> None:
        self.now = 1_000_000.0
        if place == "folder":
            self.blobs = BlobFolder(folder / "blobs")
            self.blobs.root.mkdir()
        else:
            self.objects = ObjectsByHand(lambda: self.now)
            self.blobs = BlobBucket(self.objects, BlobCache(folder / "cache", room=0))
            self.blobs.hands = 1  # so that steps are taken in one order
        self.rows: set[str] = set()
        self.relied_on_since = float("-inf")  # by somebody whose row is about to come

    def store(self) -> None:
        began = self.now
        self.blobs.put(DATA)
        self.relied_on_since = began

    def ask(self) -> None:
        began = self.now
        if self.blobs.has(NAME):
            self.relied_on_since = began

    def commit(self) -> None:
        if self.now <= self.relied_on_since + GRACE:
            self.rows.add(NAME)

    def collect(self) -> None:
        collect_blobs(self.blobs, wanted=lambda: set(self.rows), grace=timedelta(seconds=GRACE))

    def pass_time(self, share_of_grace: float) -> None:
        self.now += share_of_grace * GRACE

    def pass_nights(self, nights: int) -> None:
        """With a collection in each of them."""
        for _ in range(nights):
            self.pass_time(1.1)
            self.collect()

    def check(self) -> None:
        if self.rows:
            assert b"".join(self.blobs.chunks(NAME)) == DATA


class ObjectsByHand:
    """An object store that tells whole seconds of a clock, as most do."""

    address = "s3://by/hand"

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._there: dict[str, tuple[bytes, float]] = {}

    def put(self, key: str, data: bytes) -> None:
        self._store(key, data)

    def get(self, key: str) -> bytes | None:
        return self._there[key][0] if key in self._there else None

    def chunks(self, key: str) -> Iterator[bytes] | None:
        return iter([self._there[key][0]]) if key in self._there else None

    def look(self, key: str) -> SeenObject | None:
        return self._seen(key) if key in self._there else None

    def page(self, folder: str) -> list[SeenObject]:
        return [self._seen(key) for key in sorted(self._there) if key.startswith(folder)]

    def listing(self, folder: str) -> Iterator[SeenObject]:
        yield from self.page(folder)

    def copy(self, source: str, target: str) -> bool:
        if source in self._there:
            self._store(target, self._there[source][0])
            return True
        return False

    def delete(self, key: str) -> None:
        self._there.pop(key, None)

    def _store(self, key: str, data: bytes) -> None:
        self._there[key] = (data, float(math.floor(self._clock())))

    def _seen(self, key: str) -> SeenObject:
        data, changed = self._there[key]
        return SeenObject(key, len(data), changed)


@contextmanager
def small_studio(place: str) -> Iterator[SmallStudio]:
    """Its files bear the times of its own clock; a greenlet in it pauses before it touches disk or object store."""
    folder = Path(tempfile.mkdtemp())
    studio = SmallStudio(folder, place)
    utime, main = os.utime, getcurrent()

    def pausing(function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            if getcurrent() is not main:
                main.switch()
            return function(*arguments, **options)

        return call

    def flush(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            utime(descriptor, (studio.now, studio.now))

    with pytest.MonkeyPatch.context() as patch:
        for name in ("is_file", "read_bytes", "replace", "unlink", "stat"):
            patch.setattr(Path, name, pausing(getattr(Path, name)))
        if place == "bucket":
            for name in ("put", "get", "chunks", "look", "page", "copy", "delete"):
                patch.setattr(studio.objects, name, pausing(getattr(studio.objects, name)))
        patch.setattr(os, "utime", pausing(lambda path: utime(path, (studio.now, studio.now))))
        patch.setattr(os, "fsync", pausing(flush))
        patch.setattr(blob_folder, "time", SimpleNamespace(time=lambda: studio.now))
        yield studio
    shutil.rmtree(folder)


class Working:
    """Somebody at work, a few touches of the disk at a time. then: what follows."""

    def __init__(self, work: Callable[[], None], then: Callable[[], None] = lambda: None) -> None:
        self._greenlet = greenlet(work)
        self._then = then

    @property
    def is_over(self) -> bool:
        return self._greenlet.dead

    def go_on(self, touches: int) -> None:
        for _ in range(touches):
            if not self._greenlet.dead:
                self._greenlet.switch()
                if self._greenlet.dead:
                    self._then()


BEFORE = {
    "never stored": lambda studio: None,
    "stored long ago": lambda studio: (studio.store(), studio.pass_time(3)),
    "just set aside": lambda studio: (studio.store(), studio.pass_nights(1)),
    "about to be deleted": lambda studio: (studio.store(), studio.pass_nights(1), studio.pass_time(1.1)),
}


class InWholeSteps(RuleBasedStateMachine):
    place = "folder"

    def __init__(self) -> None:
        super().__init__()
        self._context = small_studio(self.place)
        self.studio = self._context.__enter__()

    def teardown(self) -> None:
        self._context.__exit__(None, None, None)

    @initialize(before=st.sampled_from(list(BEFORE)))
    def begin(self, before: str) -> None:
        BEFORE[before](self.studio)

    @rule()
    def store(self) -> None:
        self.studio.store()

    @rule()
    def ask(self) -> None:
        self.studio.ask()

    @precondition(lambda self: self.studio.now <= self.studio.relied_on_since + GRACE)
    @rule()
    def commit(self) -> None:
        self.studio.commit()

    @rule()
    def collect(self) -> None:
        self.studio.collect()

    @rule(share=st.sampled_from((0.6, 1.1)))
    def pass_time(self, share: float) -> None:
        self.studio.pass_time(share)

    @rule(nights=st.integers(1, 3))
    def pass_nights(self, nights: int) -> None:
        self.studio.pass_nights(nights)

    @invariant()
    def nothing_is_lost(self) -> None:
        self.studio.check()


class InWholeStepsInABucket(InWholeSteps):
    place = "bucket"


for _steps in (InWholeSteps, InWholeStepsInABucket):
    _steps.TestCase.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
TestInWholeSteps = InWholeSteps.TestCase
TestInWholeStepsInABucket = InWholeStepsInABucket.TestCase


TIME = st.sampled_from((0, 0.9, 1.1))


@pytest.mark.parametrize("place", ["folder", "bucket"])
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    before=st.sampled_from(list(BEFORE)),
    work=st.sampled_from((SmallStudio.store, SmallStudio.ask)),
    turns=st.lists(st.integers(0, 12), min_size=4, max_size=4),
    meanwhile=TIME,
    killed=st.booleans(),
    collect_once_more=st.booleans(),
    commit_at_once=st.booleans(),
)
def test_in_the_midst_of_a_collection(place, before, work, turns, meanwhile, killed, collect_once_more, commit_at_once):
    with small_studio(place) as studio:
        BEFORE[before](studio)
        studio.relied_on_since = float("-inf")
        person = Working(lambda: work(studio), then=studio.commit if commit_at_once else lambda: None)
        collection = Working(studio.collect)
        for worker, touches in zip((person, collection) * 2, turns, strict=True):
            worker.go_on(touches)
            studio.check()
            studio.pass_time(meanwhile / 4)
        if not killed:
            collection.go_on(LONG)
        person.go_on(LONG)
        if collect_once_more:
            studio.collect()
        studio.commit()
        studio.pass_nights(3)
        studio.check()
        assert not studio.rows or studio.blobs.get(NAME) == DATA


HOW = tuple(itertools.product((False, True), (0, 0.3)))
"""Whether the collection is killed then, and the share of the grace that passes before and after."""


@pytest.mark.parametrize("place", ["folder", "bucket"])
@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("work", [SmallStudio.store, SmallStudio.ask])
def test_between_any_two_steps_of_a_collection(place, before, work):
    """Somebody stores or asks there, and the row comes as late as it may, just after another collection."""
    for touches, killed, gap in ((touches, *how) for touches in itertools.count() for how in HOW):
        with small_studio(place) as studio:
            BEFORE[before](studio)
            collection = Working(studio.collect)
            collection.go_on(touches)
            studio.pass_time(gap)
            work(studio)
            studio.pass_time(gap)
            is_over = collection.is_over
            if not killed:
                collection.go_on(LONG)
            studio.pass_time(0.99 - gap)
            studio.collect()
            studio.commit()
            studio.pass_nights(3)
            studio.check()
        if is_over:
            break


@pytest.mark.parametrize("place", ["folder", "bucket"])
@pytest.mark.parametrize("before", BEFORE)
def test_a_collection_that_was_killed_leaves_nothing_for_good(place, before):
    for touches in itertools.count():
        with small_studio(place) as studio:
            BEFORE[before](studio)
            collection = Working(studio.collect)
            collection.go_on(touches)
            is_over = collection.is_over
            studio.pass_nights(4)
            assert studio.blobs.size(NAME) is None
            assert [*studio.blobs.in_place(), *studio.blobs.aside()] == []
        if is_over:
            break
