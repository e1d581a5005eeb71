"""Many people at one queue: any order of what they do keeps every image in one pair of hands."""

import itertools
import shutil
import threading
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import event, select, text

from annotation_store import schema
from annotation_store.blob_folder import BlobFolder
from annotation_store.corrections import KeyedEdit, append_edits, open_document, replayed_marks
from annotation_store.database import Database
from annotation_store.errors import InvalidTransitionError, LeasedError, LeaseLostError
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.assignment import assign
from annotation_store.queue.leases import list_leases, release, renew
from annotation_store.queue.open_images import OPEN_STATES
from annotation_store.queue.pull import pull
from annotation_store.reviews import Seen, approve, reopen, skip
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke

PEOPLE = ("keiko", "mia", "ren")
MINUTES = 15  # of a lease, as `hold` has it

people = st.sampled_from(PEOPLE)
draws = st.sampled_from([0.05, 0.9])


@pytest.fixture
def shelf(world, store):
    """The folder of a closed store with six drafted images, two of them of one subject."""
    world.draft("shoe_1.png", "shoe_2.png", "bag.png", "hat.png", "cup.png", "fan.png")
    with store.database.write() as session:
        session.execute(text("UPDATE images SET difficulty = id % 4, novelty = 0.5"))
        session.execute(text("UPDATE projects SET policy = 'hardest_first', random_share = 0.1"))
    store.database.close()
    return store.folder


