import base64
import io

import cv2
import numpy as np
import pytest
from PIL import Image
from small_images import HEIGHT, WIDTH, take_in

from annotation_store import corrections, gallery, reviews, revisions
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import ImageState
from matting_core.edits.edit import painted
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke


def stroke(key, *, ink="foreground", x=100, **changed):
    """A short stroke near the disc's upper left edge."""
    brush = {"tool": "brush", "ink": ink, "radius": 12, "points": [[x, 60], [x + 20, 90]]}
    return {"key": key, "edit": brush | changed}


def grey(png):
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


def pasted(plane, change, name):
    """`plane` with the patches of a change laid over it, as the browser does."""
    shown = plane.copy()
    for patch in change["patches"]:
        if patch["plane"] == name:
            pixels = grey(base64.b64decode(patch["png"]))
            assert pixels.shape == (patch["height"], patch["width"])
            left, top = patch["left"], patch["top"]
            shown[top : top + patch["height"], left : left + patch["width"]] = pixels
    return shown


def test_an_image_is_told_with_its_place_in_the_log(client, drafted_image):
    assert client.get(f"/api/v1/images/{drafted_image.id}").json() == {
        "id": drafted_image.id,
        "name": "cup_1.png",
        "subject": "cup",
        "tags": [],
        "width": WIDTH,
        "height": HEIGHT,
        "state": "ready",
        "revision": drafted_image.head_revision_id,
        "position": 0,
        "can_undo": False,
        "can_redo": False,
        "model": None,
        "drafter": "by hand",
        "flagged": False,
        "flag_note": None,
        "returned": None,
        "held_by": None,
    }


def test_an_image_without_a_draft_is_not_found_in_words(client, studio):
    waiting = take_in(studio.store, "later.png", 5)
    answer = client.get(f"/api/v1/images/{waiting.id}")
    assert answer.status_code == 404
    assert "has no draft yet" in answer.json()["detail"]


