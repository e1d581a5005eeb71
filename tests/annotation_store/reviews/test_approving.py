from dataclasses import replace

import numpy as np
import pytest

from annotation_store.corrections import open_document, undo
from annotation_store.errors import ConflictError, InvalidTransitionError, MismatchedMatteError
from annotation_store.events import recent_events
from annotation_store.kinds import RevisionKind, Verdict
from annotation_store.learning.model_registry import register_candidate, register_shipped
from annotation_store.reviews import approve, list_decisions
from annotation_store.revisions import get_revision, list_revisions, load_matte
from annotation_store.states import ImageState


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


def test_an_untouched_draft_is_approved_as_it_is(world, store, image):
    approved = world.approve(image.id)
    (draft,) = list_revisions(store, image.id)
    assert (approved.state, approved.head_revision_id) == (ImageState.APPROVED, draft.id)
    (decision,) = list_decisions(store, image.id)
    assert (decision.verdict, decision.author, decision.revision_id) == (Verdict.APPROVED, "ren", draft.id)
    assert recent_events(store)[0].action == "image.approved"


def test_strokes_become_a_revision_of_what_was_seen(world, store, image):
    world.stroke(image.id, "a")
    seen = world.seen(image.id)
    approved = approve(store, image.id, seen, by="ren")
    draft, correction = list_revisions(store, image.id)
    assert approved.head_revision_id == correction.id
    assert (correction.kind, correction.parent_id) == (RevisionKind.CORRECTION, draft.id)
    assert (correction.number, correction.author, correction.drafter) == (2, "ren", "backdrop")
    trimap, alpha = load_matte(store, get_revision(store, correction.id))
    np.testing.assert_array_equal(trimap, seen.trimap)
    np.testing.assert_allclose(alpha, seen.alpha, atol=0.5 / 65535 + 1e-7)
    assert list_decisions(store, image.id)[0].revision_id == correction.id


def test_strokes_taken_back_leave_the_draft_as_it_is(world, store, image):
    world.stroke(image.id, "a")
    head = open_document(store, image.id).revision_id
    undo(store, image.id, revision_id=head, position=1, key="u", by="keiko")
    assert world.approve(image.id).head_revision_id == head


def test_an_alpha_computed_anew_is_kept_even_without_strokes(world, store, image):
    seen = world.seen(image.id)
    fainter = np.where(seen.trimap == 128, seen.alpha / 2, seen.alpha)
    approve(store, image.id, replace(seen, alpha=fainter), by="ren")
    assert [revision.kind for revision in list_revisions(store, image.id)] == ["draft", "correction"]


def test_a_correction_names_the_model_of_its_alpha(world, store):
    live = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    newer = register_candidate(
        store,
        architecture="compact",
        weights=b"w",
        parent_id=live.id,
        run_id=None,
        metrics={},
        licence="MIT",
        code_version="1",
    )
    first, second = world.draft("a.png", "b.png", model_id=live.id)
    for image, model_id, expected in ((first, None, live.id), (second, newer.id, newer.id)):
        world.stroke(image.id, "a")
        seen = replace(world.seen(image.id), model_id=model_id)
        head = approve(store, image.id, seen, by="ren").head_revision_id
        assert get_revision(store, head).model_version_id == expected


def test_an_approval_of_something_older_is_refused(world, store, image):
    seen = world.seen(image.id)
    world.stroke(image.id, "a")
    with pytest.raises(ConflictError) as refusal:
        approve(store, image.id, seen, by="ren")
    assert refusal.value.position == 1
    with pytest.raises(ConflictError):
        approve(store, image.id, replace(world.seen(image.id), revision_id=99), by="ren")
    assert list_decisions(store, image.id) == ()


def test_a_stroke_that_arrives_during_the_approval_is_not_lost(world, store, image, monkeypatch):
    encode = "annotation_store.reviews.seen.put_matte"
    seen = world.seen(image.id)
    monkeypatch.setattr(encode, lambda *_, **__: world.stroke(image.id, "in between"))
    with pytest.raises(ConflictError):
        approve(store, image.id, seen, by="ren")
    document = open_document(store, image.id)
    assert (document.image.state, len(document.edits)) == (ImageState.IN_CORRECTION, 1)


def test_a_trimap_that_the_strokes_do_not_paint_is_refused(world, store, image):
    world.stroke(image.id, "a")
    seen = world.seen(image.id)
    seen.trimap[0, 20] = 255
    with pytest.raises(MismatchedMatteError, match="reload"):
        approve(store, image.id, seen, by="ren")


def test_an_alpha_that_is_not_exact_where_the_trimap_is_known_is_refused(world, store, image):
    seen = world.seen(image.id)
    seen.alpha[3, 0] = 0.999
    with pytest.raises(MismatchedMatteError, match="at 1 pixels"):
        approve(store, image.id, seen, by="ren")
    assert open_document(store, image.id).image.state is ImageState.READY


def test_nothing_is_approved_twice(world, image):
    world.approve(image.id)
    with pytest.raises(InvalidTransitionError):
        world.approve(image.id)
