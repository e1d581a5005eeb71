from annotation_store import gallery
from annotation_store.kinds import Role
from annotation_store.states import ImageState
from studio.sign_in.visitor import Visitor


def test_an_image_waits_for_a_new_draft(client, studio, post, drafted_image, monkeypatch):
    told = []
    monkeypatch.setattr(type(studio.jobs), "draft", lambda _: told.append("draft"))
    answer = post("draft")
    assert (answer.status_code, answer.json(), told) == (202, {"state": "waiting"}, ["draft"])
    assert gallery.get_image(studio.store, drafted_image.id).state is ImageState.WAITING
    again = post("draft")
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")


def test_strokes_are_not_hidden_by_a_new_draft(post, place):
    edit = {"tool": "brush", "ink": "unknown", "radius": 4, "points": [[40, 40]]}
    assert post("edits", {**place(), "edits": [{"key": "a", "edit": edit}]}).status_code == 200
    answer = post("draft")
    assert answer.status_code == 409
    assert "strokes" in answer.json()["detail"]


def test_what_is_not_there_gets_no_draft(client, post, come_as):
    assert client.post("/api/v1/images/999/draft").status_code == 404
    come_as(Visitor("mika", "Mika", Role.LEAD, frozenset({2}), 3))
    assert post("draft").status_code == 404
