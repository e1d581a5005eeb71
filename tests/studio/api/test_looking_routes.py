"""What helps to look: other versions, doubt and slips."""

import base64

import cv2
import numpy as np
import pytest

from annotation_store.revisions import get_revision, load_matte
from matting_core.box import Box


def grey(png):
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


def painted_over(post, place):
    """An area of foreground in the middle of the background."""
    edit = {"tool": "area", "ink": "foreground", "points": [[16, 16], [60, 16], [60, 60], [16, 60]]}
    return post("edits", {**place(), "edits": [{"key": "a", "edit": edit}]}).json()


def test_the_draft_is_told_whatever_was_done_since(client, studio, drafted_image, place, post):
    trimap, alpha = load_matte(studio.store, get_revision(studio.store, drafted_image.head_revision_id))
    painted_over(post, place)
    address = f"/api/v1/images/{drafted_image.id}/draft"
    assert np.array_equal(grey(client.get(f"{address}/trimap").content), trimap)
    assert np.array_equal(grey(client.get(f"{address}/alpha").content), np.rint(alpha * 255))


def test_the_version_that_was_approved_last_is_told_and_missed_in_words(client, drafted_image, place, post):
    address = f"/api/v1/images/{drafted_image.id}/approved/alpha"
    answer = client.get(address)
    assert answer.status_code == 404
    assert "has not been approved before" in answer.json()["detail"]
    shown = client.get(f"/api/v1/images/{drafted_image.id}/alpha").content
    post("approve", place())
    assert np.array_equal(grey(client.get(address).content), grey(shown))


def test_no_other_version_can_be_asked_for(client, drafted_image):
    assert client.get(f"/api/v1/images/{drafted_image.id}/secret/alpha").status_code == 422


def test_doubt_is_a_map_of_the_whole_photo_with_places_inside_it(client, drafted_image):
    answer = client.get(f"/api/v1/images/{drafted_image.id}/doubt").json()
    found = grey(base64.b64decode(answer["png"]))
    assert found.shape == (drafted_image.height, drafted_image.width)
    whole = Box(0, 0, drafted_image.width, drafted_image.height)
    for place in answer["places"]:
        box = Box(**place["box"])
        assert box == box.clipped(width=whole.right, height=whole.bottom)
        assert box.left <= place["x"] < box.right


def test_doubt_follows_what_is_known(client, drafted_image, place, post):
    """Nothing is doubtful where everything is labelled."""
    height, width = 4 * drafted_image.height, 4 * drafted_image.width
    everything = {"tool": "area", "ink": "foreground", "points": [[0, 0], [width, 0], [width, height], [0, height]]}
    post("edits", {**place(), "edits": [{"key": "a", "edit": everything}]})
    answer = client.get(f"/api/v1/images/{drafted_image.id}/doubt").json()
    assert not grey(base64.b64decode(answer["png"])).any()
    assert answer["places"] == []


def test_slips_of_the_hand_are_told_with_their_kind_and_place(client, drafted_image, place, post):
    painted_over(post, place)
    slips = client.get(f"/api/v1/images/{drafted_image.id}/slips").json()["slips"]
    for slip in slips:
        assert slip["kind"] in ("contradiction", "speck", "thin_band")
        assert 0 <= slip["severity"] <= 1
    assert any(Box(**slip["box"]).left <= 15 and slip["x"] < 30 for slip in slips)


@pytest.mark.parametrize("what", ["doubt", "slips", "draft/trimap", "draft/alpha", "approved/alpha"])
def test_an_image_that_does_not_exist_is_said(client, what):
    assert client.get(f"/api/v1/images/999/{what}").status_code == 404
