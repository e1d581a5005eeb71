import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation_store import schema
from annotation_store.corrections import (
    KeyedEdit,
    append_edits,
    open_document,
    redo,
    replayed_marks,
    undo,
)
from annotation_store.edit_log import outcome
from annotation_store.errors import (
    ConflictError,
    InvalidKeyError,
    InvalidTransitionError,
    NotFoundError,
    NothingToUndoError,
)
from annotation_store.kinds import EntryKind
from annotation_store.reviews import skip
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import ImageState
from matting_core.edits.edit import painted
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke


def dab(x):
    return Stroke(ink=Ink.FOREGROUND, radius=12, points=((x, 40), (x + 8, 60)))


def keyed(*names):
    return [KeyedEdit(key=name, edit=dab(60 + 4 * ord(name[0]) % 60)) for name in names]


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


@pytest.fixture
def send(store, image):
    """Send strokes with the given keys, based on the position at hand."""
    head = open_document(store, image.id).revision_id

    def send(position, *names, revision_id=head):
        return append_edits(
            store, image.id, revision_id=revision_id, position=position, edits=keyed(*names), by="keiko"
        )

    return send


def step(function, store, document, key):
    return function(
        store,
        document.image.id,
        revision_id=document.revision_id,
        position=document.position,
        key=key,
        by="keiko",
    )


def test_a_fresh_draft_opens_without_strokes(store, image):
    document = open_document(store, image.id)
    assert (document.position, document.edits) == (0, ())
    assert (document.can_undo, document.can_redo) == (False, False)
    assert document.revision_id == document.image.head_revision_id


def test_strokes_are_kept_in_order_and_put_the_image_into_correction(store, image, send):
    document = send(0, "a", "b")
    assert document.image.state is ImageState.IN_CORRECTION
    assert (document.position, document.can_undo, document.can_redo) == (2, True, False)
    assert document.edits == tuple(item.edit for item in keyed("a", "b"))
    assert open_document(store, image.id) == document


def test_the_trimap_is_what_the_strokes_replay_to(store, image, send):
    document = send(0, "a", "b")
    base, _ = load_matte(store, get_revision(store, document.revision_id))
    replayed = replayed_marks(store, document).trimap
    np.testing.assert_array_equal(replayed, painted(base, document.edits))
    assert not np.array_equal(replayed, base)


def test_undo_and_redo_move_the_last_stroke_and_count_as_entries(store, send):
    both = send(0, "a", "b")
    one = step(undo, store, both, "u1")
    assert (one.edits, one.position, one.can_undo, one.can_redo) == (both.edits[:1], 3, True, True)
    none = step(undo, store, one, "u2")
    assert (none.edits, none.can_undo) == ((), False)
    again = step(redo, store, step(redo, store, none, "r1"), "r2")
    assert (again.edits, again.position, again.can_redo) == (both.edits, 6, False)


def test_a_new_stroke_ends_what_can_be_redone(store, send):
    step(undo, store, send(0, "a"), "u")
    document = send(2, "b")
    assert not document.can_redo
    with pytest.raises(NothingToUndoError, match="nothing to redo"):
        step(redo, store, document, "r")


def test_nothing_is_left_to_undo_on_a_fresh_draft(store, image):
    with pytest.raises(NothingToUndoError, match="nothing left to undo"):
        step(undo, store, open_document(store, image.id), "u")
    assert open_document(store, image.id).image.state is ImageState.READY


@pytest.mark.parametrize("position", [-1, 1, 3, 99])
def test_strokes_based_on_another_position_are_refused_with_the_present_one(store, image, send, position):
    send(0, "a", "b")
    with pytest.raises(ConflictError, match="reload") as refusal:
        send(position, "c")
    assert refusal.value.position == 2
    assert open_document(store, image.id).position == 2


def test_strokes_based_on_another_revision_are_refused(send):
    with pytest.raises(ConflictError):
        send(0, "a", revision_id=99)


def test_a_resend_after_a_lost_answer_stores_nothing_twice(store, send):
    first = send(0, "a", "b")
    assert send(0, "a", "b") == first
    assert send(1, "b") == first
    undone = step(undo, store, first, "u")
    assert step(undo, store, first, "u") == undone
    redone = step(redo, store, undone, "r")
    assert step(redo, store, undone, "r") == redone
    assert send(0, "a") == redone  # even later


def test_a_resend_may_carry_newer_strokes_behind_the_stored_ones(send):
    send(0, "a")
    document = send(0, "a", "b", "c")
    assert document.position == 3
    assert document.edits == tuple(item.edit for item in keyed("a", "b", "c"))


@pytest.mark.parametrize(
    "resend",
    [(0, "b"), (0, "x", "b"), (1, "a"), (2, "a"), (2, "c", "c")],
    ids=["another key there", "half another", "right key, wrong place", "key used before", "key used twice"],
)
def test_what_only_looks_like_a_resend_is_a_conflict_and_stores_nothing(store, image, send, resend):
    before = send(0, "a", "b")
    with pytest.raises(ConflictError):
        send(*resend)
    assert open_document(store, image.id) == before


def test_an_undo_is_no_resend_of_a_stroke(store, image, send):
    document = open_document(store, image.id)
    send(0, "a")
    with pytest.raises(ConflictError):
        step(undo, store, document, "a")


def test_of_two_windows_at_the_same_position_exactly_one_wins(store, image, send):
    outcomes = []

    def window(name):
        try:
            outcomes.append(send(0, name).position)
        except ConflictError as conflict:
            outcomes.append(("conflict", conflict.position))

    windows = [threading.Thread(target=window, args=(name,)) for name in "abcd"]
    for thread in windows:
        thread.start()
    for thread in windows:
        thread.join()
    assert sorted(outcomes, key=str) == [("conflict", 1)] * 3 + [1]
    assert open_document(store, image.id).position == 1


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_key_that_is_empty_or_endless_is_refused(store, image, key):
    with pytest.raises(InvalidKeyError):
        step(undo, store, open_document(store, image.id), key)


def test_a_closed_image_takes_no_strokes_but_can_be_looked_at(world, store, image, send):
    send(0, "a")
    skip(store, image.id, reason="blurred", by="keiko")
    with pytest.raises(InvalidTransitionError, match="is skipped: reopen it first"):
        send(1, "b")
    document = open_document(store, image.id)
    assert (len(document.edits), document.can_undo, document.can_redo) == (1, False, False)


def test_an_image_without_a_draft_cannot_be_opened_or_corrected(world, store):
    (image,) = world.take_in("new.png")
    with pytest.raises(NotFoundError, match="no draft yet"):
        open_document(store, image.id)
    with pytest.raises(InvalidTransitionError, match="once its draft is ready"):
        append_edits(store, image.id, revision_id=1, position=0, edits=keyed("a"), by="keiko")


@settings(max_examples=200)
@given(st.lists(st.sampled_from(EntryKind), max_size=30))
def test_any_legal_log_adds_up_like_an_editor_with_two_stacks(kinds):
    """The model: what counts is always a prefix of all strokes since the last one that ended a redo."""
    log, line, length = [], [], 0
    for kind in kinds:
        entry = schema.EditEntry(kind=kind)
        if kind is EntryKind.EDIT:
            line = [*line[:length], entry]
            length += 1
        elif kind is EntryKind.UNDO and length:
            length -= 1
        elif kind is EntryKind.REDO and length < len(line):
            length += 1
        else:
            continue
        log.append(entry)
    result = outcome(log)
    assert list(result.active) == line[:length]
    assert list(reversed(result.undone)) == line[length:]
