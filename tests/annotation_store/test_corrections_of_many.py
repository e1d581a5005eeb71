"""Several people correct and review one image, from what each saw last: the store does as a few lines of Python do."""

import itertools
import shutil
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import event

from annotation_store.blob_folder import BlobFolder
from annotation_store.corrections import KeyedEdit, append_edits, open_document, redo, replayed_marks, undo
from annotation_store.database import Database
from annotation_store.errors import ConflictError, InvalidTransitionError, LeasedError, NothingToUndoError
from annotation_store.queue.leases import lease_of, release_all
from annotation_store.reviews import Seen, approve, list_decisions, reopen, return_to_operator, skip, submit
from annotation_store.revisions import get_revision, list_revisions, load_matte
from annotation_store.store import Store
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke

PEOPLE = ("keiko", "mia", "ren")
OPEN = ("ready", "in_correction")
IMAGE = 1
REFUSALS = {
    InvalidTransitionError: "closed",
    ConflictError: "conflict",
    LeasedError: "leased",
    NothingToUndoError: "nothing",
}

people = st.sampled_from(PEOPLE)


@pytest.fixture
def shelf(world, store):
    """The folder of a closed store with one drafted image."""
    world.draft("shoe_1.png")
    store.database.close()
    return store.folder


@dataclass
class Model:
    """An image as it should stand. log: keys of what was sent on the newest revision; those that count, and undone."""

    state: str = "ready"
    revision: int = 1
    log: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    decisions: list[tuple[str, str]] = field(default_factory=list)
    holder: str | None = None

    @property
    def place(self):
        return self.revision, len(self.log)

    def change(self, kind, person, place, key):
        if self.state not in OPEN:
            return "closed"
        if place != self.place:
            return "conflict"
        if self.holder not in (None, person):
            return "leased"
        if not {"edit": [key], "undo": self.active, "redo": self.undone}[kind]:
            return "nothing"
        self.log.append(key)
        if kind == "edit":
            self.active.append(key)
            self.undone.clear()
        elif kind == "undo":
            self.undone.append(self.active.pop())
        else:
            self.active.append(self.undone.pop())
        self.state, self.holder = "in_correction", person
        return "done"

    def hand_over(self, verdict, person, place):
        if self.state not in ((*OPEN, "in_review") if verdict == "approved" else OPEN):
            return "closed"
        if place != self.place:
            return "conflict"
        answer = self.decide(verdict, person, "approved" if verdict == "approved" else "in_review")
        if answer == "done" and self.active:  # they are in a new revision now
            self.revision += 1
            self.log, self.active, self.undone = [], [], []
        return answer

    def decide(self, verdict, person, state):
        if self.holder not in (None, person):
            return "leased"
        self.state, self.holder = state, None
        self.decisions.append((verdict, person))
        return "done"


