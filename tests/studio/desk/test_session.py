import numpy as np
import pytest
from desk_work import assert_sound, dab, paint, place_of, redo, undo
from small_images import draft

from annotation_store import corrections, edit_log, gallery, reviews
from annotation_store.corrections import KeyedEdit
from annotation_store.edit_codec import decode_edit
from annotation_store.errors import ConflictError, InvalidTransitionError, NothingToUndoError
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import ImageState
from matting_core.edits.edit import painted
from matting_core.edits.fill import Fill
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from studio.desk import taking_back
from studio.desk.plate import Plate


def test_a_stroke_is_in_the_store_before_the_model_is_asked(studio, drafted_image, session, model):
    stored = []
    model.on_predict = lambda: stored.append(corrections.open_document(studio.store, drafted_image.id).position)
    paint(session, "a")
    assert stored
    assert set(stored) == {1}


def test_a_stroke_changes_trimap_and_alpha_inside_the_box_that_is_told(studio, session):
    _, trimap, alpha = session.planes()
    change = paint(session, "a")
    _, new_trimap, new_alpha = session.planes()
    assert not np.array_equal(trimap, new_trimap)
    outside = np.ones(alpha.shape, bool)
    outside[change.box.slices] = False
    assert np.array_equal(alpha[outside], new_alpha[outside])
    assert np.array_equal(change.alpha, new_alpha[change.box.slices])
    assert change.trimap is None
    assert_sound(session, studio.store)


@pytest.mark.parametrize("ink", Ink)
def test_a_stroke_of_any_label_leaves_known_pixels_exact(studio, session, ink):
    paint(session, "a", ink=ink, radius=60)
    assert_sound(session, studio.store)


def test_undo_restores_a_single_stroke_exactly(studio, session):
    _, trimap, alpha = session.planes()
    paint(session, "a")
    change = undo(session, "b")
    _, restored_trimap, restored_alpha = session.planes()
    assert np.array_equal(restored_trimap, trimap)
    assert np.array_equal(restored_alpha, alpha)
    assert np.array_equal(change.trimap, trimap[change.box.slices])
    assert np.array_equal(change.alpha, alpha[change.box.slices])
    assert (change.document.can_undo, change.document.can_redo) == (False, True)


def test_undo_restores_a_batch_exactly(studio, session):
    _, trimap, alpha = session.planes()
    paint(session, "a", "b", "c")
    for key in "def":
        undo(session, key)
        assert_sound(session, studio.store)
    _, restored_trimap, restored_alpha = session.planes()
    assert np.array_equal(restored_trimap, trimap)
    assert np.array_equal(restored_alpha, alpha)


def test_undo_restores_a_batch_exactly_even_if_its_last_stroke_reached_further(studio, open_session):
    """A crop around the last stroke alone has to grow to the whole photo to show both known classes."""
    trimap = np.full((64, 520), 128, np.uint8)
    trimap[:, 300:305], trimap[:, 310:315] = 255, 0
    session = open_session(draft_wide(studio.store, trimap))
    _, trimap, alpha = session.planes()
    near, far = Stroke(Ink.FOREGROUND, 12, ((800, 100),)), Stroke(Ink.BACKGROUND, 12, ((40, 100),))
    session.edit([KeyedEdit("a", near), KeyedEdit("b", far)], **place_of(session), by="keiko")
    undo(session, "c")
    undo(session, "d")
    _, restored_trimap, restored_alpha = session.planes()
    assert np.array_equal(restored_trimap, trimap)
    assert np.array_equal(restored_alpha, alpha)


def draft_wide(store, trimap):
    return draft(store, "wide.png", 7, trimap=trimap, width=trimap.shape[1])


def test_redo_brings_a_stroke_back_exactly(session):
    paint(session, "a")
    _, trimap, alpha = session.planes()
    undo(session, "b")
    redo(session, "c")
    _, again_trimap, again_alpha = session.planes()
    assert np.array_equal(again_trimap, trimap)
    assert np.array_equal(again_alpha, alpha)


