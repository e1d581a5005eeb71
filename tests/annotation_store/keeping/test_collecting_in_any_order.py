"""No order of the steps of storing, asking, committing and collecting loses a blob that a row names.

Time is the tests' own. Where two work at once, every call that touches the disk is a step: whoever works is a greenlet
that pauses before it. One blob is enough, as blobs do not touch each other.
"""

import hashlib
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
from annotation_store.keeping.collecting import collect_blobs

GRACE = 24.0
DATA = b"a photo"
NAME = hashlib.sha256(DATA).hexdigest()
LONG = 1000
"""More touches of the disk than any work has."""


class SmallStudio:
    """A folder of blobs, the rows that name them, and a clock. Blobs need no database for this."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_000_000.0
        self.blobs = BlobFolder(folder / "blobs")
        self.blobs.root.mkdir()
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
            found = self.blobs.find(NAME)
            assert found is not None
            assert found.read_bytes() == DATA


@contextmanager
def small_studio() -> Iterator[SmallStudio]:
    """Its files bear the times of its own clock; a greenlet in it pauses before it touches the disk."""
    folder = Path(tempfile.mkdtemp())
    studio = SmallStudio(folder)
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
    def __init__(self) -> None:
        super().__init__()
        self._context = small_studio()
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


InWholeSteps.TestCase.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
TestInWholeSteps = InWholeSteps.TestCase


TIME = st.sampled_from((0, 0.9, 1.1))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    before=st.sampled_from(list(BEFORE)),
    work=st.sampled_from((SmallStudio.store, SmallStudio.ask)),
    turns=st.lists(st.integers(0, 9), min_size=4, max_size=4),
    meanwhile=TIME,
    collect_once_more=st.booleans(),
    commit_at_once=st.booleans(),
)
def test_in_the_midst_of_a_collection(before, work, turns, meanwhile, collect_once_more, commit_at_once):
    with small_studio() as studio:
        BEFORE[before](studio)
        studio.relied_on_since = float("-inf")
        person = Working(lambda: work(studio), then=studio.commit if commit_at_once else lambda: None)
        collection = Working(studio.collect)
        for worker, touches in zip((person, collection) * 2, turns, strict=True):
            worker.go_on(touches)
            studio.check()
            studio.pass_time(meanwhile / 4)
        collection.go_on(LONG)
        person.go_on(LONG)
        if collect_once_more:
            studio.collect()
        studio.commit()
        studio.pass_nights(3)
        studio.check()
        assert not studio.rows or studio.blobs.get(NAME) == DATA
