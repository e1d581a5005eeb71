import numpy as np
import pytest

from annotation_store.corrections import open_document, replayed_marks, undo
from annotation_store.errors import ConflictError, InvalidTransitionError, MismatchedMatteError
from annotation_store.events import recent_events
from annotation_store.kinds import RevisionKind, Verdict
from annotation_store.model_registry import register_candidate, register_shipped
from annotation_store.queue.leases import release
from annotation_store.reviews import approve, list_decisions, reopen, skip
from annotation_store.revisions import get_revision, list_revisions, load_matte
from annotation_store.states import ImageState


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


def seen(store, image, alpha):
    """What the reviewer sees once keiko has let the image go, as the arguments of `approve`."""
    release(store, image.id, by="keiko")
    document = open_document(store, image.id)
    trimap = replayed_marks(store, document).trimap
    return {
        "revision_id": document.revision_id,
        "position": document.position,
        "trimap": trimap,
        "alpha": np.where(trimap == 128, alpha, trimap == 255).astype(np.float32),
        "by": "ren",
    }


def test_an_untouched_draft_is_approved_as_it_is(store, image, draft_matte):
    approved = approve(store, image.id, **seen(store, image, draft_matte[1]))
    (draft,) = list_revisions(store, image.id)
    assert (approved.state, approved.head_revision_id) == (ImageState.APPROVED, draft.id)
    (decision,) = list_decisions(store, image.id)
    assert (decision.verdict, decision.author, decision.revision_id) == (Verdict.APPROVED, "ren", draft.id)
    assert recent_events(store)[0].action == "image.approved"


def test_strokes_become_a_revision_of_what_was_seen(world, store, image, draft_matte):
    world.stroke(image.id, "a")
    arguments = seen(store, image, draft_matte[1])
    approved = approve(store, image.id, **arguments)
    draft, correction = list_revisions(store, image.id)
    assert approved.head_revision_id == correction.id
    assert (correction.kind, correction.parent_id) == (RevisionKind.CORRECTION, draft.id)
    assert (correction.number, correction.author, correction.drafter) == (2, "ren", "backdrop")
    trimap, alpha = load_matte(store, get_revision(store, correction.id))
    np.testing.assert_array_equal(trimap, arguments["trimap"])
    np.testing.assert_allclose(alpha, arguments["alpha"], atol=0.5 / 65535 + 1e-7)
    assert list_decisions(store, image.id)[0].revision_id == correction.id


def test_strokes_taken_back_leave_the_draft_as_it_is(world, store, image, draft_matte):
    world.stroke(image.id, "a")
    head = open_document(store, image.id).revision_id
    undo(store, image.id, revision_id=head, position=1, key="u", by="keiko")
    approved = approve(store, image.id, **seen(store, image, draft_matte[1]))
    assert approved.head_revision_id == head


def test_an_alpha_computed_anew_is_kept_even_without_strokes(store, image, draft_matte):
    approve(store, image.id, **seen(store, image, draft_matte[1] * np.float32(0.5)))
    assert [revision.kind for revision in list_revisions(store, image.id)] == ["draft", "correction"]


def test_a_correction_names_the_model_of_its_alpha(world, store, draft_matte):
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
        arguments = seen(store, image, draft_matte[1])
        head = approve(store, image.id, model_id=model_id, **arguments).head_revision_id
        assert get_revision(store, head).model_version_id == expected


def test_an_approval_of_something_older_is_refused(world, store, image, draft_matte):
    arguments = seen(store, image, draft_matte[1])
    world.stroke(image.id, "a")
    with pytest.raises(ConflictError) as refusal:
        approve(store, image.id, **arguments)
    assert refusal.value.position == 1
    with pytest.raises(ConflictError):
        approve(store, image.id, **(seen(store, image, draft_matte[1]) | {"revision_id": 99}))
    assert list_decisions(store, image.id) == ()


def test_a_stroke_that_arrives_during_the_approval_is_not_lost(world, store, image, draft_matte, monkeypatch):
    arguments = seen(store, image, draft_matte[1])
    monkeypatch.setattr("annotation_store.reviews.put_matte", lambda *_, **__: world.stroke(image.id, "in between"))
    with pytest.raises(ConflictError):
        approve(store, image.id, **arguments)
    document = open_document(store, image.id)
    assert (document.image.state, len(document.edits)) == (ImageState.IN_CORRECTION, 1)


def test_a_trimap_that_the_strokes_do_not_paint_is_refused(world, store, image, draft_matte):
    world.stroke(image.id, "a")
    arguments = seen(store, image, draft_matte[1])
    trimap = arguments["trimap"].copy()
    trimap[0, 20] = 255
    with pytest.raises(MismatchedMatteError, match="reload"):
        approve(store, image.id, **(arguments | {"trimap": trimap}))


def test_an_alpha_that_is_not_exact_where_the_trimap_is_known_is_refused(store, image, draft_matte):
    arguments = seen(store, image, draft_matte[1])
    arguments["alpha"][3, 0] = 0.999
    with pytest.raises(MismatchedMatteError, match="at 1 pixels"):
        approve(store, image.id, **arguments)
    assert open_document(store, image.id).image.state is ImageState.READY


def test_nothing_is_approved_twice(world, store, image, draft_matte):
    arguments = seen(store, image, draft_matte[1])
    approve(store, image.id, **arguments)
    with pytest.raises(InvalidTransitionError):
        approve(store, image.id, **arguments)


def test_a_skipped_image_keeps_its_reason_and_its_strokes(world, store, image):
    world.stroke(image.id, "a")
    assert skip(store, image.id, reason="motion blur", by="keiko").state is ImageState.SKIPPED
    assert list_decisions(store, image.id)[0].note == "motion blur"
    assert reopen(store, image.id, by="ren").state is ImageState.READY
    document = open_document(store, image.id)
    assert (len(document.edits), document.can_undo) == (1, True)


def test_a_reopened_approval_is_corrected_from_where_it_stood(world, store, image):
    world.stroke(image.id, "a")
    first = world.approve(image.id)
    assert reopen(store, image.id, by="keiko").state is ImageState.READY
    document = open_document(store, image.id)
    assert (document.revision_id, document.position) == (first.head_revision_id, 0)
    world.stroke(image.id, "a", x=100)  # keys are the log's own: the new log may use one again
    second = world.approve(image.id)
    assert [revision.number for revision in list_revisions(store, image.id)] == [1, 2, 3]
    assert get_revision(store, second.head_revision_id).parent_id == first.head_revision_id
    verdicts = [decision.verdict for decision in list_decisions(store, image.id)]
    assert verdicts == [Verdict.APPROVED, Verdict.REOPENED, Verdict.APPROVED]


def test_a_photo_skipped_before_its_draft_waits_again_when_reopened(world, store):
    (image,) = world.take_in("a.png")
    skip(store, image.id, reason="wrong photo", by="ren")
    assert list_decisions(store, image.id)[0].revision_id is None
    assert reopen(store, image.id, by="ren").state is ImageState.WAITING


def test_only_what_was_closed_can_be_reopened(world, store, image):
    with pytest.raises(InvalidTransitionError, match="only possible while it is approved or skipped"):
        reopen(store, image.id, by="ren")
