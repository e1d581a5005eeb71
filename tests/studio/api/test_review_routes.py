"""Submit, return and approve, as the editor and a reviewer send them."""

import pytest
from small_images import draft

from annotation_store import gallery, reviews
from annotation_store.kinds import Verdict

BRUSH = {"tool": "brush", "ink": "foreground", "radius": 12, "points": [[100, 60], [120, 90]]}
STROKE = {"key": "a", "edit": BRUSH}


@pytest.fixture
def submitted(place, post):
    """The answer to the submission of the drafted image with one stroke."""
    post("edits", {**place(), "edits": [STROKE]})
    return post("submit", place()).json()


def test_submit_keeps_what_was_shown_and_takes_it_out_of_the_queue(client, studio, drafted_image, place, post):
    following = draft(studio.store, "scarf_1.png", 2)
    post("edits", {**place(), "edits": [STROKE]})
    address = f"/api/v1/images/{drafted_image.id}"
    shown = {plane: client.get(f"{address}/{plane}").content for plane in ("trimap", "alpha")}

    assert post("submit", place()).json() == {"state": "in_review"}
    assert {plane: client.get(f"{address}/{plane}").content for plane in shown} == shown
    image = client.get(address).json()
    assert (image["state"], image["position"], image["can_undo"]) == ("in_review", 0, False)
    assert image["revision"] != drafted_image.head_revision_id
    assert client.post("/api/v1/queue/next", json={}).json() == {"id": following.id}


def test_a_reviewer_approves_what_was_submitted(studio, drafted_image, submitted, place, post):
    seen = place()
    assert post("approve", seen).json() == {"state": "approved"}
    assert gallery.get_image(studio.store, drafted_image.id).head_revision_id == seen["revision"]
    verdicts = [decision.verdict for decision in reviews.list_decisions(studio.store, drafted_image.id)]
    assert verdicts == [Verdict.SUBMITTED, Verdict.APPROVED]


def test_a_returned_image_is_in_the_queue_again(studio, drafted_image, submitted, place, post):
    assert post("return", {"reason": "the strap"}).json() == {"state": "in_correction"}
    assert reviews.list_decisions(studio.store, drafted_image.id)[-1].note == "the strap"
    assert post("edits", {**place(), "edits": [STROKE]}).json()["position"] == 1


def test_why_it_was_returned_is_told_until_something_else_is_decided(client, drafted_image, submitted, place, post):
    address = f"/api/v1/images/{drafted_image.id}"
    assert client.get(address).json()["returned"] is None
    post("return", {"reason": "the strap"})
    told = client.get(address).json()["returned"]
    assert told["reason"] == "the strap"
    assert told["by"]
    post("submit", place())
    assert client.get(address).json()["returned"] is None


def test_notes_come_with_a_return(client, drafted_image, submitted, post):
    notes = [{"x": 1, "y": 2, "text": "a hair"}, {"x": 95, "y": 63, "text": "another"}]
    assert post("return", {"reason": "two hairs", "notes": notes}).status_code == 200
    pinned = client.get(f"/api/v1/images/{drafted_image.id}/notes").json()["notes"]
    assert [(note["x"], note["y"], note["text"]) for note in pinned] == [(1, 2, "a hair"), (95, 63, "another")]


def test_a_return_with_a_note_beside_the_image_changes_nothing(client, drafted_image, submitted, post):
    notes = [{"x": 1, "y": 2, "text": "a hair"}, {"x": 96, "y": 0, "text": "outside"}]
    answer = post("return", {"reason": "two hairs", "notes": notes})
    assert (answer.status_code, answer.json()["code"]) == (422, "place_outside_image")
    assert client.get(f"/api/v1/images/{drafted_image.id}").json()["state"] == "in_review"
    assert client.get(f"/api/v1/images/{drafted_image.id}/notes").json()["notes"] == []


def test_what_was_approved_is_returned_after_the_fact(place, post):
    post("approve", place())
    assert post("return", {"reason": "the strap"}).json()["state"] == "in_correction"


def test_an_image_in_review_may_be_skipped(submitted, post):
    assert post("skip", {"reason": "not ours"}).json() == {"state": "skipped"}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_return_without_a_sound_reason_is_refused(client, drafted_image, submitted, post, reason):
    answer = post("return", {"reason": reason})
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert client.get(f"/api/v1/images/{drafted_image.id}").json()["state"] == "in_review"


@pytest.mark.parametrize(
    ("what", "extra"),
    [
        ("edits", {"edits": [STROKE]}),
        ("undo", {"key": "a"}),
        ("redo", {"key": "a"}),
        ("recompute", {}),
        ("settle", {}),
    ],
)
def test_an_image_in_review_is_not_changed(client, drafted_image, submitted, place, post, what, extra):
    shown = client.get(f"/api/v1/images/{drafted_image.id}/alpha?bits=16").content
    answer = post(what, {**place(), **extra})
    assert answer.status_code == 409
    assert "is in review: it can be corrected again once its reviewer has returned it" in answer.json()["detail"]
    assert client.get(f"/api/v1/images/{drafted_image.id}/alpha?bits=16").content == shown


def test_what_is_not_in_review_cannot_be_returned(post):
    answer = post("return", {"reason": "the strap"})
    assert answer.status_code == 409
    assert "only possible while it is in review or approved" in answer.json()["detail"]


def test_nothing_is_submitted_or_reopened_while_it_is_in_review(submitted, place, post):
    for what, body in (("submit", place()), ("reopen", None)):
        answer = post(what, body)
        assert answer.status_code == 409
        assert "is in review" in answer.json()["detail"]


def test_a_submission_of_an_old_version_is_a_conflict_with_the_newest_position(place, post):
    old = place()
    post("edits", {**old, "edits": [STROKE]})
    answer = post("submit", old)
    assert (answer.status_code, answer.json()["position"]) == (409, 1)
