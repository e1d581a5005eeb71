import pytest
from small_images import approve

from annotation_store.kinds import Role
from annotation_store.queue import honeypots
from studio.sign_in.visitor import Visitor


def test_an_image_is_assigned_and_anybodys_again(client, drafted_image, come_as):
    address = f"/api/v1/images/{drafted_image.id}/assign"
    assert client.post(address, json={"person": "mika"}).json() == {"assigned_to": "mika"}
    come_as(Visitor(name="ren", display_name="Ren", role=Role.OPERATOR, projects=frozenset({1}), person_id=4))
    assert client.post("/api/v1/queue/next", json={}).json() == {"id": None}
    come_as(Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({1}), person_id=3))
    assert client.post("/api/v1/queue/next", json={}).json() == {"id": drafted_image.id}
    assert client.post(address, json={"person": None}).json() == {"assigned_to": None}


def test_a_finished_image_is_served_again_until_it_is_not(client, studio):
    image = approve(studio.store, "cup_1.png", 1)
    address = f"/api/v1/images/{image.id}/honeypot"
    assert client.post(address, json={"served": True}).json() == {"served": True}
    assert [each.image_id for each in honeypots.list_honeypots(studio.store)] == [image.id]
    assert client.post(address, json={"served": False}).json() == {"served": False}
    assert honeypots.list_honeypots(studio.store)[0].retired_at is not None


@pytest.mark.parametrize(("what", "body"), [("honeypot", {"served": True}), ("honeypot", {"served": False})])
def test_what_is_not_finished_is_not_served_again(client, drafted_image, what, body):
    answer = client.post(f"/api/v1/images/{drafted_image.id}/{what}", json=body)
    assert answer.status_code in (404, 409), answer.text