@pytest.mark.parametrize(("what", "size"), [("photo", (WIDTH, HEIGHT)), ("thumbnail", (WIDTH, HEIGHT))])
def test_pictures_are_kept_by_the_browser_under_their_content(client, drafted_image, what, size):
    address = f"/api/v1/images/{drafted_image.id}/{what}"
    first = client.get(address)
    assert first.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(first.content)).size == size
    assert first.headers["cache-control"] == "private, no-cache"

    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(address, headers={"If-None-Match": '"another photo under this number"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_planes_are_those_of_the_draft_and_never_cached(client, studio, drafted_image):
    trimap, alpha = load_matte(studio.store, get_revision(studio.store, drafted_image.head_revision_id))
    address = f"/api/v1/images/{drafted_image.id}"
    assert client.get(f"{address}/trimap").headers["cache-control"] == "no-store"
    assert np.array_equal(grey(client.get(f"{address}/trimap").content), trimap)
    assert np.array_equal(grey(client.get(f"{address}/alpha").content), np.rint(alpha * 255))
    deep = grey(client.get(f"{address}/alpha?bits=16").content)
    assert deep.dtype == np.uint16
    assert np.array_equal(deep, np.rint(alpha * 65535))
    assert client.get(f"{address}/alpha?bits=12").status_code == 422


def test_a_stroke_is_stored_and_answered_with_the_alpha_around_it(client, studio, drafted_image, place, post):
    address = f"/api/v1/images/{drafted_image.id}"
    before = grey(client.get(f"{address}/alpha").content)
    change = post("edits", {**place(), "edits": [stroke("a")]}).json()

    assert {key: change[key] for key in ("position", "can_undo", "can_redo", "state")} == {
        "position": 1,
        "can_undo": True,
        "can_redo": False,
        "state": "in_correction",
    }
    assert {patch["plane"] for patch in change["patches"]} == {"alpha"}
    after = grey(client.get(f"{address}/alpha").content)
    assert not np.array_equal(after, before)
    assert np.array_equal(pasted(before, change, "alpha"), after)
    document = corrections.open_document(studio.store, drafted_image.id)
    assert document.edits == (Stroke(Ink.FOREGROUND, 12, ((100, 60), (120, 90))),)


def test_undo_and_redo_tell_both_planes(client, drafted_image, place, post):
    address = f"/api/v1/images/{drafted_image.id}"
    planes = {name: grey(client.get(f"{address}/{name}").content) for name in ("trimap", "alpha")}
    post("edits", {**place(), "edits": [stroke("a")]})
    painted = {name: grey(client.get(f"{address}/{name}").content) for name in planes}

    undone = post("undo", {**place(), "key": "b"}).json()
    assert (undone["position"], undone["can_undo"], undone["can_redo"]) == (2, False, True)
    for name, plane in planes.items():
        assert np.array_equal(pasted(painted[name], undone, name), plane)

    redone = post("redo", {**place(), "key": "c"}).json()
    assert (redone["position"], redone["can_undo"], redone["can_redo"]) == (3, True, False)
    for name, plane in painted.items():
        assert np.array_equal(pasted(planes[name], redone, name), plane)


@pytest.mark.parametrize("what", ["undo", "redo"])
def test_nothing_to_take_back_is_said(place, post, what):
    answer = post(what, {**place(), "key": "a"})
    assert answer.status_code == 409
    assert "There is nothing" in answer.json()["detail"]


def test_a_stroke_beside_the_image_changes_nothing(place, post):
    aside = stroke("a", points=[[-400, -400], [-500, -300]])
    change = post("edits", {**place(), "edits": [aside]}).json()
    assert (change["position"], change["patches"]) == (1, [])


@pytest.mark.parametrize(
    ("what", "extra"),
    [
        ("edits", {"edits": [stroke("late")]}),
        ("undo", {"key": "late"}),
        ("redo", {"key": "late"}),
        ("preview", {"edit": stroke("late")["edit"]}),
        ("redraft", {"key": "late", "left": 0, "top": 0, "right": 20, "bottom": 20}),
        ("recompute", {}),
        ("settle", {}),
        ("approve", {}),
    ],
)
def test_a_change_made_on_an_old_version_is_a_conflict_with_the_newest_position(place, post, what, extra):
    old = place()
    post("edits", {**old, "edits": [stroke("a"), stroke("b", x=140)]})
    answer = post(what, {**old, **extra})
    assert answer.status_code == 409
    assert answer.json()["position"] == 2
    assert "reload" in answer.json()["detail"]


@pytest.mark.parametrize("what", ["recompute", "settle"])
def test_recompute_and_settle_answer_with_the_whole_alpha(client, drafted_image, place, post, what):
    change = post(what, place()).json()
    (patch,) = change["patches"]
    assert (patch["plane"], patch["left"], patch["top"]) == ("alpha", 0, 0)
    assert (patch["width"], patch["height"]) == (WIDTH, HEIGHT)
    shown = grey(client.get(f"/api/v1/images/{drafted_image.id}/alpha").content)
    assert np.array_equal(grey(base64.b64decode(patch["png"])), shown)


def test_approve_keeps_what_was_shown(client, studio, drafted_image, place, post):
    post("edits", {**place(), "edits": [stroke("a")]})
    shown = grey(client.get(f"/api/v1/images/{drafted_image.id}/alpha?bits=16").content)

    assert post("approve", place()).json() == {"state": "approved"}
    image = gallery.get_image(studio.store, drafted_image.id)
    trimap, alpha = revisions.load_matte(studio.store, revisions.get_revision(studio.store, image.head_revision_id))
    assert np.array_equal(np.rint(alpha * 65535), shown)
    base, _ = load_matte(studio.store, get_revision(studio.store, drafted_image.head_revision_id))
    assert np.array_equal(trimap, painted(base, [Stroke(Ink.FOREGROUND, 12, ((100, 60), (120, 90)))]))
    assert reviews.list_decisions(studio.store, image.id)[-1].author == "keiko"


def test_skip_keeps_the_reason_and_reopen_opens_again(studio, drafted_image, post):
    assert post("skip", {"reason": "out of focus"}).json() == {"state": "skipped"}
    assert reviews.list_decisions(studio.store, drafted_image.id)[-1].note == "out of focus"
    assert post("reopen").json() == {"state": "ready"}


@pytest.mark.parametrize(
    ("what", "extra"),
    [
        ("edits", {"edits": [stroke("a")]}),
        ("undo", {"key": "a"}),
        ("redo", {"key": "a"}),
        ("preview", {"edit": stroke("late")["edit"]}),
        ("redraft", {"key": "late", "left": 0, "top": 0, "right": 20, "bottom": 20}),
        ("recompute", {}),
        ("settle", {}),
    ],
)
def test_an_approved_image_is_not_changed(client, studio, drafted_image, place, post, what, extra):
    post("approve", place())
    shown = client.get(f"/api/v1/images/{drafted_image.id}/alpha?bits=16").content
    answer = post(what, {**place(), **extra})
    assert answer.status_code == 409
    assert "reopen it first" in answer.json()["detail"]
    assert client.get(f"/api/v1/images/{drafted_image.id}/alpha?bits=16").content == shown


def test_what_cannot_be_reopened_is_refused_in_words(post):
    answer = post("reopen")
    assert answer.status_code == 409
    assert "only possible while it is approved or skipped" in answer.json()["detail"]


@pytest.mark.parametrize(
    "broken",
    [
        {"radius": 0},
        {"radius": 2049},
        {"ink": "maybe"},
        {"tool": "chainsaw"},
        {"radii": [3]},
        {"radii": [3, 13]},
        {"points": []},
        {"points": [[0, 0], [5000, 0]]},
        {"points": [[10**12, 0]]},
        {"points": [[0.5, 0]]},
        {"colour": "red"},
    ],
)
def test_a_stroke_against_the_rules_is_refused_and_not_stored(studio, drafted_image, place, post, broken):
    answer = post("edits", {**place(), "edits": [stroke("a"), stroke("b", **broken)]})
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert corrections.open_document(studio.store, drafted_image.id).position == 0
    assert gallery.get_image(studio.store, drafted_image.id).state is ImageState.READY