class CorrectionsOfMany(RuleBasedStateMachine):
    shelf, scratch, turn = None, None, itertools.count()

    def __init__(self):
        super().__init__()
        folder = shutil.copytree(self.shelf, self.scratch / f"{next(self.turn)}")
        database = Database(f"sqlite:///{folder / 'matteloop.sqlite3'}")
        event.listen(database.engine, "connect", lambda each, _: each.execute("PRAGMA synchronous = OFF"))  # quicker
        self.store = Store(database, BlobFolder(folder / "blobs"), folder)
        self.model = Model()
        self.keys = itertools.count()
        self.sent = {}  # what each person sent last, to send it once more

    @initialize()
    def everybody_looks(self):
        self.seen = dict.fromkeys(PEOPLE, self.model.place)

    def teardown(self):
        self.store.database.close()
        shutil.rmtree(self.store.folder)

    def place(self, person):
        revision, position = self.seen[person]
        revisions = list_revisions(self.store, IMAGE)
        return {"revision_id": revisions[revision - 1].id, "position": position}

    def answer(self, step):
        try:
            step()
        except tuple(REFUSALS) as refusal:
            return next(word for kind, word in REFUSALS.items() if isinstance(refusal, kind))
        return "done"

    def send(self, kind, person, key):
        document_place = self.place(person)
        edit = Stroke(ink=Ink.FOREGROUND, radius=8, points=((60 + 4 * int(key) % 40, 40), (88, 60)))
        steps = {
            "edit": lambda: append_edits(self.store, IMAGE, edits=[KeyedEdit(key, edit)], by=person, **document_place),
            "undo": lambda: undo(self.store, IMAGE, key=key, by=person, **document_place),
            "redo": lambda: redo(self.store, IMAGE, key=key, by=person, **document_place),
        }
        return self.answer(steps[kind])

    @rule(person=people)
    def look(self, person):
        self.seen[person] = self.model.place

    @rule(person=people, kind=st.sampled_from(["edit", "edit", "undo", "redo"]))
    def change(self, person, kind):
        key, place = str(next(self.keys)), self.seen[person]
        expected = self.model.change(kind, person, place, key)
        assert self.send(kind, person, key) == expected
        if expected == "done":
            self.sent[person] = (kind, key, place)
            self.seen[person] = self.model.place

    @rule(person=people)
    def send_again(self, person):
        """An answer was lost: what is kept already is recognised, by its place and key, and nothing is kept twice."""
        if person not in self.sent:
            return
        kind, key, place = self.sent[person]
        self.seen[person] = place
        is_kept = self.model.revision == place[0] and self.model.log[place[1] : place[1] + 1] == [key]
        expected = "closed" if self.model.state not in OPEN else "done" if is_kept else "conflict"
        assert self.send(kind, person, key) == expected

    @rule(person=people, verdict=st.sampled_from(["submitted", "approved"]))
    def hand_over(self, person, verdict):
        document = open_document(self.store, IMAGE)
        trimap, alpha = load_matte(self.store, get_revision(self.store, document.revision_id))
        if document.edits:
            trimap = replayed_marks(self.store, document).trimap
            alpha = np.where(trimap == 128, 0.25, trimap == 255).astype(np.float32)
        way = submit if verdict == "submitted" else approve
        seen = Seen(**self.place(person), trimap=trimap, alpha=alpha)
        expected = self.model.hand_over(verdict, person, self.seen[person])
        assert self.answer(lambda: way(self.store, IMAGE, seen, by=person)) == expected

    @rule(person=people)
    def give_back(self, person):
        step = self.answer(lambda: return_to_operator(self.store, IMAGE, reason="the strap", by=person))
        can_be = self.model.state in ("in_review", "approved")
        assert step == (self.model.decide("returned", person, "in_correction") if can_be else "closed")

    @rule(person=people)
    def skip(self, person):
        can_be = self.model.state in (*OPEN, "in_review")
        expected = self.model.decide("skipped", person, "skipped") if can_be else "closed"
        assert self.answer(lambda: skip(self.store, IMAGE, reason="", by=person)) == expected

    @rule(person=people)
    def reopen(self, person):
        is_decided = self.model.state in ("approved", "skipped")
        target = "in_correction" if self.model.revision > 1 or self.model.active else "ready"
        expected = self.model.decide("reopened", person, target) if is_decided else "closed"
        assert self.answer(lambda: reopen(self.store, IMAGE, by=person)) == expected

    @rule(person=people)
    def go_home(self, person):
        release_all(self.store, by=person)
        if self.model.holder == person:
            self.model.holder = None

    @invariant()
    def the_store_stands_as_the_model_does(self):
        model, document = self.model, open_document(self.store, IMAGE)
        assert document.image.state == model.state
        assert (get_revision(self.store, document.revision_id).number, document.position) == model.place
        assert len(list_revisions(self.store, IMAGE)) == model.revision
        assert len(document.edits) == len(model.active)
        is_open = model.state in OPEN
        assert (document.can_undo, document.can_redo) == (
            is_open and bool(model.active),
            is_open and bool(model.undone),
        )
        assert [(each.verdict, each.author) for each in list_decisions(self.store, IMAGE)] == model.decisions
        lease = lease_of(self.store, IMAGE)
        assert (None if lease is None else lease.person) == model.holder


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])  # of which each run has a copy at once
def test_whatever_several_people_do_the_image_stands_as_the_model_says(shelf, tmp_path):
    class Machine(CorrectionsOfMany):
        pass

    Machine.shelf, Machine.scratch = shelf, tmp_path
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
