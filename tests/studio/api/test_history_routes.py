import cv2
import numpy as np
import pytest

from annotation_store import revisions
from annotation_store.kinds import Role
from annotation_store.projects import FIRST_PROJECT
from matting_core.difference import COVERS_MORE, EQUAL, LETS_MORE_THROUGH
from studio.sign_in.visitor import Visitor

BRUSH = {"tool": "brush", "ink": "foreground", "radius": 12, "points": [[100, 60], [120, 90]]}


def pixels(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)


def operator(name):
    return Visitor(name=name, display_name=name, role=Role.OPERATOR, projects=frozenset({FIRST_PROJECT}), person_id=1)


@pytest.fixture
def address(drafted_image):
    return f"/api/v1/images/{drafted_image.id}"


@pytest.fixture
def draw(place, post):
    return lambda key: post("edits", {**place(), "edits": [{"key": key, "edit": BRUSH}]})


@pytest.fixture
def approved(draw, place, post):
    """A second revision: with a stroke of foreground across the upper edge of the disc."""
    draw("a")
    assert post("approve", place()).status_code == 200


def test_a_history_is_told_from_the_draft_on(client, address, approved):
    made, drawn, corrected, decided = client.get(f"{address}/history").json()["happenings"]
    assert made == {
        "what": "made",
        "at": made["at"],
        "by": "keiko",
        "revision": 1,
        "kind": "draft",
        "model": None,
        "drafter": "by hand",
        "restored": None,
    }
    assert drawn == {
        "what": "drawn",
        "at": drawn["at"],
        "until": drawn["at"],
        "by": "keiko",
        "revision": 1,
        "edits": 1,
        "undone": 0,
        "redone": 0,
    }
    assert (corrected["kind"], corrected["revision"]) == ("correction", 2)
    assert corrected["model"] is not None
    assert decided == {
        "what": "decided",
        "at": decided["at"],
        "by": "keiko",
        "revision": 2,
        "verdict": "approved",
        "note": "",
        "in_bulk": False,
    }


def test_every_revision_can_be_looked_at(client, studio, drafted_image, address, approved):
    for number in (1, 2):
        revision = revisions.get_numbered(studio.store, drafted_image.id, number)
        trimap, alpha = revisions.load_matte(studio.store, revision)
        np.testing.assert_array_equal(pixels(client.get(f"{address}/revisions/{number}/trimap")), trimap)
        for bits in (8, 16):
            levels = pixels(client.get(f"{address}/revisions/{number}/alpha?bits={bits}"))
            np.testing.assert_array_equal(levels, np.rint(alpha * np.float32(2**bits - 1)))


@pytest.mark.parametrize("what", ["trimap", "alpha", "alpha?bits=16", "difference", "difference?to=1"])
def test_a_picture_that_the_browser_has_is_not_sent_again(client, address, approved, what):
    first = client.get(f"{address}/revisions/1/{what}")
    again = client.get(f"{address}/revisions/1/{what}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{address}/revisions/2/{what}", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_a_difference_is_shown_both_ways(client, address, approved):
    forth = pixels(client.get(f"{address}/revisions/1/difference?to=2"))[..., ::-1]
    back = pixels(client.get(f"{address}/revisions/2/difference?to=1"))[..., ::-1]
    assert (forth == COVERS_MORE).all(axis=2).any()
    assert (back == LETS_MORE_THROUGH).all(axis=2).any()
    assert tuple(forth[-1, -1]) == EQUAL
    assert (pixels(client.get(f"{address}/revisions/2/difference?to=2"))[..., ::-1] == EQUAL).all()
    newest = client.get(f"{address}/revisions/1/difference")
    assert (pixels(newest)[..., ::-1] == forth).all()


def test_a_difference_is_told_in_figures(client, studio, drafted_image, address, approved):
    forth = client.get(f"{address}/revisions/1/difference/figures?to=2").json()
    back = client.get(f"{address}/revisions/2/difference/figures?to=1").json()
    assert forth["changed"] == back["changed"] > 0
    assert forth["sad"] == back["sad"] > 0
    assert (forth["mean"], forth["largest"]) == (-back["mean"], -back["largest"])
    assert forth["largest"] == 1
    box = forth["box"]
    assert 0 <= box["left"] < box["right"] <= drafted_image.width
    same = client.get(f"{address}/revisions/2/difference/figures").json()
    assert same == {"changed": 0, "sad": 0, "mean": 0, "largest": 0, "box": None}


def test_what_was_never_made_is_not_found(client, address):
    for what in ("alpha", "trimap", "difference", "difference?to=1", "difference/figures"):
        answer = client.get(f"{address}/revisions/7/{what}")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "“cup_1.png” has no revision 7: reload its history."
    assert client.get(f"{address}/revisions/1/difference?to=7").status_code == 404


def test_going_back_keeps_what_was_seen_and_the_desk_goes_on_from_there(client, studio, address, draw, place, post):
    before = client.get(f"{address}/alpha?bits=16").content
    draw("a")
    drawn = client.get(f"{address}/alpha?bits=16").content
    answer = post("restore", {**place(), "number": 1})
    assert answer.json() == {"state": "in_correction", **place()}
    assert client.get(f"{address}/alpha?bits=16").content == before != drawn
    kinds = [each.get("kind") for each in client.get(f"{address}/history").json()["happenings"]]
    assert kinds == ["draft", None, "correction", "restored"]
    assert draw("a").json()["position"] == 1
    assert post("restore", {**place(), "number": 2}).status_code == 200
    assert client.get(f"{address}/alpha?bits=16").content == drawn


def test_going_back_from_an_old_version_is_a_conflict(draw, place, post):
    old = place()
    draw("a")
    answer = post("restore", {**old, "number": 1})
    assert (answer.status_code, answer.json()["code"], answer.json()["position"]) == (409, "conflict", 1)


def test_going_back_to_where_one_stands_is_refused_in_words(place, post):
    answer = post("restore", {**place(), "number": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_restore")
    assert post("restore", {**place(), "number": 9}).status_code == 404
    assert post("restore", {**place(), "number": 0}).status_code == 422


def test_an_operator_goes_back_from_their_own_work_and_a_reviewer_from_anybodys(come_as, draw, place, post):
    come_as(operator("aoi"))
    draw("a")
    come_as(operator("mika"))
    answer = post("restore", {**place(), "number": 1})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    come_as(operator("aoi"))
    assert post("restore", {**place(), "number": 1}).status_code == 200
    draw("b")
    post("leave")
    come_as(Visitor(name="ren", display_name="ren", role=Role.REVIEWER, projects=None, person_id=2))
    assert post("restore", {**place(), "number": 2}).status_code == 200


def test_an_operator_does_not_go_back_from_what_somebody_else_closed(come_as, place, post):
    come_as(operator("aoi"))
    post("approve", place())
    come_as(operator("mika"))
    assert post("restore", {**place(), "number": 1}).status_code == 403
    come_as(operator("aoi"))
    assert post("restore", {**place(), "number": 1}).json()["code"] == "nothing_to_restore"
