"""What an operator does at the desk, and what must hold after it."""

import numpy as np
from small_images import force_known

from annotation_store import corrections
from annotation_store.corrections import KeyedEdit
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke


def dab(x, *, ink=Ink.FOREGROUND, radius=12):
    """A short stroke around column x / 4, across the upper edge of the disc."""
    return Stroke(ink, radius, ((x, 60), (x + 20, 90)))


def place_of(session):
    document = session.document()
    return {"revision": document.revision_id, "position": document.position}


def paint(session, *keys, **options):
    strokes = [KeyedEdit(key, dab(100 + 30 * index, **options)) for index, key in enumerate(keys)]
    return session.edit(strokes, **place_of(session), by="keiko")


def undo(session, key):
    return session.undo(**place_of(session), key=key, by="keiko")


def redo(session, key):
    return session.redo(**place_of(session), key=key, by="keiko")


def assert_sound(session, store):
    """The trimap is what the log replays to, and alpha is exact wherever it is known."""
    document, trimap, alpha = session.planes()
    assert np.array_equal(trimap, corrections.replayed_marks(store, document).trimap)
    assert np.array_equal(alpha, force_known(alpha, trimap))
    assert alpha.dtype == np.float32
    assert 0 <= alpha.min() <= alpha.max() <= 1
