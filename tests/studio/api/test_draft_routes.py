import pytest

from annotation_store import gallery, schema
from annotation_store.kinds import PilotArm, Role
from annotation_store.states import ImageState, PilotState
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


@pytest.fixture
def in_pilot(studio, drafted_image):
    """``in_pilot(PilotArm.BLANK)``: the image is in a pilot that runs, in this arm."""

    def put(arm):
        with studio.store.database.write() as session:
            pilot = schema.Pilot(
                project_id=1, name="p", state=PilotState.RUNNING, blank_share=0.5, seed=1, created_by="ren"
            )
            session.add(pilot)
            session.flush()
            session.add(schema.PilotImage(pilot_id=pilot.id, image_id=drafted_image.id, position=0, arm=arm, stratum=0))

    return put


@pytest.mark.parametrize("arm", PilotArm)
def test_a_photo_in_a_pilot_keeps_what_it_began_with(post, in_pilot, arm):
    in_pilot(arm)
    answer = post("draft")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_pilot")
    assert "end the pilot first" in answer.json()["detail"]


@pytest.mark.parametrize(("arm", "status"), [(PilotArm.BLANK, 409), (PilotArm.DRAFTED, 200)])
def test_no_part_of_a_photo_that_a_pilot_has_made_from_nothing_is_drafted(post, place, in_pilot, arm, status):
    in_pilot(arm)
    part = {"key": "a", "left": 0, "top": 0, "right": 20, "bottom": 20}
    answer = post("redraft", {**place(), **part})
    assert answer.status_code == status
    assert status == 200 or "draw it yourself" in answer.json()["detail"]


def test_what_is_not_there_gets_no_draft(client, post, come_as):
    assert client.post("/api/v1/images/999/draft").status_code == 404
    come_as(Visitor("mika", "Mika", Role.LEAD, frozenset({2}), 3))
    assert post("draft").status_code == 404
