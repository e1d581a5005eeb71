import cv2
import numpy as np
import pytest
from small_images import disc, png, take_in

from annotation_store import gallery, revisions
from annotation_store.events import list_events
from annotation_store.kinds import RevisionKind, Role
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue import leases
from matting_core.image_io import encode_alpha, encode_trimap
from studio.sign_in.visitor import Visitor

BRUSH = {"tool": "brush", "ink": "foreground", "radius": 12, "points": [[100, 60], [120, 90]]}
_, TRIMAP, ALPHA = disc(1)
WIDER = np.where(ALPHA > 0, np.sqrt(ALPHA), 0).astype(np.float32)
OTHER_TRIMAP = np.where(TRIMAP == 255, 128, TRIMAP).astype(np.uint8)
OTHER_TRIMAP[30:34, 46:50] = 255


@pytest.fixture
def address(drafted_image):
    return f"/api/v1/images/{drafted_image.id}"


@pytest.fixture
def put(client, address, place):
    """``put("alpha", data)``: based on the newest revision, if nothing else is said."""

    def send(what, data, *, revision=None, headers=None, kind="image/png"):
        revision = place()["revision"] if revision is None else revision
        return client.put(
            f"{address}/{what}",
            content=data,
            params={"revision": revision} if headers is None else {},
            headers={"Content-Type": kind, **(headers or {})},
        )

    return send


def test_an_alpha_is_the_newest_revision_then(client, studio, drafted_image, put, place, address):
    client.get(f"{address}/alpha")  # somebody has it open
    answer = put("alpha", encode_alpha(WIDER, bits=16))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"state": "ready", **place(), "is_new": True, "notes": []}
    shown = cv2.imdecode(np.frombuffer(client.get(f"{address}/alpha?bits=16").content, np.uint8), -1)
    assert np.abs(shown / 65535 - WIDER).max() < 1.5 / 255
    newest = revisions.list_revisions(studio.store, drafted_image.id)[-1]
    assert (newest.kind, newest.author, newest.model_version_id) == (RevisionKind.IMPORTED, "keiko", None)
    assert client.get(f"{address}/history").json()["happenings"][-1]["kind"] == "imported"
    assert leases.lease_of(studio.store, drafted_image.id).person == "keiko"


def test_of_a_trimap_the_live_model_makes_the_alpha(client, studio, drafted_image, put, address):
    answer = put("trimap", encode_trimap(OTHER_TRIMAP))
    assert answer.status_code == 200, answer.text
    shown = cv2.imdecode(np.frombuffer(client.get(f"{address}/trimap").content, np.uint8), -1)
    assert np.array_equal(shown, OTHER_TRIMAP)
    newest = revisions.list_revisions(studio.store, drafted_image.id)[-1]
    assert newest.model_version_id is not None


def test_strokes_go_on_from_what_was_put_in(client, put, post, place):
    put("alpha", encode_alpha(WIDER))
    assert post("edits", {**place(), "edits": [{"key": "a", "edit": BRUSH}]}).status_code == 200
    assert post("approve", place()).json() == {"state": "approved"}


def test_the_same_again_is_nothing_new(put, place):
    before = place()
    answer = put("alpha", encode_alpha(ALPHA))
    assert (answer.json()["is_new"], answer.json()["revision"]) == (False, before["revision"])


def test_what_is_out_of_date_is_a_conflict(studio, drafted_image, put, place):
    old = place()["revision"]
    assert put("alpha", encode_alpha(WIDER), headers={"If-Match": f'"{old}"'}).status_code == 200
    for what, data in (("alpha", encode_alpha(ALPHA)), ("trimap", encode_trimap(OTHER_TRIMAP))):
        answer = put(what, data, revision=old)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert put("alpha", encode_alpha(ALPHA), headers={"If-Match": "*"}).status_code == 422
    assert len(revisions.list_revisions(studio.store, drafted_image.id)) == 2


def test_who_does_not_say_what_they_saw_is_told_how_to(studio, drafted_image, put):
    for what, data in (("alpha", encode_alpha(WIDER)), ("trimap", encode_trimap(OTHER_TRIMAP))):
        answer = put(what, data, headers={})
        assert (answer.status_code, answer.json()["code"]) == (422, "unusable_matte")
        assert "say in the query (?revision=17) or in the header If-Match" in answer.json()["detail"]
    assert len(revisions.list_revisions(studio.store, drafted_image.id)) == 1


def test_strokes_are_never_hidden(put, post, place):
    post("edits", {**place(), "edits": [{"key": "a", "edit": BRUSH}]})
    answer = put("alpha", encode_alpha(WIDER))
    assert answer.status_code == 409
    assert "carries 1 strokes" in answer.json()["detail"]


def test_what_somebody_has_in_hand_stays_there(studio, drafted_image, put):
    leases.take(studio.store, drafted_image.id, by="mika")
    answer = put("trimap", encode_trimap(OTHER_TRIMAP))
    assert (answer.status_code, answer.json()["code"]) == (409, "leased")


def test_what_is_no_matte_is_refused_in_words(put, studio, drafted_image):
    mask = np.where(TRIMAP == 255, 255, 0).astype(np.uint8)
    for what, data, words in (
        ("alpha", png(disc(1)[0]), "has colours and no opacity"),
        ("alpha", encode_alpha(WIDER[:, :50]), "the alpha is 50x64, but the photo 96x64: make it in the photo's size"),
        ("alpha", encode_alpha(np.ascontiguousarray(WIDER.T)), "it lies on its side"),
        ("alpha", b"", "the file is empty"),
        ("trimap", encode_alpha(WIDER), "it is no trimap"),
        ("trimap", png(mask), "this trimap has no unknown region (grey)"),
    ):
        answer = put(what, data)
        assert answer.status_code == 422, answer.text
        assert words in answer.json()["detail"]
    assert put("alpha", encode_alpha(WIDER), kind="application/json").status_code == 422
    assert len(revisions.list_revisions(studio.store, drafted_image.id)) == 1


def test_a_matte_in_the_place_of_a_draft_that_is_still_to_be_made(client, studio, drafted_image):
    image = take_in(studio.store, "mug.png", 2)
    answer = client.put(
        f"/api/v1/images/{image.id}/alpha", content=encode_alpha(WIDER), headers={"Content-Type": "image/png"}
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "ready")
    assert list_events(studio.store, image_id=image.id)[0].data["source"] == "a request"


def test_of_somebody_elses_project_there_is_nothing(client, studio, drafted_image, put, come_as):
    outsider = Visitor(name="o", display_name="o", role=Role.LEAD, projects=frozenset({FIRST_PROJECT + 1}), person_id=1)
    come_as(outsider)
    assert put("alpha", encode_alpha(WIDER), revision=1).status_code == 404
    assert gallery.get_image(studio.store, drafted_image.id).head_revision_id == 1