class QueueOfMany(RuleBasedStateMachine):
    """Beside the store, what its answers told: who has which image until when. Times are minutes."""

    shelf, scratch, clock, turn = None, None, None, itertools.count()

    def __init__(self):
        super().__init__()
        folder = shutil.copytree(self.shelf, self.scratch / f"{next(self.turn)}")
        database = Database(f"sqlite:///{folder / 'matteloop.sqlite3'}")
        event.listen(database.engine, "connect", lambda each, _: each.execute("PRAGMA synchronous = OFF"))  # quicker
        self.store = Store(database, BlobFolder(folder / "blobs"), folder)
        self.ids = range(1, 7)
        self.hands = {}  # image -> (person, end)
        self.at = dict.fromkeys(PEOPLE)  # the image in each browser
        self.keys = itertools.count()
        self.assigned = {}

    def teardown(self):
        self.store.database.close()
        shutil.rmtree(self.store.folder)

    def holder(self, image_id):
        person, end = self.hands.get(image_id, (None, None))
        return person if person is not None and end > self.clock.now else None

    def until(self):
        return self.clock.now + timedelta(minutes=MINUTES)

    def state(self, image_id):
        with self.store.database.read() as session:
            return session.get(schema.Image, image_id).state

    def pull(self, person, draw=0.9, after=None):
        return pull(self.store, project_ids=[FIRST_PROJECT], by=person, after=after, minutes=MINUTES, draw=lambda: draw)

    def attempt(self, step, image_id, person, *, refusal=LeasedError):
        """Whether `step` is carried out: exactly if the image is open and in nobody else's hands."""
        is_open, holder, told = self.state(image_id) in OPEN_STATES, self.holder(image_id), None
        try:
            step()
        except refusal as error:
            told = error.person
        except InvalidTransitionError:
            assert not is_open
            return False
        assert is_open
        assert holder in (None, person) if told is None else holder == told != person
        return told is None

    def take_note(self, person, pulled):
        image_id = pulled.image.id
        assert self.holder(image_id) in (None, person), "given to two people"
        assert pulled.lease.person == person
        assert pulled.lease.expires_at >= self.clock.now + timedelta(minutes=MINUTES / 2)
        assert pulled.image.state in OPEN_STATES
        assert self.assigned.get(image_id, person) == person or self.holder(image_id) == person
        self.hands[image_id] = (person, pulled.lease.expires_at)

    @rule(person=people, draw=draws)
    def go_on(self, person, draw):
        """The browser opens the next image."""
        pulled = self.pull(person, draw, after=self.at[person])
        if pulled is not None:
            assert pulled.image.id != self.at[person]
            self.take_note(person, pulled)
            self.at[person] = pulled.image.id

    @rule(person=people, draw=draws)
    def look_ahead(self, person, draw):
        """The browser opens the image after the present one ahead, twice: the reserve does not eat the queue."""
        first = self.pull(person, draw, after=self.at[person])
        again = self.pull(person, 0.95 - draw, after=self.at[person])
        assert (first is None) == (again is None)
        if first is not None:
            assert again.image.id == first.image.id
            self.take_note(person, first)

    @rule(person=people, image_id=st.integers(1, 6))
    def draw_on(self, person, image_id):
        """Any image, also one that was never pulled."""
        document = open_document(self.store, image_id)
        edit = KeyedEdit(f"{next(self.keys)}", Stroke(ink=Ink.FOREGROUND, radius=8, points=((80, 40), (88, 60))))
        place = {"revision_id": document.revision_id, "position": document.position}
        if self.attempt(lambda: append_edits(self.store, image_id, edits=[edit], by=person, **place), image_id, person):
            held_until = self.hands[image_id][1] if self.holder(image_id) else self.clock.now
            if held_until - self.clock.now < timedelta(minutes=MINUTES / 2):
                self.hands[image_id] = (person, self.until())

    @rule(person=people)
    def beat(self, person):
        image_id = self.at[person]
        if image_id is not None and self.attempt(
            lambda: renew(self.store, image_id, by=person, minutes=MINUTES), image_id, person, refusal=LeaseLostError
        ):
            self.hands[image_id] = (person, self.until())

    @rule(person=people, image_id=st.integers(1, 6))
    def let_go(self, person, image_id):
        release(self.store, image_id, by=person)
        if self.holder(image_id) == person:
            del self.hands[image_id]

    @rule(person=people, image_id=st.integers(1, 6), how=st.sampled_from(["approve", "skip"]))
    def decide(self, person, image_id, how):
        ways = {
            "approve": lambda: self.approve(image_id, person),
            "skip": lambda: skip(self.store, image_id, reason="", by=person),
        }
        if self.attempt(ways[how], image_id, person):
            self.hands.pop(image_id, None)

    def approve(self, image_id, person):
        document = open_document(self.store, image_id)
        trimap = replayed_marks(self.store, document).trimap
        alpha = (trimap == 255).astype("float32")
        place = {"revision_id": document.revision_id, "position": document.position}
        approve(self.store, image_id, Seen(trimap=trimap, alpha=alpha, **place), by=person)

    @rule(image_id=st.integers(1, 6))
    def reopen(self, image_id):
        if self.state(image_id) in (ImageState.APPROVED, ImageState.SKIPPED):
            reopen(self.store, image_id, by="ren")

    @precondition(lambda self: len(self.assigned) < 2)
    @rule(person=people, image_id=st.integers(1, 6))
    def assign(self, person, image_id):
        assign(self.store, [image_id], to=person, by="ren")
        self.assigned[image_id] = person

    @rule(minutes=st.sampled_from([1, 8, 16]))
    def time_passes(self, minutes):
        self.clock.advance(minutes)

    @rule(person=people)
    def crash(self, person):
        """The browser forgets where it was; the store is told nothing."""
        self.at[person] = None

    @invariant()
    def leases_are_what_people_were_told(self):
        told = {image_id: self.hands[image_id] for image_id in self.hands if self.holder(image_id)}
        assert {lease.image_id: (lease.person, lease.expires_at) for lease in list_leases(self.store)} == told

    @invariant()
    def only_open_images_are_in_anybodys_hands(self):
        with self.store.database.read() as session:
            rows = session.scalars(select(schema.Image.state).join(schema.Lease)).all()
        assert set(rows) <= set(OPEN_STATES)


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])  # of which each run has a copy at once
def test_no_image_is_in_two_pairs_of_hands_and_each_open_one_is_reached(shelf, tmp_path, clock):
    class Machine(QueueOfMany):
        def teardown(self):
            """In the end everybody comes back after a break, and clears the queue."""
            try:
                self.clock.advance(MINUTES)
                left = {image_id for image_id in self.ids if self.state(image_id) in OPEN_STATES}
                reached = set()
                for person in PEOPLE:
                    while (pulled := self.pull(person)) is not None:
                        self.take_note(person, pulled)
                        reached.add(pulled.image.id)
                        skip(self.store, pulled.image.id, reason="", by=person)
                assert reached == left
            finally:
                super().teardown()

    Machine.shelf, Machine.scratch, Machine.clock = shelf, tmp_path, clock
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def test_eight_pairs_of_hands_at_once_are_given_every_image_exactly_once(store, shelve):
    ids = shelve(*(f"{number}" for number in range(40)))
    ready = threading.Barrier(8)
    given = []

    def work(person):
        ready.wait()
        last = None
        while (pulled := pull(store, project_ids=[FIRST_PROJECT], by=person, after=last)) is not None:
            given.append(pulled.image.id)
            last = pulled.image.id
            skip(store, last, reason="", by=person)

    threads = [threading.Thread(target=work, args=(f"person {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Counter(given) == Counter(ids)