def test_nothing_to_undo_and_nothing_to_redo(session):
    with pytest.raises(NothingToUndoError):
        undo(session, "a")
    with pytest.raises(NothingToUndoError):
        redo(session, "b")


def test_a_resend_is_answered_like_the_first_and_stored_once(studio, drafted_image, session):
    place = place_of(session)
    strokes = [KeyedEdit("a", dab(100)), KeyedEdit("b", dab(130))]
    first = session.edit(strokes, **place, by="keiko")
    again = session.edit(strokes, **place, by="keiko")
    assert again.document == first.document
    assert corrections.open_document(studio.store, drafted_image.id).position == 2
    _, _, alpha = session.planes()
    assert not again.box.is_empty
    assert np.array_equal(again.alpha, alpha[again.box.slices])


def test_a_change_based_on_an_old_version_stores_nothing(studio, drafted_image, session):
    place = place_of(session)
    paint(session, "a")
    with pytest.raises(ConflictError) as caught:
        session.edit([KeyedEdit("b", dab(140))], **place, by="keiko")
    assert caught.value.position == 1
    assert corrections.open_document(studio.store, drafted_image.id).position == 1
    assert_sound(session, studio.store)


def test_changes_of_another_session_are_followed(studio, session, open_session):
    other = open_session()
    paint(other, "a", "b")
    assert session.document().position == 2
    assert_sound(session, studio.store)
    undo(other, "c")
    assert_sound(session, studio.store)
    undo(other, "d")
    paint(other, "e", ink=Ink.BACKGROUND)
    assert session.document().position == 5
    assert_sound(session, studio.store)
    undo(session, "f")
    assert_sound(other, studio.store)


def test_an_undo_and_a_new_stroke_elsewhere_are_followed_at_once(studio, session, open_session):
    paint(session, "a")
    other = open_session()
    undo(other, "b")
    paint(other, "c", ink=Ink.UNKNOWN, radius=40)
    assert_sound(session, studio.store)
    undo(session, "d")
    assert_sound(session, studio.store)


def test_a_change_reads_nothing_out_of_the_log_that_the_session_knows(studio, session, open_session, monkeypatch):
    paint(session, "a", "b", "c")
    other = open_session()
    read = []
    monkeypatch.setattr(edit_log, "decode_edit", lambda json: read.append(json) or decode_edit(json))
    paint(session, "d", radius=20)
    undo(session, "e")
    redo(session, "f")
    assert len(read) == 0
    assert other.document().position == 6
    assert len(read) == 1
    assert_sound(other, studio.store)


def test_what_changed_elsewhere_is_followed_without_a_replay(session, open_session, monkeypatch):
    """Also if it is both: a stroke taken back, and another one drawn."""
    paint(session, "a")
    paint(session, "b", radius=20)
    other = open_session()
    undo(other, "c")
    paint(other, "d", ink=Ink.UNKNOWN, radius=40)
    monkeypatch.setattr(Plate, "_rebuild", lambda *_: pytest.fail("replayed"))
    document, trimap, _ = session.planes()
    assert document.position == 4
    assert np.array_equal(trimap, other.planes()[1])


def test_recompute_predicts_anew_and_undo_still_works(studio, session, model):
    _, trimap, _ = session.planes()
    paint(session, "a")
    change = session.recompute(**place_of(session))
    _, painted, alpha = session.planes()
    rgb = gallery.load_photo(studio.store, gallery.get_image(studio.store, session.image_id)).rgb
    assert np.array_equal(alpha, model.predict(rgb, painted))
    assert (change.box.width, change.box.height) == (trimap.shape[1], trimap.shape[0])
    undo(session, "b")
    assert np.array_equal(session.planes()[1], trimap)
    assert_sound(session, studio.store)


def test_an_undo_after_recompute_does_not_bring_the_alpha_before_it_back(session):
    _, _, drafted = session.planes()
    paint(session, "a")
    session.recompute(**place_of(session))
    undo(session, "b")
    assert not np.array_equal(session.planes()[2], drafted)


def test_recompute_is_refused_on_an_old_version_and_on_a_closed_image(studio, session):
    place = place_of(session)
    paint(session, "a")
    with pytest.raises(ConflictError):
        session.recompute(**place)
    session.approve(**place_of(session), by="keiko")
    with pytest.raises(InvalidTransitionError, match="reopen it first"):
        session.recompute(**place_of(session))


def test_approve_stores_what_was_seen(studio, session):
    paint(session, "a", "b")
    _, trimap, alpha = session.planes()
    image = session.approve(**place_of(session), by="keiko")
    assert image.state is ImageState.APPROVED
    revision = get_revision(studio.store, image.head_revision_id)
    stored_trimap, stored_alpha = load_matte(studio.store, revision)
    assert revision.author == "keiko"
    assert np.array_equal(stored_trimap, trimap)
    assert np.array_equal(np.rint(stored_alpha * 65535), np.rint(alpha * 65535))


def test_approve_names_the_model_that_computed_the_alpha(studio, session):
    drafted_by = get_revision(studio.store, session.document().revision_id).model_version_id
    standings.go_live(
        studio.store,
        next(m.id for m in model_registry.list_models(studio.store) if m.id != drafted_by and m.state != "live"),
        verdict="chosen",
        by="keiko",
    )
    paint(session, "a")
    image = session.approve(**place_of(session), by="keiko")
    revision = get_revision(studio.store, image.head_revision_id)
    assert revision.model_version_id == what_serves.live_model(studio.store).id != drafted_by


def test_approve_refuses_an_old_version(studio, session, open_session):
    place = place_of(session)
    paint(open_session(), "a")
    with pytest.raises(ConflictError):
        session.approve(**place, by="keiko")
    assert gallery.get_image(studio.store, session.image_id).state is ImageState.IN_CORRECTION


def test_a_session_goes_on_after_a_decision_elsewhere(studio, session, open_session):
    other = open_session()
    paint(other, "a")
    other.approve(**place_of(other), by="keiko")
    reviews.reopen(studio.store, session.image_id, by="ren")
    assert session.document().position == 0
    assert_sound(session, studio.store)
    paint(session, "b")
    assert_sound(session, studio.store)


def test_going_back_to_a_revision_keeps_what_is_seen_and_shows_what_was(studio, session, open_session):
    _, trimap, alpha = session.planes()
    paint(session, "a", "b")
    _, painted_trimap, painted_alpha = session.planes()
    document = session.restore(1, **place_of(session), by="keiko")
    assert (document.position, document.can_undo) == (0, False)
    assert_planes(session, trimap, alpha)
    assert_planes(open_session(), trimap, alpha)
    session.restore(2, **place_of(session), by="keiko")
    assert_planes(session, painted_trimap, painted_alpha)
    paint(session, "a")
    assert_sound(session, studio.store)


def test_a_session_follows_a_restoration_elsewhere(studio, session, open_session):
    _, trimap, alpha = session.planes()
    paint(session, "a")
    other = open_session()
    other.restore(1, **place_of(other), by="keiko")
    assert_planes(session, trimap, alpha)
    with pytest.raises(ConflictError):
        session.edit([KeyedEdit("b", dab(100))], revision=1, position=1, by="keiko")
    paint(session, "c")
    assert_sound(session, studio.store)


def test_what_was_computed_before_a_restoration_is_not_said_of_what_comes_after(studio, session):
    """The model that computed the alpha of the strokes has nothing to do with the restored draft."""
    paint(session, "a")
    session.restore(1, **place_of(session), by="keiko")
    aside = KeyedEdit("b", Stroke(Ink.BACKGROUND, 12, ((-300, 20), (-200, 20))))  # an edit that needs no model
    session.edit([aside], **place_of(session), by="keiko")
    image = session.approve(**place_of(session), by="keiko")
    assert get_revision(studio.store, image.head_revision_id).model_version_id is None


def test_a_restoration_that_came_too_late_changes_nothing(studio, session, open_session):
    place = place_of(session)
    paint(open_session(), "a")
    with pytest.raises(ConflictError):
        session.restore(1, **place, by="keiko")
    assert session.document().position == 1


def assert_planes(session, trimap, alpha):
    """What the session shows, but for one step of those in which a revision is kept."""
    _, shown_trimap, shown_alpha = session.planes()
    assert np.array_equal(shown_trimap, trimap)
    assert np.abs(shown_alpha - alpha).max() <= 1.5 / 65535


def test_a_stroke_whose_alpha_could_not_be_predicted_is_kept_and_made_good(studio, session, model):
    _, trimap, _ = session.planes()

    def fail():
        raise MemoryError

    model.on_predict = fail
    with pytest.raises(MemoryError):
        paint(session, "a")
    model.on_predict = lambda: None
    assert session.document().position == 1
    assert_sound(session, studio.store)
    undo(session, "b")
    assert np.array_equal(session.planes()[1], trimap)
    assert_sound(session, studio.store)


def test_a_stroke_beside_the_image_touches_nothing(studio, session):
    _, trimap, alpha = session.planes()
    aside = KeyedEdit("a", Stroke(Ink.BACKGROUND, 12, ((-300, 20), (-200, 20))))
    change = session.edit([aside], **place_of(session), by="keiko")
    assert change.box.is_empty
    assert change.alpha.size == 0
    assert undo(session, "b").box.is_empty
    _, same_trimap, same_alpha = session.planes()
    assert np.array_equal(same_trimap, trimap)
    assert np.array_equal(same_alpha, alpha)


def test_old_undo_steps_are_forgotten_when_memory_is_short_and_rebuilt_when_asked_for(studio, session, monkeypatch):
    monkeypatch.setattr(taking_back, "MOST_BYTES", 60_000)
    _, trimap, _ = session.planes()
    for number in range(6):
        session.edit([KeyedEdit(f"p{number}", dab(60 + 40 * number))], **place_of(session), by="keiko")
    assert sum(before.bytes for before in session._plate._before._befores) <= 60_000
    for number in range(6):
        undo(session, f"u{number}")
        assert_sound(session, studio.store)
    assert np.array_equal(session.planes()[1], trimap)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_after_any_walk_the_trimap_is_what_the_log_replays_to(studio, drafted_image, session, seed):
    rng = np.random.default_rng(seed)
    for step in range(30):
        document = session.document()
        choice = rng.random()
        if choice < 0.25 and document.can_undo:
            undo(session, f"u{step}")
        elif choice < 0.4 and document.can_redo:
            redo(session, f"r{step}")
        else:
            strokes = [
                KeyedEdit(
                    f"s{step}.{index}",
                    Stroke(
                        list(Ink)[rng.integers(3)],
                        int(rng.integers(1, 60)),
                        tuple((int(x), int(y)) for x, y in rng.integers(-40, (420, 300), (rng.integers(1, 5), 2))),
                    ),
                )
                for index in range(rng.integers(1, 4))
            ]
            session.edit(strokes, **place_of(session), by="keiko")
        assert_sound(session, studio.store)
    base, _ = load_matte(studio.store, get_revision(studio.store, drafted_image.head_revision_id))
    assert np.array_equal(session.planes()[1], painted(base, session.document().edits))


def test_an_edit_that_could_reach_everything_tells_only_what_it_changed(studio, open_session):
    session = open_session(draft(studio.store, "belt_1.png", 3, width=520))
    place = place_of(session)
    fill = [KeyedEdit("a", Fill(Ink.UNKNOWN, 260, 32))]
    first = session.edit(fill, **place, by="keiko")
    assert 0 < first.box.width < 300
    again = session.edit(fill, **place, by="keiko")  # a resend tells all that it may have changed
    assert again.box.width == 520
    assert_sound(session, studio.store)
